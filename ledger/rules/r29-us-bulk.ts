/** R29: bulk sensitive data of US persons does not reach countries of concern or covered persons. */
import type { PartyId } from '../core/key-state.js'
import { type BulkVolume, bulkVolume } from './bulk.js'
import { daysOf } from './footing.js'
import type { Processing, Transfer } from './hop.js'
import { transformationsOf } from './hop.js'
import { destinationsOf, enrolledIn } from './places.js'
import type { Judging, Rule } from './rule.js'
import { mayHaveBeenElsewhere, newPlaces } from './taken-abroad.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

const US = 'US'
/** Never restricted, always prohibited: 28 CFR 202.303. */
const OMIC = ['human-genomic', 'human-omic']
/** 28 CFR 202.401: allowed under the security requirements. */
const RESTRICTED = ['vendor', 'employment', 'investment']

export const R29: Rule = {
  id: 'R29',
  title: 'US bulk data threshold',
  inputs: ['route', 'place', 'terms.us202', 'datasets', 'fields', 'party country', 'usage: pair'],
  citation: '28 CFR 202.205, 202.206, 202.211, 202.301–303, 202.401, 202.601',
  explain:
    'Sensitive data of persons in the United States is bulk above a threshold of its category, summed over twelve months for each pair of parties; of combined data the lowest threshold counts, and pseudonymised data counts like any other. Bulk data must not reach a country of concern or a covered person (owned by such countries with half or more), unless a licence in force is among its documents or, for vendors, staff and investors, under the security requirements; sold to anyone else abroad, a contract must ban passing it on. FAIL: it does. WARN: from 80 percent of a threshold on, or where an exemption, or a licence without its document, is claimed, and where its holder itself takes such data to a country of concern without a transfer, which is counted nowhere.',
  judge(judging) {
    const { hop } = judging
    if (hop.type !== 'transfer/1' && hop.type !== 'processing/1') return NOTHING_MOVES
    if (judging.law.ruleset.usBulk.thresholds.length === 0) {
      return [notApplicable('the ruleset has no threshold for bulk data of persons in the US')]
    }
    return hop.type === 'transfer/1' ? [judgeTransfer(judging, hop)] : judgeProcessing(judging, hop)
  },
}

const NOTHING_MOVES: readonly Judged[] = [notApplicable('nothing moves between parties here')]

/** Whoever takes it to a country of concern by itself gives it to nobody, as far as is recorded. */
function judgeProcessing(judging: Judging, hop: Processing): readonly Judged[] {
  const concern = judging.law.ruleset.usBulk.countriesOfConcern
  const judged = judging.upstream.flatMap((parent): readonly Judged[] => {
    const { value, incomplete } = parent.limits.subjectCountries
    if (!value.has(US) && !incomplete) return []
    const evidence = [parent.id]
    if (hop.claims.place === undefined) {
      return [unknown('where it was done is withheld', { at: 'claims.place', evidence })]
    }
    return newPlaces(hop, parent)
      .filter(({ country }) => concern.includes(country))
      .map(({ at, country }) => {
        const notes = { at, evidence, settle: 'its performer: who has access there' }
        return value.has(US) && !mayHaveBeenElsewhere(parent)
          ? warn(`${ABOUT_US} was taken to ${country}, ${NOT_COUNTED}`, notes)
          : unknown(`whether ${ABOUT_US} was taken to ${country} is not known`, notes)
      })
  })
  return judged.length > 0 ? judged : NOTHING_MOVES
}

const ABOUT_US = 'data about persons in the United States'
const NOT_COUNTED = 'a country of concern; no transfer was declared, so that nothing counts it'

function judgeTransfer(judging: Judging, hop: Transfer): Judged {
  const about = aboutUs(judging, hop)
  if (about === 'no') return pass('it is about nobody in the United States')
  const volume = bulkVolume(judging, hop)
  if (volume.state === 'below') return pass(volume.words)
  const coverage = coverageOf(judging, hop)
  const ifBulk = bulkVerdict(hop, coverage, volume)
  if (ifBulk.verdict === 'PASS') return ifBulk
  if (about === 'unknown') {
    return unknown('whether it is about persons in the United States is not known', {
      at: 'claims.route.subjectCountries',
      settle: 'the collector: where the data subjects are',
    })
  }
  if (volume.state === 'over') return ifBulk
  const at = 'claims.datasets'
  if (volume.state === 'maybe') {
    const settle = 'the exporter: persons, devices and volumes of each dataset'
    return unknown(volume.words, { at, settle })
  }
  return coverage.covered === 'withheld' || hop.claims.terms === undefined
    ? unknown(`${volume.words}; what allows it is withheld`, { at: 'claims.terms' })
    : warn(volume.words, { at })
}

