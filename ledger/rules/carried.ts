/**
 * Which categories a dataset carries, and whether special ones are among them. docs/limits.md.
 *
 * Everything that its sources carry and its fields declare, less what was effectively removed: each
 * field that carried it is gone, by a `drop` that names it, because no declared field takes values of
 * it, or because those that do were made by aggregation or anonymisation. A category that no field of
 * the parent carries cannot be seen to go. What is special stays special, whatever was done to it.
 */
import { expandTerm } from '../core/term-names.js'
import {
  type Dataset,
  type Field,
  fieldsOf,
  type Hop,
  type Transformation,
  transformationsOf,
} from './hop.js'
import type { Limit, Limits } from './limits.js'
import { isRemade, stepsOn } from './masking.js'
import { meetPart, UNLIMITED, unite, unsure } from './meet.js'
import type { Judging, Upstream } from './rule.js'

/** What of limits says which data these are. */
export type Carried = Pick<Limits, 'categories' | 'special'>

const NOT_PERSONAL = expandTerm('dpv:NonPersonalData')
const NOT_KNOWN = expandTerm('dpv:UncategorisedData')

/** What leaves nothing of the values it was made from; `drop` does not even leave a field. */
const EFFECTIVE: ReadonlySet<Transformation['kind']> = new Set(['aggregate', 'anonymise'])

/**
 * What a dataset of this hop carries.
 *
 * @param inherited what its sources carry, by union
 */
export function carriedBy(judging: Judging, dataset: Dataset, inherited: Carried): Carried {
  const { hop } = judging
  const all = fieldsOf(hop)
  if (all === undefined) return hiddenFields(judging, dataset, inherited)
  const fields = all.filter(({ n }) => n === dataset.n)
  const own = declaredBy(judging, fields)
  const left = leftOf(judging, { dataset, fields, own: own.categories.value }, inherited.categories)
  return {
    categories: meetPart(left, own.categories, unite),
    special: meetPart(inherited.special, own.special, (first, second) => first || second),
  }
}

/** Fields are withheld: what is inherited may be gone, and anything may be new. */
function hiddenFields(judging: Judging, dataset: Dataset, inherited: Carried): Carried {
  const { hop } = judging
  const done = transformationsOf(hop)
  // Where nothing was done to a copy, it is what it was, whatever its fields are called.
  const copied = hop.type === 'transfer/1' && done?.length === 0 && dataset.from.length === 1
  return {
    categories: copied ? unsure(inherited.categories) : unsure(UNLIMITED.categories),
    special: unsure(inherited.special),
  }
}

/** What the fields declare; fields that are not declared may carry anything, but for a mere copy. */
function declaredBy({ hop, law: { vocabulary } }: Judging, fields: readonly Field[]): Carried {
  if (fields.length === 0) {
    if (hop.type === 'transfer/1') return UNLIMITED
    return { categories: unsure(UNLIMITED.categories), special: unsure(UNLIMITED.special) }
  }
  const categories = new Set<string>()
  let [special, unknown, unassessed] = [false, false, false]
  for (const field of fields) {
    // A wide category, or one that nobody knows, may be special where nobody says that it is not.
    unassessed ||= field.special === undefined && vocabulary.mayBeProtected(field.category)
    if (field.category === NOT_KNOWN) {
      unknown = true
    } else if (field.category !== NOT_PERSONAL) {
      categories.add(field.category)
    }
    special ||= field.special?.includes('special') === true || vocabulary.isSpecial(field.category)
  }
  return {
    categories: { value: categories, incomplete: unknown },
    special: { value: special, incomplete: unassessed },
  }
}

type Made = {
  readonly dataset: Dataset
  /** Its declared fields; none: not declared. */
  readonly fields: readonly Field[]
  /** Categories that they declare. */
  readonly own: ReadonlySet<string>
}

