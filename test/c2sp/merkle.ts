/**
 * RFC 6962 §2.1 and the verification of RFC 9162 §2.1.3 and §2.1.4, from the RFCs; nothing of this
 * project. For the tests of what a ledger publishes.
 */
import { sha256 } from './signed-note.js'

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export function leafHash(entry: Uint8Array): Buffer {
  return sha256(LEAF, entry)
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(NODE, left, right)
}

/** MTH of leaf hashes: pair after pair, the one without a partner goes up as it is. */
export function treeHash(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  let row = leaves
  while (row.length > 1) {
    const above: Buffer[] = []
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]]
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right))
    }
    row = above
  }
  return row[0] ?? sha256()
}

/** The largest power of two below n. */
export function split(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1)
}

/** RFC 9162 §2.1.3.2. */
export function rootFromInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
): Buffer {
  let [fn, sn, root] = [index, size - 1, leaf]
  for (const hash of path) {
    if (sn === 0) throw new Error('the path is too long')
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(hash, root)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else root = nodeHash(root, hash)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  if (sn !== 0) throw new Error('the path is too short')
  return root
}

/** RFC 9162 §2.1.4.2: the two roots that a consistency proof leads to. */
export function rootsFromConsistency(
  first: { readonly size: number; readonly root: Buffer },
  second: number,
  proof: readonly Buffer[],
): readonly [older: Buffer, newer: Buffer] {
  const isPower = Number.isInteger(Math.log2(first.size))
  const [start, ...rest] = isPower ? [first.root, ...proof] : proof
  if (start === undefined) throw new Error('the proof is empty')
  let [fn, sn] = [first.size - 1, second - 1]
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)]
  let [older, newer] = [start, start]
  for (const hash of rest) {
    if (sn === 0) throw new Error('the proof is too long')
    if (fn % 2 === 1 || fn === sn) {
      ;[older, newer] = [nodeHash(hash, older), nodeHash(hash, newer)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else newer = nodeHash(newer, hash)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  if (sn !== 0) throw new Error('the proof is too short')
  return [older, newer]
}
