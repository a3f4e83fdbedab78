/**
 * How a field identifies, and what of it is left after what was done to it. GDPR Art. 4(1), 4(5); R12.
 */
import { type FieldSource, fieldAt, isIndirect, sourcesOf } from './field-sources.js'
import { type Field, type Hop, transformationsOf } from './hop.js'
import { masks, mayMask, stepsOn } from './masking.js'
import type { Judging } from './rule.js'
import { contentOfField } from './same-content.js'
import { fail, type Judged, unknown, warn } from './verdict.js'

type Identifier = NonNullable<Field['identifier']>

/** The higher, the more it identifies. */
const RANK: Readonly<Record<Identifier, number>> = { none: 0, indirect: 1, pseudonym: 2, direct: 3 }

/** Categories that identify a person as they are; what is under them too. */
const IDENTIFYING: readonly string[] = [
  'Name',
  'EmailAddress',
  'TelephoneNumber',
  'OfficialID',
  'Username',
].map((name) => `https://w3id.org/dpv/pd#${name}`)

/** Does it identify more than that? A field that was not assessed is not said to. */
export function identifiesMoreThan(field: Field, most: Identifier): boolean {
  return field.identifier !== undefined && RANK[field.identifier] > RANK[most]
}

/** Was something done to the field that is meant to mask it? */
export function isMasked(hop: Hop, field: Field): boolean {
  return stepsOn(hop, field).some(masks)
}

const NOTHING: readonly Judged[] = []

/** What is wrong with how a field says it identifies, by what was done to it and by its sources. */
export function judgeIdentifier(
  judging: Judging,
  field: Field,
  position: number,
): readonly Judged[] {
  const steps = stepsOn(judging.hop, field)
  const isMasked = steps.length > 0 && steps.some(masks)
  const masked = isMasked ? judgeMasked(field, position) : NOTHING
  if (masked.length > 0) return masked
  const { identifier } = field
  if (identifier === undefined || identifier === 'direct') return NOTHING
  const mayBeMasked = !isMasked && steps.some(mayMask)
  if (!isMasked && !mayBeMasked) return judgeUntouched(judging, { field, position })
  // Nothing was done to content that is its source’s, whatever is said.
  const { state } = contentOfField(judging, field)
  if (state === 'same') return judgeUntouched(judging, { field, position })
  if (state === 'other' && isMasked) return NOTHING
  const [what, derived] =
    state === 'other'
      ? (['whether what was done masks it', true] as const)
      : (['whether its content changed', false] as const)
  return judgeUntouched(judging, { field, position, derived }).flatMap((one) => inDoubt(one, what))
}

/** A field at its position in `fields`. */
type Placed = {
  readonly field: Field
  readonly position: number
  /** Made of its sources by what may mask them or not. */
  readonly derived?: boolean
}

const SAY =
  'whoever did it: say of the transformation whether it masks, and show the content before'

/** What would be wrong if nothing had been done, where that is not known. */
function inDoubt(judged: Judged, what: string): readonly Judged[] {
  const { verdict, at, why, evidence } = judged
  if (verdict !== 'FAIL') return verdict === 'UNKNOWN' ? [judged] : NOTHING
  return [
    unknown(`${what} is not shown: ${why}`, {
      ...(at === undefined ? {} : { at }),
      ...(evidence === undefined ? {} : { evidence }),
      settle: SAY,
    }),
  ]
}

function judgeMasked({ identifier, name }: Field, position: number): readonly Judged[] {
  const at = identifierAt(position)
  if (identifier === undefined) {
    return [unknown(`how ${name} identifies after masking is not said`, { at })]
  }
  return identifier === 'direct'
    ? [fail(`${name} is said to be masked and still identifies directly`, { at })]
    : NOTHING
}

function judgeUntouched(judging: Judging, placed: Placed): readonly Judged[] {
  const { field, position } = placed
  const sources = sourcesOf(judging.hop, field)
  if (sources === undefined) return NOTHING
  // What only decides which rows are there gives no value.
  if (sources.every(isIndirect)) return byNature(judging, field, position)
  let judged = NOTHING
  for (const source of sources) {
    if (source.via === 'indirect') continue
    const found = againstSource(judging, source, placed)
    if (found.length > 0) judged = judged.length === 0 ? found : [...judged, ...found]
  }
  return judged
}

function identifierAt(position: number): string {
  return `claims.fields[${position}].identifier`
}

/** A field that nothing was done to identifies as much as its source. */
function againstSource(
  { hop, upstream }: Judging,
  { parent, name }: FieldSource,
  { field, position, derived = false }: Placed,
): readonly Judged[] {
  const before = parent === undefined ? undefined : upstream[parent]
  const found = fieldAt(before, name)
  // A source that is not there is R10’s to say.
  if (found.state === 'missing') return NOTHING
  if (found.state === 'found' && !improves(found.field, field)) return NOTHING
  // What identifies only with other fields need not do so in what is derived of it.
  if (derived && found.state === 'found' && found.field.identifier === 'indirect') return NOTHING
  const at = identifierAt(position)
  const evidence = before === undefined ? [] : [before.id]
  if (found.state === 'hidden') {
    return [unknown(`how the source of ${field.name} identifies is not shown`, { at, evidence })]
  }
  return transformationsOf(hop) === undefined
    ? [unknown(`what may have masked ${field.name} is withheld`, { at })]
    : [fail(`${field.name} identified more at its source, and nothing masked it`, { at, evidence })]
}

function improves({ identifier: before }: Field, { identifier: after }: Field): boolean {
  return before !== undefined && after !== undefined && RANK[after] < RANK[before]
}

/** A field that begins here and identifies by what it is, whatever it says. */
function byNature({ law }: Judging, field: Field, position: number): readonly Judged[] {
  const { identifier, category, name } = field
  if (identifier !== 'none' && identifier !== 'indirect') return NOTHING
  if (!IDENTIFYING.some((term) => law.vocabulary.categoryUnder(category, term))) return NOTHING
  const label = law.vocabulary.labelOf(category)
  const at = identifierAt(position)
  return [warn(`${name} is ${label}, and is said not to identify directly`, { at })]
}
