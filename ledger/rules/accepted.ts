/**
 * How a law accepts an instrument: GDPR Art. 46, and the laws like it.
 *
 * By its kind, and in one case by what it is added to: the UK Addendum amends the standard clauses of
 * the Union for what UK law protects and leaves them as they are for the rest (Addendum B1.0, sections
 * 2 and 12). So an instrument that is the Addendum, names their module and has the clauses themselves
 * among its documents is those clauses, too. The Addendum by itself is not.
 */
import { kindNotSeen } from './cited.js'
import type { InstrumentFact } from './facts.js'
import type { Regime, Tool } from './ruleset.js'
import { toolOf } from './tables.js'
import { type Judged, unknown } from './verdict.js'

export type Accepted =
  | { readonly state: 'tool'; readonly tool: Tool }
  | { readonly state: 'none' }
  /** What would tell is withheld. */
  | { readonly state: 'hidden'; readonly judged: Judged }

const NONE: Accepted = { state: 'none' }

export function acceptedBy(regime: Regime, fact: InstrumentFact): Accepted {
  const { kind, documents } = fact.claims
  if (kind === undefined) return { state: 'hidden', judged: kindNotSeen(fact) }
  const tool = toolOf(regime, kind.code)
  if (tool !== undefined) return { state: 'tool', tool }
  const clauses = toolOf(regime, 'A46-2-c')
  const addendum = kind.code === 'UK-Addendum' && kind.module !== undefined
  if (!addendum || clauses === undefined) return NONE
  if (documents === undefined) {
    const judged = unknown('whether the clauses that it is added to are agreed, too, is withheld', {
      at: 'claims.instrument',
      evidence: [fact.id],
      settle: 'the parties to the instrument',
    })
    return { state: 'hidden', judged }
  }
  const agreed = documents.some((document) => document.kind === 'clauses')
  return agreed ? { state: 'tool', tool: clauses } : NONE
}
