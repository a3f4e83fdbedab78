/** R25: where a tool needs an assessment of the destination's law, there is one, and it holds. SCC 14. */
import type { InstrumentClaims } from '../core/schemas/instrument.js'
import { acceptedBy } from './accepted.js'
import { onInstrument, type Seen } from './cited.js'
import { addDays, type Days } from './days.js'
import { daysOf, isAdequate, type Restriction, restrictionsOf, soften } from './footing.js'
import type { Transfer } from './hop.js'
import type { Judging, Rule } from './rule.js'
import type { Tool } from './ruleset.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

type Document = InstrumentClaims['documents'][number]
type Terms = NonNullable<Transfer['claims']['terms']>
type Kind = NonNullable<Tool['assessment']>

const SUPPLEMENTARY = 'https://w3id.org/dpv/legal/eu/gdpr#SupplementaryMeasure'
const DOCUMENTS = 'claims.terms.documents'
const MEASURES = 'claims.terms.measures'
const SIDES = 'its exporter or importer'
const NAMES: Readonly<Record<Kind, string>> = {
  tia: 'transfer impact assessment',
  pipia: 'personal information protection impact assessment',
}

export const R25: Rule = {
  id: 'R25',
  title: 'assessment of the destination’s law present and effective',
  inputs: ['route', 'instrument', 'terms', 'period', 'facts.instrument', 'ruleset.regimes'],
  citation: 'SCC clause 14; EDPB Recommendations 01/2020; PIPL Art. 55',
  explain:
    'Clauses and the like hold only where the destination’s law lets them. So the exporter assesses it (TIA, PIPIA) and the assessment, valid on the days of the transfer, stands among the documents of the instrument or of the transfer. None, one that has lapsed, or one that says “not effective” without supplementary measures is a FAIL; so are measures that it names and the terms do not. The latest one counts; a WARN names both where the instrument says “not effective” and only the exporter’s own later paper for this transfer says otherwise. One that lapses soon is a WARN.',
  judge(judging) {
    return onInstrument(judging, (hop, cited) => {
      const restrictions = restrictionsOf(hop, judging)
      if (restrictions === undefined) {
        return [unknown('from where to where is withheld', { at: 'claims.route', settle: SIDES })]
      }
      const judged = restrictions.flatMap((restriction) =>
        soften(underLaw(hop, cited, restriction, judging), restriction),
      )
      return judged.length > 0 ? judged : [notApplicable('its instrument needs no assessment')]
    })
  },
}

function underLaw(
  hop: Transfer,
  cited: Seen,
  restriction: Restriction,
  judging: Judging,
): readonly Judged[] {
  const { documents } = cited.fact.claims
  const evidence = [cited.fact.id]
  const accepted = acceptedBy(restriction.regime, cited.fact)
  if (accepted.state === 'hidden') return [accepted.judged]
  const needed = accepted.state === 'tool' ? accepted.tool.assessment : undefined
  if (needed === undefined) return []
  const days = daysOf(hop)
  if (days === undefined) {
    return [unknown('when it happened is withheld', { at: 'claims.period', settle: SIDES })]
  }
  if (isAdequate(restriction, days, judging)) return []
  const { terms } = hop.claims
  if (documents === undefined || terms === undefined) {
    const at = documents === undefined ? 'claims.instrument' : 'claims.terms'
    return [
      unknown('documents that may hold the assessment are withheld', {
        at,
        evidence,
        settle: SIDES,
      }),
    ]
  }
  const isNeeded = (one: Document): boolean => one.kind === needed
  const agreed = documents.filter(isNeeded)
  const own = (terms.documents ?? []).filter(isNeeded)
  const wanted = { needed, days, judging }
  return [
    ...assessed([...agreed, ...own], terms, wanted),
    ...overruled(latestOn(agreed, days), latestOn(own, days), hop, wanted),
  ].map((one) => ({ ...one, evidence }))
}

/** Those made last, up to the first day. */
function latestOn(all: readonly Document[], { first }: Days): readonly Document[] {
  const then = all.filter(({ date }) => date <= first)
  const latest = then
    .map(({ date }) => date)
    .sort()
    .at(-1)
  return then.filter(({ date }) => date === latest)
}

const NO: readonly Document['outcome'][] = ['not-effective', 'not-acceptable', 'refused']

