/** R17: data goes on only where, and to whom, everything before it allows. GDPR Art. 44. */
import type { Hop, Outcome, Processing, Transfer } from './hop.js'
import type { Limits } from './limits.js'
import { type Evidence, evidenceOf } from './onward-evidence.js'
import { destinationsOf, type Place, placesAt } from './places.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

export const R17: Rule = {
  id: 'R17',
  title: 'onward transfer allowed',
  inputs: ['route', 'importer', 'terms', 'place', 'audience', 'personalData', 'onward upstream'],
  citation: 'GDPR Art. 44; SCC clauses 8.7, 8.8 and 9; 28 CFR 202.302',
  explain:
    'Whoever passes data on keeps to what all statements before allow: whether at all, to which countries and never to which, to whom, and with whose consent or authorisation. Countries of storage, of access and of sub-processors count like the destination. The same holds for a processing or a publication that takes the data to a country where it was not yet. FAIL names the country or the recipient; ask for an onward authorisation, or route the data elsewhere.',
  judge(judging) {
    const { hop } = judging
    switch (hop.type) {
      case 'collection/1':
        return [notApplicable('nothing is passed on by a collection')]
      case 'transfer/1':
        return summed(judgeTransfer(judging, hop), 'everything before it allows the recipient')
      case 'processing/1':
        return summed(judgeProcessing(judging, hop), 'it stays where it may be')
      case 'outcome/1':
        return judgeOutcome(judging, hop)
    }
  },
}

/** Who receives, and the place in the hop where that stands; undefined: no party of the ledger. */
type Recipient = { readonly at: string; readonly party: string | undefined }

function summed(findings: readonly Judged[], words: string): readonly Judged[] {
  return findings.length > 0 ? findings : [pass(words)]
}

function judgeTransfer({ upstream, limits }: Judging, hop: Transfer): Judged[] {
  const { route, terms, importer } = hop.claims
  const recipients: Recipient[] = [
    { at: 'claims.importer', party: importer },
    ...(terms?.subProcessors ?? []).map(({ party }, position) => ({
      at: `claims.terms.subProcessors[${position}].party`,
      party,
    })),
  ]
  return [
    ...atAll(limits, 'claims.route.to', upstream),
    ...destinationsOf(hop).flatMap((place) => toCountry(place, limits, upstream)),
    ...recipients.flatMap((place) => toRecipient(place, limits, upstream)),
    ...(route === undefined ? hiddenPlaces(limits, 'claims.route') : []),
    ...(terms === undefined ? hiddenPlaces(limits, 'claims.terms') : []),
    ...evidenceOf(hop).flatMap((evidence) => underCondition(evidence, limits)),
  ]
}

function atAll({ onward }: Limits, at: string, upstream: readonly Upstream[]): Judged[] {
  const evidence = limiting(upstream, (limits) => !limits.onward.value || limits.onward.incomplete)
  if (!onward.value) {
    return [fail('what came before allows no onward transfer', { at, evidence })]
  }
  return onward.incomplete ? [open('whether it may be passed on at all', at, evidence)] : []
}

function toCountry(
  { at, country }: Place,
  { countries }: Limits,
  upstream: readonly Upstream[],
): Judged[] {
  const bars = ({ countries: { value: allowed } }: Limits): boolean =>
    allowed.excluded.has(country) || allowed.included?.has(country) === false
  const within = countries.value
  if (within.excluded.has(country) || within.included?.has(country) === false) {
    const word = within.excluded.has(country) ? 'excluded' : 'not among the countries allowed'
    return [
      fail(`${country} is ${word} by what came before`, { at, evidence: limiting(upstream, bars) }),
    ]
  }
  if (!countries.incomplete) return []
  const evidence = limiting(upstream, (limits) => limits.countries.incomplete)
  return [open(`whether ${country} is allowed`, at, evidence)]
}

function toRecipient(
  { at, party }: Recipient,
  { recipients }: Limits,
  upstream: readonly Upstream[],
): Judged[] {
  const evidence = limiting(
    upstream,
    (limits) => limits.recipients.value !== undefined || limits.recipients.incomplete,
  )
  const allowed = recipients.value
  if (allowed !== undefined && party !== undefined && !allowed.has(party)) {
    return [fail('the recipient is not among those that what came before allows', { at, evidence })]
  }
  // An organisation that is no party, or is withheld, cannot be found in a list of parties.
  const unnamed = allowed !== undefined && party === undefined
  return unnamed || recipients.incomplete
    ? [open('whether the recipient is among those allowed', at, evidence)]
    : []
}

/** Nothing is hidden that matters where nothing is limited. */
function hiddenPlaces({ countries, recipients }: Limits, at: string): Judged[] {
  const { included, excluded } = countries.value
  const free = included === undefined && excluded.size === 0 && !countries.incomplete
  if (free && recipients.value === undefined && !recipients.incomplete) return []
  return [unknown('where it goes is withheld', { at })]
}

function underCondition({ condition, state, at, words }: Evidence, limits: Limits): Judged[] {
  const { value, incomplete } = limits.conditions
  if (!value[condition]) {
    const settled = !incomplete || state === 'shown'
    return settled ? [] : [open(`whether ${condition} is asked for`, at, [])]
  }
  if (state === 'shown') return []
  return state === 'withheld'
    ? [unknown(`${condition} is asked for, and what shows it is withheld`, { at })]
    : [fail(words, { at })]
}

