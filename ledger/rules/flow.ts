/**
 * The limits that leave a hop with each dataset it makes. DESIGN 6, docs/limits.md.
 *
 * They are the meet of what travels with its sources and of what this hop declares, so that they only
 * ever shrink. A parent with its very content is a source, whether or not the dataset names it. Two things widen them, each a signed assessment in force that names the very statement
 * the data comes from: compatibility lets a purpose through, anonymisation ends what is special.
 */
import { anonymityOf, compatibilityOf } from './assessments.js'
import { carriedBy } from './carried.js'
import { citedBy } from './cited.js'
import { type Dataset, datasetsOf, type Hop, type Transfer } from './hop.js'
import type { Limit, Limits } from './limits.js'
import { meetLimits, shared, UNKNOWN_LIMITS, UNLIMITED } from './meet.js'
import { onwardLimits } from './onward.js'
import type { PurposeSet } from './purposes.js'
import { type Retention, retentionEnd } from './retention.js'
import type { Judging, Upstream } from './rule.js'
import { boundBy } from './same-content.js'
import { usesPromisedBy } from './uses.js'

const NO_DATASETS: ReadonlyMap<number, Limits> = new Map()

/**
 * Limits by the number of the dataset. Where the datasets are withheld there is none: of a dataset
 * that a later hop cites all the same, nothing is known.
 */
export function flowOut(judging: Judging): ReadonlyMap<number, Limits> {
  const datasets = datasetsOf(judging.hop)
  if (datasets === undefined || datasets.length === 0) return NO_DATASETS
  const declared = declaredLimits(judging)
  const granted = judging.upstream.map((parent) => grantedTo(judging, parent))
  return new Map(
    datasets.map((dataset) => [dataset.n, limitsOf(judging, dataset, { declared, granted })]),
  )
}

type Sides = {
  readonly declared: Limits
  /** Limits of each parent, widened where an assessment says so. */
  readonly granted: readonly Limits[]
}

function limitsOf(judging: Judging, named: Dataset, { declared, granted }: Sides): Limits {
  const from = boundBy(judging, named)
  const dataset = from === named.from ? named : { ...named, from }
  const sources = from.reduce<Limits>(
    (met, position) => meetLimits(met, granted[position] ?? UNKNOWN_LIMITS),
    UNLIMITED,
  )
  const met = meetLimits(sources, declared)
  const { categories, special } = carriedBy(judging, dataset, sources)
  if (categories === met.categories && special === met.special) return met
  return shared(sources, { ...met, categories, special })
}

/** What a parent’s limits are for this hop: wider than they were only by an assessment. */
function grantedTo(judging: Judging, parent: Upstream): Limits {
  const { limits } = parent
  const purposes = grantedPurposes(judging, parent)
  const special = grantedSpecial(judging, parent)
  if (purposes === limits.purposes && special === limits.special) return limits
  return { ...limits, purposes, special }
}

function grantedPurposes(judging: Judging, parent: Upstream): Limits['purposes'] {
  const before = parent.limits.purposes
  const { covered } = before.value
  if (covered === undefined) return before
  const terms: string[] = []
  let { incomplete } = before
  for (const term of purposesOf(judging.hop)) {
    if (covered.has(term)) continue
    const { state } = compatibilityOf(judging, parent, term)
    if (state === 'none') continue
    // What may be granted is not forbidden for certain.
    terms.push(term)
    incomplete ||= state === 'possible'
  }
  if (terms.length === 0) return before
  return { value: judging.law.vocabulary.purposesOf([...covered, ...terms]), incomplete }
}

function grantedSpecial(judging: Judging, parent: Upstream): Limits['special'] {
  const { special } = parent.limits
  if (!special.value && !special.incomplete) return special
  const { state } = anonymityOf(judging, parent)
  if (state === 'granted') return UNLIMITED.special
  return state === 'possible' ? UNKNOWN_LIMITS.special : special
}

