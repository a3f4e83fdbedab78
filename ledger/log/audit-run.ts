/**
 * One walk of an audit over a log, entry by entry in order.
 *
 * Derived records serve as the audit's own memory: each was compared with what its entry gives before
 * a later entry relies on it, so the audit needs no table of the whole log.
 *
 * A commit that a crash interrupted has left entries after the signed head. Nobody was promised them,
 * but what they say is judged like the rest: opening the ledger will sign them, or refuse to.
 */
import { equalBytes } from '../core/bytes.js'
import type { CheckContext } from '../core/check.js'
import type { Checkpoint } from '../core/checkpoint.js'
import { type Entry, entryLeaf, firstPrevious, parseEntry, verifyChainLink } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import { type Finding, findingOf } from '../core/finding.js'
import { emptyRoot, type LeafHash } from '../core/hash.js'
import { registryRoot } from '../core/registry.js'
import type { StatementId } from '../core/statement.js'
import { obstacles } from './admission.js'
import {
  addCounts,
  countedFindings,
  DerivedComparison,
  type DerivedKind,
  derivedKind,
  isStored,
  noDerived,
} from './audit-derived.js'
import { auditInbox, declinedFindings } from './audit-inbox.js'
import { AuditedKeys } from './audit-keys.js'
import { KnownStatements, lookupBefore } from './audit-lookup.js'
import { type AuditRunOptions, checkStoreOrigin } from './audit-options.js'
import { type AuditedTree, resumedState } from './audit-resume.js'
import { AuditedRules } from './audit-rules.js'
import type { AuditItemResult, Judged } from './audit-wire.js'
import type { Auditor } from './auditor.js'
import { checkContext } from './open-log.js'
import { putTile, Records } from './records.js'
import { RegistryDraft, RegistryState } from './registry-state.js'
import { appendLeaves, EMPTY_TREE, type TreeState, treeRoot } from './tree.js'
import { COMMIT_STATEMENTS_MAX } from './writer.js'

type About = Pick<Finding, 'at' | 'index' | 'id'>
type StatementAbout = About & { readonly id: StatementId }
type Sound = Extract<AuditItemResult, { readonly facts: StatementFacts }>

export class AuditRun {
  readonly registry = new RegistryState()
  readonly keys = new AuditedKeys()
  signatures = 0
  derived = 0
  proposals = 0
  /** Time of the last entry under the signed head. */
  headTime: number | undefined
  readonly #options: AuditRunOptions
  readonly #checkpoint: Checkpoint
  readonly #findings: Finding[]
  readonly #records: Records
  readonly #known: KnownStatements
  readonly #derived: DerivedComparison
  readonly #expected = noDerived()
  readonly #instruments = new Map<StatementId, StatementFacts>()
  readonly #refused = new Set<StatementId>()
  readonly #context: CheckContext
  readonly #rules: AuditedRules
  /** Entries to walk: those under the head, and those of an interrupted commit. */
  #end: number
  #entries = 0
  /** Entries that an earlier audit has found in order. */
  #since = 0
  #tree: TreeState = EMPTY_TREE
  /** The tree of the entries under the head. */
  #signedTree: TreeState = EMPTY_TREE
  #lastLeaf: Uint8Array
  #lastTime: number | undefined
  /** An entry could not be read, so nothing after it can be placed in the tree. */
  #broken = false
  /** First and last of entries that are missing one after another. */
  #gap: { readonly first: number; readonly last: number } | undefined
  /** Some statement could not be judged, so what it gives is not known. */
  #unjudged = false
  /** A wrong registry root that was reported: it stays wrong until the registry changes again. */
  #wrongRoot: Uint8Array | undefined
  /** A registry statement of a form that this version does not know came by. */
  #registryUnknown = false

