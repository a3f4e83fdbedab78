/**
 * A ruleset made ready for judging: its tables as maps, its vocabulary closed. Made once per ruleset.
 */
import type { Ruleset } from './ruleset.js'
import { type RulesetRef, type RulesetSource, rulesetRef } from './ruleset-ref.js'
import { type Vocabulary, vocabularyOf } from './vocabulary.js'

export type Law = {
  readonly ruleset: Ruleset
  /** As verdicts cite it. */
  readonly ref: RulesetRef
  /** Left out where nobody has said. */
  readonly source?: RulesetSource
  /** DPV with the ruleset’s local terms. */
  readonly vocabulary: Vocabulary
}

const LAWS = new WeakMap<Ruleset, Law>()

/** The law of a ruleset that was checked (ruleset-file.ts); the same object gives the same law. */
export function lawOf(ruleset: Ruleset): Law {
  const known = LAWS.get(ruleset)
  if (known !== undefined) return known
  const { purposes, categories } = ruleset
  const law = {
    ruleset,
    ref: rulesetRef(ruleset),
    vocabulary: vocabularyOf({
      explicitOnly: purposes.explicitOnly,
      purposes: purposes.localTerms,
      special: categories.special,
      notSpecial: categories.notSpecial,
      criminal: categories.criminal,
      categories: categories.localTerms,
    }),
  }
  LAWS.set(ruleset, law)
  return law
}
