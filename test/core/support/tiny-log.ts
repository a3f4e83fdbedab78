/**
 * A log in memory, made of core functions alone: real entries, tree, registry map, checkpoints and
 * evidence. It checks nothing that it is given, so that tests can be the operator who cheats.
 */
import { toHex } from '../../../ledger/core/bytes.js'
import { openStatement } from '../../../ledger/core/check.js'
import { formatCheckpoint } from '../../../ledger/core/checkpoint.js'
import type { Crypto } from '../../../ledger/core/ed25519.js'
import { encodeEntry, entryLeaf, firstPrevious, parseEntry } from '../../../ledger/core/entry.js'
import { type Envelope, envelopeDigest } from '../../../ledger/core/envelope.js'
import { LedgerError } from '../../../ledger/core/errors.js'
import type {
  EntryEvidence,
  Evidence,
  PartyEvidence,
  RegistryEvidence,
  StatementEvidence,
} from '../../../ledger/core/evidence.js'
import { factsOf } from '../../../ledger/core/facts.js'
import type { NodeHash } from '../../../ledger/core/hash.js'
import type { KeyId } from '../../../ledger/core/jwk.js'
import {
  applyChange,
  hasCompromise,
  orderCounts,
  type PartyId,
  type PartyState,
} from '../../../ledger/core/key-state.js'
import {
  appendLeaf,
  buildInclusionProof,
  type CompactRange,
  emptyRange,
  type NodeId,
  rootFromNodes,
} from '../../../ledger/core/merkle.js'
import { ed25519NoteKey, signNote } from '../../../ledger/core/note.js'
import { type Policy, policyOfLogs } from '../../../ledger/core/policy.js'
import {
  EMPTY_REGISTRY,
  type RegistryMap,
  registryKey,
  registryPath,
  registryRoot,
  registryValue,
  setRegistryValue,
} from '../../../ledger/core/registry.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import { nodeCrypto, sodiumCrypto } from '../../../ledger/crypto/native.js'
import { OPERATOR, type TestKey, type TestParty, testKey } from './parties.js'
import { enrolment, idOf, NOW, ORIGIN } from './statements.js'

/** Native, because a receipt has some ten signatures and tests verify hundreds of receipts. */
export const FAST: Crypto = sodiumCrypto() ?? nodeCrypto()

export type AppendOptions = {
  /** Entry time; by default one second after the entry before. */
  readonly time?: number
  /** False: the entry commits to the registry as it was, whatever the statement says. */
  readonly registry?: boolean
  /** Digest to commit to instead of the envelope's. */
  readonly digest?: Uint8Array
  /** Previous leaf hash instead of the real one. */
  readonly previous?: Uint8Array
  /** Registry map to commit to instead of what follows from the statements. */
  readonly map?: RegistryMap
}

export type EvidenceOptions = {
  /** Tree size of the checkpoint; the whole log by default. */
  readonly size?: number
  /** Statements to show without signatures, with the disclosures that are kept. */
  readonly stubs?: ReadonlyMap<StatementId, (disclosure: string) => boolean>
}

type Row = {
  readonly envelope: Envelope
  readonly id: StatementId
  readonly bytes: Uint8Array
  readonly map: RegistryMap
  /** Party whose registry statement the map holds since this entry. */
  readonly about?: PartyId
  /** Party whose registry statement it says it is. */
  readonly changes?: PartyId
}

export class TinyLog {
  readonly origin: string
  readonly operator: TestParty
  readonly logKey: TestKey
  readonly #rows: Row[] = []
  readonly #nodes = new Map<string, NodeHash>()
  readonly #owners = new Map<KeyId, PartyId>()
  #range: CompactRange = emptyRange()

  constructor(origin = ORIGIN, operator = OPERATOR) {
    this.origin = origin
    this.operator = operator
    this.logKey = testKey(`log key of ${origin}`)
  }

  /** A log with its operator's own statement in entry 0. */
  static async start(origin = ORIGIN, operator = OPERATOR): Promise<TinyLog> {
    const log = new TinyLog(origin, operator)
    const first = await enrolment(operator, operator)
    log.append(first)
    return log
  }

  get size(): number {
    return this.#rows.length
  }

  get policy(): Policy {
    return policyOfLogs(ed25519NoteKey(this.origin, this.logKey.key))
  }

  envelope(index: number): Envelope {
    return this.#row(index).envelope
  }

  entryBytes(index: number): Uint8Array {
    return this.#row(index).bytes
  }

  indexOf(id: StatementId): number {
    return this.#rows.findIndex((row) => row.id === id)
  }

