/**
 * The reading half of the client: one method per route. DESIGN 7.2, 7.3.
 *
 * What comes back is parsed, not believed: `verifyEvidence` judges receipts and lineages with the
 * caller's policy.
 */
import { parseEntry } from '../ledger/core/entry.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import { parseTlogProof, type TlogProof } from '../ledger/core/tlog-proof.js'
import type { Facts, UsageKey } from '../ledger/rules/facts.js'
import type { Subject } from '../ledger/rules/subject.js'
import {
  readBundle,
  readEntry,
  readHashes,
  readInbox,
  readParty,
  readPartyEvidence,
  readPartyPage,
  readReadiness,
  readReceipt,
  readStatement,
  readSums,
} from './answer.js'
import type { Calls } from './calls.js'
import { refuseAnswer, TIMEOUT_MS } from './http.js'
import {
  type ImpactAnswer,
  impactPath,
  type LookedAt,
  readImpact,
  readSimulation,
  type SimulationAnswer,
  type SupposedChange,
  simulatePath,
} from './impact.js'
import { idsAt, textAt } from './members.js'
import type {
  InboxPage,
  LedgerInfo,
  PartyPage,
  PartyRecord,
  Readiness,
  SearchPage,
  StatementRecord,
} from './model.js'
import { readSample, type SampleAnswer, type SampleQuery, sampleCall } from './sample.js'
import { readSearchPage, type SearchQuery, searchPath } from './search.js'
import {
  readUsage,
  readVerdicts,
  type UsageAnswer,
  type UsageQuery,
  usagePath,
  type VerdictsAnswer,
  verdictsPath,
} from './verdicts.js'

export type InboxQuery = {
  /** `sent` for proposals that this party signed and others must; `inbox` if left out. */
  readonly box?: 'inbox' | 'sent'
  /** Seconds to wait for news, 0 to 60. */
  readonly wait?: number
  /** Version of the list that is known already: waits for another. */
  readonly after?: number
  /** The `cursor` of the page before. */
  readonly cursor?: string
  readonly signal?: AbortSignal
}

/** Ids may be given by their first 8 or more digits. */
export type Reader = {
  /** What ledger the server speaks for: its own word. */
  readonly ledger: () => Promise<LedgerInfo>
  /** Whether the server takes statements, and what its operator should know; NOT_READY otherwise. */
  readonly readiness: () => Promise<Readiness>
  /** The published checkpoint, a signed note. */
  readonly checkpoint: () => Promise<string>
  readonly statement: (id: string) => Promise<StatementRecord>
  readonly receipt: (id: string) => Promise<Evidence>
  /** A statement and everything before it, as far as this party may see. */
  readonly lineage: (id: string) => Promise<Evidence>
  /** Sums by which rules that count judge that lineage: the server's word. */
  readonly sums: (id: string) => Promise<Facts['usage']>
  /** Outcomes whose artefact has this SHA-256, in lower-case hex. */
  readonly outcomes: (digest: string) => Promise<readonly StatementId[]>
  /** Statements that say all of this, as far as this party may read; a page at a time. */
  readonly search: (query?: SearchQuery) => Promise<SearchPage>
  /** Everything that came of a subject, as far as the caller may see it. */
  readonly impact: (subject: Subject, at?: LookedAt) => Promise<ImpactAnswer>
  /** What a change would break, as far as the caller may see it; nothing is recorded. */
  readonly simulate: (change: SupposedChange, at?: LookedAt) => Promise<SimulationAnswer>
  /**
   * What the rules say of a statement and of everything before it, as the server judges them. Its
   * word: `lineage` brings what can be verified and judged here.
   */
  readonly verdicts: (id: string, at?: LookedAt) => Promise<VerdictsAnswer>
  /** Sums over transfers that share a key; for auditors. */
  readonly usage: (key: UsageKey, query?: UsageQuery) => Promise<UsageAnswer>
  /**
   * Transfers drawn by a seed. That nothing was left out is the server's word, and a spot check needs
   * each lineage verified: `lineage` of each, or `waybill sample`.
   */
  readonly sample: (query: SampleQuery) => Promise<SampleAnswer>
  readonly inbox: (query?: InboxQuery) => Promise<InboxPage>
  readonly parties: (cursor?: string) => Promise<PartyPage>
  readonly party: (party: PartyId) => Promise<PartyRecord>
  /** All registry statements of a party and of the registrar, with the proof that they are all. */
  readonly partyEvidence: (party: PartyId) => Promise<Evidence>
  /** The 143 bytes of an entry. */
  readonly entry: (index: number) => Promise<Uint8Array>
  readonly inclusionProof: (id: string) => Promise<TlogProof>
  /** A tile of the public log, or a bundle of its entries, by its path: `tile/0/000`. Unverified. */
  readonly tile: (path: string) => Promise<Uint8Array>
  /**
   * Statement lines of the entries from `from` up to, not including, `to`: the first one at least.
   * For auditors; unverified.
   */
  readonly statementLines: (from: number, to: number) => Promise<string>
  /**
   * Inbox lines from a number on, from the first when left out: what waits. For auditors; unverified.
   * Undefined when the server is of a version that does not give any.
   */
  readonly inboxLines: (from?: number) => Promise<string | undefined>
  /** The hashes that lead from leaf `index` to the root of the tree of `size` leaves. */
  readonly inclusionPath: (index: number, size: number) => Promise<readonly NodeHash[]>
  /** Shows that the tree of `first` leaves is the beginning of the tree of `second`. */
  readonly consistencyProof: (first: number, second: number) => Promise<readonly NodeHash[]>
}

