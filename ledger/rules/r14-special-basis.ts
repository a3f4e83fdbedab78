/** R14: special categories have a basis of their own on each side that needs one. GDPR Art. 9, 10. */
import { undeclaredFields } from './field-sources.js'
import { datasetsOf, type Field, fieldsOf } from './hop.js'
import { type BasisSide, isProtected, type Protected, sidesOf } from './legal-sides.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'

export const R14: Rule = {
  id: 'R14',
  title: 'special categories and criminal data have their basis',
  inputs: [
    'fields',
    'legalBasis',
    'place',
    'route',
    'terms.exporter, terms.importer',
    'what is special upstream',
  ],
  citation: 'GDPR Art. 9(2), 10',
  explain:
    'Data of special categories, by their fields or by what they come from, need a term of Art. 9(2) besides the basis of Art. 6; data about offences and convictions need the law that Art. 10 asks for. Each side needs its own that is a controller in a country of the GDPR; a processor rests on its controller. Data stay special until an assessment of anonymity. No such basis is a FAIL; a basis of Art. 9(2) that needs a law (b, g, h, i, j) without naming it is a WARN. State the basis, or leave the fields out.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'outcome/1') return [notApplicable('an outcome declares no fields')]
    const { special, criminal, open } = protectionOf(judging)
    const judged = [
      ...(special === undefined
        ? []
        : sidesOf(judging, 'special').flatMap((side) => judgeSpecial(side, special))),
      ...(criminal === undefined
        ? []
        : sidesOf(judging, 'criminal').flatMap((side) => judgeCriminal(side, criminal))),
      ...open,
    ]
    if (judged.length > 0) return judged
    return special === undefined && criminal === undefined
      ? [notApplicable('no special category and no criminal data')]
      : [pass('each side that needs a basis for it states one')]
  },
}

/** What is protected, for people, and what could not be seen of it. */
type Protection = {
  readonly special: string | undefined
  readonly criminal: string | undefined
  readonly open: readonly Judged[]
}

function protectionOf(judging: Judging): Protection {
  const { hop, limits } = judging
  const fields = fieldsOf(hop) ?? []
  const inherited = limits.special
  const special = foundIn(fields, 'special', judging)
  const isMade = datasetsOf(hop)?.length !== 0 || fieldsOf(hop)?.length !== 0
  const open = isMade ? [...undeclaredFields(hop)] : []
  let position = 0
  for (const field of fields) {
    const at = position
    position += 1
    if (!isOpen(field, judging)) continue
    const why = `whether ${field.name} is special is not said`
    open.push(unknown(why, { at: `claims.fields[${at}]` }))
  }
  if (inherited.incomplete && !inherited.value && special === undefined) {
    open.push(unknown('whether what it comes from is special is not fully shown'))
  }
  return {
    special: special ?? (inherited.value ? 'special data from upstream' : undefined),
    criminal: foundIn(fields, 'criminal', judging),
    open,
  }
}

/** The first field that is protected so, in words. */
function foundIn(fields: readonly Field[], kind: Protected, judging: Judging): string | undefined {
  const found = fields.find((field) => isProtected(field, kind, judging))
  return found === undefined ? undefined : `${kind} data: ${found.name}`
}

function isOpen({ special, category }: Field, { law }: Judging): boolean {
  return special === undefined && law.vocabulary.mayBeProtected(category)
}

const ARTICLE_9 = 'https://w3id.org/dpv/legal/eu/gdpr#A9-2-'
/** Letters of Art. 9(2); anything else in their place is no basis. */
const LETTERS: ReadonlySet<string> = new Set('abcdefghij')
/** Those that rest on Union or national law. */
const WITH_LAW: ReadonlySet<string> = new Set(['b', 'g', 'h', 'i', 'j'])

function judgeSpecial(side: BasisSide, found: string): readonly Judged[] {
  const missing = missingBasis(side, `of Art. 9(2) for ${found}`)
  if (side.bases === undefined || side.needed !== 'yes') return missing
  const positions = side.bases.flatMap(({ basis, law }, position) => {
    const letter = basis.startsWith(ARTICLE_9) ? basis.slice(ARTICLE_9.length) : ''
    return LETTERS.has(letter) ? [{ letter, law, position }] : []
  })
  if (positions.length === 0) return missing
  if (positions.some(({ letter, law }) => law !== undefined || !WITH_LAW.has(letter))) return []
  const at = `${side.at}[${positions[0]?.position ?? 0}].law`
  return [warn(`${side.who} names no law for a basis of Art. 9(2) that needs one`, { at })]
}

function judgeCriminal(side: BasisSide, found: string): readonly Judged[] {
  if (side.bases?.some(({ law }) => law !== undefined) === true) return []
  return missingBasis(side, `under a law of Art. 10 for ${found}`)
}

function missingBasis(side: BasisSide, what: string): readonly Judged[] {
  const { who, at, needed, bases } = side
  if (needed === 'no') return []
  return needed === 'yes' && bases !== undefined
    ? [fail(`${who} states no basis ${what}`, { at })]
    : [unknown(`whether ${who} has a basis ${what} is not shown`, { at })]
}
