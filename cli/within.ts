/**
 * `countersign --within INSTRUMENT`: what lies inside an instrument, and what speaks against the rest.
 *
 * The instrument is fetched and its signatures are checked; what was moved under it so far is summed
 * from the transfers that the ledger shows this party, which is party to all of them. A ledger that
 * leaves some out makes caps look wider: that one takes from it, and says so.
 */
import { type CheckedProposal, checkRecorded, type SearchItem } from '../client/index.js'
import { type CheckedStatement, openStatement } from '../ledger/core/check.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Known } from '../ledger/core/schemas/cross.js'
import { type ClaimsByType, knownClaims, type StatementType } from '../ledger/core/schemas.js'
import type { StatementId } from '../ledger/core/statement.js'
import { factsOfSet, type PlacedStatement } from '../ledger/rules/bundle-facts.js'
import type { Facts, InstrumentFact } from '../ledger/rules/facts.js'
import type { Transfer } from '../ledger/rules/hop.js'
import { hopOf, uncheckedSignatures } from '../ledger/rules/hops.js'
import { type LawInForce, lawInForce } from '../ledger/rules/ruleset-in-force.js'
import { UsageIndex } from '../ledger/rules/usage-index.js'
import { citesInstrument, type Outside, outsideOf } from '../ledger/rules/within.js'
import type { Job } from './command.js'
import { parseIdPrefix } from './identity.js'
import type { LedgerSource } from './ledger-source.js'
import { clean, shortId } from './output.js'
import { recordedRulesets, unreadLine } from './ruleset-input.js'
import { draftContext } from './signing.js'

/** Most transfers that are fetched to sum what was moved under an instrument. */
const SUMMED_MAX = 5_000
/** Most statements of one page of a search. */
const PAGE_MAX = 200

/** `elsewhere`: it is no transfer under this instrument, and none of this desk's business. */
export type WithinAnswer = 'inside' | 'elsewhere' | readonly Outside[]

/** Judges proposals, one after the other: each counts for those that follow. */
export type WithinDesk = {
  readonly judge: (proposal: CheckedProposal) => WithinAnswer
  /** Counts a proposal that was signed. */
  readonly count: (proposal: CheckedProposal) => void
}

/**
 * Gets everything that is needed to judge; the instrument by the first digits of its id. Rejects with
 * the code of what is wrong with it, or with asking for it.
 */
export async function openDesk(
  job: Job,
  source: LedgerSource,
  party: PartyId,
  prefix: string,
): Promise<WithinDesk> {
  const { origin, size, time: last = 0 } = await source.info()
  const records = recordsOf(job, source, { party, origin })
  const placed = await instrumentOf(records, prefix)
  // The ledger’s clock may be ahead of ours, and entries never go back in time.
  const time = Math.max(last, Math.floor(job.io.now() / 1_000))
  const { recorded, unread } = await recordedRulesets(source)
  const inForce = lawInForce(recorded, { index: size, time })
  for (const one of unread) job.out.note(unreadLine(one))
  const usage = await usageUnder(job, records, placed)
  const later = await laterInstruments(records, placed)
  const parties = await partiesOf(records, placed)
  const facts: Facts = {
    ...factsOfSet({ statements: [placed, ...later], parties, complete: true }),
    usage: (key, since, before, without) => usage?.usage(key, since, before, without),
  }
  const instrument = facts.instrument(placed.id)
  if (instrument === undefined) throw notAnInstrument()
  job.out.note(deskLine(instrument, inForce))
  let index = size
  const hopFor = ({ checked }: CheckedProposal) => transferOf(checked, { index, time })
  return {
    judge: (proposal) => {
      const hop = hopFor(proposal)
      if (hop === undefined || !citesInstrument(hop, placed.id)) return 'elsewhere'
      const outside = outsideOf({ hop, instrument, facts, law: inForce.law })
      return outside.length === 0 ? 'inside' : outside
    },
    count: (proposal) => {
      const hop = hopFor(proposal)
      if (hop === undefined) return
      usage?.append(hop)
      index += 1
    },
  }
}

function deskLine({ id }: InstrumentFact, { law, recorded }: LawInForce): string {
  const { name, version, digest } = law.ref
  const whose = recorded === undefined ? 'shipped' : `recorded as ${shortId(recorded)}`
  return `Signing only what lies within instrument ${shortId(id)}, by ruleset ${clean(name)} ${clean(version)}, ${whose}, sha256 ${shortId(digest)}.`
}

function notAnInstrument(): LedgerError {
  return new LedgerError('USAGE', { reason: '--within takes an instrument that is in the ledger' })
}