/** Is it about persons in the United States? What came in so stays so, unless they were filtered out. */
function aboutUs(judging: Judging, hop: Transfer): 'yes' | 'no' | 'unknown' {
  const { value, incomplete } = judging.limits.subjectCountries
  const declared = hop.claims.route?.subjectCountries
  if (declared?.includes(US) === true) return 'yes'
  if (value.has(US)) {
    if (hop.claims.route !== undefined && declared === undefined) return 'yes'
    if (hop.claims.route === undefined) return 'unknown'
    return stillThere(judging, hop)
  }
  return incomplete || hop.claims.route === undefined ? 'unknown' : 'no'
}

/** Whoever came in is gone only where every dataset was filtered, and is other content than before. */
function stillThere({ upstream }: Judging, hop: Transfer): 'yes' | 'no' | 'unknown' {
  const done = transformationsOf(hop)
  const { datasets } = hop.claims
  if (done === undefined || datasets === undefined) return 'unknown'
  const filters = done.filter(({ kind }) => kind === 'filter')
  const kept = datasets.some(
    ({ n, digest, from }) =>
      !filters.some((filter) => filter.datasets?.includes(n) ?? true) ||
      from.some((position) => upstream[position]?.dataset?.digest === digest),
  )
  if (kept) return 'yes'
  const seen = datasets.every(({ from }) =>
    from.every((position) => upstream[position]?.dataset !== undefined),
  )
  return seen ? 'no' : 'unknown'
}

type Terms = NonNullable<Transfer['claims']['terms']>

type Coverage = {
  /** `unknown`: nobody says so; `withheld`: a claim that would say is not shown. */
  readonly covered: 'yes' | 'no' | 'unknown' | 'withheld'
  readonly at: string
  readonly words: string
}

/** Does it reach a country of concern, or a covered person? */
function coverageOf(judging: Judging, hop: Transfer): Coverage {
  const place = placeOfConcern(judging, hop) ?? personOfConcern(judging, hop)
  if (place !== undefined) return { covered: 'yes', ...place }
  const { route, terms, importer } = hop.claims
  const at = 'claims.terms.us202.coveredPerson'
  const words = 'whether the importer is a covered person is not known'
  if (route === undefined || terms === undefined || importer === undefined) {
    return { covered: 'withheld', at: terms === undefined ? 'claims.terms' : at, words }
  }
  const country = enrolledIn(importer, judging)
  const head = headOfConcern(judging, importer as PartyId)
  if (head !== undefined) return { covered: 'unknown', at: 'claims.importer', words: head }
  const denied = terms.us202?.coveredPerson === 'no' && country !== undefined
  return denied
    ? { covered: 'no', at, words: 'the importer is no covered person' }
    : { covered: 'unknown', at, words }
}

/** Whoever heads its group may own it: what the parties say of ownership does not settle that. */
function headOfConcern({ law, facts }: Judging, importer: PartyId): string | undefined {
  const fact = facts.party(importer)
  if (fact === undefined) return undefined
  const { group } = fact.claims
  if (group === undefined) return 'of which group the importer is is withheld'
  const head = group?.head
  if (head === undefined || head === importer) return undefined
  const seat = facts.party(head as PartyId)?.claims.country
  if (seat === undefined)
    return 'where the head of the importer’s group is established is not shown'
  return law.ruleset.usBulk.countriesOfConcern.includes(seat)
    ? `the head of the importer’s group is established in ${seat}`
    : undefined
}

type Concern = Pick<Coverage, 'at' | 'words'>

function placeOfConcern({ law }: Judging, { claims }: Transfer): Concern | undefined {
  const concern = law.ruleset.usBulk.countriesOfConcern
  const found = destinationsOf({ claims }).find(({ country }) => concern.includes(country))
  if (found === undefined) return undefined
  return { at: found.at, words: `${found.country} is a country of concern` }
}

