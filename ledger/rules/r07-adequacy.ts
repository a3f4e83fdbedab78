/** R07: an adequacy decision that a transfer relies on covers the destination and the importer. GDPR Art. 45. */

import { acceptedBy } from './accepted.js'
import { type Cited, citedBy, NO_TRANSFER, notSeen } from './cited.js'
import { type Days, dayOf, daysBetween } from './days.js'
import { daysOf, isSomewhere, type Restriction, restrictionsOf, soften } from './footing.js'
import type { Transfer } from './hop.js'
import type { Place } from './places.js'
import type { Judging, Rule } from './rule.js'
import type { Adequacy, Regime } from './ruleset.js'
import { adequacyOver, adequacyRows, isTableOld, tableAge, toolOf } from './tables.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

const LISTINGS = 'claims.terms.importer.listings'

export const R07: Rule = {
  id: 'R07',
  title: 'destination adequate',
  inputs: ['route', 'instrument', 'terms', 'country of both parties', 'period', 'ruleset.adequacy'],
  citation: 'GDPR Art. 45',
  explain:
    'Where nothing but an adequacy decision opens the way, the dated table of decisions must have every destination, sub-processors’ among them, on each day of the transfer. Some decisions cover only organisations on a list or in a sector: then the listing, and the day it was checked, must be in the terms or in the instrument. No decision, or a listing that says no, is a FAIL; a listing that is missing, or checked too long ago, is UNKNOWN; a table older than the ruleset allows is a WARN.',
  judge(judging) {
    const { hop } = judging
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const restrictions = restrictionsOf(hop, judging)
    if (restrictions === undefined) {
      return [unknown('from where to where is withheld', { at: 'claims.route' })]
    }
    const cited = citedBy(hop, judging)
    const judged = restrictions.flatMap((restriction) =>
      soften(underLaw(hop, cited, restriction, judging), restriction),
    )
    if (judged.length === 0) return [notApplicable('it relies on no adequacy decision')]
    return judged
  },
}

/** Nothing when the transfer does not rely on adequacy under this law. */
function underLaw(
  hop: Transfer,
  cited: Cited,
  restriction: Restriction,
  judging: Judging,
): readonly Judged[] {
  const reliance = relies(hop, cited, restriction, judging)
  if (reliance === 'no') return []
  if (reliance !== 'yes') return [reliance]
  const days = daysOf(hop)
  if (days === undefined) {
    const why = 'when it happened is withheld'
    return [unknown(why, { at: 'claims.period', settle: 'its exporter or importer' })]
  }
  const evidence = cited.state === 'seen' ? [cited.fact.id] : []
  if (hop.claims.route?.organisation !== undefined) {
    const why = 'the table is by country and holds no decision on an international organisation'
    return [unknown(why, { at: 'claims.route.organisation', evidence })]
  }
  const { name, code } = restriction.regime
  const found = restriction.outside.map((place): Judged => {
    const { at, country } = place
    const { state, rows } = adequacyOver(judging.law, code, country, days)
    if (state === 'none') {
      const why = `${name}: no decision found ${country} adequate ${inWords(days)}`
      return fail(why, { at, evidence })
    }
    if (state === 'whole') return pass(`${country} was adequate ${inWords(days)}`, { evidence })
    return listed(hop, cited, rows, { place, days, judging })
  })
  return [...found, ...tableAgeOf(hop, judging)]
}

/** Does nothing else open the way? A judged unknown where what else there is cannot be seen. */
function relies(
  hop: Transfer,
  cited: Cited,
  restriction: Restriction,
  { law }: Judging,
): 'yes' | 'no' | Judged {
  const { regime, outside } = restriction
  if (cited.state === 'withheld' || cited.state === 'unseen') return notSeen(cited)
  if (cited.state === 'seen') {
    const accepted = acceptedBy(regime, cited.fact)
    if (accepted.state === 'hidden') return accepted.judged
    if (accepted.state === 'tool') return accepted.tool.adequacy === true ? 'yes' : 'no'
  }
  // Nothing claims adequacy: where there never was a decision, there is nothing to rely on (R05).
  const ever =
    isSomewhere(restriction) ||
    outside.some(({ country }) => adequacyRows(law, regime.code, country).length > 0)
  return ever ? withoutTool(hop, regime) : 'no'
}

