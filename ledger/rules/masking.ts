/**
 * What a transformation does to what a field tells: may its category change, does it mask? R10, R12.
 *
 * Kinds speak for themselves. OpenLineage’s `masking` flag may say that one of them masks nobody, and
 * of those that make something else that it masks; what leaves values as they are never does.
 */

import { datasetsOf, type Field, type Hop, type Transformation, transformationsOf } from './hop.js'

/** A transformation of a statement or of one field. */
export type Step = Pick<Transformation, 'kind' | 'masking'>

type Kind = Transformation['kind']

const MASKING: ReadonlySet<Kind> = new Set<Kind>([
  'mask',
  'pseudonymise',
  'anonymise',
  'aggregate',
  'noise',
  'generalise',
  'synthesise',
])
/** They make one field out of others, so that it may tell something else. */
const MAKING: ReadonlySet<Kind> = new Set<Kind>([
  'derive',
  'infer',
  'train',
  'join',
  'union',
  'split',
])
/** Values come out of them as they went in, so that a flag cannot make a mask of them. */
const PLAIN: ReadonlySet<Kind> = new Set<Kind>([
  'identity',
  'drop',
  'filter',
  'sample',
  'join',
  'union',
  'split',
  'reformat',
  'decrypt',
])
/** What they make may hide who it is about, or not: only the flag says which. */
const MAY_MASK: ReadonlySet<Kind> = new Set<Kind>(['derive', 'infer', 'train'])
/** They bring something in from another source, and with one source from nowhere. */
const JOINING: ReadonlySet<Kind> = new Set<Kind>(['join', 'union'])
/** Of these, the whole dataset is meant where no field is named. */
const WHOLE: ReadonlySet<Kind> = new Set<Kind>([
  'anonymise',
  'aggregate',
  'synthesise',
  'train',
  'join',
  'union',
])

/** Is it meant to hide who, or what, a record is about? */
export function masks({ kind, masking }: Step): boolean {
  return !PLAIN.has(kind) && (masking ?? MASKING.has(kind))
}

/** May it mask, and does not say whether it does? */
export function mayMask({ kind, masking }: Step): boolean {
  return masking === undefined && MAY_MASK.has(kind)
}

/** May a field tell something else after it than its sources told? */
export function remakes(step: Step): boolean {
  return masks(step) || MAKING.has(step.kind)
}

/** Did a step make the field something else? A join needs another source to join with. */
export function isRemade(hop: Hop, { n }: Field, steps: readonly Step[]): boolean {
  const made = steps.filter(remakes)
  if (made.some(({ kind }) => !JOINING.has(kind))) return true
  return made.length > 0 && isJoined(datasetsOf(hop)?.find((dataset) => dataset.n === n))
}

/** Is there anything to join? Of datasets that are withheld it is not known: they are open anyway. */
function isJoined(dataset: { readonly from: readonly number[] } | undefined): boolean {
  return dataset === undefined || dataset.from.length > 1
}

const NO_STEPS: readonly Step[] = []

/** What was done to a field: on the field itself, by name, or to its whole dataset. */
export function stepsOn(hop: Hop, field: Field): readonly Step[] {
  const all = transformationsOf(hop)
  if (all === undefined || all.length === 0) {
    return field.transformation === undefined ? NO_STEPS : [field.transformation]
  }
  const steps: Step[] = field.transformation === undefined ? [] : [field.transformation]
  for (const step of all) if (touches(step, field)) steps.push(step)
  return steps
}

function touches({ kind, datasets, fields }: Transformation, { n, name }: Field): boolean {
  if (datasets !== undefined && !datasets.includes(n)) return false
  return fields === undefined ? WHOLE.has(kind) : fields.includes(name)
}

/** May one that names no field, and is not known to mean all of them, have made this one? */
export function mayBeMadeByAny(hop: Hop, { n }: Field): boolean {
  return (transformationsOf(hop) ?? []).some(
    (step) => step.fields === undefined && (step.datasets?.includes(n) ?? true) && remakes(step),
  )
}
