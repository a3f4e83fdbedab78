/**
 * Does a transfer lie inside the instrument it is said to rest on? For `countersign --within`.
 *
 * What the instrument itself says of routes, purposes, subjects and retention, and the rules about
 * instruments: tool, days, adequacy, parties and roles, categories and caps. What came before the transfer is not
 * judged: an importer does not see it. PASS, WARN and NA are inside; FAIL and UNKNOWN are not.
 */
import type { StatementId } from '../core/statement.js'
import type { Facts, InstrumentFact } from './facts.js'
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import { UNLIMITED } from './meet.js'
import { destinationsOf } from './places.js'
import { allowsPurpose } from './purposes.js'
import { R05 } from './r05-instrument-present.js'
import { R06 } from './r06-in-force.js'
import { R07 } from './r07-adequacy.js'
import { R08 } from './r08-module-parties.js'
import { R19 } from './r19-instrument-caps.js'
import { retentionEnd } from './retention.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, unknown } from './verdict.js'

/** What speaks against it; `rule` where a rule does. */
export type Outside = Judged & { readonly rule?: Rule['id'] }

export type WithinQuestion = {
  /** A proposal as if it were recorded now. */
  readonly hop: Transfer
  readonly instrument: InstrumentFact
  readonly facts: Facts
  readonly law: Law
}

const RULES_OF_INSTRUMENTS: readonly Rule[] = [R05, R06, R07, R08, R19]

/** Does the transfer cite this instrument at all? */
export function citesInstrument({ claims }: Transfer, instrument: StatementId): boolean {
  return claims.instrument === instrument
}

/** Everything that speaks against it; nothing: the transfer lies inside. */
export function outsideOf(question: WithinQuestion): readonly Outside[] {
  const { hop, facts, law, instrument } = question
  if (!citesInstrument(hop, instrument.id)) {
    return [fail('it rests on another instrument, or on none', { at: 'claims.instrument' })]
  }
  // What came before is not seen by an importer; the rules here ask the instrument.
  const judging: Judging = {
    hop,
    upstream: hop.parents.map(({ id, n }) => ({
      id,
      n,
      hop: undefined,
      dataset: undefined,
      limits: UNLIMITED,
    })),
    limits: UNLIMITED,
    facts,
    law,
  }
  const judged: readonly Outside[] = [
    ...ofRoute(question),
    ...ofPurposes(question),
    ...ofFields(question),
    ...ofSubjects(question),
    ...ofRetention(question, judging),
    // Where the data was before is not its question either.
    ...RULES_OF_INSTRUMENTS.flatMap((rule) =>
      rule.judge({ ...judging, upstream: [] }).map((one): Outside => ({ ...one, rule: rule.id })),
    ),
  ]
  return judged.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'UNKNOWN')
}

/** On a route of the instrument, stored, accessed and processed by others where that route says. */
function ofRoute({ hop, instrument }: WithinQuestion): readonly Judged[] {
  const { route } = hop.claims
  const { routes } = instrument.claims
  if (route === undefined || routes === undefined) return [notShown('claims.route', instrument)]
  const agreed = routes.find(({ from, to }) => from === route.from && to === route.to)
  if (agreed === undefined) {
    const why = `the instrument has no route from ${route.from} to ${route.to}`
    return [fail(why, { at: 'claims.route' })]
  }
  const { storage = [], access = [] } = agreed
  return destinationsOf(hop).flatMap(({ at, country }) => {
    if (country === agreed.to) return []
    const [what, allowed] = at.startsWith('claims.route.storage')
      ? ['storage', storage]
      : at.startsWith('claims.route.access')
        ? ['access', access]
        : ['sub-processor', [...storage, ...access]]
    if (allowed.includes(country)) return []
    return [fail(`the instrument allows no ${what} in ${country} on this route`, { at })]
  })
}

function ofPurposes({ hop, instrument, law }: WithinQuestion): readonly Judged[] {
  const { purposes, terms } = hop.claims
  const { purposes: agreed, caps } = instrument.claims
  if (purposes === undefined || terms === undefined || agreed === undefined || caps === undefined) {
    return [notShown('claims.purposes', instrument)]
  }
  const { vocabulary } = law
  const allowed = vocabulary.purposesOf([...agreed, ...(caps?.furtherPurposes ?? [])])
  const asked = [
    ...purposes.map((term, n) => [term, `claims.purposes[${n}]`] as const),
    ...(terms.furtherPurposes ?? []).map(
      (term, n) => [term, `claims.terms.furtherPurposes[${n}]`] as const,
    ),
  ]
  return asked.flatMap(([term, at]) =>
    allowsPurpose(allowed, term)
      ? []
      : [fail(`the instrument does not allow ${vocabulary.labelOf(term)}`, { at })],
  )
}

/** Fields that are not declared may hold anything; R19 judges those that are. */
function ofFields({ hop: { claims } }: WithinQuestion): readonly Judged[] {
  const { fields = [], datasets = [] } = claims
  return datasets.flatMap(({ n }, position) => {
    if (fields.length === 0 || fields.some((field) => field.n === n)) return []
    const why = 'it does not say which fields this dataset has'
    return [unknown(why, { at: `claims.datasets[${position}]` })]
  })
}

/** Left out: those of the collection, which an importer does not see. */
function ofSubjects({ hop, instrument, law }: WithinQuestion): readonly Judged[] {
  const { terms } = hop.claims
  const { subjects } = instrument.claims
  if (terms === undefined || subjects === undefined) return [notShown('claims.terms', instrument)]
  const { vocabulary } = law
  return (terms.subjects ?? []).flatMap((subject, position) => {
    if (subjects.some((term) => vocabulary.isUnder(subject, term))) return []
    const why = `the instrument is not about data of ${vocabulary.labelOf(subject)}`
    return [fail(why, { at: `claims.terms.subjects[${position}]` })]
  })
}

/** No longer than the instrument allows; where the transfer says nothing, the instrument decides. */
function ofRetention({ hop, instrument }: WithinQuestion, judging: Judging): readonly Judged[] {
  const at = 'claims.retention'
  if (hop.claims.retention === null || instrument.claims.retention === null) return []
  const own = retentionEnd(hop.claims.retention, judging)
  const agreed = retentionEnd(instrument.claims.retention, judging)
  if (own.incomplete || agreed.incomplete || own.end === undefined || agreed.end === undefined) {
    return [unknown('until when it may be kept cannot be computed here', { at })]
  }
  if (own.end <= agreed.end) return []
  return [fail(`it may be kept until ${own.end}, the instrument says ${agreed.end}`, { at })]
}

function notShown(at: string, { id }: InstrumentFact): Judged {
  return unknown('a claim of the transfer or of its instrument is withheld', { at, evidence: [id] })
}
