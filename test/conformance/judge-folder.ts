/**
 * A published log, judged with the library's parts as docs/format.md 14.2 says: every entry, every
 * tile of hashes, and the root.
 */
import { equalBytes } from '../../ledger/core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../../ledger/core/checkpoint.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import { type Entry, entryLeaf, firstPrevious, parseEntry } from '../../ledger/core/entry.js'
import { type ErrorCode, LedgerError } from '../../ledger/core/errors.js'
import type { Finding } from '../../ledger/core/finding.js'
import {
  type LeafHash,
  type NodeHash,
  parseLeafHash,
  type RootHash,
} from '../../ledger/core/hash.js'
import { appendLeaf, emptyRange, rangeRoot } from '../../ledger/core/merkle.js'
import type { Policy } from '../../ledger/core/policy.js'
import {
  decodeEntryBundle,
  decodeTile,
  ENTRIES,
  foldPerfect,
  TILE_HASHES,
  tilePath,
} from '../../ledger/core/tile.js'
import { quorumFindings } from '../../ledger/core/verify-checkpoint.js'

/** Bytes of a file of the folder, or undefined. */
export type ReadFile = (path: string) => Uint8Array | undefined

type Known<T> = readonly (T | undefined)[]

export function judgeFolder(
  read: ReadFile,
  note: string,
  { policy, crypto }: { readonly policy: Policy; readonly crypto: Crypto },
): { readonly findings: readonly Finding[]; readonly entries: number } {
  const findings: Finding[] = []
  const find = (code: ErrorCode, at: string) => {
    findings.push({ severity: code === 'TILE_NOT_FOUND' ? 'incomplete' : 'failed', code, at })
  }
  let checkpoint: Checkpoint
  try {
    const opened = openCheckpoint(note, policy, crypto)
    checkpoint = opened.checkpoint
    findings.push(...quorumFindings(opened))
  } catch (error) {
    find(codeOf(error), 'checkpoint')
    return { findings, entries: 0 }
  }
  const { origin, size, root } = checkpoint
  const tiles = new Tiles(read, find)
  const bundles = tiles.all(ENTRIES, size, decodeEntryBundle)
  const entries = judgeEntries(bundles, origin, find)
  const leaves = bundles.map((bytes) => (bytes === undefined ? undefined : entryLeaf(bytes)))
  const whole = judgeHashes(leaves, tiles, find)
  if (whole !== undefined && !equalBytes(whole, root)) find('PROOF_ROOT_MISMATCH', 'checkpoint')
  if (size === 0) findings.push({ severity: 'incomplete', code: 'NOTHING_TO_VERIFY', at: 'folder' })
  return { findings, entries }
}

type Find = (code: ErrorCode, at: string) => void

class Tiles {
  readonly #read: ReadFile
  readonly #find: Find

  constructor(read: ReadFile, find: Find) {
    this.#read = read
    this.#find = find
  }

  /** Everything of a level, undefined in the place of what cannot be had. */
  all<T>(
    level: number | typeof ENTRIES,
    count: number,
    decode: (bytes: Uint8Array, width: number) => readonly T[],
  ): Known<T> {
    return Array.from({ length: Math.ceil(count / TILE_HASHES) }, (_, index) => {
      const width = Math.min(TILE_HASHES, count - index * TILE_HASHES)
      const path = tilePath({ level, index, width })
      try {
        return this.#tile(level, index, width, decode)
      } catch (error) {
        this.#find(codeOf(error), path)
        return Array.from<undefined>({ length: width })
      }
    }).flat()
  }

  #tile<T>(
    level: number | typeof ENTRIES,
    index: number,
    width: number,
    decode: (bytes: Uint8Array, width: number) => readonly T[],
  ): readonly T[] {
    const own = this.#read(tilePath({ level, index, width }))
    if (own !== undefined) return decode(own, width)
    const full = this.#read(tilePath({ level, index, width: TILE_HASHES }))
    if (full === undefined) throw new LedgerError('TILE_NOT_FOUND')
    return decode(full, TILE_HASHES).slice(0, width)
  }
}

function judgeEntries(all: Known<Uint8Array>, origin: string, find: Find): number {
  const ids = new Set<string>()
  let latest = 0
  let before: Uint8Array | undefined
  for (const [index, bytes] of all.entries()) {
    const entry = bytes === undefined ? undefined : readEntry(bytes, index, find)
    if (bytes === undefined || entry === undefined) {
      before = undefined
      continue
    }
    const previous = index === 0 ? firstPrevious(origin) : before && entryLeaf(before)
    const linked = previous === undefined || equalBytes(previous, entry.previous)
    if (!linked || entry.time < latest) find('ENTRY_CHAIN_BROKEN', `entry ${index}`)
    if (ids.has(entry.id)) find('STATEMENT_ADMITTED', `entry ${index}`)
    ids.add(entry.id)
    latest = Math.max(latest, entry.time)
    before = bytes
  }
  return ids.size
}

function readEntry(bytes: Uint8Array, index: number, find: Find): Entry | undefined {
  try {
    return parseEntry(bytes)
  } catch (error) {
    find(codeOf(error), `entry ${index}`)
    return undefined
  }
}

/** Compares every level with the one below it. The root over all leaves, where all are known. */
function judgeHashes(leaves: Known<LeafHash>, tiles: Tiles, find: Find): RootHash | undefined {
  let below: Known<NodeHash> = leaves
  let completed: Known<NodeHash> = leaves
  for (let level = 0; below.length > 0; level += 1) {
    const shown = tiles.all<NodeHash>(level, below.length, decodeTile)
    const differs = below.some((hash, at) => {
      const other = shown[at]
      return hash !== undefined && other !== undefined && !equalBytes(hash, other)
    })
    if (differs) find('PROOF_ROOT_MISMATCH', `level ${level}`)
    const known = below.map((hash, at) => hash ?? shown[at])
    if (level === 0) completed = known
    below = Array.from({ length: Math.floor(known.length / TILE_HASHES) }, (_, at) => {
      const full = complete(known.slice(at * TILE_HASHES, (at + 1) * TILE_HASHES))
      return full && foldPerfect(full)
    })
  }
  const all = complete(completed)
  return (
    all &&
    rangeRoot(all.map(parseLeafHash).reduce((range, leaf) => appendLeaf(range, leaf), emptyRange()))
  )
}

function complete(hashes: Known<NodeHash>): readonly NodeHash[] | undefined {
  const there = hashes.filter((hash) => hash !== undefined)
  return there.length === hashes.length ? there : undefined
}

function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof LedgerError)) throw error
  return error.code
}
