/**
 * Follows a log into a folder: fetches what is new and stores nothing that was not verified.
 *
 *   1. the checkpoint is signed by a log key of the policy;
 *   2. it continues the one that the folder holds: the log's own tiles must prove it;
 *   3. each bundle of entries hashes to its place in the tree;
 *   4. each statement is what its entry commits to (ledger/core/statement-line.ts);
 *   5. only when all is stored does the checkpoint take the place of the older one;
 *   6. what waits replaces what waited before (inbox-copy.ts).
 *
 * What an interrupted run has stored is found good by hashing and is not fetched again. Chain, keys
 * and signatures are the audit's.
 */
import { concatBytes, equalBytes, utf8Decode } from '../core/bytes.js'
import { type OpenedCheckpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { entryLeaf } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import type { NodeHash } from '../core/hash.js'
import type { Policy } from '../core/policy.js'
import { rootsFromConsistencyProof } from '../core/proof.js'
import type { SplitView } from '../core/split-view.js'
import { openStatementLine, parseStatementLine } from '../core/statement-line.js'
import {
  decodeEntryBundle,
  ENTRIES,
  foldPerfect,
  parseTilePath,
  TILE_HASHES,
  TILE_HEIGHT,
  tilePath,
  tilesBetween,
} from '../core/tile.js'
import { followInbox, type InboxSource } from './inbox-copy.js'
import { bundleWidth, type MirrorFolder } from './mirror-folder.js'
import { type FetchTile, RemoteTree } from './remote-tree.js'

/** Where a log is read from; nothing of it is believed. */
export type MirrorSource = {
  /** The published checkpoint, a signed note. */
  readonly checkpoint: () => Promise<string>
  /** A tile or a bundle of entries by its path. */
  readonly tile: (path: string) => Promise<Uint8Array>
  /**
   * Statement lines of the entries `from` up to, not including, `to`: the first one at least. Left out
   * by whoever may not read statements, or does not want to.
   */
  readonly statementLines?: (from: number, to: number) => Promise<string>
  /** Inbox lines; left out by whoever may not read them, undefined where the log's server has none. */
  readonly inboxLines?: InboxSource
}

export type FollowOptions = {
  readonly source: MirrorSource
  readonly folder: MirrorFolder
  /** Whose checkpoint counts. */
  readonly policy: Policy
  readonly crypto: Crypto
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

type Seen = { readonly opened: OpenedCheckpoint; readonly note: string }

export type FollowOutcome = {
  /** What the source shows now. */
  readonly shown: Seen
  /** What the folder held before, if anything. */
  readonly held?: Seen
} & (
  | {
      readonly kind: 'followed'
      /** New in the folder: entries, and statements with them or to entries that were there. */
      readonly entries: number
      readonly statements: number
      /** Proposals that wait, all of them kept; `none` where the source does not give them. */
      readonly proposals?: number | 'none'
    }
  /** Fewer witnesses cosigned than the policy's quorum wants: nothing was stored. */
  | { readonly kind: 'unwitnessed' }
  /** The source shows less, and it is the beginning of what the folder holds: nothing was stored. */
  | { readonly kind: 'older' }
  /** Two histories, both signed: nothing was stored. */
  | { readonly kind: 'split'; readonly evidence: SplitView }
)

/** Bundles on the way at once: the next one travels while this one is verified. */
const BUNDLES_AHEAD = 4

/**
 * Brings a mirror up to the source's checkpoint.
 *
 * Rejects with CHECKPOINT_…, MIRROR_MISMATCH, STATEMENT_LINE_…, INBOX_LINE_…, MIRROR_FOLDER_INVALID
 * (the folder mirrors another log), INPUT_IO, and as the source does.
 */
export async function followLog(options: FollowOptions): Promise<FollowOutcome> {
  const { source, folder, policy, crypto } = options
  const held = heldBy(options)
  const note = await source.checkpoint()
  const opened = openCheckpoint(note, policy, crypto)
  const { checkpoint } = opened
  const shown = { opened, note }
  const both = { shown, ...(held === undefined ? {} : { held }) }
  if (held !== undefined && held.opened.checkpoint.origin !== checkpoint.origin) {
    throw new LedgerError('MIRROR_FOLDER_INVALID', { path: folder.path })
  }
  const tree = await RemoteTree.open(checkpoint, source.tile, crypto.sha256)
  const evidence = held === undefined ? undefined : await contradiction(held, shown, tree, options)
  if (evidence !== undefined) return { ...both, kind: 'split', evidence }
  const size = held?.opened.checkpoint.size ?? 0
  if (checkpoint.size < size) return { ...both, kind: 'older' }
  if (!opened.quorum.met) return { ...both, kind: 'unwitnessed' }
  const copy = new Copy(options, tree, size)
  await copy.run()
  await folder.commit(note)
  await copy.dropNarrower()
  const { entries, statements } = copy
  return { ...both, kind: 'followed', entries, statements, ...(await inboxOf(options)) }
}

/** What waits comes last: what ended it by then is in the entries, or will be. */
async function inboxOf({
  source,
  folder,
  crypto,
}: FollowOptions): Promise<{ readonly proposals?: number | 'none' }> {
  if (source.inboxLines === undefined) return {}
  return { proposals: (await followInbox(source.inboxLines, folder, crypto.sha256)) ?? 'none' }
}

/** The folder's own checkpoint: it was verified when it was stored, under a policy that may be another. */
function heldBy({ folder, policy, crypto }: FollowOptions): Seen | undefined {
  const note = folder.note()
  if (note === undefined) return undefined
  try {
    return { opened: openCheckpoint(note, policy, crypto), note }
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const reason = 'its checkpoint is not by a log key of the policy'
    throw new LedgerError('MIRROR_FOLDER_INVALID', { path: folder.path, reason }, error)
  }
}

/** Evidence that two checkpoints cannot both be true; undefined when the smaller begins the larger. */
async function contradiction(
  held: Seen,
  shown: Seen,
  tree: RemoteTree,
  { folder, crypto }: FollowOptions,
): Promise<SplitView | undefined> {
  const [before, now] = [held.opened.checkpoint, shown.opened.checkpoint]
  const { origin } = before
  const notes = [held.note, shown.note] as const
  const [older, newer] = before.size <= now.size ? [before, now] : [now, before]
  if (older.size === newer.size) {
    return equalBytes(older.root, newer.root) ? undefined : { origin, notes }
  }
  if (older.size === 0) return undefined
  const larger =
    newer === now ? tree : await RemoteTree.open(newer, ownTiles(folder), crypto.sha256)
  const proof = await larger.consistency(older.size)
  const roots = rootsFromConsistencyProof(older.size, newer.size, proof, crypto.sha256)
  return equalBytes(roots.older, older.root) ? undefined : { origin, notes, proof }
}

function ownTiles(folder: MirrorFolder): FetchTile {
  return (path) => {
    const name = parseTilePath(path)
    const bytes = name === undefined ? undefined : folder.tile(name)
    return bytes === undefined
      ? Promise.reject(new LedgerError('MIRROR_MISMATCH', { at: path, reason: 'missing' }))
      : Promise.resolve(bytes)
  }
}

/** One run of copying, from a tree that the folder holds to a larger one, or to the same. */
class Copy {
  entries = 0
  statements = 0
  readonly #options: FollowOptions
  readonly #tree: RemoteTree
  readonly #held: number
  #done = 0
  #next = 0
  #failed = false

  constructor(options: FollowOptions, tree: RemoteTree, held: number) {
    this.#options = options
    this.#tree = tree
    this.#held = held
  }

  async run(): Promise<void> {
    // What is on its way when one fails is stored still: the next run need not fetch it again.
    const work = await Promise.allSettled(Array.from({ length: BUNDLES_AHEAD }, () => this.#work()))
    for (const one of work) if (one.status === 'rejected') throw one.reason
    for (const name of tilesBetween(this.#held, this.#tree.size)) {
      const { level, index } = name
      if (level === ENTRIES || level === 0) continue
      const hashes = await this.#tree.hashes(level, index)
      await this.#options.folder.writeTile(name, concatBytes(...hashes))
    }
  }

  /** Statements of a bundle that was narrower: what they said is in the wider file. */
  async dropNarrower(): Promise<void> {
    const width = this.#held % TILE_HASHES
    if (width === 0 || this.#held === this.#tree.size) return
    const index = Math.floor(this.#held / TILE_HASHES)
    const { folder } = this.#options
    if (folder.hasLines(index, bundleWidth(index, this.#tree.size))) {
      await folder.dropLines(index, width)
    }
  }

  async #work(): Promise<void> {
    while (!this.#failed && this.#next * TILE_HASHES < this.#tree.size) {
      const index = this.#next
      this.#next += 1
      const width = bundleWidth(index, this.#tree.size)
      try {
        await this.#bundle(index, width)
      } catch (error) {
        this.#failed = true
        throw error
      }
      this.#done += width
      this.#options.onProgress?.({ done: this.#done, total: this.#tree.size })
    }
  }

  async #bundle(index: number, width: number): Promise<void> {
    const { folder, source } = this.#options
    const end = index * TILE_HASHES + width
    const wanted = source.statementLines !== undefined && !folder.hasLines(index, width)
    // What the folder's checkpoint covers was verified when it was stored.
    const covered = end <= this.#held && folder.hasTile({ level: ENTRIES, index, width })
    if (covered && !wanted) return
    const entries = await this.#entries(index, width)
    if (wanted) await this.#lines(index, entries)
  }

  /** Entries of a bundle, verified; stored if they were not. */
  async #entries(index: number, width: number): Promise<readonly Uint8Array[]> {
    const { folder, source, crypto } = this.#options
    const name = { level: ENTRIES, index, width } as const
    const own = folder.tile(name)
    const stored = own === undefined ? undefined : await this.#proven(index, width, own)
    if (stored !== undefined && folder.hasTile({ ...name, level: 0 })) return stored
    const path = tilePath(name)
    const bytes = await source.tile(path)
    const entries = await this.#proven(index, width, bytes)
    if (entries === undefined) throw new LedgerError('MIRROR_MISMATCH', { at: path })
    const leaves = entries.map((entry) => entryLeaf(entry, crypto.sha256))
    await folder.writeTile(name, bytes)
    await folder.writeTile({ ...name, level: 0 }, concatBytes(...leaves))
    this.entries += Math.max(
      0,
      index * TILE_HASHES + width - Math.max(this.#held, index * TILE_HASHES),
    )
    return entries
  }

  /** The entries of a bundle, if they are those of the tree. */
  async #proven(
    index: number,
    width: number,
    bytes: Uint8Array,
  ): Promise<readonly Uint8Array[] | undefined> {
    const { sha256 } = this.#options.crypto
    const entries = bundleOrNone(bytes, width)
    if (entries === undefined) return undefined
    const leaves: readonly NodeHash[] = entries.map((entry) => entryLeaf(entry, sha256))
    const isIn =
      width === TILE_HASHES
        ? equalBytes(
            foldPerfect(leaves, sha256),
            await this.#tree.node({ level: TILE_HEIGHT, index }),
          )
        : equalBytes(concatBytes(...leaves), this.#tree.edge(0))
    return isIn ? entries : undefined
  }

  async #lines(index: number, entries: readonly Uint8Array[]): Promise<void> {
    const { folder } = this.#options
    const first = index * TILE_HASHES
    const lines = [...this.#narrower(index, entries)]
    const known = lines.length
    while (lines.length < entries.length) {
      const more = await this.#fetchLines(first + lines.length, first + entries.length)
      for (const text of more) {
        this.#check(text, first + lines.length, entries[lines.length])
        lines.push(text)
      }
    }
    await folder.writeLines(index, entries.length, `${lines.join('\n')}\n`)
    this.statements += entries.length - known
  }

  async #fetchLines(from: number, to: number): Promise<readonly string[]> {
    const text = (await this.#options.source.statementLines?.(from, to)) ?? ''
    const lines = linesOf(text)
    if (lines.length === 0 || lines.length > to - from) {
      throw new LedgerError('STATEMENT_LINE_MALFORMED', { index: from, reason: 'too many or none' })
    }
    return lines
  }

  /** Lines that the folder has of a bundle that was narrower, as far as they are still good. */
  #narrower(index: number, entries: readonly Uint8Array[]): readonly string[] {
    const width = this.#held % TILE_HASHES
    if (width === 0 || index !== Math.floor(this.#held / TILE_HASHES)) return []
    const bytes = this.#options.folder.lines(index, width)
    if (bytes === undefined) return []
    try {
      const lines = linesOf(utf8Decode(bytes))
      const first = index * TILE_HASHES
      for (const [at, text] of lines.entries()) this.#check(text, first + at, entries[at])
      return lines
    } catch (error) {
      if (error instanceof LedgerError) return []
      throw error
    }
  }

  /** @throws LedgerError STATEMENT_LINE_MALFORMED, STATEMENT_LINE_MISMATCH */
  #check(text: string, index: number, entry: Uint8Array | undefined): void {
    const line = parseStatementLine(text)
    if (line.index !== index || entry === undefined) {
      throw new LedgerError('STATEMENT_LINE_MISMATCH', { index, part: 'index' })
    }
    openStatementLine(line, entry, this.#options.crypto)
  }
}

/** The lines of a text that ends with a line feed. */
export function linesOf(text: string): readonly string[] {
  if (!text.endsWith('\n')) {
    throw new LedgerError('STATEMENT_LINE_MALFORMED', { reason: 'the last line is cut' })
  }
  return text.slice(0, -1).split('\n')
}

function bundleOrNone(bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  try {
    return decodeEntryBundle(bytes, width)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}
