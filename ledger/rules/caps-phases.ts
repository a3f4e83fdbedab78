/**
 * Phases of an instrument: a transfer names one, and keeps to its days and countries. R19.
 */
import type { InstrumentFact } from './facts.js'
import { daysOf } from './footing.js'
import type { Transfer } from './hop.js'
import { destinationsOf } from './places.js'
import { fail, type Judged, unknown, warn } from './verdict.js'

type Caps = NonNullable<InstrumentFact['claims']['caps']>
export type Phase = NonNullable<Caps['phases']>[number]

const AT = 'claims.terms.phase'

/**
 * What is wrong with the phase of a transfer.
 *
 * @param counts what is wrong with its counts
 */
export function phaseVerdicts(
  hop: Transfer,
  phases: readonly Phase[] = [],
  counts: (phase: Phase) => readonly Judged[],
): Judged[] {
  const { terms } = hop.claims
  if (terms === undefined) {
    return [unknown('the phase it belongs to is withheld', { at: 'claims.terms' })]
  }
  const code = terms.phase
  if (phases.length === 0) {
    if (code === undefined) return []
    return [warn('it names a phase, and its instrument has none', { at: AT })]
  }
  const phase = phases.find((one) => one.code === code)
  if (phase === undefined) {
    const why =
      code === undefined
        ? 'its instrument has phases, and it names none'
        : 'its instrument has no such phase'
    return [fail(why, { at: AT })]
  }
  return [...dayVerdicts(hop, phase), ...countryVerdicts(hop, phase), ...counts(phase)]
}

function dayVerdicts(hop: Transfer, { code, from, until }: Phase): Judged[] {
  if (from === undefined && until === undefined) return []
  const days = daysOf(hop)
  if (days === undefined) {
    return [unknown('when it happened is withheld', { at: 'claims.period' })]
  }
  const findings: Judged[] = []
  if (from !== undefined && days.first < from) {
    findings.push(fail(`phase ${code} begins on ${from}`, { at: 'claims.period.begin' }))
  }
  if (until !== undefined && days.last > until) {
    const ended = hop.claims.period?.end !== undefined
    const why = `phase ${code} ends on ${until}${ended ? '' : `, it still ran on ${days.last}`}`
    findings.push(fail(why, { at: ended ? 'claims.period.end' : 'claims.period.begin' }))
  }
  return findings
}

function countryVerdicts(hop: Transfer, { code, countries }: Phase): Judged[] {
  if (countries === undefined) return []
  const beyond = destinationsOf(hop).flatMap(({ at, country }) =>
    countries.includes(country) ? [] : [fail(`phase ${code} does not reach to ${country}`, { at })],
  )
  return hop.claims.route === undefined
    ? [...beyond, unknown('its route is withheld', { at: 'claims.route' })]
    : beyond
}
