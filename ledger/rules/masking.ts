/**
 * What a transformation does to what a field tells: may its category change, does it mask? R10, R12.
 *
 * Kinds speak for themselves; on any other kind, OpenLineage’s `masking` flag says so.
 */

import { touching } from './field-sources.js'
import type { Field, Hop, Transformation } from './hop.js'

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

/** What was done to a field: on the field itself, by name, or to its whole dataset. */
export function stepsOn(hop: Hop, field: Field): readonly Step[] {
  const { named, blanket } = touching(hop, field)
  const whole = blanket.length === 0 ? blanket : blanket.filter(({ kind }) => WHOLE.has(kind))
  if (field.transformation === undefined) {
    if (whole.length === 0) return named
    if (named.length === 0) return whole
  }
  const own = field.transformation === undefined ? [] : [field.transformation]
  return [...own, ...named, ...whole]
}
