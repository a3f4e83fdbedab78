/**
 * How a ruleset is cited: by name, version and what it says. Two rulesets of one name are two.
 */
import { toHex, utf8Encode } from '../core/bytes.js'
import { portableSha256 } from '../core/hash.js'
import { encodeJcs, type Json } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import type { Ruleset } from './ruleset.js'

/** What a verdict cites. */
export type RulesetRef = Pick<Ruleset, 'name' | 'version'> & {
  /** SHA-256 of the ruleset in JCS form, lower-case hex. */
  readonly digest: string
}

/** Where a ruleset came from: the program, the ledger’s operator, or a file of whoever judges. */
export type RulesetSource =
  | { readonly kind: 'shipped' }
  | { readonly kind: 'recorded'; readonly id: StatementId; readonly index: number }
  | { readonly kind: 'file'; readonly file: string }

/** Name, version and digest of a ruleset. Costs a hash over all of it: see `lawOf`. */
export function rulesetRef(ruleset: Ruleset): RulesetRef {
  const { name, version } = ruleset
  // Texts, whole numbers, lists and objects of them all through.
  const jcs = encodeJcs(ruleset as unknown as Json)
  return { name, version, digest: toHex(portableSha256(utf8Encode(jcs))) }
}
