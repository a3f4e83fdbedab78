/** R23: where the risk is high, the importer says what it will use the data for. Mission. */
import { NO_TRANSFER } from './cited.js'
import { undeclaredFields } from './field-sources.js'
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import { destinationsOf, enrolledIn, originsBeside } from './places.js'
import type { Judging, Rule } from './rule.js'
import { tierOf, type Way } from './tables.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

type Protection = Way['special'][number]
const AT = 'claims.terms.endUse'
const SIDES = 'its exporter or importer'
const EVERY: readonly Protection[] = ['special', 'criminal', 'sensitive']

export const R23: Rule = {
  id: 'R23',
  title: 'end-use statement present',
  inputs: [
    'route',
    'country of both parties',
    'where the data was',
    'fields',
    'terms',
    'limits.categories',
    'limits.special',
    'ruleset.corridors',
  ],
  citation: "28 CFR 202.1001; Waybill's own rule",
  explain:
    'The ruleset gives corridors and kinds of data a tier of risk. From a certain tier on, the importer must sign an end-use statement. The tier is computed; what the parties say counts only when it is higher. A FAIL means that the statement is missing: add endUse to the terms. A claimed tier that is too low is a WARN.',
  judge(judging) {
    const { hop, law } = judging
    if (hop.type !== 'transfer/1') return NO_TRANSFER
    const { route, terms } = hop.claims
    if (terms === undefined) {
      return [
        unknown('whether there is an end-use statement is withheld', {
          at: 'claims.terms',
          settle: SIDES,
        }),
      ]
    }
    const wanted = law.ruleset.times.endUseTier
    if (route === undefined) {
      // What the parties claim themselves is enough to ask for one.
      const asked = terms.endUse === undefined && (terms.tier ?? 0) >= wanted
      if (asked) return [statement(terms, { least: 0, most: 0, beside: 0, wanted })]
      return [unknown('from where to where is withheld', { at: 'claims.route', settle: SIDES })]
    }
    const { seen, possible } = protectionOf(hop, judging)
    const tos = destinationsOf(hop).map(({ country }) => country)
    const origins = originsBeside(hop, judging)
    const seat = enrolledIn(hop.claims.importer, judging)
    const least = tierAmong(law, [route.from], tos, seen)
    const most = possible === seen ? least : tierAmong(law, [route.from], tos, possible)
    const isElsewhere = origins.length > 0 || seat === undefined || !tos.includes(seat)
    const beside = isElsewhere
      ? tierAmong(law, [route.from, ...origins], [...tos, seat], possible)
      : most
    const tiers: Tiers = { least, most, beside, wanted }
    return [...claimedTier(terms.tier, tiers), statement(terms, tiers)]
  },
}

/** `most` if it has every protection it may have; `beside` if it also goes where the parties sit. */
type Tiers = {
  readonly least: number
  readonly most: number
  readonly beside: number
  readonly wanted: number
}

/** The highest of all ways; a country that is not shown may be any. */
function tierAmong(
  law: Law,
  froms: readonly (string | undefined)[],
  tos: readonly (string | undefined)[],
  special: readonly Protection[],
): number {
  if ([...froms, ...tos].includes(undefined)) {
    return Math.max(0, ...law.ruleset.corridors.map(({ tier }) => tier))
  }
  const ways = froms.flatMap((from = '') => tos.map((to = '') => ({ from, to, special })))
  return Math.max(...ways.map((way) => tierOf(law, way)))
}

function statement(
  { endUse, tier = 0 }: NonNullable<Transfer['claims']['terms']>,
  { least, most, beside, wanted }: Tiers,
): Judged {
  const known = Math.max(least, tier)
  if (endUse !== undefined) return pass(`an end-use statement is given, tier ${known}`, { at: AT })
  if (known >= wanted) return fail(`tier ${known} asks for an end-use statement`, { at: AT })
  if (most >= wanted) {
    return unknown('what protection the data has is not fully shown', {
      at: 'claims.fields',
      settle: SIDES,
    })
  }
  if (beside >= wanted) {
    const why = 'a party, or the data, sits elsewhere than the route says, or where is not shown'
    return unknown(why, { at: 'claims.route', settle: SIDES })
  }
  return notApplicable(`tier ${known} asks for no end-use statement`)
}

function claimedTier(
  claimed: number | undefined,
  { least, most, beside }: Tiers,
): readonly Judged[] {
  const at = 'claims.terms.tier'
  if (claimed === undefined || claimed >= Math.max(most, beside)) return []
  if (claimed < least)
    return [warn(`tier ${claimed} is claimed, the ruleset says ${least}`, { at })]
  return [unknown('whether the tier that it claims is right is not shown', { at, settle: SIDES })]
}

/** Protection that the data has for certain, and that it may have. */
function protectionOf(
  hop: Transfer,
  { law: { vocabulary }, limits }: Judging,
): { readonly seen: readonly Protection[]; readonly possible: readonly Protection[] } {
  const { fields = [] } = hop.claims
  const found = new Set<Protection>()
  if (limits.special.value) found.add('special')
  for (const { category, special = [] } of fields) {
    for (const protection of special) found.add(protection)
    addCategory(category)
  }
  for (const category of limits.categories.value) addCategory(category)
  const seen = [...found]
  // A dataset without fields does not declare them; it does not say that there are none.
  const whole =
    undeclaredFields(hop).length === 0 &&
    !fields.some((field) => !field.special && vocabulary.mayBeProtected(field.category)) &&
    !limits.special.incomplete &&
    !limits.categories.incomplete
  return { seen, possible: whole ? seen : EVERY }

  function addCategory(category: string): void {
    if (vocabulary.isSpecial(category)) found.add('special')
    if (vocabulary.isCriminal(category)) found.add('criminal')
  }
}
