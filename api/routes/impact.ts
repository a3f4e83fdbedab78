/**
 * Impact and simulation: what came of some data, and what would break if something fell. DESIGN 6.
 *
 * Both are computed for each call and nothing is recorded. An auditor sees everything; a party what it
 * is involved in, and where others hold the data the answer says so (`unknown_beyond`).
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { type Format, hasFormat } from '../../ledger/core/formats.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { expandTerm } from '../../ledger/core/term-names.js'
import { type AskedChange, type Foresight, impactIn, simulateIn } from '../../ledger/index.js'
import { CHANGE_KINDS } from '../../ledger/rules/change.js'
import { SUBJECT_KINDS, type Subject, type SubjectKind } from '../../ledger/rules/subject.js'
import { VERDICTS } from '../../ledger/rules/verdict.js'
import { readableStatement } from '../access.js'
import { jsonAnswer } from '../answers.js'
import type { Caller } from '../auth.js'
import type { ApiLedger } from '../deps.js'
import {
  arrayOf,
  objectOf,
  RULESET_NAMED,
  RULESET_SOURCE,
  RULESET_USED,
  VALUES,
} from '../schemas.js'
import { AS_OF, requiredParam, textParam, tokenRoute, wordParam } from '../spec.js'

const TAG = 'impact'
const JSON_TYPE = 'application/json'
/** Most statements that one call follows. */
const FOLLOWED_MAX = 5_000
const VALUE_CHARS = 256

const WAY = {
  id: VALUES.id,
  path: {
    ...arrayOf(VALUES.id),
    description:
      'The way from where it began, both ends included: all of it, or of more than 16 statements the first 8 and the last 8. `from` of `steps` leads back through all of it.',
  },
  path_left_out: {
    ...VALUES.count,
    description: 'Statements left out after the first 8 of `path`; 0: it is whole.',
  },
}
const WORD = { type: 'string' } as const
const VERDICT = { type: 'string', enum: VERDICTS }

const REACHED = {
  steps: arrayOf(
    objectOf(
      {
        id: VALUES.id,
        index: VALUES.index,
        time: VALUES.seconds,
        type: VALUES.text,
        depth: { ...VALUES.count, description: 'Hops from where it began.' },
        from: { ...VALUES.id, description: 'The statement before it on a shortest way.' },
        datasets: arrayOf(VALUES.count),
        holder: VALUES.party,
        by: VALUES.party,
        countries: arrayOf(VALUES.text),
      },
      ['from', 'datasets', 'holder', 'by', 'countries'],
    ),
  ),
  holders: arrayOf(objectOf({ party: VALUES.party, ...WAY })),
  countries: arrayOf(objectOf({ country: VALUES.text, ...WAY })),
  outcomes: arrayOf(objectOf(WAY)),
  unknown_beyond: arrayOf(
    objectOf({ id: VALUES.id, reason: VALUES.text, holder: VALUES.party }, ['holder']),
  ),
}

const PLACE = {
  tree_size: VALUES.count,
  as_of: { ...VALUES.index, description: 'Index of the last entry that was looked at.' },
}

const CODES = [
  'STATEMENT_NOT_FOUND',
  'STATEMENT_ID_AMBIGUOUS',
  'ENTRY_NOT_FOUND',
  'LINEAGE_TOO_LARGE',
  'PARTY_NOT_FOUND',
  'INSTRUMENT_NOT_FOUND',
  'RULES_NOT_READY',
] as const

const impact = tokenRoute(
  {
    method: 'GET',
    url: '/v1/impact',
    tag: TAG,
    operationId: 'getImpact',
    summary: 'Every later statement, holder, country and outcome, with the way to each',
    description: `Follows at most ${FOLLOWED_MAX} statements. \`unknown_beyond\` names where nobody can say what became of the data: the importer has recorded nothing later, a claim is withheld, or others hold it and the caller may not see what they did.`,
    query: {
      kind: requiredParam(wordParam(SUBJECT_KINDS, 'What is asked about.')),
      value: requiredParam(
        textParam('^\\S+$', VALUE_CHARS, 'Its id, its ISO 3166-1 alpha-2 code, or its term.'),
      ),
      as_of: AS_OF,
    },
    answers: {
      200: {
        description: 'What is reached.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          subject: objectOf({ kind: WORD, value: VALUES.text }),
          ...PLACE,
          ...REACHED,
        }),
      },
    },
    codes: [...CODES, 'TERM_NOT_FOUND'],
  },
  async ({ query, signal }, caller, { ledger }) => {
    const subject = await subjectOf(query.kind, query.value, { caller, ledger })
    return jsonAnswer(await impactIn(ledger, subject, { ...asked(query.as_of, caller), signal }))
  },
)

