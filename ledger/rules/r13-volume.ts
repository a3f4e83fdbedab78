/** R13: no more records and persons than the source has. GDPR Art. 5(1)(c). */
import type { StatementId } from '../core/statement.js'
import { type Dataset, datasetsOf, type Hop, transformationsOf } from './hop.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { contentOf } from './same-content.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

export const R13: Rule = {
  id: 'R13',
  title: 'volume not above the source',
  inputs: ['datasets', 'datasets of the parents', 'transformations'],
  citation: 'GDPR Art. 5(1)(c)',
  explain:
    'A copy or a result has no more records, persons, devices or bulk data than everything it comes from together; a higher count is a FAIL. A join of several sources may raise the records, as splitting and synthesis may; where more is said to be joined than the sources have, some source is not named: UNKNOWN. Where persons are given as a range, it is a FAIL when the least here is above the most there, and UNKNOWN when the ranges overlap so that it may be. A count given on one side only is UNKNOWN. Content with the digest of its source has the counts of its source: any other, also a lower one, is a FAIL, whatever transformation is declared. Correct the counts, or name every source that was joined.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'collection/1') return [notApplicable('nothing comes before a collection')]
    if (hop.type === 'outcome/1') return [notApplicable('an outcome makes no dataset')]
    const datasets = datasetsOf(hop)
    if (datasets === undefined) {
      return [unknown('its datasets are withheld', { at: 'claims.datasets' })]
    }
    if (datasets.length === 0) return [notApplicable('it made no dataset')]
    const judged = datasets.flatMap((dataset, position) =>
      judgeDataset(judging, dataset, `claims.datasets[${position}]`),
    )
    return judged.length > 0 ? judged : [pass('no count is above its source')]
  },
}

/** At least and at most so many; undefined: not counted. */
type Range = { readonly min: number; readonly max: number } | undefined

/** One count of a dataset: its name, its place and how to read it. */
type Measure = {
  readonly what: string
  readonly at: string
  /** It is asked for where the source has it; the others only where they are given. */
  readonly needed: boolean
  /** Which transformations may raise it. */
  readonly raisedBy: readonly string[]
  readonly of: (dataset: Dataset) => Range
}

/** They bring in what is not counted among the sources, if there is more in them than in these. */
const JOINING: readonly string[] = ['join', 'union']

const MEASURES: readonly Measure[] = [
  {
    what: 'records',
    at: 'records',
    needed: true,
    // One record may become several, meet several of another source, or be made up.
    raisedBy: ['join', 'split', 'synthesise'],
    of: ({ records }) => exactly(records),
  },
  {
    what: 'persons',
    at: 'subjects',
    needed: true,
    raisedBy: [],
    of: ({ subjects }) => subjects?.band ?? exactly(subjects?.count),
  },
  {
    what: 'persons with sensitive data',
    at: 'subjects.sensitive',
    needed: false,
    raisedBy: [],
    of: ({ subjects }) => exactly(subjects?.sensitive),
  },
  {
    what: 'devices',
    at: 'subjects.devices',
    needed: false,
    raisedBy: [],
    of: ({ subjects }) => exactly(subjects?.devices),
  },
]

function exactly(count: number | undefined): Range {
  return count === undefined ? undefined : { min: count, max: count }
}

function judgeDataset(judging: Judging, dataset: Dataset, at: string): readonly Judged[] {
  const sources = dataset.from.map((position) => judging.upstream[position])
  const volumes = volumesOf(dataset)
  const measures = volumes.length === 0 ? MEASURES : [...MEASURES, ...volumes]
  const content = contentOf(judging, dataset)
  const judged = measures.map((measure) => {
    const compared = { dataset, sources, at }
    if (content.state !== 'same') return judgeMeasure(judging.hop, measure, compared)
    return judgeSame(measure, { ...compared, sources: content.as })
  })
  if (judged.every((one) => one === 'not counted')) {
    return [unknown(`nothing of ${dataset.name} is counted`, { at })]
  }
  const found = judged.filter((one) => typeof one !== 'string')
  // It may be the very content of a parent that is not shown, and counted otherwise there.
  const isHidden = judging.upstream.some((parent) => parent.dataset === undefined)
  if (!isHidden) return found
  if (found.length > 0) return content.state === 'hidden' ? found.map(unlessSame) : found
  return [unknown(`whether ${dataset.name} is the content of a source is not shown`, { at })]
}

/** Above the sources that it names, and perhaps the content of another, which has as much. */
function unlessSame(judged: Judged): Judged {
  if (judged.verdict !== 'FAIL') return judged
  const why = `${judged.why}, unless it is the content of a parent that is not shown`
  return { ...judged, verdict: 'UNKNOWN', why }
}

