/**
 * A ruleset made ready for judging: its tables as maps, its vocabulary closed. Made once per ruleset.
 */
import type { Ruleset } from './ruleset.js'
import type { Vocabulary } from './vocabulary.js'

export type Law = {
  readonly ruleset: Ruleset
  /** DPV with the ruleset’s local terms. */
  readonly vocabulary: Vocabulary
}