  append(envelope: Envelope, options: AppendOptions = {}): number {
    const { change } = factsOf(openStatement(envelope, FAST))
    const writes = change !== undefined && options.registry !== false
    if (change !== undefined && change.kind !== 'end' && !this.#owners.has(change.key.kid)) {
      this.#owners.set(change.key.kid, change.party)
    }
    const map =
      options.map ?? (writes ? this.#mapWith(change.party, idOf(envelope)) : this.registryMap())
    return this.#commit(envelope, map, options, {
      ...(writes ? { about: change.party } : {}),
      ...(change === undefined ? {} : { changes: change.party }),
    })
  }

  /** Appends what this version cannot read. */
  appendUnread(envelope: Envelope): number {
    return this.#commit(envelope, this.registryMap(), {}, {})
  }

  registryMap(): RegistryMap {
    return this.#rows.at(-1)?.map ?? EMPTY_REGISTRY
  }

  /** Signed note over the first `size` entries. */
  checkpoint(size = this.size): Promise<string> {
    return signNote(this.text(size), this.origin, this.logKey.key, this.logKey.sign)
  }

  /** The checkpoint's text, unsigned. */
  text(size = this.size): string {
    const root = rootFromNodes(size, this.#node)
    return formatCheckpoint({ origin: this.origin, size, root })
  }

  entryEvidence(index: number, size = this.size): EntryEvidence {
    const path = buildInclusionProof(index, size, this.#node)
    return { index, entry: this.entryBytes(index), path }
  }

  partyEvidence(party: PartyId, size = this.size): PartyEvidence {
    const rows = this.#rows.slice(0, size).filter((row) => row.about === party)
    return { party, statements: rows.map((row) => row.envelope) }
  }

  /** The path of a party under the registry root of entry `index`; undefined where it is not there. */
  registryEvidence(party: PartyId, index: number): RegistryEvidence | undefined {
    const { map } = this.#row(index)
    const path = registryPath(map, registryKey('party', party, FAST.sha256))
    if (path === undefined) return undefined
    const { statements } = this.partyEvidence(party, index + 1)
    return { root: registryRoot(map), party, count: statements.length, path }
  }

  /** What an honest log hands out about these statements, as DESIGN 4.8 says. */
  async evidence(
    shown: readonly (Envelope | StatementId)[],
    options: EvidenceOptions = {},
  ): Promise<Evidence> {
    const size = options.size ?? this.size
    const indexes = shown
      .map((item) => this.indexOf(typeof item === 'string' ? item : idOf(item)))
      .sort((a, b) => a - b)
    const wanted = new Map<PartyId, Set<number>>([[this.operator.id, new Set([size - 1])]])
    const statements = indexes.map((index): StatementEvidence => {
      const { envelope, id } = this.#row(index)
      wanted.get(this.operator.id)?.add(index)
      const keep = options.stubs?.get(id)
      if (keep !== undefined) {
        const disclosures = envelope.disclosures.filter(keep)
        return { form: 'stub', envelope: { ...envelope, signatures: [], disclosures } }
      }
      const signers = envelope.signatures.map(({ header }) => this.#owners.get(header.kid))
      for (const party of [this.#row(index).changes, ...signers]) {
        if (party === undefined) continue
        wanted.set(party, (wanted.get(party) ?? new Set([size - 1])).add(index))
      }
      return { form: 'envelope', envelope }
    })
    return {
      checkpoint: await this.checkpoint(size),
      entries: [
        ...new Set([0, ...indexes, ...this.#registryIndexes(wanted.keys(), size), size - 1]),
      ]
        .sort((a, b) => a - b)
        .map((index) => this.entryEvidence(index, size)),
      statements,
      parties: [...wanted.keys()].sort().map((party) => this.partyEvidence(party, size)),
      registry: this.#registryOf(wanted),
    }
  }

  /** Entries of registry statements, where it counts when they were made. */
  #registryIndexes(parties: Iterable<PartyId>, size: number): readonly number[] {
    const operator = this.#stateOf(this.operator.id, size)
    const all = operator !== undefined && orderCounts(operator)
    return [...parties]
      .filter((party) => {
        const state = this.#stateOf(party, size)
        return all || (state !== undefined && hasCompromise(state))
      })
      .flatMap((party) =>
        this.#rows.flatMap((row, index) => (row.about === party && index < size ? [index] : [])),
      )
  }

  /** Key state as far as the statements make sense: a log that cheats has others. */
  #stateOf(party: PartyId, size: number): PartyState | undefined {
    let state: PartyState | undefined
    for (const envelope of this.partyEvidence(party, size).statements) {
      const { change } = factsOf(openStatement(envelope, FAST))
      try {
        if (change !== undefined) state = applyChange(state, change)
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error
      }
    }
    return state
  }

  #registryOf(wanted: ReadonlyMap<PartyId, ReadonlySet<number>>): readonly RegistryEvidence[] {
    const found = new Map<string, RegistryEvidence>()
    for (const [party, indexes] of wanted) {
      for (const index of indexes) {
        const item = this.registryEvidence(party, index)
        if (item !== undefined) found.set(`${toHex(item.root)}/${party}`, item)
      }
    }
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  }

  #commit(
    envelope: Envelope,
    map: RegistryMap,
    options: AppendOptions,
    parties: Pick<Row, 'about' | 'changes'>,
  ): number {
    const before = this.#rows.at(-1)
    const id = idOf(envelope)
    const previous = before === undefined ? firstPrevious(this.origin) : entryLeaf(before.bytes)
    const bytes = encodeEntry({
      previous: options.previous ?? previous,
      time: options.time ?? (before === undefined ? NOW : parseEntry(before.bytes).time + 1),
      id,
      envelopeDigest: options.digest ?? envelopeDigest(envelope, FAST.codec),
      registryRoot: registryRoot(map),
    })
    this.#range = appendLeaf(this.#range, entryLeaf(bytes), (node, hash) => {
      this.#nodes.set(nodeName(node), hash)
    })
    this.#rows.push({ envelope, id, bytes, map, ...parties })
    return this.#rows.length - 1
  }

  #mapWith(party: PartyId, id: StatementId): RegistryMap {
    const ids = [...this.#rows.filter((row) => row.about === party).map((row) => row.id), id]
    const key = registryKey('party', party, FAST.sha256)
    return setRegistryValue(this.registryMap(), key, registryValue(ids, FAST.sha256), FAST.sha256)
  }

  #row(index: number): Row {
    const row = this.#rows[index]
    if (row === undefined) throw new Error(`the test log has no entry ${index}`)
    return row
  }

  readonly #node = (id: NodeId): NodeHash => {
    const hash = this.#nodes.get(nodeName(id))
    if (hash === undefined) throw new Error(`the test log has no node ${nodeName(id)}`)
    return hash
  }
}

function nodeName({ level, index }: NodeId): string {
  return `${level}/${index}`
}