/** Counts per category of bulk data that this dataset declares. */
function volumesOf({ subjects }: Dataset): readonly Measure[] {
  if (subjects?.volumes === undefined) return NO_VOLUMES
  return subjects.volumes.flatMap(({ category }, position) =>
    (['persons', 'devices'] as const).map((unit) => ({
      what: `${unit} with ${category} data`,
      at: `subjects.volumes[${position}].${unit}`,
      needed: false,
      raisedBy: [],
      of: ({ subjects: counts }: Dataset) =>
        exactly(counts?.volumes?.find((volume) => volume.category === category)?.[unit]),
    })),
  )
}

const NO_VOLUMES: readonly Measure[] = []

type Notes = { readonly at: string; readonly evidence: readonly StatementId[] }

type Compared = {
  readonly dataset: Dataset
  readonly sources: readonly (Upstream | undefined)[]
  readonly at: string
}

function judgeMeasure(
  hop: Hop,
  { what, at: member, needed, raisedBy, of }: Measure,
  { dataset, sources, at: base }: Compared,
): Judged | 'not counted' | 'within' {
  const here = of(dataset)
  if (here === undefined && !needed) return 'not counted'
  const there = sources.map((source) => (source?.dataset === undefined ? null : of(source.dataset)))
  const notes = (): Notes => ({
    at: `${base}.${member}`,
    evidence: sources.flatMap((source) => (source === undefined ? [] : [source.id])),
  })
  if (here === undefined) {
    const asked = there.some((count) => count !== undefined)
    return asked ? unknown(`${what} are not counted here`, notes()) : 'not counted'
  }
  const rise = mayRise(hop, dataset, raisedBy)
  if (rise === 'yes') return 'within'
  const known = there.filter((count) => count !== undefined && count !== null)
  if (known.length < there.length || known.length === 0) {
    return unknown(`${what} of what it comes from are not counted or not shown`, notes())
  }
  const [least, most] = [sumOf(known, 'min'), sumOf(known, 'max')]
  if (here.min <= least && here.max <= most) return 'within'
  const count = here.min > most ? here.min : undefined
  return above({ what, rise, most, count }, notes())
}

type Above = {
  readonly what: string
  readonly rise: Rise
  readonly most: number
  /** Undefined: it may be within the range of its sources. */
  readonly count: number | undefined
}

function above({ what, rise, most, count }: Above, notes: Notes): Judged {
  switch (rise) {
    case 'withheld':
      return unknown(`what may have raised the ${what} is withheld`, notes)
    case 'said': {
      const settle = 'whoever joined it: name every parent that it was joined from'
      return unknown(`more ${what} are joined than its sources have`, { ...notes, settle })
    }
    default:
      return count === undefined
        ? unknown(`there may be more ${what} than in its source: the ranges overlap`, notes)
        : fail(`${count} ${what} come from ${most}`, notes)
  }
}

function isEqual(a: Range, b: NonNullable<Range>): boolean {
  return a !== undefined && a.min === b.min && a.max === b.max
}

/** The same bytes are about the same persons: any other count is wrong on one side, less as well. */
function judgeSame(
  { what, at: member, needed, of }: Measure,
  { dataset, sources, at: base }: Compared,
): Judged | 'not counted' | 'within' {
  const here = of(dataset)
  if (
    here !== undefined &&
    sources.every((source) => isEqual(of(source?.dataset ?? dataset), here))
  )
    return 'within'
  const there = sources.flatMap((source) => of(source?.dataset ?? dataset) ?? [])
  if (here === undefined && (there.length === 0 || !needed)) return 'not counted'
  const notes = {
    at: `${base}.${member}`,
    evidence: sources.flatMap((source) => (source === undefined ? [] : [source.id])),
  }
  if (here === undefined) return unknown(`${what} are not counted here`, notes)
  const other = there.find(({ min, max }) => max < here.min || min > here.max)
  if (other !== undefined) {
    const count = here.min === here.max ? `${here.min}` : `${here.min} to ${here.max}`
    return fail(`${count} ${what} are ${other.max} in the same content before`, notes)
  }
  if (there.length < sources.length) {
    return unknown(`${what} of what it comes from are not counted or not shown`, notes)
  }
  return there.every(({ max }) => max === here.max)
    ? 'within'
    : unknown(`${what} are in a range that is not that of the same content before`, notes)
}

function sumOf(counts: readonly NonNullable<Range>[], end: 'min' | 'max'): number {
  return counts.reduce((sum, count) => sum + count[end], 0)
}

/** `said`: by a join whose sources do not have as much. */
type Rise = 'yes' | 'no' | 'withheld' | 'said'

function mayRise(hop: Hop, { n, from }: Dataset, raisedBy: readonly string[]): Rise {
  const transformations = transformationsOf(hop)
  if (transformations === undefined) return 'withheld'
  const here = transformations.filter(({ datasets }) => datasets?.includes(n) ?? true)
  if (here.some(({ kind }) => raisedBy.includes(kind) && (kind !== 'join' || from.length > 1))) {
    return 'yes'
  }
  return here.some(({ kind }) => JOINING.includes(kind)) ? 'said' : 'no'
}
