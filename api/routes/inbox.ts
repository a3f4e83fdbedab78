/**
 * The inbox: proposals that wait for the caller, or for others. DESIGN 5 "Two-sided flow", 7.2.
 *
 * A long poll waits until the caller's own list changes. `version` is a digest of that list and not
 * a counter: it tells nothing of other parties' business, and holds across a restart.
 */
import { createHash } from 'node:crypto'
import { LedgerError } from '../../ledger/core/errors.js'
import type { StatementFacts } from '../../ledger/core/facts.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { Proposal } from '../../ledger/index.js'
import { jsonAnswer, proposalJson } from '../answers.js'
import type { ApiDeps, ApiLedger } from '../deps.js'
import { LongPolls } from '../long-poll.js'
import { arrayOf, objectOf, refTo, VALUES } from '../schemas.js'
import { integerParam, textParam, tokenRoute, wordParam } from '../spec.js'

/** Longest wait of one call, in seconds. */
const WAIT_MAX_S = 60
const PAGE_DEFAULT = 100
const PAGE_MAX = 1_000
/** A page ends early when its proposals are this long together, in characters. */
const PAGE_CHARS_MAX = 8 * 1_048_576
const VERSION_BYTES = 6

type Box = 'inbox' | 'sent'

const polls = new WeakMap<ApiLedger, LongPolls>()

const inbox = tokenRoute(
  {
    method: 'GET',
    url: '/v1/inbox',
    tag: 'inbox',
    operationId: 'getInbox',
    summary: 'Proposals that wait for a signature',
    description:
      'Oldest first. With `wait`, answers as soon as the list is another than that of version `after` (without `after`: as soon as it is not empty), or when the time is over. The registrar finds enrolments here.',
    query: {
      box: wordParam(
        ['inbox', 'sent'],
        '`inbox` (the default): what the caller has yet to sign. `sent`: what it signed and others have yet to.',
      ),
      wait: integerParam(0, WAIT_MAX_S, 'Seconds to wait for a change; 0 when left out.'),
      after: integerParam(0, 2 ** (8 * VERSION_BYTES) - 1, 'The `version` of the last answer.'),
      limit: integerParam(1, PAGE_MAX, `Most proposals of a page; ${PAGE_DEFAULT} when left out.`),
      cursor: textParam('^[0-9]{1,16}$', 16, 'The `cursor` of the last page.'),
    },
    answers: {
      200: {
        description: 'Proposals, oldest first.',
        mediaType: 'application/json',
        schema: objectOf(
          {
            items: arrayOf(refTo('Proposal')),
            version: {
              ...VALUES.count,
              description: 'Digest of the whole list; give it as `after`.',
            },
            cursor: { ...VALUES.text, description: 'There is more: give it as `cursor`.' },
          },
          ['cursor'],
        ),
      },
    },
    codes: [],
  },
  async ({ query, signal }, { party }, deps) => {
    const box = query.box ?? 'inbox'
    const read = (): readonly Proposal[] => proposalsOf(box, party, deps.ledger)
    const changed = (list: readonly Proposal[]): boolean =>
      query.after === undefined ? list.length > 0 : versionOf(list) !== query.after
    const wait = { waitMs: (query.wait ?? 0) * 1000, signal }
    const list = await pollsOf(deps).until(party, read, changed, wait)
    const page = pageOf(list, query.cursor, query.limit ?? PAGE_DEFAULT)
    const items = page.items.map((proposal) =>
      proposalJson(proposal, rolesOf(box, proposal, party, deps)),
    )
    return jsonAnswer({
      items: items as readonly JsonObject[],
      version: versionOf(list),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    })
  },
)

/** In the order in which they are documented. */
export const INBOX_ROUTES = [inbox]

function proposalsOf(box: Box, party: PartyId, ledger: ApiLedger): readonly Proposal[] {
  return box === 'sent' ? ledger.sent(party) : ledger.inbox(party)
}

/** Roles of a proposal that this party has yet to sign; of a sent one, all that are missing. */
function rolesOf(
  box: Box,
  { missing, facts }: Proposal,
  party: PartyId,
  { ledger }: ApiDeps,
): readonly string[] {
  if (box === 'sent') return missing
  return missing.filter((role) => partyOfRole(role, facts, ledger) === party)
}

function partyOfRole(role: string, facts: StatementFacts, ledger: ApiLedger): PartyId | undefined {
  return role === 'registrar' ? ledger.registrar : facts.parties[role]
}

/** 48 bits of a digest: a whole number that JSON carries exactly. */
function versionOf(list: readonly Proposal[]): number {
  if (list.length === 0) return 0
  const hash = createHash('sha256')
  for (const { id, missing } of list) hash.update(`${id} ${missing.join()}\n`)
  return hash.digest().readUIntBE(0, VERSION_BYTES)
}

/** The cursor is the sequence number of the last proposal shown: what leaves the list moves nothing. */
function pageOf(
  list: readonly Proposal[],
  cursor: string | undefined,
  limit: number,
): { readonly items: readonly Proposal[]; readonly cursor?: string } {
  const after = cursor === undefined ? -1 : Number(cursor)
  if (!Number.isSafeInteger(after)) throw new LedgerError('REQUEST_INVALID', { at: 'query.cursor' })
  const rest = list.filter(({ seq }) => seq > after)
  const items: Proposal[] = []
  let chars = 0
  for (const proposal of rest) {
    chars += proposal.envelope.payload.length
    for (const disclosure of proposal.envelope.disclosures) chars += disclosure.length
    if (items.length > 0 && (items.length >= limit || chars > PAGE_CHARS_MAX)) break
    items.push(proposal)
  }
  const last = items.at(-1)
  return last === undefined || items.length === rest.length
    ? { items }
    : { items, cursor: String(last.seq) }
}

/** One register of waiting callers per ledger. */
function pollsOf({ ledger }: ApiDeps): LongPolls {
  const known = polls.get(ledger) ?? new LongPolls(ledger)
  polls.set(ledger, known)
  return known
}
