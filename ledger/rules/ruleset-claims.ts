/**
 * A ruleset as the claims of a `ruleset/1` statement, and back: the same members, whole.
 */
import type { PartyId } from '../core/key-state.js'
import type { RulesetClaims } from '../core/schemas/ruleset.js'
import { nameFaults } from './reserved-name.js'
import type { Ruleset } from './ruleset.js'
import { type RulesetFault, refuseFaults } from './ruleset-fault.js'
import { termFaults } from './ruleset-terms.js'

/** The claims of a statement in which this party publishes the ruleset. */
export function claimsOfRuleset(ruleset: Ruleset, issuer: PartyId): RulesetClaims {
  const { format: _, ...tables } = ruleset
  // A ruleset names exemptions by any text; one that was checked has only those of the schema.
  return { ...tables, issuer, ext: null } as RulesetClaims
}

/**
 * @param claims checked by the schema, all of them opened
 * @throws LedgerError RULESET_INVALID as `rulesetClaimFaults`
 */
export function rulesetFromClaims(claims: RulesetClaims): Ruleset {
  refuseFaults(rulesetClaimFaults(claims))
  return tablesOf(claims)
}

/** What of a ruleset no schema can see: terms that this version's vocabulary does not have, the reserved name. */
export function rulesetClaimFaults(claims: RulesetClaims): readonly RulesetFault[] {
  return [...nameFaults(tablesOf(claims)), ...termFaults(claims)]
}

function tablesOf({ issuer: _, ext: __, ...tables }: RulesetClaims): Ruleset {
  return { format: 'waybill-ruleset/1', ...tables }
}
