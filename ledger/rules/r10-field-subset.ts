/** R10: every field comes from a field before it or from a declared transformation. GDPR Art. 5(1)(c). */
import { judgeDropped } from './dropped-fields.js'
import {
  type FieldSource,
  type FoundField,
  fieldAt,
  isIndirect,
  sourcesOf,
  undeclaredFields,
} from './field-sources.js'
import { type Field, fieldsOf, transformationsOf } from './hop.js'
import { isRemade, masks, mayBeMadeByAny, remakes, stepsOn } from './masking.js'
import type { Judging, Rule, Upstream } from './rule.js'
import { contentOfField } from './same-content.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

export const R10: Rule = {
  id: 'R10',
  title: 'fields come from upstream, and none vanishes unexplained',
  inputs: ['fields', 'datasets', 'minimization', 'transformations', 'fields of the parents'],
  citation: 'GDPR Art. 5(1)(c)',
  explain:
    'Every field that is sent or made is a field of its parents or the product of a declared transformation; one that comes from nowhere is a FAIL, and one that was joined from what is no parent is UNKNOWN. A source that only decides which rows are there (indirect) gives no values. What a field tells may not change on the way without a transformation that explains it, and a special category disappears only through one that masks it. A source field that is not sent must be counted as dropped, and cannot be missing from content that did not change: no transformation explains anything in content with the digest of its source. A dataset with the digest of a parent comes from that parent: it is a FAIL to name only others. Declare the source, the transformation, or what was left out.',
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
  // What only decides which rows are there gives no value: something else must have made it.
  const isNew = sources.every(isIndirect)
  let judged = isNew ? judgeNew(judging, field, placeOf(position)) : NOTHING
  for (const source of sources) {
    const found = judgeSource(judging, source, field, position)
    if (found.length > 0) judged = judged.length === 0 ? found : [...judged, ...found]
  }
  return judged
}

function placeOf(position: number): string {
  return `claims.fields[${position}]`
}

/** A field that says it is new: something must have produced it. */
function judgeNew(judging: Judging, field: Field, at: string): readonly Judged[] {
  const { hop } = judging
  const { name } = field
  switch (explanationOf(judging, field)) {
    case 'made':
      return NOTHING
    case 'same':
      return [fail(`${name} is new in content that did not change`, { at })]
    case 'alone':
      return [
        unknown(`what ${name} was joined from is not among the sources`, { at, settle: JOIN }),
      ]
    case 'hidden':
      return [unknown(`whether ${name} is new in content that did not change is not shown`, { at })]
    case 'none':
      return transformationsOf(hop) === undefined
        ? [unknown(`what produced ${name} is withheld`, { at })]
        : [fail(`${name} is new and no transformation produced it`, { at })]
  }
}

const JOIN = 'whoever joined it: name the parent that it was joined with'

/**
 * What is said to have made a field something else. `same`: whatever is said, in content that did not
 * change; `alone`: a join with nothing to join; `hidden`: it may be content that did not change.
 */
type Explanation = 'none' | 'alone' | 'same' | 'hidden' | 'made'

function explanationOf(judging: Judging, field: Field, is = remakes): Explanation {
  const steps = stepsOn(judging.hop, field).filter(is)
  if (steps.length === 0) return 'none'
  const { state } = contentOfField(judging, field)
  if (state !== 'other') return state
  return isRemade(judging.hop, field, steps) ? 'made' : 'alone'
}

/** A processing that does not say where a field comes from. */
function judgeUnstated(judging: Judging, field: Field, at: string): readonly Judged[] {
  const { hop, upstream } = judging
  const explanation = explanationOf(judging, field)
  if (explanation === 'made') return NOTHING
  const found = upstream.map((parent) => fieldAt(parent, field.name).state)
  const may =
    transformationsOf(hop) === undefined ||
    explanation === 'hidden' ||
    explanation === 'alone' ||
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

function judgeSource(
  judging: Judging,
  source: FieldSource,
  field: Field,
  position: number,
): readonly Judged[] {
  const parent = source.parent === undefined ? undefined : judging.upstream[source.parent]
  const found = fieldAt(parent, source.name)
  if (found.state !== 'found') {
    return judgeUnfound(judging, source, { field, position, parent, found })
  }
  if (source.via === 'indirect') return NOTHING
  const lost = lostOnTheWay(found.field, field, judging.law.vocabulary)
  return lost.length === 0 ? NOTHING : judgeLost(judging, lost, { field, position, parent })
}

function judgeUnfound(
  judging: Judging,
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
  // A transfer need not name the sources of what a transformation of its own has produced.
  const isSaid = explanationOf(judging, field) !== 'none'
  if (place === undefined && (isSaid || transformationsOf(judging.hop) === undefined)) {
    return judgeNew(judging, field, at).map((one) => ({ ...one, evidence }))
  }
  return [fail(`its source has no field ${name}`, { at, evidence })]
}

function judgeLost(
  judging: Judging,
  lost: readonly Lost[],
  { field, position, parent }: Placed & { readonly parent: Upstream | undefined },
): readonly Judged[] {
  const evidence = parent === undefined ? [] : [parent.id]
  return lost.flatMap(({ member, what, special }) => {
    const explanation = explanationOf(judging, field, special ? masks : remakes)
    if (explanation === 'made') return []
    const at = `${placeOf(position)}.${member}`
    if (explanation === 'hidden') {
      return [unknown(`whether what held ${field.name} changed is not shown`, { at, evidence })]
    }
    if (transformationsOf(judging.hop) === undefined) {
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

const NON_PERSONAL = 'https://w3id.org/dpv#NonPersonalData'
const PERSONAL = 'https://w3id.org/dpv#PersonalData'
/** They say that nothing is known or that nobody is meant: there is nothing to lose. */
const UNTOLD: ReadonlySet<string> = new Set([
  'https://w3id.org/dpv#UncategorisedData',
  NON_PERSONAL,
  PERSONAL,
])

const NOTHING_LOST: readonly Lost[] = []

type Flag = NonNullable<Field['special']>[number]

/**
 * Does a field still say that it is protected so? Flags that are left out were not assessed again:
 * then the category may speak. What is special stays so without a word (limits), the rest does not.
 */
function keeps(
  { special, category }: Field,
  flag: Flag,
  { isCriminal }: Judging['law']['vocabulary'],
): boolean {
  if (special !== undefined) return special.includes(flag)
  return flag === 'special' || (flag === 'criminal' && isCriminal(category))
}

function lostOnTheWay(
  before: Field,
  after: Field,
  vocabulary: Judging['law']['vocabulary'],
): readonly Lost[] {
  const told = before.category
  const same = told === after.category
  const flags = (before.special ?? []).filter((flag) => !keeps(after, flag, vocabulary))
  if (same && flags.length === 0) return NOTHING_LOST
  const isTold = !UNTOLD.has(told) || (told === PERSONAL && after.category === NON_PERSONAL)
  const changed = !same && isTold && !vocabulary.categoryUnder(after.category, told)
  const special = vocabulary.isSpecial(told) || vocabulary.isCriminal(told)
  return [
    ...(changed ? [{ member: 'category', what: vocabulary.labelOf(told), special } as const] : []),
    ...flags.map((flag) => ({ member: 'special', what: `${flag} data`, special: true }) as const),
  ]
}
