/**
 * Terms as people read them: a tree, a list of what was found, one term with what is above and under it.
 */
import { shortTerm } from '../ledger/core/term-names.js'
import { lawOf } from '../ledger/rules/law.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import { type Term, termOf, termsOf } from '../ledger/rules/vocabulary-terms.js'
import { table } from './output.js'

/** What the shipped ruleset says of a term, in words. */
export function marksOf({ iri, kind }: Term): readonly string[] {
  const { vocabulary, ruleset } = lawOf(SHIPPED)
  const marks: string[] = []
  if (kind === 'purpose') {
    const is = vocabulary.purposeKind(iri)
    if (is === 'root') marks.push('no purpose itself')
    if (is === 'broad') marks.push('one of the widest')
    if (ruleset.purposes.explicitOnly.includes(iri)) marks.push('never implied')
  }
  if (kind === 'category') {
    if (vocabulary.isSpecial(iri)) marks.push('special (GDPR Art. 9)')
    if (vocabulary.isCriminal(iri)) marks.push('criminal (GDPR Art. 10)')
  }
  return marks
}

/** Terms under their parents. A term with several stands under each; what is under it, under the first. */
export function treeText(terms: readonly Term[]): readonly string[] {
  const children = childrenOf(terms)
  const own = new Set(terms.map(({ iri }) => iri))
  const roots = [...children.keys()].filter((parent) => !own.has(parent))
  const tops = terms.filter(({ parents }) => parents.length === 0).map(({ iri }) => iri)
  const shown = new Set<string>()
  const rows: string[][] = []
  const show = (iri: string, depth: number): void => {
    const again = shown.has(iri)
    shown.add(iri)
    const under = children.get(iri) ?? []
    rows.push([...rowOf(iri, '  '.repeat(depth)), again && under.length > 0 ? 'see above' : ''])
    if (!again) for (const child of under) show(child, depth + 1)
  }
  for (const root of [...tops, ...roots]) show(root, 0)
  return table(rows)
}

/** One line per term, with what is right above it. */
export function foundText(terms: readonly Term[]): readonly string[] {
  return table(
    terms.map((term) => {
      const above = term.parents.map(labelOf).join(' + ')
      return [...rowOf(term.iri), above === '' ? '' : `under ${above}`]
    }),
  )
}

/** One term: its IRI, every chain above it, what is right under it. */
export function termText(term: Term): readonly string[] {
  const chains = chainsOf(term)
  const under = termsOf(term.kind).filter(({ parents }) => parents.includes(term.iri))
  const marks = marksOf(term)
  return [
    `${term.label} (${shortTerm(term.iri)}), ${term.kind}${marks.length === 0 ? '' : `: ${marks.join(', ')}`}`,
    `  ${term.iri}`,
    ...chains.map((chain) => `  under ${chain.map(labelOf).join(' < ')}`),
    ...(term.parents.length > 1 && term.kind === 'purpose'
      ? [
          `  It means ${term.parents.map(labelOf).join(' and ')} at once: allowed only where all are.`,
        ]
      : []),
    ...(under.length === 0 ? [] : ['', ...foundText(under)]),
  ]
}

function rowOf(iri: string, indent = ''): string[] {
  const term = termOf(iri)
  const marks = term === undefined ? [] : marksOf(term)
  return [`${indent}${labelOf(iri)}`, shortTerm(iri), marks.join(', ')]
}

/** A broader term of a module that the table does not hold is called by its name. */
function labelOf(iri: string): string {
  const name = iri.slice(iri.indexOf('#') + 1)
  return termOf(iri)?.label ?? name.replaceAll(/([a-z])([A-Z])/g, '$1 $2')
}

function childrenOf(terms: readonly Term[]): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>()
  for (const { iri, parents } of terms) {
    for (const parent of parents) {
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [iri])
      else known.push(iri)
    }
  }
  return children
}

/** Every way from a term up, nearest first, without the term itself. */
function chainsOf({ parents }: Term): readonly (readonly string[])[] {
  return parents.flatMap((parent) => {
    const term = termOf(parent)
    const above = term === undefined ? [] : chainsOf(term)
    return above.length === 0 ? [[parent]] : above.map((chain) => [parent, ...chain])
  })
}
