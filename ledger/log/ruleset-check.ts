/**
 * What the core does not know of a `ruleset/1` that asks to be recorded: whether its terms are those
 * of the vocabulary, and whether its name is its own. Judging by one whose terms nobody knows would be
 * judging by something else.
 */
import type { OpenedStatement } from '../core/check.js'
import type { Issue } from '../core/schema.js'
import type { RulesetClaims } from '../core/schemas/ruleset.js'
import { knownClaims } from '../core/schemas.js'
import { rulesetClaimFaults } from '../rules/ruleset-claims.js'

const NONE: readonly Issue[] = []

/** Issues of a statement whose claims have passed their schema, all opened; none for another type. */
export function rulesetIssues({ payload, schema, open }: OpenedStatement): readonly Issue[] {
  if (payload.type !== 'ruleset/1') return NONE
  const claims = knownClaims(schema, open.claims) as unknown as RulesetClaims
  return rulesetClaimFaults(claims).map(
    ({ at, ...details }): Issue => ({ code: 'RULESET_INVALID', at: `claims.${at}`, details }),
  )
}
