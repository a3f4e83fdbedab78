/** R19: a transfer keeps within the categories, volumes and phases of its instrument. */
import { type Phase, phaseVerdicts } from './caps-phases.js'
import { onInstrument } from './cited.js'
import type { InstrumentFact } from './facts.js'
import { undeclaredFields } from './field-sources.js'
import type { Transfer } from './hop.js'
import type { Judging, Rule } from './rule.js'
import {
  addBounds,
  type Bounds,
  boundsAmong,
  boundsOf,
  boundsWithin,
  overTransfers,
  sensitiveUsed,
  type Used,
  usedBy,
} from './used.js'
import { fail, type Judged, pass, unknown } from './verdict.js'
import { durationBefore } from './windows.js'

const NOT_PERSONAL = 'https://w3id.org/dpv#NonPersonalData'
const UNCATEGORISED = 'https://w3id.org/dpv#UncategorisedData'
/** Of the whole term. */
const EVER = 0

export const R19: Rule = {
  id: 'R19',
  title: 'within the caps of its instrument',
  inputs: ['instrument', 'fields', 'datasets', 'terms.phase', 'route', 'period', 'usage'],
  citation: 'SCC Annex I.B; IDTA table 3',
  explain:
    'An instrument says which categories of data may move under it and, where the parties agreed so, how many records, persons and transfers in a window, how many of each category, and in which phases. All transfers under the instrument are summed, with this one; splitting a volume over several changes nothing. FAIL: a category it does not list, or a sum above a cap; amend the instrument, or send less.',
  judge(judging) {
    return onInstrument(judging, (hop, { fact }) => {
      const findings = [...categoryVerdicts(judging, hop, fact), ...capVerdicts(judging, hop, fact)]
      const evidence = [fact.id]
      if (findings.length > 0) return findings.map((one) => ({ ...one, evidence }))
      return [pass('within what its instrument allows', { evidence })]
    })
  },
}

function categoryVerdicts(
  judging: Judging,
  hop: Transfer,
  { claims: { categories } }: InstrumentFact,
): Judged[] {
  const at = 'claims.fields'
  const { fields } = hop.claims
  if (categories === undefined || fields === undefined) {
    const what = fields === undefined ? 'its fields' : 'the categories of its instrument'
    return [unknown(`${what} are withheld`, { at })]
  }
  const { vocabulary } = judging.law
  const listed = (category: string): boolean =>
    categories.some((term) => vocabulary.categoryUnder(category, term))
  const foreign = (category: string): boolean => category !== NOT_PERSONAL && !listed(category)
  const open = undeclaredFields(hop).length > 0 ? undeclared(judging, foreign) : []
  const found = fields.flatMap(({ category }, position): Judged[] => {
    const place = `claims.fields[${position}].category`
    if (!foreign(category)) return []
    if (category === UNCATEGORISED) {
      return [unknown('the category of a field is not known', { at: place })]
    }
    const label = vocabulary.labelOf(category)
    return [fail(`${label} is no category of its instrument`, { at: place })]
  })
  return [...found, ...open]
}

/** Without fields, what came in tells what there may be; less may have been sent. */
function undeclared({ limits }: Judging, foreign: (category: string) => boolean): Judged[] {
  const { value, incomplete } = limits.categories
  if (!incomplete && value.size > 0 && ![...value].some(foreign)) return []
  return [unknown('it does not say which fields it sends', { at: 'claims.fields' })]
}

type Caps = NonNullable<InstrumentFact['claims']['caps']>

function capVerdicts(judging: Judging, hop: Transfer, { id, claims }: InstrumentFact): Judged[] {
  const { caps } = claims
  if (caps === null) return []
  if (caps === undefined) {
    return [unknown('the caps of its instrument are withheld', { at: 'claims.instrument' })]
  }
  return [
    ...windowVerdicts(judging, hop, caps, id),
    ...(caps.categories === undefined
      ? []
      : categoryCapVerdicts(judging, hop, caps.categories, id)),
    ...phaseVerdicts(hop, caps.phases, (phase) => phaseCaps(judging, hop, phase, id)),
  ]
}

