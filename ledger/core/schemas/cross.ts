/**
 * What two values of a statement say about each other, as far as form alone decides.
 *
 * Every value that gets here has passed its shape. A claim that is withheld is left out and what
 * depends on it is not judged. Nothing here knows the ledger, the law or the clock: custody, digests
 * of parents and all rules of a ruleset are judged elsewhere.
 */
import { FORMATS, timeKey } from '../formats.js'
import type { Issue, ValueOf } from '../schema.js'
import type { AssessmentClaims } from './assessment.js'
import type { CollectionClaims } from './collection.js'
import type { DATASET, FIELD, SUBJECT_COUNTS, TRANSFORMATION } from './datasets.js'
import type { InstrumentClaims } from './instrument.js'
import type { KeyClaims } from './key.js'
import type { OutcomeClaims } from './outcome.js'
import type { PartyClaims } from './party.js'
import type { ProcessingClaims } from './processing.js'
import type { DOCUMENT, ONWARD, PERIOD, RECIPIENT, RETENTION } from './shapes.js'
import type { TransferClaims } from './transfer.js'

/** Claims of a type without those that are withheld. */
export type Known<Claims> = { readonly [Name in keyof Claims]?: Claims[Name] }

type Dataset = ValueOf<typeof DATASET>
type Field = ValueOf<typeof FIELD>
type Transformation = ValueOf<typeof TRANSFORMATION>
type Document = ValueOf<typeof DOCUMENT>
type Recipient = ValueOf<typeof RECIPIENT>

export function crossParty(claims: Known<PartyClaims>): Issue[] {
  const identifiers = claims.identifiers ?? []
  const { group, contact } = claims
  return [
    ...identifiers.flatMap((identifier, position) =>
      hasSchemeForm(identifier.scheme, identifier.value)
        ? []
        : [conflict(`claims.identifiers[${position}].value`, 'the form of its scheme')],
    ),
    ...repeats(identifiers, (item) => `${item.scheme} ${item.value}`, 'claims.identifiers'),
    ...(group !== null && group !== undefined && group.head === undefined && group.lei === undefined
      ? [conflict('claims.group', 'head, lei or both')]
      : []),
    ...(contact?.offices ?? []).flatMap((office, position) =>
      [office.email, office.url, office.address].every((way) => way === undefined)
        ? [conflict(`claims.contact.offices[${position}]`, 'email, url or address')]
        : [],
    ),
  ]
}

export function crossKey(claims: Known<KeyClaims>): Issue[] {
  const { action, use, since } = claims
  if (action === undefined) return []
  const issues: Issue[] = []
  if (use !== undefined && (action === 'add') !== use.length > 0) {
    issues.push(conflict('claims.use', 'uses with the action add, none with any other'))
  }
  // The log's key and the registrar's differ (DESIGN 5): who steals one must not have the other.
  if (use?.includes('log') === true && use.length > 1) {
    issues.push(conflict('claims.use', 'log stands alone'))
  }
  if (since !== undefined && (action === 'compromised') !== (since !== null)) {
    issues.push(conflict('claims.since', 'an entry index with the action compromised only'))
  }
  return issues
}

export function crossInstrument(claims: Known<InstrumentClaims>): Issue[] {
  const { kind, effective, routes, caps, retention, onward, documents } = claims
  const issues = [
    ...checkRetention(retention, 'claims.retention'),
    ...checkOnward(onward, 'claims.onward'),
    ...checkDocuments(documents, 'claims.documents'),
    ...repeats(routes, (route) => `${route.from} ${route.to}`, 'claims.routes'),
    ...repeats(caps?.categories, (cap) => cap.category, 'claims.caps.categories'),
    ...repeats(caps?.phases, (phase) => phase.code, 'claims.caps.phases'),
    ...(caps?.phases ?? []).flatMap((phase, position) =>
      inOrder(phase.from, phase.until, `claims.caps.phases[${position}].until`),
    ),
    ...inOrder(effective?.from, effective?.until, 'claims.effective.until'),
    ...inOrder(effective?.from, effective?.review, 'claims.effective.review'),
  ]
  if (kind?.code === 'A46-2-c' && kind.module === undefined) {
    issues.push(conflict('claims.kind.module', 'the module of the standard clauses'))
  }
  if (kind?.code === 'Other' && kind.name === undefined) {
    issues.push(conflict('claims.kind.name', 'a name for a kind that is not listed'))
  }
  return issues
}

export function crossCollection(claims: Known<CollectionClaims>): Issue[] {
  const { datasets, fields, retention, onward, period } = claims
  return [
    ...checkDatasets(datasets, 0, { min: 0, max: 0 }),
    ...checkFields(fields, datasets),
    ...checkRetention(retention, 'claims.retention'),
    ...checkOnward(onward, 'claims.onward'),
    ...checkPeriod(period),
  ]
}

