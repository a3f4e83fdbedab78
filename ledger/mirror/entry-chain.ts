/**
 * Finds the one true entry of every index among what several sources say.
 *
 * Each entry holds the leaf hash of the one before it, so whoever has the last entry can tell every
 * earlier one from a forgery. Walked from the end; whether the last one is true is seen when the root
 * is compared with a signed one.
 */
import { equalBytes } from '../core/bytes.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf, firstPrevious, parseEntry } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { HASH_BYTES, type LeafHash, type NodeHash, parseLeafHash } from '../core/hash.js'
import type { NodeReader } from '../core/merkle.js'
import { foldPerfect } from '../core/tile.js'
import type { RepairSource } from './repair-sources.js'

export type EntryParts = {
  readonly origin: string
  readonly size: number
  /** In the order in which they are asked. */
  readonly sources: readonly Pick<RepairSource, 'entry'>[]
  readonly crypto: Pick<Crypto, 'sha256'>
}

export class EntryChain {
  readonly size: number
  readonly #parts: EntryParts
  /** Leaf hash of every entry: 32 bytes each, so that a repair may read in any order. */
  readonly #leaves: Uint8Array

  private constructor(parts: EntryParts) {
    this.size = parts.size
    this.#parts = parts
    this.#leaves = new Uint8Array(parts.size * HASH_BYTES)
  }

  /** @throws LedgerError REPAIR_INCOMPLETE with the `index` of an entry that no source has */
  static find(parts: EntryParts): EntryChain {
    const chain = new EntryChain(parts)
    chain.#walk()
    return chain
  }

  /** Hash of the leaf at an index. */
  leaf(index: number): LeafHash {
    return parseLeafHash(this.#leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES))
  }

  /** The bytes of an entry. @throws LedgerError REPAIR_INCOMPLETE when a source changed meanwhile */
  entry(index: number): Uint8Array {
    return this.#withLeaf(index, this.leaf(index))
  }

  /** Nodes of its tree, for roots and proofs. */
  get nodes(): NodeReader {
    const { sha256 } = this.#parts.crypto
    return ({ level, index }) => {
      const count = 2 ** level
      const leaves: NodeHash[] = Array.from({ length: count }, (_, at) =>
        this.leaf(index * count + at),
      )
      return foldPerfect(leaves, sha256)
    }
  }

  #walk(): void {
    const { origin, size, crypto } = this.#parts
    if (size === 0) return
    let expected: Uint8Array = this.#last()
    for (let index = size - 1; index >= 0; index -= 1) {
      this.#leaves.set(expected, index * HASH_BYTES)
      expected = parseEntry(this.#withLeaf(index, expected)).previous
    }
    if (!equalBytes(expected, firstPrevious(origin, crypto.sha256))) {
      throw new LedgerError('REPAIR_INCOMPLETE', { index: 0, reason: 'another log begins so' })
    }
  }

  /** Leaf of the last entry: of those that are offered, one that continues an entry before it. */
  #last(): LeafHash {
    const { origin, size, crypto } = this.#parts
    const before =
      size === 1
        ? [firstPrevious(origin, crypto.sha256)]
        : this.#offered(size - 2).map((bytes) => entryLeaf(bytes, crypto.sha256))
    const last = this.#offered(size - 1).find((bytes) => {
      const { previous } = parseEntry(bytes)
      return before.some((leaf) => equalBytes(leaf, previous))
    })
    if (last === undefined) throw new LedgerError('REPAIR_INCOMPLETE', { index: size - 1 })
    return entryLeaf(last, crypto.sha256)
  }

  #withLeaf(index: number, leaf: Uint8Array): Uint8Array {
    const { sha256 } = this.#parts.crypto
    for (const source of this.#parts.sources) {
      const bytes = source.entry(index)
      if (bytes !== undefined && equalBytes(entryLeaf(bytes, sha256), leaf)) return bytes
    }
    throw new LedgerError('REPAIR_INCOMPLETE', { index })
  }

  #offered(index: number): readonly Uint8Array[] {
    return this.#parts.sources.flatMap((source) => {
      const bytes = source.entry(index)
      return bytes !== undefined && isEntry(bytes) ? [bytes] : []
    })
  }
}

function isEntry(bytes: Uint8Array): boolean {
  try {
    parseEntry(bytes)
    return true
  } catch (error) {
    if (error instanceof LedgerError) return false
    throw error
  }
}