function withoutTool({ claims: { terms } }: Transfer, regime: Regime): 'yes' | 'no' | Judged {
  if (terms === undefined) {
    return unknown('whether it rests on a derogation is withheld', {
      at: 'claims.terms',
      settle: 'its exporter or importer',
    })
  }
  const ground = terms.derogation?.ground
  return ground !== undefined && toolOf(regime, ground) !== undefined ? 'no' : 'yes'
}

function inWords({ first, last }: Days): string {
  return first === last ? `on ${first}` : `on each day from ${first} to ${last}`
}

type Listing = NonNullable<
  NonNullable<NonNullable<Transfer['claims']['terms']>['importer']['listings']>
>[number]

type Scope = { readonly place: Place; readonly days: Days; readonly judging: Judging }

/** The decision covers only some organisations: is the importer among them? */
function listed(
  hop: Transfer,
  cited: Cited,
  rows: readonly Adequacy[],
  { place: { country: to }, days, judging }: Scope,
): Judged {
  const { terms } = hop.claims
  const kind = cited.state === 'seen' ? cited.fact.claims.kind : undefined
  const evidence = cited.state === 'seen' ? [cited.fact.id] : []
  const schemes = new Set(rows.map(({ scheme }) => scheme))
  if (terms === undefined) {
    return unknown('evidence of a listing may stand in its terms, which are withheld', {
      at: 'claims.terms',
      settle: 'its exporter or importer',
    })
  }
  const all = [...(terms.importer.listings ?? []), ...(kind?.listings ?? [])]
  const about = all.filter(({ scheme }) => schemes.has(scheme))
  const usable = about
    .filter((listing) => isEvidence(listing, days, judging))
    .sort((a, b) => (a.checkedOn < b.checkedOn ? 1 : -1))
  // The latest check decides; of one day, the worst.
  const latest = usable.filter(({ checkedOn }) => checkedOn === usable[0]?.checkedOn)
  const not = latest.find(({ status }) => status !== 'listed' && status !== 'in-scope')
  if (not !== undefined) {
    const at = placeIn(terms.importer.listings, not)
    return fail(`the decision on ${to} does not cover the importer: ${not.status}`, {
      at,
      evidence,
    })
  }
  if (latest.length === 0) {
    const old = about.length > 0 ? ' that was checked in time' : ''
    return unknown(`the decision on ${to} covers listed organisations only; no listing${old}`, {
      at: LISTINGS,
      evidence,
      settle: 'the importer, or whoever keeps the list',
    })
  }
  const lapsed = latest.find(({ validUntil }) => validUntil !== undefined && validUntil < days.last)
  if (lapsed !== undefined) {
    const at = placeIn(terms.importer.listings, lapsed)
    return fail(`the importer’s listing had lapsed on ${days.last}`, { at, evidence })
  }
  return pass(`the importer was listed under the decision on ${to}`, { evidence })
}

/** Checked before the transfer began, and not too long before. */
function isEvidence({ checkedOn }: Listing, { first }: Days, { law }: Judging): boolean {
  const age = daysBetween(checkedOn, first)
  return age >= 0 && age <= law.ruleset.times.listingMaxAgeDays
}

function placeIn(own: readonly Listing[] | undefined, listing: Listing): string {
  const position = own?.indexOf(listing) ?? -1
  return position < 0 ? 'claims.instrument' : `${LISTINGS}[${position}]`
}

function tableAgeOf(hop: Transfer, { law }: Judging): readonly Judged[] {
  const day = dayOf(hop.time)
  if (!isTableOld(law, day)) return []
  const days = tableAge(law, day)
  return [
    warn(`the adequacy table had not been checked for ${days} days`, { at: 'claims.route.to' }),
  ]
}