function personOfConcern({ law, facts }: Judging, { claims }: Transfer): Concern | undefined {
  const { countriesOfConcern, coveredShareBasisPoints } = law.ruleset.usBulk
  const us202 = claims.terms?.us202
  if (us202?.coveredPerson === 'yes') {
    return { at: 'claims.terms.us202.coveredPerson', words: 'the importer is a covered person' }
  }
  const share = (us202?.ownership ?? [])
    .filter(({ country }) => countriesOfConcern.includes(country))
    .reduce((sum, owner) => sum + owner.share, 0)
  if (share >= coveredShareBasisPoints && share > 0) {
    const words = `countries of concern own ${share / 100} percent of the importer`
    return { at: 'claims.terms.us202.ownership', words }
  }
  const { importer } = claims
  const seat = importer === undefined ? undefined : facts.party(importer as PartyId)?.claims.country
  if (seat === undefined || !countriesOfConcern.includes(seat)) return undefined
  return { at: 'claims.importer', words: `the importer is established in ${seat}` }
}

/** What to say of bulk data that goes there. */
function bulkVerdict(hop: Transfer, coverage: Coverage, volume: BulkVolume): Judged {
  const { covered, at, words } = coverage
  if (covered === 'no') return brokerageVerdict(hop, volume)
  if (covered !== 'yes') return unknown(`${volume.words}; ${words}`, { at })
  const { terms } = hop.claims
  if (terms === undefined) {
    const why = `${volume.words}; ${words}, and what allows it is withheld`
    return unknown(why, { at: 'claims.terms' })
  }
  const us202 = terms.us202
  if (us202?.licence !== undefined) return licensed(hop, terms, `${volume.words}; ${words}`)
  if (us202?.transaction === 'exempt') {
    const why = `${volume.words}; ${words}; that the transaction is exempt is the parties’ word`
    return warn(why, { at: 'claims.terms.us202.transaction' })
  }
  const restricted = us202 !== undefined && RESTRICTED.includes(us202.transaction)
  return restricted
    ? restrictedVerdict(us202.securityRequirements === true, coverage, volume)
    : fail(`${volume.words}; ${words}`, { at })
}

/** A number is a word; a licence is a document, and holds for some days. */
function licensed(hop: Transfer, { documents = [] }: Terms, words: string): Judged {
  const at = 'claims.terms.us202.licence'
  const licences = documents.filter(({ kind }) => kind === 'licence')
  const days = daysOf(hop)
  if (licences.length > 0 && days === undefined) {
    return unknown('whether its licence holds on these days is withheld', { at: 'claims.period' })
  }
  const holds = licences.some(
    ({ date, validUntil, outcome }) =>
      days !== undefined &&
      date <= days.first &&
      (validUntil === undefined || validUntil >= days.last) &&
      outcome !== 'refused' &&
      outcome !== 'pending',
  )
  return holds
    ? pass('a licence is among its documents')
    : warn(`${words}; a licence is named, and no licence in force is among its documents`, { at })
}

function restrictedVerdict(secured: boolean, { at, words }: Coverage, volume: BulkVolume): Judged {
  if (volume.present.some((category) => OMIC.includes(category))) {
    return fail(`${volume.words}; ${words}; human ’omic data are never allowed`, { at })
  }
  if (!secured) {
    return fail(`${volume.words}; ${words}; the security requirements are not met`, {
      at: 'claims.terms.us202.securityRequirements',
    })
  }
  return volume.possible.some((category) => OMIC.includes(category))
    ? unknown(`${volume.words}; human ’omic data are never allowed`, { at: 'claims.datasets' })
    : pass('restricted, and the security requirements are met')
}

/** 28 CFR 202.302: sold to anyone else abroad, a contract bans passing it on to those places. */
function brokerageVerdict({ claims: { route, terms } }: Transfer, volume: BulkVolume): Judged {
  const us202 = terms?.us202
  const sold = us202?.transaction === 'data-brokerage' && route?.to !== US
  if (!sold) return pass('the importer is no covered person, and nothing is sold')
  return us202.onwardBan === true
    ? pass('sold abroad, and a contract bans passing it on')
    : fail(`${volume.words}; it is sold abroad and no contract bans passing it on`, {
        at: 'claims.terms.us202.onwardBan',
      })
}