async function instrumentOf(records: Records, prefix: string): Promise<PlacedStatement> {
  const { id } = await records.source.statement(parseIdPrefix(prefix))
  const placed = await recordedAt(records, id)
  if (placed.payload.type !== 'instrument/1') throw notAnInstrument()
  return placed
}

/** Where statements come from, and how their signatures are checked. */
type Records = {
  readonly source: LedgerSource
  readonly party: PartyId
  readonly context: Parameters<typeof checkRecorded>[1]
}

/** The same few parties sign everything here: each is asked for once. */
function recordsOf(
  job: Job,
  source: LedgerSource,
  { party, origin }: { readonly party: PartyId; readonly origin: string },
): Records {
  const asked = new Map<PartyId, ReturnType<LedgerSource['registry']>>()
  const registry = (one: PartyId) => {
    const known = asked.get(one) ?? source.registry(one)
    asked.set(one, known)
    return known
  }
  const { crypto } = draftContext(job, origin)
  const { genesis, registrar } = source
  return { source, party, context: { origin, crypto, source: { genesis, registrar, registry } } }
}

/** A statement of the log, with its signatures checked. */
async function recordedAt({ source, context }: Records, id: StatementId): Promise<PlacedStatement> {
  const { index, time, statement } = await source.statement(id)
  if (index === undefined || time === undefined) throw notAnInstrument()
  const checked = await checkRecorded(statement.envelope, context)
  if (checked.id !== id) throw new LedgerError('SERVER_ANSWER_INVALID', { at: 'id' })
  const { payload, schema, open } = checked
  return { id, payload, schema, open, index, time }
}

/** Instruments of this party that were recorded after it: one of them may replace it. */
async function laterInstruments(
  records: Records,
  { index: since }: PlacedStatement,
): Promise<readonly PlacedStatement[]> {
  const found = await searched(records, 'instrument/1')
  const later = found.filter(({ index }) => index > since)
  return Promise.all(later.map(({ id }) => recordedAt(records, id)))
}

type Enrolled =
  Parameters<typeof factsOfSet>[0]['parties'] extends Iterable<infer Party> ? Party : never

/** Both sides with their registry statements, under which the instrument's signatures were checked. */
function partiesOf({ context }: Records, placed: PlacedStatement): Promise<readonly Enrolled[]> {
  const { exporter, importer } = instrumentClaims(placed)
  const named = [exporter, importer].filter((party) => party !== undefined)
  return Promise.all(
    named.map(async (id) => {
      const party = id as PartyId
      const envelopes = await context.source.registry(party)
      return { party, opened: envelopes.map((envelope) => openStatement(envelope, context.crypto)) }
    }),
  )
}

/**
 * What was moved under the instrument so far; nothing is asked where it sets no caps. Undefined: more
 * than can be fetched, so that caps cannot be judged.
 */
async function usageUnder(
  job: Job,
  records: Records,
  placed: PlacedStatement,
): Promise<UsageIndex | undefined> {
  const usage = new UsageIndex()
  const { caps, exporter } = instrumentClaims(placed)
  if (caps === null) return usage
  const found = await searched(records, 'transfer/1')
  const moved = found.filter(({ parties }) => parties['exporter'] === exporter)
  if (moved.length > SUMMED_MAX) {
    job.out.note(`More than ${SUMMED_MAX} transfers: what was moved so far is not summed.`)
    return undefined
  }
  for (const { id } of moved) {
    const hop = hopAt(await recordedAt(records, id))
    if (hop !== undefined && citesInstrument(hop, placed.id)) usage.append(hop)
  }
  return usage
}

function instrumentClaims({ schema, open }: PlacedStatement): Known<ClaimsByType['instrument/1']> {
  // The statement is an instrument: instrumentOf has looked.
  return knownClaims(schema, open.claims) as Known<ClaimsByType['instrument/1']>
}

/** All statements of a type that this party is involved in, in log order. */
async function searched(
  { source, party }: Records,
  type: StatementType,
): Promise<readonly SearchItem[]> {
  const found: SearchItem[] = []
  let cursor: string | undefined
  do {
    const page = await source.search({
      type,
      party,
      limit: PAGE_MAX,
      ...(cursor === undefined ? {} : { cursor }),
    })
    found.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found.sort((a, b) => a.index - b.index)
}

function hopAt(placed: PlacedStatement): Transfer | undefined {
  const { index, time } = placed
  const hop = hopOf(placed, { index, time, signatures: undefined })
  return hop?.type === 'transfer/1' ? hop : undefined
}

/** A proposal as if it were recorded now. */
function transferOf(
  checked: CheckedStatement,
  { index, time }: { readonly index: number; readonly time: number },
): Transfer | undefined {
  const hop = hopOf(checked, { index, time, signatures: uncheckedSignatures(checked) })
  return hop?.type === 'transfer/1' ? hop : undefined
}