const FINDING = objectOf(
  {
    rule: VALUES.text,
    verdict: VERDICT,
    target: objectOf({ id: VALUES.id, index: VALUES.index }),
    at: VALUES.text,
    why: VALUES.text,
    evidence: arrayOf(VALUES.id),
    settle: VALUES.text,
    ruleset: objectOf(RULESET_NAMED),
  },
  ['at', 'evidence', 'settle'],
)

/** What is changed is looked up; a ruleset by its name, when it is judged by. */
type ChangeKind = Exclude<(typeof CHANGE_KINDS)[number], 'ruleset'>

const SUBJECT_OF: Readonly<Record<ChangeKind, SubjectKind>> = {
  revoke: 'instrument',
  'drop-adequacy': 'country',
  suspend: 'party',
}

const simulation = tokenRoute(
  {
    method: 'GET',
    url: '/v1/simulate',
    tag: TAG,
    operationId: 'simulateChange',
    summary:
      'What would break if an instrument, an adequacy decision or a party fell, or by other rules',
    description:
      'Judges everything that it concerns twice, as it is and as it would be, and tells what would be worse. With `ruleset` everything is judged as it is and by that ruleset. Nothing is recorded. To a party, the part that it is involved in.',
    query: {
      kind: requiredParam(wordParam(CHANGE_KINDS, 'What would happen.')),
      value: requiredParam(
        textParam(
          '^\\S+$',
          VALUE_CHARS,
          'To which instrument, country or party; by which ruleset: `shipped`, a version, or the id of a statement of the operator.',
        ),
      ),
      as_of: AS_OF,
    },
    answers: {
      200: {
        description: 'What would be worse.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          change: objectOf(
            {
              kind: WORD,
              value: VALUES.text,
              ruleset: objectOf({ ...RULESET_NAMED, source: RULESET_SOURCE }, ['source']),
            },
            ['ruleset'],
          ),
          ...PLACE,
          judged: VALUES.count,
          broken: arrayOf(
            objectOf({
              id: VALUES.id,
              index: VALUES.index,
              type: VALUES.text,
              before: VERDICT,
              after: VERDICT,
              rules: arrayOf(VALUES.text),
            }),
          ),
          findings: arrayOf(FINDING),
          findings_left_out: VALUES.count,
          downstream: objectOf(REACHED),
          unsure: arrayOf(VALUES.id),
          rulesets: arrayOf(RULESET_USED),
        }),
      },
    },
    codes: [...CODES, 'RULESET_NOT_FOUND', 'JUDGING_FULL'],
  },
  async ({ query, signal }, caller, { ledger }) => {
    const change = await changeAsked(query, { caller, ledger })
    return jsonAnswer(await simulateIn(ledger, change, { ...asked(query.as_of, caller), signal }))
  },
)

/** In the order in which they are documented. */
export const IMPACT_ROUTES = [impact, simulation]

type Asking = { readonly caller: Caller; readonly ledger: ApiLedger }

function asked(asOf: string | undefined, caller: Caller): Foresight {
  return {
    max: FOLLOWED_MAX,
    ...(asOf === undefined ? {} : { asOf }),
    ...(caller.auditor ? {} : { onlooker: caller.party }),
  }
}

const FORMATS: Readonly<Partial<Record<SubjectKind, Format>>> = {
  party: 'party-id',
  country: 'country',
  category: 'term',
  purpose: 'term',
}

/**
 * What is asked about, with a whole id. Rejects with REQUEST_INVALID for what no statement can say,
 * STATEMENT_NOT_FOUND for what is not there or not the caller's.
 */
async function subjectOf(
  kind: SubjectKind,
  text: string,
  { caller, ledger }: Asking,
): Promise<Subject> {
  const format = FORMATS[kind]
  if (format === undefined) {
    return { kind, value: (await readableStatement(text, caller, ledger)).id }
  }
  const value = format === 'term' ? expandTerm(text) : text
  if (!hasFormat(value, format)) throw new LedgerError('REQUEST_INVALID', { at: 'query.value' })
  return { kind, value }
}

/** Rejects as `subjectOf`. */
async function changeAsked(
  { kind, value: text }: { readonly kind: (typeof CHANGE_KINDS)[number]; readonly value: string },
  asking: Asking,
): Promise<AskedChange> {
  if (kind === 'ruleset') return { kind, name: text }
  const { value } = await subjectOf(SUBJECT_OF[kind], text, asking)
  if (kind === 'revoke') return { kind, instrument: value as StatementId }
  return kind === 'suspend' ? { kind, party: value as PartyId } : { kind, country: value }
}