function windowVerdicts(
  judging: Judging,
  hop: Transfer,
  caps: Caps,
  instrument: InstrumentFact['id'],
): Judged[] {
  const { records, subjects, sensitive, transfers, window } = caps
  if ([records, subjects, sensitive, transfers].every((cap) => cap === undefined)) return []
  const since = window === undefined ? EVER : durationBefore(hop.time, window)
  const used = usedBy(judging, hop, { kind: 'instrument', instrument }, since)
  const { sum, known } = used
  const span = window === undefined ? 'in its term' : `within ${window}`
  const at = 'claims.datasets'
  const persons = `${span}${overTransfers(sum.transfers)}`
  return [
    ...counted(records, recordsOf(used), { at, unit: 'records', span }),
    ...counted(subjects, personsOf(used), { at, unit: 'persons', span: persons }),
    ...counted(sensitive, sensitiveUsed(judging, hop, used), {
      at,
      unit: 'persons with sensitive data',
      span: persons,
    }),
    ...counted(transfers, boundsOf(sum.transfers, 0, known), {
      at: 'claims.instrument',
      unit: 'transfers',
      span,
    }),
  ]
}

function recordsOf({ sum, known }: Used): Bounds {
  return boundsOf(sum.records, sum.missing.records, known)
}

function personsOf({ sum, known }: Used): Bounds {
  return boundsOf(sum.persons, sum.uncounted, known)
}

function phaseCaps(
  judging: Judging,
  hop: Transfer,
  { code, records, subjects }: Phase,
  instrument: InstrumentFact['id'],
): Judged[] {
  if (records === undefined && subjects === undefined) return []
  const used = usedBy(judging, hop, { kind: 'instrument', instrument, phase: code }, EVER)
  const [at, span] = ['claims.datasets', `in phase ${code}`]
  const persons = `${span}${overTransfers(used.sum.transfers)}`
  return [
    ...counted(records, recordsOf(used), { at, unit: 'records', span }),
    ...counted(subjects, personsOf(used), { at, unit: 'persons', span: persons }),
  ]
}

function categoryCapVerdicts(
  judging: Judging,
  hop: Transfer,
  caps: NonNullable<Caps['categories']>,
  instrument: InstrumentFact['id'],
): Judged[] {
  const { vocabulary } = judging.law
  const { earlier, sum, known } = usedBy(judging, hop, { kind: 'instrument', instrument }, EVER)
  const { datasets = [], fields = [] } = hop.claims
  const span = 'in its term'
  return caps.flatMap(({ category, records, subjects }) => {
    const belongs = (term: string): boolean => vocabulary.categoryUnder(term, category)
    const mayBelong = (term: string): boolean => vocabulary.mayBe(term, category)
    const among = (is: (term: string) => boolean, unit: 'records' | 'persons'): Bounds =>
      addBounds(boundsWithin(datasets, fields, is, unit), boundsAmong(earlier.categories, is, unit))
    const total = (unit: 'records' | 'persons'): Bounds => {
      // A field that is not declared may be of any category.
      const { most } = boundsOf(among(mayBelong, unit).most, sum.missing.fields, known)
      return { least: among(belongs, unit).least, most }
    }
    const label = vocabulary.labelOf(category)
    const at = 'claims.datasets'
    return [
      ...counted(records, total('records'), { at, unit: `records with ${label}`, span }),
      ...counted(subjects, total('persons'), {
        at,
        unit: `persons with ${label}`,
        span: `${span}${overTransfers(sum.transfers)}`,
      }),
    ]
  })
}

type Counting = { readonly at: string; readonly unit: string; readonly span: string }

function counted(cap: number | undefined, { least, most }: Bounds, counting: Counting): Judged[] {
  if (cap === undefined || most <= cap) return []
  const { at, unit, span } = counting
  if (least > cap) {
    return [fail(`${least} ${unit} ${span}; its instrument allows ${cap}`, { at })]
  }
  const settle = 'the exporter: counts of each dataset; the ledger: the transfers before'
  return [unknown(`how many ${unit} ${span} is not known; ${cap} are allowed`, { at, settle })]
}
