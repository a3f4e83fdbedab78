/** R35: signed in order, admitted before the proposal lapsed, recorded when it happened, without delay. DESIGN 5. */
import { dayOf, daysBetween } from './days.js'
import type { Hop } from './hop.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, pass, unknown, warn } from './verdict.js'

export const R35: Rule = {
  id: 'R35',
  title: 'signed in order and recorded in time',
  inputs: ['signatures', 'countersign_by', 'period'],
  citation: "GDPR Art. 5(2), 30; Waybill's own rule",
  explain:
    'The exporter signs, then the importer, then it is recorded, and not after the proposal has lapsed; clocks may differ by the seconds that the ruleset allows. Another order is a FAIL; one that only a difference of clocks explains is a WARN. A period that begins only after it was recorded is a FAIL: what has not happened is not recorded; an end that is yet to come is a WARN, leave it out while it runs. A statement that is recorded many days after a transfer began, or after anything else ended, is a WARN: a late truth is better than a gap, and it counts where it was recorded.',
  judge(judging) {
    const findings = [
      ...orderOf(judging),
      ...lapseOf(judging.hop),
      ...aheadOf(judging),
      ...latenessOf(judging),
    ]
    return findings.length > 0 ? findings : [pass('signed in order and recorded in time')]
  },
}

function orderOf({ hop, law }: Judging): Judged[] {
  const { signatures, time, iat } = hop
  if (signatures === undefined) {
    const settle = 'the ledger, with the whole envelope in place of the stub'
    return [unknown('when it was signed is not shown', { at: 'signatures', settle })]
  }
  const skew = law.ruleset.times.skewSeconds
  const exporter = signatures.find(({ role }) => role === 'exporter')
  const importer = signatures.findIndex(({ role }) => role === 'importer')
  const found = signatures.flatMap(({ role, iat: signed }, place) => {
    if (iat <= signed && signed <= time) return []
    const at = `signatures[${place}]`
    return [
      ...earlier(iat, signed, {
        skew,
        at,
        why: `the ${role} signed before the statement was made`,
      }),
      ...earlier(signed, time, { skew, at, why: `the ${role} signed after it was recorded` }),
    ]
  })
  const second = signatures[importer]
  if (exporter === undefined || second === undefined) return found
  const sides = {
    skew,
    at: `signatures[${importer}]`,
    why: 'the importer signed before the exporter',
  }
  return [...found, ...earlier(exporter.iat, second.iat, sides)]
}

type Order = { readonly skew: number; readonly at: string; readonly why: string }

/** Nothing when the first is not later than the second. */
function earlier(first: number, second: number, { skew, at, why }: Order): Judged[] {
  if (first <= second) return []
  const seconds = first - second
  return seconds > skew
    ? [fail(`${why}, by ${seconds} seconds`, { at })]
    : [warn(`${why}, by ${seconds} seconds: clocks may differ so much`, { at })]
}

function lapseOf({ time, countersignBy }: Hop): Judged[] {
  if (countersignBy === undefined || time <= countersignBy) return []
  return [fail('it was recorded after its proposal had lapsed', { at: 'countersign_by' })]
}

/**
 * Recorded before it happened? What is yet to begin has no place here: by the days of a period it is
 * decided which instruments, decisions and assessments are asked. An end to come is a plan.
 */
function aheadOf({ hop: { claims, time }, law }: Judging): Judged[] {
  const { period } = claims
  if (period === undefined) return []
  const latest = time + law.ruleset.times.skewSeconds
  const recorded = dayOf(time)
  // Mostly an earlier day, which shows without reading the time.
  const isAhead = (moment: string): boolean =>
    moment.slice(0, 10) >= recorded && Date.parse(moment) / 1_000 > latest
  if (isAhead(period.begin)) {
    const why = `it is to begin on ${period.begin.slice(0, 10)}, after it was recorded`
    return [fail(why, { at: 'claims.period.begin' })]
  }
  if (period.end === undefined || !isAhead(period.end)) return []
  const why = `it is to end on ${period.end.slice(0, 10)}, after it was recorded: that is a plan`
  return [warn(why, { at: 'claims.period.end' })]
}

function latenessOf({ hop, law }: Judging): Judged[] {
  const { period } = hop.claims
  if (period === undefined) {
    return [unknown('when it happened is withheld', { at: 'claims.period' })]
  }
  const { lateLoggingDays } = law.ruleset.times
  // A movement is told of when it begins; a collection or a processing may run for a year first.
  const edge = hop.type === 'transfer/1' || period.end === undefined ? 'begin' : 'end'
  const day = (period[edge] ?? period.begin).slice(0, 10)
  const days = daysBetween(day, dayOf(hop.time))
  if (days <= lateLoggingDays) return []
  const after = edge === 'begin' ? 'it began' : 'it ended'
  return [
    warn(`it was recorded ${days} days after ${after}; more than ${lateLoggingDays} is late`, {
      at: `claims.period.${edge}`,
    }),
  ]
}