  constructor(options: AuditRunOptions, checkpoint: Checkpoint, findings: Finding[]) {
    this.#options = options
    this.#checkpoint = checkpoint
    this.#findings = findings
    this.#end = checkpoint.size
    this.#records = new Records(options.store, options.crypto.sha256)
    this.#known = new KnownStatements(this.#records)
    this.#rules = new AuditedRules({ ...options, records: this.#records })
    this.#derived = new DerivedComparison(options.store, this.#known, options.crypto.sha256)
    this.#lastLeaf = firstPrevious(options.origin, options.crypto.sha256)
    this.#context = checkContext(options.origin, options.crypto, this.registry)
  }

  /** Entries under the signed head that were read. */
  get signedEntries(): number {
    return Math.min(this.#entries, this.#checkpoint.size) - this.#since
  }

  /** Begins after what an earlier audit has found in order. To be called first. Rejects with damage. */
  async resume(audited: AuditedTree): Promise<void> {
    const { crypto } = this.#options
    const state = await resumedState(audited, this.registry, this.#records, crypto)
    this.#since = audited.size
    this.#entries = audited.size
    this.#tree = state.tree
    this.#signedTree = state.tree
    this.#lastLeaf = state.lastLeaf
    this.#lastTime = state.lastTime
    this.headTime = state.lastTime
  }

  /** Looks at the store as such, and learns every key that was ever declared. */
  async begin(auditor: Auditor): Promise<void> {
    const { store, origin } = this.#options
    this.#collect({ at: 'store' }, () => checkStoreOrigin(store, origin))
    const { size } = this.#checkpoint
    const stored = await this.#records.entryCount()
    if (stored > size + COMMIT_STATEMENTS_MAX) {
      const detail = `${stored - size} entries after the signed head: no commit has so many`
      this.#fail({ code: 'LEDGER_DAMAGED', at: `entry ${size}`, index: size, detail })
    } else if (stored > size) {
      const detail = `${stored - size} entries after the signed head: a commit was interrupted; opening the ledger finishes it`
      this.#findings.push({ severity: 'note', code: 'LEDGER_AHEAD_OF_HEAD', at: 'store', detail })
      this.#end = stored
    }
    const beyond = Math.max(stored, size)
    if (await this.#records.hasStatementFrom(beyond)) {
      const detail = 'parts of a statement are there, and no entry'
      this.#fail({ code: 'ENTRY_MISMATCH', at: `entry ${beyond}`, index: beyond, detail })
    }
    const { crypto } = this.#options
    await this.keys.learn(auditor, this.#records, this.#end, crypto)
  }

  async walk(auditor: Auditor): Promise<void> {
    const bounds = { head: this.#checkpoint.size, end: this.#end }
    if (this.#comparesAll) this.#rules.begin()
    const stretches = auditor.judge(this.#since, bounds)
    const ahead: Promise<Judged>[] = []
    for (;;) {
      while (ahead.length < auditor.ahead) {
        const next = stretches.next()
        if (next.done === true) break
        ahead.push(next.value)
      }
      const judged = await ahead.shift()
      if (judged === undefined) break
      this.#takeStretch(judged)
      await this.#options.afterChunk?.()
      this.#options.onProgress?.({ done: this.#entries, total: this.#end })
    }
    this.#closeGap()
  }

  async finish(pin: {
    readonly base: number
    readonly seq: number
    readonly hash: string
  }): Promise<void> {
    const { crypto } = this.#options
    const { size, root } = this.#checkpoint
    const computed = size === 0 ? emptyRoot() : treeRoot(this.#signedTree, crypto.sha256)
    if (!this.#broken && !equalBytes(computed, root)) {
      const detail = 'the entries give another root'
      this.#fail({ code: 'PROOF_ROOT_MISMATCH', at: 'checkpoint', detail })
    }
    if (this.#comparesAll) await this.#compareCounts()
    const parts = { records: this.#records, pin, context: this.#context }
    this.proposals = await auditInbox(parts, this.#findings)
  }

  /** What is more than expected shows only where all of it was expected. */
  get #comparesAll(): boolean {
    return this.#since === 0 && this.#options.derive === undefined
  }

  /** Every expected record was compared: what is more than expected is of nothing. */
  async #compareCounts(): Promise<void> {
    const { store, crypto } = this.#options
    try {
      const parts = { store, records: this.#records, crypto, entries: this.#end }
      const counted = await countedFindings(this.#expected, this.#unjudged, parts)
      this.derived += counted.derived
      this.#findings.push(...counted.findings)
      this.#findings.push(...(await this.#rules.findings(this.#unjudged)))
    } catch (error) {
      this.#findings.push(findingOf(error, { at: 'derived records' }))
    }
  }

  #takeStretch({ entries, given }: Judged): void {
    const leaves: LeafHash[] = []
    for (const { index, entry, result } of entries) {
      this.#entries += 1
      if (entry === undefined || result === undefined) {
        this.#broken = true
        this.#unjudged = true
        this.#gap = { first: this.#gap?.first ?? index, last: index }
        continue
      }
      this.#closeGap()
      const leaf = entryLeaf(entry, this.#options.crypto.sha256)
      this.#takeEntry(index, entry, leaf, result)
      leaves.push(leaf)
    }
    addCounts(this.#expected, given ?? this.#derived.takeGiven())
    this.#appendLeaves(leaves)
    if (this.#entries === this.#checkpoint.size) this.#signedTree = this.#tree
  }

  #appendLeaves(leaves: readonly LeafHash[]): void {
    const { state, tiles } = appendLeaves(this.#tree, leaves, this.#options.crypto.sha256)
    this.#tree = state
    this.#expected.tile += tiles.length
    for (const tile of this.#broken ? [] : tiles) {
      if (isStored(putTile(tile), this.#options.store)) continue
      const at = `tile ${tile.level}/${tile.number}`
      this.#fail({ code: 'ENTRY_MISMATCH', at, detail: 'a tile is not what its entries give' })
    }
  }

  /** One finding for entries that are missing one after another. */
  #closeGap(): void {
    if (this.#gap === undefined) return
    const { first, last } = this.#gap
    const detail =
      first === last
        ? 'the entry is missing'
        : `the entry is missing, and all after it up to entry ${last}`
    this.#fail({ code: 'ENTRY_NOT_FOUND', at: `entry ${first}`, index: first, detail })
    this.#gap = undefined
  }

  #takeEntry(index: number, bytes: Uint8Array, leaf: LeafHash, result: AuditItemResult): void {
    const place = { at: `entry ${index}`, index }
    this.#rules.take(index, result)
    const entry = this.#chained(index, bytes, leaf)
    if (entry === undefined) {
      this.#unjudged = true
      return
    }
    const about = { ...place, id: entry.id }
    if (result.facts === undefined) this.#takeUnsound(entry, about, result)
    else this.#takeStatement(index, entry, result)
    const root = registryRoot(this.registry.map)
    if (this.#registryUnknown || equalBytes(entry.registryRoot, root)) return
    const known = this.#wrongRoot !== undefined && equalBytes(entry.registryRoot, this.#wrongRoot)
    this.#wrongRoot = entry.registryRoot
    if (known) return
    const detail = 'the registry root is not what the registry statements give'
    this.#fail({ ...about, code: 'REGISTRY_MISMATCH', detail })
  }

  /** Undefined for bytes that are no entry. */
  #chained(index: number, bytes: Uint8Array, leaf: LeafHash): Entry | undefined {
    const [previous, time] = [this.#lastLeaf, this.#lastTime]
    const { size } = this.#checkpoint
    this.#lastLeaf = leaf
    try {
      const entry = parseEntry(bytes)
      this.#lastTime = entry.time
      if (index === size - 1) this.headTime = entry.time
      this.#collect({ at: `entry ${index}`, index }, () => {
        verifyChainLink(entry, previous, time ?? 0, index)
        if (index > size && entry.time !== time)
          throw new LedgerError('ENTRY_CHAIN_BROKEN', { reason: 'one commit with two times' })
      })
      return entry
    } catch (error) {
      this.#findings.push(findingOf(error, { at: `entry ${index}`, index }))
      return undefined
    }
  }

  #takeUnsound(
    entry: Entry,
    about: About,
    { code, detail }: Exclude<AuditItemResult, Sound>,
  ): void {
    const finding = findingOf(new LedgerError(code), {
      ...about,
      ...(detail === undefined ? {} : { detail }),
    })
    this.#unjudged = true
    this.#findings.push(finding)
    const same = equalBytes(entry.registryRoot, registryRoot(this.registry.map))
    if (finding.severity === 'incomplete' && !same) this.#registryUnknown = true
  }

  #takeStatement(index: number, entry: Entry, sound: Sound): void {
    const { crypto } = this.#options
    const { facts } = sound
    const about = { at: `entry ${index}`, index, id: facts.id }
    this.signatures += facts.signers.length
    this.keys.take(index, facts)
    if (facts.type === 'instrument/1') this.#instruments.set(facts.id, facts)
    const registry = new RegistryDraft(this.registry, crypto.sha256)
    const lookup = lookupBefore(index, registry, {
      known: this.#known,
      records: this.#records,
      crypto,
      registrar: this.registry.parties()[0],
      isRefused: (id) => this.#isRefused(id),
      instruments: this.#instruments,
    })
    const found = obstacles(facts, entry.time, lookup)
    for (const { code, at } of found) this.#fail({ ...about, code, detail: at })
    const { about: refused, change } = facts
    if (refused !== undefined) {
      this.#refused.add(refused)
      this.#expected.declined += 1
      if (found.length === 0)
        this.#findings.push(...declinedFindings(about, refused, this.#records, this.#context))
    }
    if (change !== undefined) {
      try {
        registry.apply(change, facts.id, index)
        this.registry.merge(registry)
      } catch (error) {
        const finding = findingOf(error, about)
        if (!found.some(({ code }) => code === finding.code)) this.#findings.push(finding)
      }
    }
    this.#takeDerived(index, sound, about)
  }

  #isRefused(id: StatementId): boolean {
    const at =
      this.#since === 0 ? undefined : this.#collect(undefined, () => this.#records.refusedBy(id))
    return this.#refused.has(id) || (at !== undefined && at < this.#since)
  }

  #takeDerived(index: number, { facts, lost }: Sound, about: StatementAbout): void {
    const { derive } = this.#options
    for (const kind of lost ?? []) this.#takeLost(kind, index, about)
    if (lost !== undefined) return
    for (const put of this.#derived.lost(index, facts)) {
      const kind = derivedKind(put.key)
      if (derive === undefined) this.#takeLost(kind, index, about)
      else if (kind !== 'id' || !this.#takeRepeat(index, facts.id)) derive(put)
    }
  }

  /** A record of this kind is not what a statement gives. */
  #takeLost(kind: DerivedKind, index: number, about: StatementAbout): void {
    if (kind === 'id' && this.#takeRepeat(index, about.id)) return
    this.#fail({ ...about, code: 'ENTRY_MISMATCH', detail: `its derived ${kind} record` })
  }

  /** An id is in a log at most once. The one id record points at the first entry or at a later one. */
  #takeRepeat(index: number, id: StatementId): boolean {
    const other = this.#indexOf(id)
    if (other === undefined || other === index || other >= this.#end) return false
    const bytes = this.#collect(undefined, () => this.#records.entry(other))
    const entry = this.#collect(undefined, () =>
      bytes === undefined ? undefined : parseEntry(bytes),
    )
    if (entry?.id !== id) return false
    const [first, again] = other < index ? [other, index] : [index, other]
    const about = { at: `entry ${again}`, index: again, id }
    const detail = `the statement of entry ${first} again`
    this.#fail({ ...about, code: 'STATEMENT_ADMITTED', detail })
    return true
  }

  /** Undefined also for a record that is damaged: its own entry reports that. */
  #indexOf(id: StatementId): number | undefined {
    return this.#collect(undefined, () => this.#records.indexOf(id))
  }

  /** What `read` gives; undefined when it refuses, with a finding if it is said what it is about. */
  #collect<T>(about: About | undefined, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      if (about !== undefined) this.#findings.push(findingOf(error, about))
      return undefined
    }
  }

  #fail(finding: Omit<Finding, 'severity'>): void {
    this.#findings.push({ severity: 'failed', ...finding })
  }
}