/** What is left of the inherited categories. */
function leftOf(
  { hop, upstream }: Judging,
  made: Made,
  inherited: Limit<ReadonlySet<string>>,
): Limit<ReadonlySet<string>> {
  const asked = [...inherited.value].filter((category) => !made.own.has(category))
  if (asked.length === 0) return inherited
  const done = transformationsOf(hop)
  const flows = new Flows(hop, made, done ?? [])
  const value = new Set(inherited.value)
  let incomplete = inherited.incomplete
  for (const category of asked) {
    const state = flows.stateOf(category, upstream)
    if (state === 'gone') value.delete(category)
    // What was done is withheld: it may be gone, so that it is not there for certain.
    else if (state === 'hidden' || done === undefined) {
      value.delete(category)
      incomplete = true
    }
  }
  return value.size === inherited.value.size ? inherited : { value, incomplete }
}

/** `hidden`: what would decide is withheld. */
type State = 'left' | 'gone' | 'hidden'

/** Which values of the parents' fields are in a dataset. */
class Flows {
  readonly #made: Made
  /** Values that are in it, as `position name` of the parents' fields. */
  readonly #taken = new Set<string>()
  /** Names of fields that were dropped, by any transformation on this dataset. */
  readonly #dropped: ReadonlySet<string>
  /** Some field may take values of any other. */
  #anything = false
  /** Everything in it was aggregated or made anonymous. */
  readonly #wholly: boolean
  /** Nothing was done to a copy: it is what it was, whatever is said of its fields. */
  readonly #same: boolean

  constructor(hop: Hop, made: Made, done: readonly Transformation[]) {
    this.#made = made
    const here = done.filter(({ datasets }) => datasets?.includes(made.dataset.n) ?? true)
    const effective = here.filter(isEffective)
    this.#wholly = effective.some(({ fields }) => fields === undefined)
    this.#same = hop.type === 'transfer/1' && here.every(({ kind }) => kind === 'identity')
    const named = new Set(effective.flatMap(({ fields }) => fields ?? []))
    const drops = here.filter(({ kind }) => kind === 'drop')
    this.#dropped = new Set(drops.flatMap(({ fields }) => fields ?? []))
    for (const field of made.fields) {
      const { name, transformation } = field
      if (named.has(name) || (transformation && isEffective(transformation))) continue
      this.#take(hop, field)
    }
  }

  /** Is a category of the sources still in it? */
  stateOf(category: string, upstream: readonly Upstream[]): State {
    let state: State = 'gone'
    for (const position of this.#made.dataset.from) {
      const parent = upstream[position]
      if (parent?.limits.categories.value.has(category) !== true) continue
      const at = this.#stateAt(category, parent, position)
      if (at === 'left') return 'left'
      if (at === 'hidden') state = 'hidden'
    }
    return state
  }

  #stateAt(category: string, parent: Upstream, position: number): State {
    if (this.#same || parent.dataset?.digest === this.#made.dataset.digest) return 'left'
    if (this.#wholly) return 'gone'
    const all = parent.hop === undefined ? undefined : fieldsOf(parent.hop)
    if (all === undefined) return 'hidden'
    let carriers = 0
    for (const field of all) {
      if (field.n !== parent.n || field.category !== category) continue
      carriers += 1
      if (this.#isLeft(field.name, position)) return 'left'
    }
    return carriers === 0 ? 'left' : 'gone'
  }

  #isLeft(name: string, position: number): boolean {
    if (this.#taken.has(`${position} ${name}`)) return true
    if (this.#dropped.has(name)) return false
    return this.#made.fields.length === 0 || this.#anything
  }

  #take(hop: Hop, field: Field): void {
    const { name, source } = field
    const { from } = this.#made.dataset
    if (source !== undefined) {
      // Sources that only decide which rows are there make no field: something must have.
      const isNew = source.every(({ via }) => via === 'indirect')
      const isLeft = isNew && !isRemade(hop, field, stepsOn(hop, field))
      for (const { parent, name: taken, via } of source) {
        if (via !== 'indirect' || isLeft) this.#taken.add(`${parent} ${taken}`)
      }
      return
    }
    // Left out: in a transfer the field of the same name, in a processing not known.
    for (const position of from) this.#taken.add(`${position} ${name}`)
    if (hop.type !== 'transfer/1') this.#anything = true
  }
}

function isEffective({
  kind,
  masking,
}: Pick<Transformation, 'kind'> & { masking?: boolean | undefined }): boolean {
  return EFFECTIVE.has(kind) && masking !== false
}
