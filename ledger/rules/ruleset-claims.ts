/**
 * A ruleset as the claims of a `ruleset/1` statement, and back: the same members, whole.
 */
import type { PartyId } from '../core/key-state.js'
import type { RulesetClaims } from '../core/schemas/ruleset.js'
import type { Ruleset } from './ruleset.js'
import { refuseFaults } from './ruleset-fault.js'
import { termFaults } from './ruleset-terms.js'

/** The claims of a statement in which this party publishes the ruleset. */
export function claimsOfRuleset(ruleset: Ruleset, issuer: PartyId): RulesetClaims {
  const { format: _, ...tables } = ruleset
  // A ruleset names exemptions by any text; one that was checked has only those of the schema.
  return { ...tables, issuer, ext: null } as RulesetClaims
}

/**
 * @param claims checked by the schema, all of them opened
 * @throws LedgerError RULESET_INVALID for terms that this version's vocabulary does not have
 */
export function rulesetFromClaims(claims: RulesetClaims): Ruleset {
  const { issuer: _, ext: __, ...tables } = claims
  const ruleset: Ruleset = { format: 'waybill-ruleset/1', ...tables }
  refuseFaults(termFaults(ruleset))
  return ruleset
}
