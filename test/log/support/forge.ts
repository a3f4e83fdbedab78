/**
 * An operator without scruples: appends what no ledger would admit, makes every derived record and
 * hash anew, and signs the head with the log's own key. Works on a closed site.
 */

import { fromBase64url, toHex } from '../../../ledger/core/bytes.js'
import { type OpenedStatement, openStatement } from '../../../ledger/core/check.js'
import { encodeEntry, entryLeaf, firstPrevious } from '../../../ledger/core/entry.js'
import { type Envelope, envelopeDigest, envelopeJson } from '../../../ledger/core/envelope.js'
import { factsOf, type StatementFacts } from '../../../ledger/core/facts.js'
import type { LeafHash } from '../../../ledger/core/hash.js'
import { encodeJcsBytes } from '../../../ledger/core/json.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import type { Prepared } from '../../../ledger/log/prepared.js'
import { putDeclined, putTile, statementPuts } from '../../../ledger/log/records.js'
import { RegistryDraft, RegistryState } from '../../../ledger/log/registry-state.js'
import { appendLeaves, EMPTY_TREE, treeRoot } from '../../../ledger/log/tree.js'
import { signCheckpoint } from '../../../ledger/log/writer.js'
import { decodeBody, encodeBody } from '../../../ledger/store/codec.js'
import { encodeMeta, META_KEY } from '../../../ledger/store/layout.js'
import { openMemoryStore } from '../../../ledger/store/memory.js'
import type { Put } from '../../../ledger/store/store.js'
import { FIRMS, type Firm, OPERATOR } from './firms.js'
import { LOG_KEY, Site } from './site.js'
import {
  crypto,
  type Draft,
  enrolling,
  enrolment,
  ORIGIN,
  type Signing,
  START_S,
  sign,
} from './statements.js'

/** What is not as a ledger would make it. */
export type Liberties = {
  /** Entry time; START_S if left out. */
  readonly time?: number
  /** What the entry says that the registry is; as it is if left out. */
  readonly registryRoot?: Uint8Array
  /** Link to another entry than the one before. */
  readonly previous?: Uint8Array
  /** The registry takes no notice of this statement. */
  readonly ignored?: boolean
  /** Disclosures by the position they are stored under; all under their own if left out. */
  readonly disclosures?: readonly (string | undefined)[]
  /** Facts that derived records follow from, where they cannot be read from the statement. */
  readonly facts?: StatementFacts
}

export class Forger {
  readonly #puts: Put[] = [{ key: META_KEY, value: encodeMeta(ORIGIN) }]
  readonly #registry = new RegistryState()
  readonly #ids = new Map<StatementId, number>()
  readonly #leaves: LeafHash[] = []
  #last: Uint8Array = firstPrevious(ORIGIN, crypto.sha256)
  #lastRoot: Uint8Array = new Uint8Array(32)

  /** A log whose operator and firms are enrolled as they should be. */
  static async start(firms: readonly Firm[] = FIRMS): Promise<Forger> {
    const forger = new Forger()
    for (const firm of [OPERATOR, ...firms]) await forger.add(enrolment(firm), enrolling(firm))
    return forger
  }

  get size(): number {
    return this.#leaves.length
  }

  /** Registry root of the last entry. */
  get root(): Uint8Array {
    return this.#lastRoot
  }

  /** Signs a draft and appends it. */
  async add(
    draft: Draft,
    signings: readonly Signing[],
    liberties: Liberties = {},
  ): Promise<StatementId> {
    return this.append(await sign(draft, signings), liberties)
  }

  /** Appends an envelope, whatever it says. */
  append(envelope: Envelope, liberties: Liberties = {}): StatementId {
    const opened = liberties.facts === undefined ? openStatement(envelope, crypto) : undefined
    const facts = liberties.facts ?? factsOf(opened as NonNullable<typeof opened>)
    const index = this.size
    if (liberties.ignored !== true) this.#register(facts, index)
    this.#lastRoot = liberties.registryRoot ?? this.#draft().root
    const digest = envelopeDigest(envelope)
    const entry = encodeEntry({
      previous: liberties.previous ?? this.#last,
      time: liberties.time ?? START_S,
      id: facts.id,
      envelopeDigest: digest,
      registryRoot: this.#lastRoot,
    })
    const disclosures = liberties.disclosures ?? (opened === undefined ? [] : keptBy(opened))
    const prepared = {
      facts,
      missing: [],
      envelopeDigest: digest,
      body: bodyOf(envelope),
      disclosures: disclosures.map((text) =>
        text === undefined ? undefined : fromBase64url(text),
      ),
      proposal: new Uint8Array(0),
    } as unknown as Prepared
    this.#ids.set(facts.id, this.#ids.get(facts.id) ?? index)
    const indexOf = (id: StatementId): number | undefined => this.#ids.get(id)
    this.#puts.push(...statementPuts({ index, entry }, prepared, indexOf, crypto.sha256))
    this.#last = entryLeaf(entry, crypto.sha256)
    this.#leaves.push(this.#last as LeafHash)
    return facts.id
  }

  /** Keeps a proposal as one that was refused; the refusal itself is an entry like any other. */
  keepDeclined(id: StatementId, envelope: Envelope): void {
    const body = encodeJcsBytes(envelopeJson(envelope))
    this.#puts.push(putDeclined(id, START_S, body, crypto.sha256))
  }

  /** Any record besides. */
  put(...puts: readonly Put[]): void {
    this.#puts.push(...puts)
  }

  /** Writes everything and signs the head over it. */
  async site(): Promise<Site> {
    const site = new Site()
    const store = openMemoryStore(site.disk)
    const { state, tiles } = appendLeaves(EMPTY_TREE, this.#leaves, crypto.sha256)
    const puts = [...this.#puts, ...tiles.map(putTile)]
    await store.write({ puts }, { sync: true })
    await store.close()
    const root = treeRoot(state, crypto.sha256)
    const checkpoint = await signCheckpoint(ORIGIN, this.size, root, LOG_KEY)
    await site.head.write({
      checkpoint,
      inbox: { base: 0, seq: 0, hash: toHex(new Uint8Array(32)) },
    })
    return site
  }

  #draft(): RegistryDraft {
    return new RegistryDraft(this.#registry, crypto.sha256)
  }

  #register({ change, id }: StatementFacts, index: number): void {
    if (change === undefined) return
    const draft = this.#draft()
    draft.apply(change, id, index)
    this.#registry.merge(draft)
  }
}

/** Disclosures that a ledger keeps, by the position of their placeholder. */
function keptBy({ open, payload, schema }: OpenedStatement): readonly (string | undefined)[] {
  const names = [...payload.claims].flatMap(([name, digests]) => digests.map(() => name))
  return names.map((name, at) =>
    schema.claims[name]?.holderKept === true ? undefined : open.ordered[at],
  )
}

/** The stored body of an envelope. */
function bodyOf(envelope: Envelope): Uint8Array {
  return encodeBody({
    payload: envelope.payloadBytes,
    signatures: envelope.signatures.map((item) => ({
      protected: fromBase64url(item.protected),
      signature: fromBase64url(item.signature),
    })),
  })
}

/** The payload of a stored body changed in one byte. */
export function flippedPayload(body: Uint8Array): Uint8Array {
  const { payload, signatures } = decodeBody(body)
  const changed = payload.slice()
  changed[20] = (changed[20] ?? 0) === 0x61 ? 0x62 : 0x61
  return encodeBody({ payload: changed, signatures })
}
