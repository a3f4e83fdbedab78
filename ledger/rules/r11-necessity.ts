/** R11: each field is necessary for a declared purpose. GDPR Art. 5(1)(c); SCC clause 8.3. */
import { undeclaredFields } from './field-sources.js'
import { type Field, fieldsOf, type Hop } from './hop.js'
import { allowsPurpose, type PurposeSet } from './purposes.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'
import type { Vocabulary } from './vocabulary.js'

/** Data about nobody needs no reason. */
const NON_PERSONAL = 'https://w3id.org/dpv#NonPersonalData'

export const R11: Rule = {
  id: 'R11',
  title: 'each field is necessary for a declared purpose',
  inputs: ['fields', 'purposes', 'terms.furtherPurposes'],
  citation: 'GDPR Art. 5(1)(c); SCC clause 8.3',
  explain:
    'Each field of personal data names a purpose that it is necessary for, and that purpose is among those of the statement. A field that is necessary for nothing, or only for purposes that the statement does not have, is a FAIL; one that also names such a purpose is a WARN; one that says nothing is UNKNOWN, and so is one of a category that neither DPV nor the ruleset knows. Leave the field out, or declare the purpose.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'outcome/1') return [notApplicable('an outcome declares no fields')]
    const fields = fieldsOf(hop)
    if (hop.claims.datasets?.length === 0 && fields?.length === 0) {
      return [notApplicable('it made no dataset')]
    }
    const asked = askedOf(judging)
    const judged = [
      ...undeclaredFields(hop),
      ...(fields ?? []).flatMap((field, position) => judgeField(asked, field, position)),
      ...judgeCategories(asked, fields ?? []),
    ]
    return judged.length > 0 ? judged : [pass('each field is necessary for a declared purpose')]
  },
}

/** What the fields of a hop are judged against. */
type Asked = {
  readonly vocabulary: Vocabulary
  /** Purposes of the statement, closed under coverage. */
  readonly allowed: PurposeSet
  /** More purposes may be withheld. */
  readonly hidden: boolean
}

function askedOf({ hop, law: { vocabulary } }: Judging): Asked {
  const { purposes, hidden } = declaredBy(hop)
  return { vocabulary, allowed: vocabulary.purposesOf(purposes), hidden }
}

const NOTHING: readonly Judged[] = []

function judgeField(
  { vocabulary, allowed, hidden }: Asked,
  { name, necessary, category }: Field,
  position: number,
): readonly Judged[] {
  const isMet =
    necessary !== undefined &&
    necessary.length > 0 &&
    necessary.every((term) => allowsPurpose(allowed, term))
  if (isMet || vocabulary.categoryUnder(category, NON_PERSONAL)) return NOTHING
  const at = `claims.fields[${position}].necessary`
  if (necessary === undefined) {
    const settle = 'whoever declares the field: say what it is necessary for'
    return [unknown(`what ${name} is necessary for is not said`, { at, settle })]
  }
  if (necessary.length === 0) return [fail(`${name} is necessary for no purpose`, { at })]
  if (hidden) return [unknown(`which purposes are declared is withheld: ${name}?`, { at })]
  const beyond = necessary.filter((term) => !allowsPurpose(allowed, term))
  const labels = beyond.map((term) => vocabulary.labelOf(term)).join(', ')
  return beyond.length === necessary.length
    ? [fail(`${name} is necessary only for what is no purpose here: ${labels}`, { at })]
    : [warn(`${name} is also said to be necessary for what is no purpose here: ${labels}`, { at })]
}

/** What a category means that is in no vocabulary, nobody can judge. */
function judgeCategories({ vocabulary }: Asked, fields: readonly Field[]): readonly Judged[] {
  if (fields.every(({ category }) => vocabulary.isCategory(category))) return NOTHING
  return fields.flatMap(({ name, category }, position) => {
    if (vocabulary.isCategory(category)) return []
    const at = `claims.fields[${position}].category`
    const settle = 'whoever declares the field: a term of DPV, or one that the ruleset declares'
    return [unknown(`what ${name} tells is in no vocabulary that is known here`, { at, settle })]
  })
}

/** Purposes of the statement, and whether more of them may be withheld. */
function declaredBy(hop: Hop): { readonly purposes: readonly string[]; readonly hidden: boolean } {
  const { purposes } = hop.claims
  if (hop.type !== 'transfer/1') return { purposes: purposes ?? [], hidden: purposes === undefined }
  const { terms } = hop.claims
  const further = terms?.furtherPurposes ?? []
  return {
    purposes: further.length === 0 ? (purposes ?? []) : [...(purposes ?? []), ...further],
    hidden: purposes === undefined || terms === undefined,
  }
}
