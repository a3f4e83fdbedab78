/**
 * Does a law have a tool for this transfer? GDPR Art. 44 to 49, PIPL Art. 38. For R05 and R18.
 *
 * Only whether there is one that fits parties' route and law: whether it is in force is R06's question,
 * whether an adequacy decision covers the importer R07's, whether a derogation may be used R09's.
 */
import { acceptedBy } from './accepted.js'
import { type Cited, notSeen, type Seen } from './cited.js'
import type { Days } from './days.js'
import { daysOf, namesOf, type Restriction } from './footing.js'
import type { Transfer } from './hop.js'
import type { Judging } from './rule.js'
import { adequacyOver, adequacyRows, toolOf } from './tables.js'
import { fail, type Judged, pass, unknown } from './verdict.js'

const INSTRUMENT = 'claims.instrument'

/** What opens the way under one law; `derogation` is the weakest. */
export type Opening = { readonly judged: Judged; readonly derogation: boolean }

/** Judges one restricted transfer under one law. */
export function wayOut(
  hop: Transfer,
  cited: Cited,
  restriction: Restriction,
  judging: Judging,
): Opening {
  const { regime } = restriction
  const days = daysOf(hop)
  const adequate = adequacyOf(hop, restriction, judging, days)
  if (adequate === 'whole') {
    return opened(pass(`${regime.name} finds ${namesOf(restriction)} adequate`))
  }
  if (cited.state === 'withheld' || cited.state === 'unseen') return opened(notSeen(cited))
  if (cited.state === 'seen') {
    const accepted = acceptedBy(regime, cited.fact)
    if (accepted.state === 'hidden') return opened(accepted.judged)
    if (accepted.state === 'tool') {
      const derogation = accepted.tool.derogation === true
      return { judged: routeCovered(hop, cited, restriction), derogation }
    }
  }
  return withoutTool(hop, cited, restriction, adequate)
}

function opened(judged: Judged): Opening {
  return { judged, derogation: false }
}

type Adequate = 'whole' | 'some' | 'unknown' | 'none'

/** `some`: only for organisations of a scheme; `unknown`: the days are withheld. */
function adequacyOf(
  hop: Transfer,
  { regime, outside }: Restriction,
  { law }: Judging,
  days: Days | undefined,
): Adequate {
  // The tables are by country; a decision on an organisation is not in them.
  if (hop.claims.route?.organisation !== undefined) return 'unknown'
  if (days === undefined) {
    const ever = outside.every(({ country }) => adequacyRows(law, regime.code, country).length > 0)
    return ever ? 'unknown' : 'none'
  }
  const found = outside.map(({ country }) => adequacyOver(law, regime.code, country, days).state)
  if (found.includes('none')) return 'none'
  return found.includes('some') ? 'some' : 'whole'
}

/** No instrument, or one that is no tool of this law. */
function withoutTool(
  hop: Transfer,
  cited: Cited,
  restriction: Restriction,
  adequate: Adequate,
): Opening {
  const { regime } = restriction
  const { terms } = hop.claims
  const evidence = cited.state === 'seen' ? [cited.fact.id] : []
  const at = INSTRUMENT
  if (terms === undefined) {
    const why = `what it rests on under ${regime.name} may stand in its terms, which are withheld`
    return opened(
      unknown(why, { at: 'claims.terms', evidence, settle: 'its exporter or importer' }),
    )
  }
  const ground = terms.derogation?.ground
  if (ground !== undefined && toolOf(regime, ground) !== undefined) {
    const why = `it rests on the derogation ${ground} of ${regime.name}`
    return { judged: pass(why, { at: 'claims.terms.derogation' }), derogation: true }
  }
  if (adequate === 'some' && (terms.importer.listings ?? []).length > 0) {
    return opened(pass(`it relies on an adequacy decision for ${namesOf(restriction)}: R07`))
  }
  if (adequate === 'unknown') {
    const why = `whether ${regime.name} finds ${namesOf(restriction)} adequate is not known`
    return opened(unknown(why, { at, evidence, settle: 'its exporter or importer' }))
  }
  return opened(fail(missing(cited, restriction), { at, evidence }))
}

function missing(cited: Cited, restriction: Restriction): string {
  const { regime } = restriction
  const where = `to ${namesOf(restriction)}`
  if (cited.state !== 'seen')
    return `${regime.name} restricts it ${where}, and it cites no instrument`
  const code = cited.fact.claims.kind?.code ?? ''
  return `${regime.name} restricts it ${where}, and ${code} is no tool of that law`
}

/** The instrument must be one for this route. */
function routeCovered(hop: Transfer, { fact }: Seen, { regime, outside }: Restriction): Judged {
  const evidence = [fact.id]
  const { routes, kind } = fact.claims
  const { route } = hop.claims
  if (routes === undefined || route === undefined) {
    return unknown('the routes of its instrument are withheld', {
      at: INSTRUMENT,
      evidence,
      settle: 'the parties to the instrument',
    })
  }
  const agreed = routes.find(({ from, to }) => from === route.from && to === route.to)
  if (agreed === undefined) {
    return fail(`its instrument has no route from ${route.from} to ${route.to}`, {
      at: 'claims.route',
      evidence,
    })
  }
  const reached = new Set([agreed.to, ...(agreed.storage ?? []), ...(agreed.access ?? [])])
  const beyond = outside.find(({ country }) => !reached.has(country))
  if (beyond !== undefined) {
    const { at, country } = beyond
    return fail(`its instrument does not reach to ${country}`, { at, evidence })
  }
  return pass(`${kind?.code ?? ''} is a tool of ${regime.name} for this route`, { evidence })
}