/** Purposes that a hop declares, as far as they are shown. */
function purposesOf(hop: Hop): readonly string[] {
  const { purposes = [] } = hop.claims
  const further = hop.type === 'transfer/1' ? (hop.claims.terms?.furtherPurposes ?? []) : []
  return further.length === 0 ? purposes : [...purposes, ...further]
}

/** What this hop declares for all its datasets: their categories are not among it. */
function declaredLimits(judging: Judging): Limits {
  const { hop, law } = judging
  switch (hop.type) {
    case 'collection/1': {
      const { purposes, retention, onward, place } = hop.claims
      const subjects = place === undefined ? undefined : (place.subjectCountries ?? null)
      return {
        ...UNLIMITED,
        ...onwardLimits(onward),
        purposes: allowedBy(judging, purposes),
        retention: keptUntil(judging, retention),
        origins:
          place === undefined
            ? UNKNOWN_LIMITS.origins
            : countries([place.jurisdiction, ...(subjects ?? [])]),
        subjectCountries: subjects ? countries(subjects) : UNKNOWN_LIMITS.subjectCountries,
      }
    }
    case 'processing/1':
      return {
        ...UNLIMITED,
        purposes: allowedBy(judging, hop.claims.purposes),
        retention: keptUntil(judging, hop.claims.retention),
      }
    case 'transfer/1':
      return meetLimits(
        { ...movedBy(judging, hop), uses: usesPromisedBy(hop, law) },
        instrumentLimits(judging, hop),
      )
    case 'outcome/1':
      return UNLIMITED
  }
}

function movedBy(judging: Judging, hop: Transfer): Limits {
  const { purposes, terms, retention, onward, route } = hop.claims
  // Terms that are withheld may allow further purposes.
  const allowed = terms === undefined || purposes === undefined ? undefined : purposesOf(hop)
  const subjects = route?.subjectCountries ?? []
  return {
    ...UNLIMITED,
    ...onwardLimits(onward),
    purposes: allowedBy(judging, allowed),
    retention: keptUntil(judging, retention),
    origins: route === undefined ? UNKNOWN_LIMITS.origins : countries([route.from, ...subjects]),
    subjectCountries: route === undefined ? UNKNOWN_LIMITS.subjectCountries : countries(subjects),
  }
}

/** What the instrument allows that a transfer cites: that very version, whatever replaced it later. */
function instrumentLimits(judging: Judging, hop: Transfer): Limits {
  const cited = citedBy(hop, judging)
  if (cited.state === 'none') return UNLIMITED
  const { purposes, caps, retention, onward } = cited.state === 'seen' ? cited.fact.claims : {}
  const allowed =
    purposes === undefined || caps === undefined
      ? undefined
      : withFurther(purposes, caps?.furtherPurposes)
  return {
    ...UNLIMITED,
    ...onwardLimits(onward),
    purposes: allowedBy(judging, allowed),
    retention: keptUntil(judging, retention),
  }
}

function withFurther(
  purposes: readonly string[],
  further: readonly string[] | undefined,
): readonly string[] {
  return further === undefined || further.length === 0 ? purposes : [...purposes, ...further]
}

/** @param purposes undefined: withheld, so that no purpose is ruled out for certain */
function allowedBy({ law }: Judging, purposes: readonly string[] | undefined): Limit<PurposeSet> {
  if (purposes === undefined) return UNKNOWN_LIMITS.purposes
  return { value: law.vocabulary.purposesOf(purposes), incomplete: false }
}

function keptUntil(judging: Judging, retention: Retention): Limits['retention'] {
  if (retention === null) return UNLIMITED.retention
  const { end, incomplete } = retentionEnd(retention, judging)
  return end === undefined && incomplete ? UNKNOWN_LIMITS.retention : { value: end, incomplete }
}

function countries(codes: readonly string[]): Limit<ReadonlySet<string>> {
  return codes.length === 0 ? UNLIMITED.origins : { value: new Set(codes), incomplete: false }
}
