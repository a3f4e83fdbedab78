/**
 * What a transformation does to what a field tells: may its category change, does it mask? R10, R12.
 *
 * Kinds speak for themselves; on any other kind, OpenLineage’s `masking` flag says so.
 */

import { type Field, type Hop, type Transformation, transformationsOf } from './hop.js'

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
  return masking ?? MASKING.has(kind)
}

/** May a field tell something else after it than its sources told? */
export function remakes(step: Step): boolean {
  return masks(step) || MAKING.has(step.kind)
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
