/**
 * Who may read what: deny by default. DESIGN 7.3, dangers 10 row 18.
 *
 *     registry statements      everybody: public by design
 *     rulesets                 everybody: whoever is judged may read by what
 *     a party's own            in full: those it signed or that name it
 *     ancestors of its own     as stubs, inside a lineage
 *     auditors                 everything
 *
 * The operator's own key is a party's like any other: its machine holds the claims, the role does
 * not read them here. "Not there" and "not yours" are one answer, given after the same time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LedgerError } from '../ledger/core/errors.js'
import type { StatementFacts } from '../ledger/core/facts.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { Proposal, StoredStatement } from '../ledger/index.js'
import type { Hop } from '../ledger/rules/hop.js'
import type { Sum } from '../ledger/rules/sums.js'
import type { Caller } from './auth.js'
import type { ApiLedger } from './deps.js'

/** What a caller may see of one id: a statement of the log, or a proposal that waits. */
export type Found =
  | { readonly kind: 'statement'; readonly stored: StoredStatement }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }

/** A refusal to show goes out at a multiple of this time: longer than any look-up, shorter than a blink. */
export const DENIAL_STEP_MS = 25

const RULESET = 'ruleset/1'

/**
 * Types whose statements are public: the registry is what everybody checks signatures against, and
 * rulesets are what everybody judges by.
 */
const PUBLIC_TYPES: readonly string[] = ['party/1', 'key/1', RULESET]

/** May this caller see the statement in full? */
function mayRead(caller: Caller, facts: StatementFacts, ledger: ApiLedger): boolean {
  if (caller.auditor || PUBLIC_TYPES.includes(facts.type)) return true
  return ledger.partiesOf(facts).includes(caller.party)
}

/**
 * May this caller know a sum over transfers by which a hop is judged? Those of one pair of parties or
 * one instrument are theirs; all exports of a party are its own.
 */
export function mayKnowSum({ key }: Sum, hop: Hop, { auditor, party }: Caller): boolean {
  if (auditor) return true
  if (key.kind === 'export') return key.exporter === party
  if (hop.type !== 'transfer/1') return false
  return hop.claims.exporter === party || hop.claims.importer === party
}

/** Rulesets are found by everybody; all else by those who are involved, and by auditors. */
export function findsAll(caller: Caller, type: string | undefined): boolean {
  return caller.auditor || type === RULESET
}

/** How a lineage shows a statement to this caller. */
export function viewFor(
  caller: Caller,
  ledger: ApiLedger,
): (stored: StoredStatement) => 'envelope' | 'stub' {
  return ({ facts }) => (mayRead(caller, facts, ledger) ? 'envelope' : 'stub')
}

/**
 * Finds what an id or a prefix of 8 or more digits names, as far as the caller may see it.
 *
 * Rejects with STATEMENT_NOT_FOUND for what is not there and for what is not the caller's;
 * STATEMENT_ID_AMBIGUOUS
 */
export async function findReadable(
  prefix: string,
  caller: Caller,
  ledger: ApiLedger,
): Promise<Found> {
  const id = await ledger.resolve(prefix)
  const stored = ledger.statement(id)
  if (stored !== undefined && mayRead(caller, stored.facts, ledger))
    return { kind: 'statement', stored }
  const proposal = stored === undefined ? ledger.proposal(id) : undefined
  if (proposal !== undefined && mayReadProposal(caller, proposal, ledger))
    return { kind: 'proposal', proposal }
  throw new LedgerError('STATEMENT_NOT_FOUND')
}

/** As findReadable, for what only the log has: a proposal is not there yet. */
export async function readableStatement(
  prefix: string,
  caller: Caller,
  ledger: ApiLedger,
): Promise<StoredStatement> {
  const found = await findReadable(prefix, caller, ledger)
  if (found.kind === 'proposal') throw new LedgerError('STATEMENT_NOT_FOUND')
  return found.stored
}

/** Which of these may the caller see in full? */
export function readableIds(
  ids: readonly StatementId[],
  caller: Caller,
  ledger: ApiLedger,
): readonly StatementId[] {
  return ids.filter((id) => {
    const stored = ledger.statement(id)
    return stored !== undefined && mayRead(caller, stored.facts, ledger)
  })
}

/** Waits for the next step since `startedMs`, so that how long a refusal took says nothing. */
export async function waitForStep(startedMs: number): Promise<void> {
  const elapsed = performance.now() - startedMs
  const steps = Math.max(1, Math.ceil(elapsed / DENIAL_STEP_MS))
  await sleep(steps * DENIAL_STEP_MS - elapsed)
}

/** A proposal is not public, whatever its type: it becomes so when it is admitted. */
function mayReadProposal(caller: Caller, { facts, missing }: Proposal, ledger: ApiLedger): boolean {
  const registrar = missing.includes('registrar') && caller.party === ledger.registrar
  return caller.auditor || registrar || ledger.partiesOf(facts).includes(caller.party)
}
