/**
 * What an impact or a simulation says, for people: who holds data, where, what came of it, by which
 * way, and beyond whom nobody can say. JSON has all of it but the
 * middle of long ways, to which `from` of its steps leads; here ways are cut shorter.
 */
import type { ImpactAnswer, Reached, SimulationAnswer } from '../client/index.js'
import type { PartyId } from '../ledger/core/key-state.js'
import { shortTerm } from '../ledger/core/term-names.js'
import type { Subject } from '../ledger/rules/subject.js'
import type { Job } from './command.js'
import { aliasOf } from './identity.js'
import type { LedgerSource } from './ledger-source.js'
import { clean, countryText, ID_DIGITS, shortId, table, utc } from './output.js'
import { rulesetWords } from './ruleset-words.js'
import { registeredName } from './signing.js'

/** Statements of a way that are shown at each end. */
const WAY_ENDS = 3
/** Rows of one table that people see. */
const ROWS_MAX = 50

const REASONS: Readonly<Record<string, string>> = {
  'no-later-record': 'has recorded nothing later',
  withheld: 'what would tell is withheld',
  'not-searched': 'what others did with it is not shown to you',
}

/** A job, and names of parties: the registrar's word, where there is no alias. */
export type Telling = Pick<Job, 'settings'> & { readonly names: ReadonlyMap<string, string> }

/** Names of those who hold what was reached, or made it. */
export async function holderNames(
  { holders, unknownBeyond, steps }: Pick<Reached, 'holders' | 'unknownBeyond' | 'steps'>,
  source: Pick<LedgerSource, 'registry'>,
): Promise<ReadonlyMap<string, string>> {
  const beyond = unknownBeyond.flatMap(({ holder }) => holder ?? [])
  const makers = steps.flatMap(({ by }) => by ?? [])
  const names = new Map<string, string>()
  for (const party of new Set([...holders.map(({ party }) => party), ...beyond, ...makers])) {
    const name = await registeredName(party, source)
    if (name !== undefined) names.set(party, name)
  }
  return names
}

export function subjectText({ kind, value }: Subject, job: Telling): string {
  if (kind === 'party') return `party ${partyName(value, job)}`
  if (kind === 'country') return `country ${countryText(value)}`
  if (kind === 'category' || kind === 'purpose') return `${kind} ${clean(shortTerm(value))}`
  return `${kind} ${shortId(value)}`
}

export function impactLines(
  answer: ImpactAnswer,
  subject: Subject,
  job: Telling,
): readonly string[] {
  const { steps, treeSize, asOf } = answer
  const begins = steps.filter(({ depth }) => depth === 0).length
  return [
    `Impact of ${subjectText(subject, job)}`,
    `as of entry ${asOf}, tree size ${treeSize}`,
    '',
    steps.length === 0
      ? 'Nothing in the ledger begins with it.'
      : `${count(steps.length, 'statement')} reached from ${count(begins, 'beginning')}`,
    ...reachedLines(answer, job),
  ]
}

export function simulationLines(
  answer: SimulationAnswer,
  what: string,
  job: Telling,
): readonly string[] {
  const { judged, broken, downstream, findings, findingsLeftOut, unsure, rulesets } = answer
  const rules = rulesetWords(rulesets).join('; ')
  return [
    `What if: ${what}`,
    `as of entry ${answer.asOf}, tree size ${answer.treeSize}; ${
      rules === '' ? 'nothing was judged' : `judged by ${rules}`
    }; nothing was recorded`,
    '',
    judged === 0
      ? 'Nothing in the ledger rests on it.'
      : `${count(judged, 'hop')} judged as it is and as it would be; ${broken.length} would be worse`,
    ...section(
      'Would be worse',
      broken.map(({ id, index, type, before, after, rules: worse }) => [
        shortId(id),
        clean(type),
        `entry ${index}`,
        `${before} -> ${after}`,
        worse.map(clean).join(' '),
      ]),
    ),
    ...section(
      'Why',
      findings.map(({ verdict, rule, id, at, why }) => [
        verdict,
        clean(rule),
        shortId(id),
        clean(at ?? ''),
        clean(why),
      ]),
      findingsLeftOut,
    ),
    ...(broken.length === 0 ? [] : ['', 'What rests on these:', ...reachedLines(downstream, job)]),
    ...section(
      'Not known whether it concerns these, because what would tell is withheld',
      unsure.map((id) => [shortId(id)]),
    ),
  ]
}

function reachedLines(reached: Reached, job: Telling): readonly string[] {
  const { holders, countries, outcomes, unknownBeyond, steps } = reached
  const byId = new Map(steps.map((step) => [step.id, step]))
  return [
    ...section(
      'Statements',
      steps.map(({ id, type, index, time, by }) => [
        shortId(id),
        clean(type),
        `entry ${index}`,
        utc(time),
        by === undefined ? '' : partyName(by, job),
      ]),
    ),
    ...section(
      'Holders of data',
      holders.map(({ party, ...way }) => [partyName(party, job), wayText(way)]),
    ),
    ...section(
      'Countries',
      countries.map(({ country, ...way }) => [countryText(country), wayText(way)]),
    ),
    ...section(
      'Outcomes',
      outcomes.map(({ id, ...way }) => {
        const { time, by } = byId.get(id) ?? {}
        return [
          shortId(id),
          time === undefined ? '' : utc(time),
          by === undefined ? '' : `by ${partyName(by, job)}`,
          wayText(way),
        ]
      }),
    ),
    ...section(
      'Unknown beyond',
      unknownBeyond.map(({ id, reason, holder }) => {
        const words = REASONS[reason] ?? clean(reason)
        const who = holder === undefined ? 'somebody' : partyName(holder, job)
        return [shortId(id), reason === 'no-later-record' ? `${who} ${words}` : words]
      }),
    ),
  ]
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  leftOut = 0,
): readonly string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, ROWS_MAX)
  const more = rows.length - shown.length + leftOut
  return [
    '',
    title,
    ...table(shown).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more: --json has ${leftOut > 0 ? 'most' : 'all'} of them`] : []),
  ]
}

/** `aaaa -> bbbb -> … 7 more … -> zzzz`. */
function wayText({ path, pathLeftOut }: Pick<Reached['outcomes'][number], 'path' | 'pathLeftOut'>) {
  const ids = path.map(shortId)
  const hidden = Math.max(0, ids.length - 2 * WAY_ENDS) + pathLeftOut
  const shown =
    hidden <= 0 ? ids : [...ids.slice(0, WAY_ENDS), `… ${hidden} more …`, ...ids.slice(-WAY_ENDS)]
  return shown.join(' -> ')
}

function partyName(party: PartyId | string, { settings, names }: Telling): string {
  return clean(aliasOf(party, settings) ?? names.get(party) ?? party.slice(0, ID_DIGITS))
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
