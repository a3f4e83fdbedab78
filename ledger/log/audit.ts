/**
 * The audit: reads the whole log again and believes nothing. DESIGN 6, 7.1, 9.
 *
 * Chain, tree against the signed checkpoint, registry map, every digest, claim and signature, key
 * state, uniqueness, parents, custody, deadlines; derived records are made again and compared. What
 * is wrong becomes a finding that names the entry; nothing is repaired.
 *
 * Derived records serve as the audit's own memory: each was compared with what its entry gives before
 * a later entry relies on it, so the audit needs no table of the whole log.
 */
import { equalBytes } from '../core/bytes.js'
import { type Checkpoint, openCheckpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { type Entry, entryLeaf, firstPrevious, parseEntry, verifyChainLink } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import { factsOf as factsOfStatement, type StatementFacts } from '../core/facts.js'
import { type Finding, findingOf, type RecordVerdict, recordVerdict } from '../core/finding.js'
import { emptyRoot, type LeafHash } from '../core/hash.js'
import type { NoteKey } from '../core/note.js'
import type { Policy } from '../core/policy.js'
import { registryRoot } from '../core/registry.js'
import type { StatementId } from '../core/statement.js'
import type { HeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import { type Lookup, obstacles } from './admission.js'
import {
  auditInbox,
  countDerived,
  type DerivedKind,
  derivedKind,
  noDerived,
} from './audit-derived.js'
import { AUDIT_CHUNK, type AuditRead, readStatements } from './audit-records.js'
import type { AuditItemResult } from './audit-wire.js'
import { Auditor } from './auditor.js'
import { openDeclined } from './proposal.js'
import { openRecord } from './reader.js'
import { derivedPuts, putTile, Records } from './records.js'
import { RegistryDraft, RegistryState } from './registry-state.js'
import { appendLeaves, EMPTY_TREE, type TreeState, treeRoot } from './tree.js'

export type AuditProgress = { readonly done: number; readonly total: number }

export type AuditOptions = {
  readonly origin: string
  readonly store: Store
  readonly head: HeadFile
  /** Whose checkpoint counts: the log key that the auditor expects. */
  readonly policy: Policy
  readonly crypto: Crypto
  /** Worker threads; 0 judges on the calling thread. */
  readonly workers: number
  readonly onProgress?: (progress: AuditProgress) => void
}

export type AuditReport = {
  readonly verdict: RecordVerdict
  readonly origin: string
  readonly checkpoint?: Checkpoint
  readonly signedBy: readonly NoteKey[]
  /** Time of the last entry, seconds since 1970. */
  readonly headTime?: number
  /** What was read and judged. */
  readonly checked: {
    readonly entries: number
    readonly signatures: number
    readonly parties: number
    readonly derivedRecords: number
    readonly proposals: number
  }
  readonly findings: readonly Finding[]
}

/** Chunks being judged at once: keeps every worker busy without reading the log into memory. */
const CHUNKS_AHEAD = 6

/** Audits a log. Never throws for a bad log. */
export async function auditLog(options: AuditOptions): Promise<AuditReport> {
  const findings: Finding[] = []
  const head = openHead(options, findings)
  if (head === undefined) return report(options, findings, undefined, undefined)
  const auditor = new Auditor(options.origin, options.crypto, options.workers)
  try {
    const run = new AuditRun(options, head.checkpoint, findings)
    await run.learnKeys(auditor)
    await run.walk(auditor)
    await run.finish(head.inbox)
    return report(options, findings, head, run)
  } finally {
    await auditor.close()
  }
}

type OpenedHead = {
  readonly checkpoint: Checkpoint
  readonly signedBy: readonly NoteKey[]
  readonly inbox: { readonly base: number; readonly seq: number; readonly hash: string }
}

function openHead(
  { head, policy, crypto, origin }: AuditOptions,
  findings: Finding[],
): OpenedHead | undefined {
  try {
    const read = head.read()
    if (read === undefined) {
      findings.push({ severity: 'incomplete', code: 'NOTHING_TO_VERIFY', at: 'checkpoint' })
      return undefined
    }
    const { checkpoint, signedBy } = openCheckpoint(read.checkpoint, policy, crypto)
    if (checkpoint.origin !== origin) throw new LedgerError('CHECKPOINT_ORIGIN')
    return { checkpoint, signedBy, inbox: read.inbox }
  } catch (error) {
    findings.push(findingOf(error, { at: 'checkpoint' }))
    return undefined
  }
}

function report(
  options: AuditOptions,
  findings: readonly Finding[],
  head: OpenedHead | undefined,
  run: AuditRun | undefined,
): AuditReport {
  const time = run?.lastTime
  return {
    verdict: recordVerdict(findings, run?.entries ?? 0),
    origin: options.origin,
    ...(head === undefined ? {} : { checkpoint: head.checkpoint }),
    signedBy: head?.signedBy ?? [],
    ...(time === undefined ? {} : { headTime: time }),
    checked: {
      entries: run?.entries ?? 0,
      signatures: run?.signatures ?? 0,
      parties: run?.registry.parties().length ?? 0,
      derivedRecords: run?.derived ?? 0,
      proposals: run?.proposals ?? 0,
    },
    findings,
  }
}

/** State of one walk over the log. */
class AuditRun {
  readonly registry = new RegistryState()
  entries = 0
  signatures = 0
  derived = 0
  proposals = 0
  lastTime: number | undefined
  readonly #options: AuditOptions
  readonly #checkpoint: Checkpoint
  readonly #findings: Finding[]
  readonly #records: Records
  readonly #expected = noDerived()
  /** Transfers cite the same instruments again and again. */
  readonly #instruments = new Map<StatementId, StatementFacts>()
  #tree: TreeState = EMPTY_TREE
  #lastLeaf: Uint8Array
  /** An entry could not be read, so nothing after it can be placed in the tree. */
  #broken = false

  constructor(options: AuditOptions, checkpoint: Checkpoint, findings: Finding[]) {
    this.#options = options
    this.#checkpoint = checkpoint
    this.#findings = findings
    this.#records = new Records(options.store, options.crypto.sha256)
    this.#lastLeaf = firstPrevious(options.origin, options.crypto.sha256)
  }

  /** Every key that a registry statement ever declared; when it may sign is judged entry by entry. */
  async learnKeys(auditor: Auditor): Promise<void> {
    const { crypto } = this.#options
    for await (const index of this.#records.registryEntries(this.#checkpoint.size)) {
      try {
        const entry = this.#records.entry(index)
        const record = this.#records.statement(index)
        if (entry === undefined || record === undefined) continue
        const { facts } = openRecord(index, entry, record, crypto)
        if (facts.change !== undefined && facts.change.kind !== 'end') {
          auditor.learn([[facts.change.key.kid, facts.change.key.key]])
        }
      } catch (error) {
        // The walk comes to this entry and reports it.
        if (!(error instanceof LedgerError)) throw error
      }
    }
  }

  async walk(auditor: Auditor): Promise<void> {
    const { size } = this.#checkpoint
    const ahead: ReturnType<typeof readAndJudge>[] = []
    let next = 0
    const start = (): void => {
      const to = Math.min(next + AUDIT_CHUNK, size)
      ahead.push(readAndJudge(this.#options.store, auditor, next, to))
      next = to
    }
    while (next < size && ahead.length < CHUNKS_AHEAD) start()
    for (let chunk = ahead.shift(); chunk !== undefined; chunk = ahead.shift()) {
      const [reads, results] = await chunk
      if (next < size) start()
      this.#takeChunk(reads, results)
      this.#options.onProgress?.({ done: this.entries, total: size })
    }
  }

  async finish(inbox: OpenedHead['inbox']): Promise<void> {
    const { crypto } = this.#options
    const { size, root } = this.#checkpoint
    const computed = size === 0 ? emptyRoot() : treeRoot(this.#tree, crypto.sha256)
    if (!this.#broken && !equalBytes(computed, root)) {
      this.#fail({
        code: 'PROOF_ROOT_MISMATCH',
        at: 'checkpoint',
        detail: 'the entries give another root',
      })
    }
    await this.#compareCounts()
    this.proposals = await auditInbox(this.#records, inbox, crypto, this.#findings)
  }

  /** Records that nothing accounts for are found by their number; every expected one was compared. */
  async #compareCounts(): Promise<void> {
    const stored = await this.#records.entryCount()
    if (stored > this.#checkpoint.size) {
      const detail = `${stored - this.#checkpoint.size} entries after the signed head: a commit was interrupted; opening the ledger finishes it`
      this.#findings.push({ severity: 'note', code: 'LEDGER_AHEAD_OF_HEAD', at: 'store', detail })
      return
    }
    try {
      const found = await countDerived(this.#options.store)
      for (const kind of Object.keys(found) as DerivedKind[]) {
        this.derived += found[kind]
        if (found[kind] === this.#expected[kind]) continue
        const detail = `${found[kind]} ${kind} records, the entries give ${this.#expected[kind]}`
        this.#fail({ code: 'ENTRY_MISMATCH', at: `derived ${kind} records`, detail })
      }
    } catch (error) {
      this.#findings.push(findingOf(error, { at: 'derived records' }))
    }
  }

  #takeChunk(reads: readonly AuditRead[], results: readonly (AuditItemResult | undefined)[]): void {
    const leaves: LeafHash[] = []
    for (const [position, read] of reads.entries()) {
      const result = results[position]
      this.entries += 1
      if (read.entry === undefined || result === undefined) {
        this.#broken = true
        this.#fail({
          code: 'ENTRY_NOT_FOUND',
          at: `entry ${read.index}`,
          index: read.index,
          detail: 'the entry is missing',
        })
        continue
      }
      const leaf = entryLeaf(read.entry, this.#options.crypto.sha256)
      this.#takeEntry(read.index, read.entry, leaf, result)
      leaves.push(leaf)
    }
    const { state, tiles } = appendLeaves(this.#tree, leaves, this.#options.crypto.sha256)
    this.#tree = state
    this.#expected.tile += tiles.length
    for (const tile of this.#broken ? [] : tiles) {
      const put = putTile(tile)
      if (!this.#isStored(put)) {
        this.#fail({
          code: 'ENTRY_MISMATCH',
          at: `tile ${tile.level}/${tile.number}`,
          detail: 'a tile is not what its entries give',
        })
      }
    }
  }

  #takeEntry(index: number, bytes: Uint8Array, leaf: LeafHash, result: AuditItemResult): void {
    const about = { at: `entry ${index}`, index }
    let entry: Entry
    try {
      entry = parseEntry(bytes)
      verifyChainLink(entry, this.#lastLeaf, this.lastTime ?? 0, index)
      this.lastTime = entry.time
    } catch (error) {
      this.#findings.push(findingOf(error, about))
      return
    } finally {
      this.#lastLeaf = leaf
    }
    if (result.facts === undefined) {
      this.#fail({
        ...about,
        id: entry.id,
        code: result.code,
        ...(result.detail === undefined ? {} : { detail: result.detail }),
      })
    } else this.#takeStatement(index, entry, result.facts)
    if (!equalBytes(entry.registryRoot, registryRoot(this.registry.map))) {
      this.#fail({
        ...about,
        id: entry.id,
        code: 'REGISTRY_MISMATCH',
        detail: 'the registry root is not what the registry statements give',
      })
    }
  }

  #takeStatement(index: number, entry: Entry, facts: StatementFacts): void {
    const { crypto } = this.#options
    const about = { at: `entry ${index}`, index, id: facts.id }
    this.signatures += facts.signers.length
    if (facts.type === 'instrument/1') this.#instruments.set(facts.id, facts)
    const registry = new RegistryDraft(this.registry, crypto.sha256)
    for (const { code, at } of obstacles(facts, entry.time, this.#lookup(index, registry))) {
      this.#fail({ ...about, code, detail: at })
    }
    if (facts.change !== undefined) {
      try {
        registry.apply(facts.change, facts.id, index)
        this.registry.merge(registry)
      } catch (error) {
        this.#findings.push(findingOf(error, about))
      }
    }
    for (const put of derivedPuts(index, facts, (id) => this.#records.indexOf(id), crypto.sha256)) {
      const kind = derivedKind(put.key)
      this.#expected[kind] += 1
      if (!this.#isStored(put))
        this.#fail({ ...about, code: 'ENTRY_MISMATCH', detail: `its derived ${kind} record` })
    }
  }

  /** What the log knew just before entry `index`; of a refused proposal, what was kept of it. */
  #lookup(index: number, registry: RegistryDraft): Lookup {
    const before = (found: number | undefined): number | undefined =>
      found !== undefined && found < index ? found : undefined
    const factsOf = (id: StatementId): StatementFacts | undefined => {
      const instrument = this.#instruments.get(id)
      if (instrument !== undefined) return instrument
      const at = before(this.#records.indexOf(id))
      const bytes = at === undefined ? undefined : this.#records.entry(at)
      const record = at === undefined ? undefined : this.#records.statement(at)
      if (at === undefined || bytes === undefined || record === undefined) return undefined
      return openRecord(at, bytes, record, this.#options.crypto).facts
    }
    return {
      registrar: this.registry.parties()[0],
      registry,
      indexOf: (id) => before(this.#records.indexOf(id)),
      holding: (parent) =>
        before(this.#records.indexOf(parent.id)) === undefined
          ? undefined
          : this.#records.holding(parent),
      isRefused: (id) => before(this.#records.refusedBy(id)) !== undefined,
      factsOf,
      proposalFacts: (id) => {
        const { opened } = openDeclined(this.#records, id, this.#options.crypto)
        return factsOfStatement(opened)
      },
    }
  }

  #isStored({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): boolean {
    try {
      const stored = this.#options.store.get(key)
      return stored !== undefined && equalBytes(stored, value)
    } catch (error) {
      if (error instanceof LedgerError) return false
      throw error
    }
  }

  #fail(finding: Omit<Finding, 'severity'>): void {
    this.#findings.push({ severity: 'failed', ...finding })
  }
}

/** Reads a chunk and has it judged; an entry that is missing has no result. */
async function readAndJudge(
  store: Store,
  auditor: Auditor,
  from: number,
  to: number,
): Promise<readonly [readonly AuditRead[], readonly (AuditItemResult | undefined)[]]> {
  const reads = await readStatements(store, from, to)
  const items = reads.flatMap(({ index, entry, record }) =>
    entry === undefined ? [] : [{ index, entry, record }],
  )
  const judged = await auditor.judge(items)
  const results = new Map(items.map(({ index }, position) => [index, judged[position]]))
  return [reads, reads.map(({ index }) => results.get(index))]
}
