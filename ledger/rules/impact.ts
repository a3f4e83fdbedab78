/**
 * Impact: everything that came of some data, read forward. domain 6.6.
 *
 * Followed dataset by dataset: a statement is reached when it cites a dataset that was, and of what it
 * makes, those datasets are that come from it. What is withheld on the way counts as reached whole.
 * Breadth first, so that each way back to the beginning is a shortest one; iterative, so that a chain
 * of a million hops needs no stack. Silence is not an end: where nobody can know what became of the
 * data, the answer says so.
 */
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import type { ForwardGraph } from './forward-graph.js'
import { datasetsOf, type Hop, type HopType } from './hop.js'
import { compareIds } from './hop-graph.js'
import { actorsOf, concernOf, countriesAfter, holderOfHop, type Subject } from './subject.js'
import type { Vocabulary } from './vocabulary.js'

export type ImpactStep = {
  readonly id: StatementId
  readonly index: number
  /** Entry time, seconds since 1970. */
  readonly time: number
  readonly type: HopType
  /** Hops from where it began; 0 for a beginning. */
  readonly depth: number
  /** The statement before it on a shortest way; left out for a beginning. */
  readonly from?: StatementId
  /** Numbers of the datasets it makes that are reached; left out: all, or withheld. */
  readonly datasets?: readonly number[]
  /** Who holds them; left out when withheld, and for an outcome. */
  readonly holder?: PartyId
  /** Who made the statement: its collector, importer or performer; left out when withheld. */
  readonly by?: PartyId
  /** Where they are after it; left out when withheld. */
  readonly countries?: readonly string[]
}

/**
 * Why nobody can say what became of the data there: the importer has recorded nothing later, the
 * statement or what matters in it is withheld, or what others did with it is not shown to who asks.
 */
export type BeyondReason = 'no-later-record' | 'withheld' | 'not-searched'

export type Beyond = {
  readonly id: StatementId
  readonly reason: BeyondReason
  /** Who could say; left out when withheld. */
  readonly holder?: PartyId
}

export type Impact = {
  /** Everything that is reached, in log order, beginnings among them. */
  readonly steps: readonly ImpactStep[]
  /** Each holder with the nearest statement that made it one; nearest first. */
  readonly holders: readonly { readonly party: PartyId; readonly id: StatementId }[]
  /** Each country with the nearest statement that brought data there; nearest first. */
  readonly countries: readonly { readonly country: string; readonly id: StatementId }[]
  /** Nearest first. */
  readonly outcomes: readonly StatementId[]
  readonly unknownBeyond: readonly Beyond[]
}

/** Where an impact begins: a statement and the datasets of it that are meant; undefined: all. */
export type Beginning = {
  readonly hop: Hop
  readonly datasets: ReadonlySet<number> | undefined
}

/** Everything that came of a subject, and where that cannot be known. */
export function impactOf(graph: ForwardGraph, subject: Subject, vocabulary: Vocabulary): Impact {
  const unsure: Beyond[] = []
  const impact = impactFrom(
    graph,
    beginningsOf(graph, subject, vocabulary, (hop) => {
      unsure.push(beyond(stepTo(hop, undefined), 'withheld'))
    }),
  )
  const reached = new Set(impact.steps.map(({ id }) => id))
  const unreached = unsure.filter(({ id }) => !reached.has(id))
  return { ...impact, unknownBeyond: [...unreached, ...impact.unknownBeyond] }
}

/**
 * Hops that a subject concerns, in log order; those that withhold whether it does go to `unsure`.
 *
 * @param subject undefined: all hops
 */
export function* beginningsOf(
  graph: ForwardGraph,
  subject: Subject | undefined,
  vocabulary: Vocabulary,
  unsure: (hop: Hop) => void,
): Iterable<Beginning> {
  for (const hop of graph.candidates(subject)) {
    if (subject === undefined) {
      yield { hop, datasets: undefined }
      continue
    }
    const concern = concernOf(hop, subject, vocabulary)
    if (concern === 'unsure') unsure(hop)
    else if (concern !== undefined) yield { hop, datasets: concern.datasets }
  }
}

/**
 * Everything that came of some datasets.
 *
 * @param beginnings in log order
 */
export function impactFrom(graph: ForwardGraph, beginnings: Iterable<Beginning>): Impact {
  const spread = new Spread(graph)
  for (const beginning of beginnings) spread.begin(beginning)
  return spread.run()
}

/** A statement that is reached. The hop itself is not kept: there may be a million of them. */
type Touched = {
  readonly step: Omit<ImpactStep, 'datasets'>
  /** Numbers of the datasets it makes; undefined: withheld. */
  readonly made: readonly number[] | undefined
  /** Those that are reached; undefined: all of them. */
  datasets: Set<number> | undefined
}

class Spread {
  readonly #graph: ForwardGraph
  /** In the order in which they were reached, nearest first. */
  readonly #touched = new Map<StatementId, Touched>()
  readonly #unknown = new Map<StatementId, Beyond>()
  readonly #queue: Touched[] = []

  constructor(graph: ForwardGraph) {
    this.#graph = graph
  }

  begin({ hop, datasets }: Beginning): void {
    this.#touch(hop, datasets, undefined)
  }

