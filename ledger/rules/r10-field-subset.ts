/** R10: every field comes from a field before it or from a declared transformation. GDPR Art. 5(1)(c). */
import { judgeDropped } from './dropped-fields.js'
import {
  type FieldSource,
  type FoundField,
  fieldAt,
  sourcesOf,
  undeclaredFields,
} from './field-sources.js'
import { type Field, fieldsOf, type Hop, transformationsOf } from './hop.js'
import { masks, mayBeMadeByAny, remakes, stepsOn } from './masking.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

export const R10: Rule = {
  id: 'R10',
  title: 'fields come from upstream, and none vanishes unexplained',
  inputs: ['fields', 'datasets', 'minimization', 'transformations', 'fields of the parents'],
  citation: 'GDPR Art. 5(1)(c)',
  explain:
    'Every field that is sent or made is a field of its parents or the product of a declared transformation; one that comes from nowhere is a FAIL. What a field tells may not change on the way without a transformation that explains it, and a special category disappears only through one that masks it. A source field that is not sent must be counted as dropped, and cannot be missing from content that did not change. A dataset with the digest of a parent comes from that parent: it is a FAIL to name only others. Declare the source, the transformation, or what was left out.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'collection/1') return [notApplicable('fields begin at a collection')]
    if (hop.type === 'outcome/1') return [notApplicable('an outcome declares no fields')]
    const fields = fieldsOf(hop)
    if (hop.claims.datasets?.length === 0 && fields?.length === 0) {
      return [notApplicable('it made no dataset')]
    }
    const judged = [
      ...undeclaredFields(hop),
      ...(fields ?? []).flatMap((field, position) => judgeField(judging, field, position)),
      ...judgeDropped(judging),
    ]
    return judged.length > 0 ? judged : [pass('every field has a source or a transformation')]
  },
}

const NOTHING: readonly Judged[] = []

function judgeField(judging: Judging, field: Field, position: number): readonly Judged[] {
  const sources = sourcesOf(judging.hop, field)
  if (sources === undefined) return judgeUnstated(judging, field, placeOf(position))
  if (sources.length === 0) return judgeNew(judging.hop, field, placeOf(position))
  let judged = NOTHING
  for (const source of sources) {
    const found = judgeSource(judging, source, { field, position })
    if (found.length > 0) judged = judged.length === 0 ? found : [...judged, ...found]
  }
  return judged
}

function placeOf(position: number): string {
  return `claims.fields[${position}]`
}

/** A field that says it is new: something must have produced it. */
function judgeNew(hop: Hop, field: Field, at: string): readonly Judged[] {
  if (isProduced(hop, field)) return []
  if (transformationsOf(hop) === undefined) {
    return [unknown(`what produced ${field.name} is withheld`, { at })]
  }
  return [fail(`${field.name} is new and no transformation produced it`, { at })]
}

function isProduced(hop: Hop, field: Field): boolean {
  return stepsOn(hop, field).some(remakes)
}

/** A processing that does not say where a field comes from. */
function judgeUnstated(judging: Judging, field: Field, at: string): readonly Judged[] {
  const { hop, upstream } = judging
  if (isProduced(hop, field)) return []
  const found = upstream.map((parent) => fieldAt(parent, field.name).state)
  const may =
    transformationsOf(hop) === undefined ||
    found.some((state) => state !== 'missing') ||
    mayBeMadeByAny(hop, field)
  if (!may) return [fail(`${field.name} is in no source and no transformation produced it`, { at })]
  return [
    unknown(`where ${field.name} comes from is not stated`, {
      at,
      settle: 'the performer: name the source of each field',
    }),
  ]
}

/** A field at its position in `fields`. */
type Placed = { readonly field: Field; readonly position: number }

function judgeSource(judging: Judging, source: FieldSource, placed: Placed): readonly Judged[] {
  const parent = source.parent === undefined ? undefined : judging.upstream[source.parent]
  const found = fieldAt(parent, source.name)
  if (found.state !== 'found') return judgeUnfound(judging, source, { ...placed, parent, found })
  if (source.via === 'indirect') return NOTHING
  const lost = lostOnTheWay(found.field, placed.field, judging.law.vocabulary)
  return lost.length === 0 ? NOTHING : judgeLost(judging, lost, { ...placed, parent })
}

function judgeUnfound(
  { hop }: Judging,
  { name, place }: FieldSource,
  looked: Placed & { readonly parent: Upstream | undefined; readonly found: FoundField },
): readonly Judged[] {
  const { field, position, parent, found } = looked
  const own = placeOf(position)
  const at = place === undefined ? own : `${own}.source[${place}].name`
  const evidence = parent === undefined ? [] : [parent.id]
  if (found.state === 'hidden') {
    return [unknown(`whether its source has a field ${name} is not shown`, { at, evidence })]
  }
  if (place === undefined && isProduced(hop, field)) return NOTHING
  if (place === undefined && transformationsOf(hop) === undefined) {
    return [unknown(`what may have produced ${field.name} is withheld`, { at, evidence })]
  }
  return [fail(`its source has no field ${name}`, { at, evidence })]
}

function judgeLost(
  { hop }: Judging,
  lost: readonly Lost[],
  { field, position, parent }: Placed & { readonly parent: Upstream | undefined },
): readonly Judged[] {
  const steps = stepsOn(hop, field)
  const evidence = parent === undefined ? [] : [parent.id]
  return lost.flatMap(({ member, what, special }) => {
    if (steps.some(special ? masks : remakes)) return []
    const at = `${placeOf(position)}.${member}`
    if (transformationsOf(hop) === undefined) {
      return [unknown(`what may have changed ${field.name} is withheld`, { at, evidence })]
    }
    const why = `${field.name} told ${what} and no transformation explains why it no longer does`
    return [fail(why, { at, evidence })]
  })
}

type Lost = {
  readonly member: 'category' | 'special'
  readonly what: string
  readonly special: boolean
}

/** They say that nothing is known or that nobody is meant: there is nothing to lose. */
const UNTOLD: ReadonlySet<string> = new Set([
  'https://w3id.org/dpv#UncategorisedData',
  'https://w3id.org/dpv#NonPersonalData',
  'https://w3id.org/dpv#PersonalData',
])

const NOTHING_LOST: readonly Lost[] = []

function lostOnTheWay(
  before: Field,
  after: Field,
  vocabulary: Judging['law']['vocabulary'],
): readonly Lost[] {
  const told = before.category
  const same = told === after.category
  // Flags that are left out were not assessed again; the category still speaks.
  const flags = (before.special ?? []).filter((flag) => after.special?.includes(flag) === false)
  if (same && flags.length === 0) return NOTHING_LOST
  const changed = !same && !UNTOLD.has(told) && !vocabulary.categoryUnder(after.category, told)
  const special = vocabulary.isSpecial(told) || vocabulary.isCriminal(told)
  return [
    ...(changed ? [{ member: 'category', what: vocabulary.labelOf(told), special } as const] : []),
    ...flags.map((flag) => ({ member: 'special', what: `${flag} data`, special: true }) as const),
  ]
}
