/**
 * Are a ruleset's terms those of the vocabulary? A term that nobody knows would silently do nothing: a
 * purpose that is never implied would be implied, a prohibited use never found.
 */
import type { LocalTerm, Ruleset } from './ruleset.js'
import type { RulesetFault } from './ruleset-fault.js'
import { type TermKind, termOf } from './vocabulary-terms.js'

type Known = (term: string) => boolean

/** What of a ruleset, or of the claims of one, names terms. */
type Tables = Pick<Ruleset, 'purposes' | 'categories' | 'usBulk' | 'endUses' | 'prohibitedUses'>

/** A fault for each term that is neither of the vocabulary, in its kind, nor a local one. */
export function termFaults(ruleset: Tables): readonly RulesetFault[] {
  const { purposes, categories, usBulk } = ruleset
  const isPurpose = known('purpose', purposes.localTerms)
  const isCategory = known('category', categories.localTerms)
  const isProcessing = known('processing', [])
  return [
    ...localFaults('purpose', purposes.localTerms, 'purposes.localTerms'),
    ...localFaults('category', categories.localTerms, 'categories.localTerms'),
    ...sharedFaults(ruleset),
    ...unknown(purposes.explicitOnly, isPurpose, 'purposes.explicitOnly'),
    ...(['special', 'notSpecial', 'criminal'] as const).flatMap((list) =>
      unknown(categories[list], isCategory, `categories.${list}`),
    ),
    ...ruleset.endUses.flatMap((row, position) =>
      unknown(row.purposes, isPurpose, `endUses[${position}].purposes`),
    ),
    ...ruleset.prohibitedUses.flatMap((row, position) => [
      ...unknown(row.purposes, isPurpose, `prohibitedUses[${position}].purposes`),
      ...unknown(row.nature, isProcessing, `prohibitedUses[${position}].nature`),
    ]),
    ...usBulk.categories.flatMap(({ term }, position) =>
      isCategory(term) ? [] : [fault(`usBulk.categories[${position}].term`)],
    ),
  ]
}

function known(kind: TermKind, local: readonly LocalTerm[]): Known {
  const own = new Set(local.map(({ term }) => term))
  return (term) => termOf(term)?.kind === kind || own.has(term)
}

function unknown(terms: readonly string[], isKnown: Known, at: string): readonly RulesetFault[] {
  return terms.flatMap((term, place) => (isKnown(term) ? [] : [fault(`${at}[${place}]`)]))
}

/** A local term is new, and every parent of it is of its kind: the vocabulary’s, or declared before. */
function localFaults(
  kind: TermKind,
  terms: readonly LocalTerm[],
  at: string,
): readonly RulesetFault[] {
  const isKnown = known(kind, terms)
  return terms.flatMap(({ term, parents }, position) => [
    ...(termOf(term) === undefined
      ? []
      : [{ at: `${at}[${position}].term`, reason: 'taken', expected: 'a term of one’s own' }]),
    ...unknown(parents, isKnown, `${at}[${position}].parents`),
  ])
}

/** One name for a purpose and a category of data would be read as either. */
function sharedFaults({ purposes, categories }: Tables): readonly RulesetFault[] {
  const taken = new Set(purposes.localTerms.map(({ term }) => term))
  return categories.localTerms.flatMap(({ term }, position) =>
    taken.has(term)
      ? [
          {
            at: `categories.localTerms[${position}].term`,
            reason: 'taken',
            expected: 'a term that is no purpose',
          },
        ]
      : [],
  )
}

function fault(at: string): RulesetFault {
  return { at, reason: 'vocabulary', expected: 'a term of the vocabulary, or a local one' }
}