  run(): Impact {
    // The queue only grows: a place in it instead of taking from its front, which would be quadratic.
    for (let place = 0; place < this.#queue.length; place += 1) {
      const touched = this.#queue[place]
      if (touched !== undefined) this.#follow(touched)
    }
    const touched = [...this.#touched.values()]
    return {
      steps: touched.map(stepOf).sort((a, b) => a.index - b.index || compareIds(a.id, b.id)),
      ...nearest(touched),
      outcomes: touched.flatMap(({ step }) => (step.type === 'outcome/1' ? [step.id] : [])),
      unknownBeyond: [...this.#unknown.values()],
    }
  }

  #follow(touched: Touched): void {
    const { id, type } = touched.step
    if (type === 'outcome/1') return
    const { ids, complete } = this.#graph.children(id)
    const used = new Set<number>()
    for (const child of ids) this.#pass(touched, child, used)
    if (!complete) this.#unknown.set(id, beyond(touched.step, 'not-searched'))
    else if (type === 'transfer/1' && hasUnused(touched, used)) {
      this.#unknown.set(id, beyond(touched.step, 'no-later-record'))
    }
  }

  /** From a statement to one that cites it. */
  #pass({ step, datasets }: Touched, id: StatementId, used: Set<number>): void {
    const child = this.#graph.hop(id)
    if (child === undefined) {
      this.#unknown.set(id, { id, reason: 'withheld' })
      return
    }
    const positions = new Set<number>()
    for (const [position, parent] of child.parents.entries()) {
      if (parent.id !== step.id) continue
      used.add(parent.n)
      if (datasets === undefined || datasets.has(parent.n)) positions.add(position)
    }
    if (positions.size > 0) this.#touch(child, derivedFrom(child, positions), step)
  }

  #touch(
    hop: Hop,
    datasets: ReadonlySet<number> | undefined,
    from: Pick<ImpactStep, 'id' | 'depth'> | undefined,
  ): void {
    const known = this.#touched.get(hop.id)
    if (known !== undefined) {
      // Reached again: only what is new has to be followed once more.
      if (adds(known, datasets)) this.#queue.push(known)
      return
    }
    const made = datasetsOf(hop)?.map(({ n }) => n)
    const step = stepTo(hop, from)
    const touched = { step, made, datasets: datasets && new Set(datasets) }
    this.#touched.set(hop.id, touched)
    this.#queue.push(touched)
    if (made === undefined) this.#unknown.set(hop.id, beyond(step, 'withheld'))
  }
}

/** The datasets that come from parents at these positions; undefined: withheld. */
function derivedFrom(hop: Hop, positions: ReadonlySet<number>): ReadonlySet<number> | undefined {
  const made = datasetsOf(hop)
  if (made === undefined) return undefined
  const derived = made.filter(({ from }) => from.some((position) => positions.has(position)))
  return new Set(derived.map(({ n }) => n))
}

/** Takes in datasets; false when all of them were known. */
function adds(known: Touched, datasets: ReadonlySet<number> | undefined): boolean {
  if (known.datasets === undefined) return false
  const before = known.datasets.size
  if (datasets === undefined) known.datasets = undefined
  else for (const n of datasets) known.datasets.add(n)
  return known.datasets?.size !== before
}

/** Has the importer been given a dataset that no later record speaks of? */
function hasUnused({ datasets, made }: Touched, used: ReadonlySet<number>): boolean {
  const reached = datasets ?? made
  return reached === undefined ? used.size === 0 : [...reached].some((n) => !used.has(n))
}

function stepTo(
  hop: Hop,
  from: Pick<ImpactStep, 'id' | 'depth'> | undefined,
): Omit<ImpactStep, 'datasets'> {
  const holder = holderOfHop(hop)
  const by = actorsOf(hop).at(-1)
  const countries = countriesAfter(hop)
  return {
    id: hop.id,
    index: hop.index,
    time: hop.time,
    type: hop.type,
    depth: from === undefined ? 0 : from.depth + 1,
    ...(from === undefined ? {} : { from: from.id }),
    ...(holder === undefined ? {} : { holder }),
    ...(by === undefined ? {} : { by }),
    ...(countries === undefined ? {} : { countries }),
  }
}

function stepOf({ step, datasets }: Touched): ImpactStep {
  if (datasets === undefined) return step
  return { ...step, datasets: [...datasets].sort((a, b) => a - b) }
}

/** Holders and countries with the nearest statement of each. */
function nearest(touched: readonly Touched[]): Pick<Impact, 'holders' | 'countries'> {
  const holders = new Map<PartyId, StatementId>()
  const countries = new Map<string, StatementId>()
  for (const { step, datasets } of touched) {
    const { id, holder } = step
    // Who used the data and made nothing of it holds nothing new.
    const makes = datasets === undefined || datasets.size > 0
    if (makes && holder !== undefined && !holders.has(holder)) holders.set(holder, id)
    for (const country of step.countries ?? []) {
      if (!countries.has(country)) countries.set(country, id)
    }
  }
  return {
    holders: [...holders].map(([party, id]) => ({ party, id })),
    countries: [...countries].map(([country, id]) => ({ country, id })),
  }
}

function beyond({ id, holder }: Pick<ImpactStep, 'id' | 'holder'>, reason: BeyondReason): Beyond {
  return { id, reason, ...(holder === undefined ? {} : { holder }) }
}