export function readerOf(calls: Calls): Reader {
  const auth = { auth: true } as const
  return {
    ledger: calls.ledger,
    readiness: async () => readReadiness(await calls.get('/readyz')),
    checkpoint: () => calls.getText('/checkpoint'),
    statement: async (id) =>
      readStatement(await calls.get(`/v1/statements/${segment(id)}`, auth), id),
    receipt: async (id) =>
      readReceipt(await calls.get(`/v1/statements/${segment(id)}/receipt`, auth), id),
    lineage: async (id) => readBundle(await calls.get(`/v1/lineage/${segment(id)}`, auth), id),
    sums: async (id) => readSums(await calls.get(`/v1/lineage/${segment(id)}/sums`, auth)),
    outcomes: async (digest) =>
      idsAt(await calls.get(`/v1/outcomes?digest=${segment(digest)}`, auth), 'items'),
    search: async (query = {}) => readSearchPage(await calls.get(searchPath(query), auth)),
    impact: async (subject, at = {}) => readImpact(await calls.get(impactPath(subject, at), auth)),
    simulate: async (change, at = {}) =>
      readSimulation(await calls.get(simulatePath(change, at), auth)),
    verdicts: async (id, at = {}) => readVerdicts(await calls.get(verdictsPath(id, at), auth), id),
    usage: async (key, query = {}) => readUsage(await calls.get(usagePath(key, query), auth)),
    sample: async (query) => {
      const call = sampleCall(query)
      return readSample(await calls.get(call.path, auth), call)
    },
    inbox: async (query = {}) => readInbox(await calls.get(inboxPath(query), inboxHow(query))),
    parties: async (cursor) => {
      const query = cursor === undefined ? '' : `?cursor=${segment(cursor)}`
      return readPartyPage(await calls.get(`/v1/parties${query}`))
    },
    party: async (party) => readParty(await calls.get(`/v1/parties/${segment(party)}`), party),
    partyEvidence: async (party) =>
      readPartyEvidence(await calls.get(`/v1/parties/${segment(party)}/evidence`), party),
    entry: async (index) => readEntry(await calls.get(`/v1/entries/${index}`)),
    inclusionProof: async (id) => {
      const answer = await calls.get(`/v1/proofs/inclusion?id=${segment(id)}`)
      return refuseAnswer('proof', () => parseTlogProof(textAt(answer, 'proof')))
    },
    tile: (path) => calls.getBytes(`/${path}`),
    statementLines: (from, to) => calls.getText(`/v1/statements?from=${from}&to=${to}`, auth),
    inboxLines: async (from) => {
      const query = from === undefined ? '' : `?from=${from}`
      try {
        return await calls.getText(`/v1/inbox/events${query}`, auth)
      } catch (error) {
        if (error instanceof LedgerError && error.code === 'ROUTE_NOT_FOUND') return undefined
        throw error
      }
    },
    inclusionPath: async (index, size) => {
      const query = `index=${index}&size=${size}`
      return readHashes(await calls.get(`/v1/proofs/inclusion?${query}`), 'path')
    },
    consistencyProof: async (first, second) => {
      const query = `first=${first}&second=${second}`
      return readHashes(await calls.get(`/v1/proofs/consistency?${query}`), 'path')
    },
  }
}

/** Id of the statement in entry 0: the registrar's own. */
export async function genesisId(reader: Pick<Reader, 'entry'>): Promise<StatementId> {
  const entry = await reader.entry(0)
  return refuseAnswer('entry', () => parseEntry(entry)).id
}

function segment(text: string): string {
  return encodeURIComponent(text)
}

function inboxPath({ box, wait, after, cursor }: InboxQuery): string {
  const query = new URLSearchParams()
  if (box === 'sent') query.set('box', box)
  if (wait !== undefined) query.set('wait', String(wait))
  if (after !== undefined) query.set('after', String(after))
  if (cursor !== undefined) query.set('cursor', cursor)
  return query.size === 0 ? '/v1/inbox' : `/v1/inbox?${query.toString()}`
}

function inboxHow({ wait = 0, signal }: InboxQuery): Parameters<Calls['get']>[1] {
  return {
    auth: true,
    timeoutMs: wait * 1000 + TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  }
}