export function crossTransfer(claims: Known<TransferClaims>, parents: number): Issue[] {
  const { datasets, fields, minimization, retention, onward, period } = claims
  const issues = [
    ...checkDatasets(datasets, parents, { min: 1, max: 1 }),
    ...checkFields(fields, datasets),
    ...checkTransformations(
      minimization?.transformations,
      datasets,
      'claims.minimization.transformations',
    ),
    ...checkRetention(retention, 'claims.retention'),
    ...checkOnward(onward, 'claims.onward'),
    ...checkTerms(claims.terms),
    ...checkPeriod(period),
  ]
  if (minimization && minimization.droppedCount > minimization.sourceFieldsCount) {
    issues.push(conflict('claims.minimization.droppedCount', 'at most sourceFieldsCount'))
  }
  const moved = new Set(datasets?.flatMap((dataset) => dataset.from))
  if (datasets !== undefined && issues.length === 0 && moved.size < parents) {
    issues.push(conflict('claims.datasets', 'a copy of every parent'))
  }
  return issues
}

export function crossProcessing(claims: Known<ProcessingClaims>, parents: number): Issue[] {
  const { datasets, fields, transformations, retention, period } = claims
  return [
    ...checkDatasets(datasets, parents, { min: 1, max: parents }),
    ...checkFields(fields, datasets),
    ...checkTransformations(transformations, datasets, 'claims.transformations'),
    ...checkRetention(retention, 'claims.retention'),
    ...checkPeriod(period),
  ]
}

export function crossOutcome(claims: Known<OutcomeClaims>): Issue[] {
  const { audience, decision, period } = claims
  const explanation = decision?.explanation
  return [
    ...checkRecipients(audience?.recipients, 'claims.audience.recipients'),
    ...(explanation && explanation.text === undefined && explanation.digest === undefined
      ? [conflict('claims.decision.explanation', 'text, digest or both')]
      : []),
    ...checkPeriod(period),
  ]
}

export function crossAssessment(claims: Known<AssessmentClaims>): Issue[] {
  const { kind, purposes, result, effective, documents } = claims
  const issues = [
    ...inOrder(effective?.from, effective?.until, 'claims.effective.until'),
    ...checkDocuments(documents, 'claims.documents'),
  ]
  if (kind === undefined) return issues
  const compatibility = kind === 'compatibility'
  if (purposes !== undefined && compatibility !== (purposes !== null)) {
    issues.push(conflict('claims.purposes', 'purposes with the kind compatibility only'))
  }
  if (result !== undefined && compatibility !== result.endsWith('compatible')) {
    issues.push(conflict('claims.result', 'a result of its kind'))
  }
  return issues
}

function checkDatasets(
  datasets: readonly Dataset[] | undefined,
  parents: number,
  from: { readonly min: number; readonly max: number },
): Issue[] {
  if (datasets === undefined) return []
  const issues = repeats(datasets, (dataset) => dataset.n, 'claims.datasets', '.n')
  for (const [position, dataset] of datasets.entries()) {
    const at = `claims.datasets[${position}]`
    if (dataset.from.length < from.min || dataset.from.length > from.max) {
      const count = from.min === from.max ? `${from.min}` : `${from.min} to ${from.max}`
      issues.push(conflict(`${at}.from`, `${count} positions in parents`))
    }
    issues.push(
      ...checkFrom(dataset.from, parents, `${at}.from`),
      ...checkSubjects(dataset.subjects, `${at}.subjects`),
    )
  }
  return issues
}

function checkFrom(from: readonly number[], parents: number, at: string): Issue[] {
  return from.flatMap((parent, place) =>
    parent < parents ? [] : [conflict(`${at}[${place}]`, 'a position in parents')],
  )
}

function checkSubjects(subjects: ValueOf<typeof SUBJECT_COUNTS> | undefined, at: string): Issue[] {
  if (subjects === undefined) return []
  const { count, band, sensitive, volumes } = subjects
  const issues = repeats(volumes, (volume) => volume.category, `${at}.volumes`)
  if (count !== undefined && band !== undefined)
    issues.push(conflict(at, 'count or band, not both'))
  if (band !== undefined && band.min > band.max) {
    issues.push(conflict(`${at}.band.max`, 'not below min'))
  }
  const most = count ?? band?.max
  if (most !== undefined && sensitive !== undefined && sensitive > most) {
    issues.push(conflict(`${at}.sensitive`, 'at most the persons there are'))
  }
  return issues
}

function checkFields(
  fields: readonly Field[] | undefined,
  datasets: readonly Dataset[] | undefined,
): Issue[] {
  if (fields === undefined) return []
  const issues = repeats(fields, (field) => `${field.n} ${field.name}`, 'claims.fields', '.name')
  if (datasets === undefined) return issues
  const fromOf = new Map(datasets.map((dataset) => [dataset.n, dataset.from]))
  let position = 0
  for (const field of fields) {
    const from = fromOf.get(field.n)
    if (from === undefined)
      issues.push(conflict(`claims.fields[${position}].n`, 'the number of a dataset'))
    for (const [place, source] of (field.source ?? []).entries()) {
      if (from?.includes(source.parent) === false) {
        const at = `claims.fields[${position}].source[${place}].parent`
        issues.push(conflict(at, 'one of its dataset’s from'))
      }
    }
    position += 1
  }
  return issues
}