function open(what: string, at: string, evidence: Judged['evidence']): Judged {
  const settle = 'the ledger, or the parties to the statements before it'
  return unknown(`${what} is not known`, { at, evidence: evidence ?? [], settle })
}

function limiting(upstream: readonly Upstream[], bars: (limits: Limits) => boolean) {
  return [...new Set(upstream.filter(({ limits }) => bars(limits)).map(({ id }) => id))]
}

/** Who processes what it holds passes nothing on, unless it takes it where it was not. */
function judgeProcessing({ upstream }: Judging, { claims: { place } }: Processing): Judged[] {
  if (place === undefined) {
    const moves = upstream.some(({ limits }) => isLimited(limits))
    return moves ? [unknown('where it was done is withheld', { at: 'claims.place' })] : []
  }
  const places = [
    { at: 'claims.place.jurisdiction', country: place.jurisdiction },
    ...placesAt('claims.place.storage', place.storage),
    ...placesAt('claims.place.access', place.access),
  ]
  return places.flatMap((where) => upstream.flatMap((parent) => takenTo(where, parent)))
}

function isLimited({ onward, countries }: Limits): boolean {
  const { included, excluded } = countries.value
  const free = included === undefined && excluded.size === 0 && !countries.incomplete
  return !free || !onward.value || onward.incomplete
}

function takenTo(where: Place, parent: Upstream): Judged[] {
  const { limits, hop } = parent
  const held = hop === undefined ? NOWHERE_KNOWN : heldIn(hop)
  if (held.countries.includes(where.country) || !isLimited(limits)) return []
  const findings = [...atAll(limits, where.at, [parent]), ...toCountry(where, limits, [parent])]
  if (held.whole) return findings
  // It may have been there all along: nothing is certain.
  const words = `whether the data was in ${where.country} before is not known`
  return findings.length === 0 ? [] : [unknown(words, { at: where.at, evidence: [parent.id] })]
}

/** Where the data of a hop is; not `whole`: it may be elsewhere, too. */
type Held = { readonly countries: readonly string[]; readonly whole: boolean }

const NOWHERE_KNOWN: Held = { countries: [], whole: false }

function heldIn(hop: Hop): Held {
  if (hop.type === 'outcome/1') return { countries: [], whole: true }
  if (hop.type === 'transfer/1') {
    const { route, terms } = hop.claims
    const countries = destinationsOf(hop).map(({ country }) => country)
    return { countries, whole: route !== undefined && terms !== undefined }
  }
  const { place } = hop.claims
  if (place === undefined) return NOWHERE_KNOWN
  const access = 'access' in place ? (place.access ?? []) : []
  return { countries: [place.jurisdiction, ...(place.storage ?? []), ...access], whole: true }
}

/** What is published or handed out goes on, as long as it is about persons. */
function judgeOutcome({ upstream, limits }: Judging, { claims }: Outcome): readonly Judged[] {
  const { audience, personalData } = claims
  if (audience === null) return [notApplicable('only its performer gets to see it')]
  if (personalData === 'anonymous') return [notApplicable('it is said to be about nobody: R12')]
  if (audience === undefined || personalData === undefined) {
    const at = audience === undefined ? 'claims.audience' : 'claims.personalData'
    return [unknown('who gets to see it, or whether it is about persons, is withheld', { at })]
  }
  const findings = [
    ...atAll(limits, 'claims.audience', upstream),
    ...readersIn(audience).flatMap((place) => toCountry(place, limits, upstream)),
    ...readers(audience).flatMap((place) => toRecipient(place, limits, upstream)),
    ...everywhere(audience, limits),
  ]
  return summed(findings, 'everything before it allows its readers')
}

type Audience = NonNullable<Outcome['claims']['audience']>

function readersIn({ countries, recipients }: Audience): readonly Place[] {
  const stated = (recipients ?? []).flatMap(({ country }, position) =>
    country === undefined
      ? []
      : [{ at: `claims.audience.recipients[${position}].country`, country }],
  )
  return [...placesAt('claims.audience.countries', countries), ...stated]
}

function readers({ recipients }: Audience): readonly Recipient[] {
  return (recipients ?? []).map(({ party }, position) => ({
    at: `claims.audience.recipients[${position}].party`,
    party,
  }))
}

/** Readers that are not limited are everywhere, and anybody. */
function everywhere(audience: Audience, limits: Limits): Judged[] {
  const named = (audience.recipients ?? []).length > 0
  const placed = audience.countries !== undefined || (named && !audience.public)
  return [
    ...(placed ? [] : anywhere(limits)),
    ...(named && !audience.public ? [] : anybody(limits, audience.public)),
  ]
}

function anywhere({ countries: { value, incomplete } }: Limits): Judged[] {
  const at = 'claims.audience.countries'
  if (value.included !== undefined || value.excluded.size > 0) {
    return [fail('its readers may be anywhere, and what came before limits the countries', { at })]
  }
  return incomplete ? [open('whether its readers may be anywhere', at, [])] : []
}

function anybody({ recipients: { value, incomplete } }: Limits, published: boolean): Judged[] {
  const at = published ? 'claims.audience.public' : 'claims.audience.recipients'
  if (value !== undefined) {
    return [fail('anybody may read it, and what came before limits the recipients', { at })]
  }
  return incomplete ? [open('whether anybody may read it', at, [])] : []
}
