/** A tree grown leaf by leaf with core/merkle.ts, every completed node kept in a map: a small store. */
import { hashLeaf, type NodeHash, type RootHash } from '../../ledger/core/hash.js'
import {
  appendLeaf,
  type CompactRange,
  emptyRange,
  type NodeId,
  type NodeReader,
  rangeRoot,
} from '../../ledger/core/merkle.js'

export type GrownTree = {
  readonly getNode: NodeReader
  readonly reported: readonly NodeId[]
  /** By size, from 0. */
  readonly ranges: readonly CompactRange[]
  readonly roots: readonly RootHash[]
}

export function growTree(leaves: readonly Uint8Array[]): GrownTree {
  const nodes = new Map<string, NodeHash>()
  const reported: NodeId[] = []
  let range = emptyRange()
  const ranges = [range]
  for (const leaf of leaves) {
    range = appendLeaf(range, hashLeaf(leaf), (id, hash) => {
      nodes.set(nameOf(id), hash)
      reported.push(id)
    })
    ranges.push(range)
  }
  const getNode = (id: NodeId): NodeHash => {
    const hash = nodes.get(nameOf(id))
    if (hash === undefined) throw new RangeError(`no node ${nameOf(id)}`)
    return hash
  }
  return { getNode, reported, ranges, roots: ranges.map((each) => rangeRoot(each)) }
}

/** Leaf i is the single byte i, as in the vectors. */
export function byteLeaves(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Uint8Array.of(i))
}

function nameOf(id: NodeId): string {
  return `${id.level}/${id.index}`
}