function checkTransformations(
  transformations: readonly Transformation[] | undefined,
  datasets: readonly Dataset[] | undefined,
  at: string,
): Issue[] {
  if (transformations === undefined || datasets === undefined) return []
  const numbers = new Set(datasets.map((dataset) => dataset.n))
  return transformations.flatMap((transformation, position) =>
    (transformation.datasets ?? []).flatMap((n, place) =>
      numbers.has(n)
        ? []
        : [conflict(`${at}[${position}].datasets[${place}]`, 'the number of a dataset')],
    ),
  )
}

function checkRetention(
  retention: ValueOf<typeof RETENTION> | null | undefined,
  at: string,
): Issue[] {
  if (retention === null || retention === undefined) return []
  const { until, duration, startEvent, startDate, criteria } = retention
  const counted = duration !== undefined && startEvent !== undefined
  const countedAtAll = [duration, startEvent, startDate].some((part) => part !== undefined)
  const forms = [until !== undefined, countedAtAll, criteria !== undefined]
  const one = forms.filter((form) => form).length === 1
  if (one && counted === countedAtAll) return []
  return [conflict(at, 'exactly one of: until; duration with startEvent; criteria')]
}

function checkOnward(onward: ValueOf<typeof ONWARD> | null | undefined, at: string): Issue[] {
  if (onward === null || onward === undefined) return []
  const { allowed, recipients, countriesIncluded = [], countriesExcluded = [] } = onward
  const issues = checkRecipients(recipients, `${at}.recipients`)
  for (const [place, country] of countriesIncluded.entries()) {
    if (countriesExcluded.includes(country)) {
      issues.push(conflict(`${at}.countriesIncluded[${place}]`, 'a country that is not excluded'))
    }
  }
  if (!allowed && (recipients !== undefined || countriesIncluded.length > 0)) {
    issues.push(conflict(at, 'no recipients and countries where nothing is allowed'))
  }
  return issues
}

function checkRecipients(recipients: readonly Recipient[] | undefined, at: string): Issue[] {
  return (recipients ?? []).flatMap(({ party, name, category }, position) =>
    [party, name, category].every((word) => word === undefined)
      ? [conflict(`${at}[${position}]`, 'party, name or category')]
      : [],
  )
}

function checkDocuments(documents: readonly Document[] | undefined, at: string): Issue[] {
  return (documents ?? []).flatMap((document, position) =>
    inOrder(document.date, document.validUntil, `${at}[${position}].validUntil`),
  )
}

function checkTerms(terms: TransferClaims['terms'] | undefined): Issue[] {
  if (terms === undefined) return []
  const { china, us202, subProcessors = [] } = terms
  const issues = checkDocuments(terms.documents, 'claims.terms.documents')
  for (const [position, { party, name }] of subProcessors.entries()) {
    if (party === undefined && name === undefined) {
      issues.push(conflict(`claims.terms.subProcessors[${position}]`, 'party or name'))
    }
  }
  if ((china?.sensitivePersons ?? 0) > (china?.persons ?? Number.POSITIVE_INFINITY)) {
    issues.push(conflict('claims.terms.china.sensitivePersons', 'at most persons'))
  }
  const at = 'claims.terms.us202.ownership'
  issues.push(...repeats(us202?.ownership, (owner) => owner.country, at))
  return issues
}

function checkPeriod(period: ValueOf<typeof PERIOD> | undefined): Issue[] {
  if (period?.end === undefined || timeKey(period.begin) <= timeKey(period.end)) return []
  return [conflict('claims.period.end', 'not before begin')]
}

/** An issue when the last day lies before the first; days of the format `date` sort as texts. */
export function inOrder(first: string | undefined, last: string | undefined, at: string): Issue[] {
  if (first === undefined || last === undefined || first <= last) return []
  return [conflict(at, 'not before the first day')]
}

function hasSchemeForm(scheme: string, value: string): boolean {
  if (scheme === 'lei') return FORMATS.lei.test(value)
  if (scheme === 'eori') return FORMATS.eori.test(value)
  if (scheme === 'log-vkey' || scheme === 'witness-vkey') return FORMATS.vkey.test(value)
  return FORMATS.name.test(value)
}

/** An issue for each element whose key an earlier element has. */
export function repeats<Element>(
  elements: readonly Element[] | undefined,
  keyOf: (element: Element) => string | number,
  at: string,
  member = '',
): Issue[] {
  const seen = new Set<string | number>()
  const issues: Issue[] = []
  let position = 0
  for (const element of elements ?? []) {
    const key = keyOf(element)
    if (seen.has(key)) issues.push(conflict(`${at}[${position}]${member}`, 'each once'))
    seen.add(key)
    position += 1
  }
  return issues
}

/** Two values that contradict each other. */
export function conflict(at: string, expected: string): Issue {
  return { code: 'CLAIM_INCONSISTENT', at, details: { expected } }
}
