/**
 * The terms of the vocabulary by IRI and by kind, read from the table of vocabulary-table.ts.
 *
 * What a ruleset adds to them is in vocabulary.ts.
 */
import { expandTerm } from '../core/term-names.js'
import { VOCABULARY_TABLE } from './vocabulary-table.js'

/** What a term can be said of. */
export type TermKind = keyof typeof VOCABULARY_TABLE

export type Term = {
  readonly iri: string
  readonly kind: TermKind
  readonly label: string
  /** IRIs of all broader terms; some are of modules that the table does not hold. */
  readonly parents: readonly string[]
}

/** Root of the purposes; no purpose itself. */
export const PURPOSE_ROOT = expandTerm('dpv:Purpose')
/** What the vocabulary itself marks as special is under this term. */
export const SPECIAL_ROOT = expandTerm('dpv:SpecialCategoryPersonalData')

/** Kinds of terms, in the order of the table. */
export const TERM_KINDS = Object.keys(VOCABULARY_TABLE) as readonly TermKind[]

const byKind = new Map<TermKind, readonly Term[]>()
const byIri = new Map<string, Term>()

/** All terms of a kind, in the order of the table. */
export function termsOf(kind: TermKind): readonly Term[] {
  return byKind.get(kind) ?? read(kind)
}

/** The term of an IRI; undefined when the vocabulary has none. */
export function termOf(iri: string): Term | undefined {
  if (byKind.size < TERM_KINDS.length) for (const kind of TERM_KINDS) termsOf(kind)
  return byIri.get(iri)
}

const specialByTable = new Map<string, boolean>()

/** Does the vocabulary itself hold the category special? A ruleset may say otherwise. */
export function isSpecialTerm(iri: string): boolean {
  const known = specialByTable.get(iri)
  if (known !== undefined) return known
  const term = termOf(iri)
  if (term === undefined) return false
  const is = iri === SPECIAL_ROOT || term.parents.some(isSpecialTerm)
  specialByTable.set(iri, is)
  return is
}

/** Reads the lines of one kind, once. */
function read(kind: TermKind): readonly Term[] {
  const terms = VOCABULARY_TABLE[kind]
    .trim()
    .split('\n')
    .map((line): Term => {
      const [term = '', label = '', parents = ''] = line.split(' |').map((cell) => cell.trim())
      const iris = parents === '' ? [] : parents.split(' ').map(expandTerm)
      return { iri: expandTerm(term), kind, label, parents: iris }
    })
  byKind.set(kind, terms)
  for (const term of terms) byIri.set(term.iri, term)
  return terms
}