/**
 * The later one counts. But where both parties put a no into their instrument, and only the exporter’s
 * own later paper, for this one transfer, says yes, a person should look.
 */
function overruled(
  agreed: readonly Document[],
  own: readonly Document[],
  hop: Transfer,
  { needed, days }: Wanted,
): readonly Judged[] {
  const name = NAMES[needed]
  const no = agreed.find(
    ({ outcome, validUntil }) =>
      NO.includes(outcome) && (validUntil === undefined || validUntil >= days.first),
  )
  if (no === undefined) return []
  const { exporter } = hop.claims
  return own
    .filter(({ outcome, date }) => date > no.date && outcome !== undefined && isYes(outcome))
    .flatMap(({ outcome, date, by }): readonly Judged[] => {
      const notes = { at: DOCUMENTS, settle: 'both parties: an instrument with the later one' }
      if (by === undefined || by === exporter) {
        const why = `the ${name} of the instrument of ${no.date} says “${no.outcome}”; the exporter’s own of ${date}, for this transfer, says “${outcome}”`
        return [warn(why, notes)]
      }
      const why = `whether another than the exporter made the later ${name} is withheld`
      return exporter === undefined ? [unknown(why, notes)] : []
    })
}

function isYes(outcome: NonNullable<Document['outcome']>): boolean {
  return FINDINGS[outcome] === 'holds' || FINDINGS[outcome] === 'with-measures'
}

type Wanted = { readonly needed: Kind; readonly days: Days; readonly judging: Judging }

function assessed(
  all: readonly Document[],
  terms: Terms,
  { needed, days, judging }: Wanted,
): readonly Judged[] {
  const name = NAMES[needed]
  const current = latestOn(all, days)
  if (current.length === 0) {
    const late = all.length > 0 ? ' made before it' : ''
    return [fail(`there is no ${name}${late}`, { at: DOCUMENTS })]
  }
  return current.flatMap((document): readonly Judged[] => {
    const { validUntil } = document
    if (validUntil !== undefined && validUntil < days.last) {
      return [fail(`the ${name} had lapsed on ${days.last}`, { at: DOCUMENTS })]
    }
    const soon = addDays(days.last, judging.law.ruleset.times.lapseWarnDays)
    const lapses = validUntil !== undefined && validUntil <= soon
    return [
      result(document, terms, name, judging),
      ...(lapses ? [warn(`the ${name} lapses on ${validUntil}`, { at: DOCUMENTS })] : []),
    ]
  })
}

type Finding = 'holds' | 'with-measures' | 'not-effective' | 'objects'
const FINDINGS: Readonly<Partial<Record<NonNullable<Document['outcome']>, Finding>>> = {
  effective: 'holds',
  acceptable: 'holds',
  'effective-with-measures': 'with-measures',
  'acceptable-with-measures': 'with-measures',
  'not-effective': 'not-effective',
  'not-acceptable': 'objects',
  refused: 'objects',
  pending: 'objects',
}

/** What the assessment found, and whether the measures on which that rests are taken. */
function result(
  document: Document,
  { measures = [] }: Terms,
  name: string,
  { law: { vocabulary } }: Judging,
): Judged {
  const { outcome, measures: named = [] } = document
  const finding = outcome === undefined ? undefined : FINDINGS[outcome]
  if (finding === undefined) {
    return unknown(`the ${name} does not say what it found`, { at: DOCUMENTS, settle: SIDES })
  }
  if (finding === 'holds') return pass(`the ${name} holds`)
  if (finding === 'objects') return fail(`the ${name} says “${outcome}”`, { at: DOCUMENTS })
  const missing = (named.length > 0 ? named : [SUPPLEMENTARY]).filter(
    (measure) => !measures.some((term) => vocabulary.isUnder(term, measure)),
  )
  const at = MEASURES
  if (finding === 'with-measures') {
    if (missing.length === 0) return pass(`the ${name} holds with the measures taken`)
    const labels = missing.map((term) => vocabulary.labelOf(term)).join(', ')
    return fail(`the ${name} rests on measures that are not taken: ${labels}`, { at })
  }
  return missing.length === 0
    ? warn(`the ${name} says “not effective”; supplementary measures are taken`, { at })
    : fail(`the ${name} says “not effective”, and no supplementary measure is taken`, { at })
}
