/**
 * What rules ask of the vocabulary: DPV's terms with a ruleset's local ones. Terms are IRIs.
 */
import type { PurposeSet } from './purposes.js'

export type Vocabulary = {
  /** `unknown`: no term of this vocabulary; `root`: dpv:Purpose; `broad`: a direct child of the root. */
  purposeKind(term: string): 'unknown' | 'root' | 'broad' | 'specific'
  /** The set of purposes that a list allows, closed under coverage. The same list gives the same set. */
  purposesOf(terms: readonly string[]): PurposeSet
  /** Is the purpose this term, or under it by any chain of parents? */
  purposeUnder(term: string, ancestor: string): boolean
  /** Is the category of data this term, or under it? */
  categoryUnder(term: string, ancestor: string): boolean
  isCategory(term: string): boolean
  /** Special (Art. 9), by the vocabulary and the ruleset's own lists. */
  isSpecial(category: string): boolean
  isCriminal(category: string): boolean
  /** Is the term of processing, measure or legal basis this one, or under it? */
  isUnder(term: string, ancestor: string): boolean
  /** Label for people; the short form of the term where there is none. */
  labelOf(term: string): string
}
