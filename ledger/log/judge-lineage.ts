/**
 * A lineage of a log judged, with everything that the log knows. DESIGN 6, 7.3.
 *
 * Whoever may read a statement sees the verdicts of everything before it. Reasons may quote any claim
 * upstream and any sum that was asked for, so they are shown only where all of that, and what they
 * rest on, may be known.
 */
import { LedgerError } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import type { KeyId } from '../core/jwk.js'
import { isDoubted } from '../core/key-notes.js'
import type { StatementId } from '../core/statement.js'
import type { Hop } from '../rules/hop.js'
import type { RuleVerdict } from '../rules/judge.js'
import { judgeStepwise, type Stepwise } from '../rules/judge-graph.js'
import type { GraphJudgement, JudgedHop } from '../rules/judgement.js'
import { lawInForce } from '../rules/ruleset-in-force.js'
import { rulesetUseJson } from '../rules/ruleset-json.js'
import { notingSums, type Sum } from '../rules/sums.js'
import { lastEntry } from './foresight.js'
import { hopOfTaken } from './hop-judge.js'
import type { Ledger } from './ledger.js'

export type JudgingLedger = Pick<
  Ledger,
  'size' | 'lastTime' | 'rules' | 'entry' | 'lineageIndexes' | 'ownerOf'
>

export type LineageAsked = {
  /** As the ledger was then, as `readAsOf` reads it; left out: as it is. */
  readonly asOf?: string
  /** May the caller read this statement in full? Left out: all of them. */
  readonly readable?: (id: StatementId) => boolean
  /** May the caller know this sum, which this hop was judged by? Left out: all of them. */
  readonly mayKnow?: (sum: Sum, hop: Hop) => boolean
  /** Most statements. */
  readonly max: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/**
 * Verdicts on a statement and everything before it.
 *
 * Rejects with STATEMENT_NOT_FOUND, ENTRY_NOT_FOUND, LINEAGE_TOO_LARGE, REQUEST_INVALID, ENTRY_MISMATCH.
 */
export async function verdictsIn(
  ledger: JudgingLedger,
  id: StatementId,
  asked: LineageAsked,
): Promise<JsonObject> {
  const { asOf, readable = () => true, mayKnow = () => true, max, signal } = asked
  ledger.lineageIndexes(id, max)
  await ledger.rules.prepare()
  const { last } = lastEntry(ledger, asOf)
  const hops: JsonObject[] = []
  const clear = new Set<StatementId>()
  const steps = judgeIn(ledger, id, last, (hop, sums) => {
    const own = readable(hop.id)
    if (own && hop.hop.parents.every((parent) => clear.has(parent.id))) clear.add(hop.id)
    // Which rule has asked for a sum is not known, and any of them may quote it.
    const told = clear.has(hop.id) && sums.every((sum) => mayKnow(sum, hop.hop))
    hops.push(hopJson(hop, { own, told, readable }))
  })
  const judged = await ledger.rules.run(steps, signal)
  if (judged.hops.length === 0) throw new LedgerError('STATEMENT_NOT_FOUND')
  return {
    id,
    tree_size: ledger.size,
    as_of: last,
    verdict: judged.verdict,
    counts: judged.counts,
    rulesets: judged.rulesets.map(rulesetUseJson),
    unread_rulesets: [...ledger.rules.index.unread],
    hops,
  }
}

/** Judges a lineage by the rulesets in force at each hop, as of the entry `last`. To be prepared first. */
function judgeIn(
  ledger: JudgingLedger,
  id: StatementId,
  last: number,
  onHop: (judged: JudgedHop, sums: readonly Sum[]) => void,
): Stepwise<GraphJudgement> {
  const { index } = ledger.rules
  const rulesets = index.rulesets(last + 1)
  const noted: Sum[] = []
  return judgeStepwise({ hop: (each) => hopIn(ledger, each, last) }, [id], {
    facts: notingSums(ledger.rules.facts(last + 1), (sum) => noted.push(sum)),
    lawFor: (hop) => lawInForce(rulesets, hop).law,
    onHop: (judged) => onHop(judged, noted.splice(0)),
  })
}

/** A hop of the log, with what became of its keys. @throws LedgerError ENTRY_MISMATCH */
function hopIn(ledger: JudgingLedger, id: StatementId, last: number): Hop | undefined {
  const taken = ledger.rules.index.statement(id)
  if (taken === undefined || taken.index > last) return undefined
  const hop = hopOfTaken(taken, true)
  if (hop === undefined) return undefined
  const doubted = (kid: KeyId): boolean => {
    const owner = ledger.ownerOf(kid)
    return owner !== undefined && isDoubted(owner.key, taken.index)
  }
  return {
    ...hop,
    signatures: hop.signatures?.map((signature) =>
      doubted(signature.kid) ? { ...signature, compromised: true } : signature,
    ),
  } as Hop
}

type Shown = {
  /** May the caller read the hop? */
  readonly own: boolean
  /** And all that came before it, and may it know every sum that it was judged by? */
  readonly told: boolean
  readonly readable: (id: StatementId) => boolean
}

/** A hop with what rules found; what passes is counted only. */
function hopJson(
  { id, index, type, verdict, path, verdicts }: JudgedHop,
  shown: Shown,
): JsonObject {
  const findings = verdicts.filter((found) => found.verdict !== 'PASS' && found.verdict !== 'NA')
  return {
    id,
    index,
    type,
    verdict,
    path,
    findings: findings.map((found) => findingJson(found, shown)),
  }
}

function findingJson(found: RuleVerdict, { own, told, readable }: Shown): JsonObject {
  const { rule, verdict, at, why, evidence = [], settle } = found
  const reasons: Record<string, Json> =
    told && evidence.every(readable)
      ? { why, evidence, ...(settle === undefined ? {} : { settle }) }
      : {}
  return { rule, verdict, ...(own && at !== undefined ? { at } : {}), ...reasons }
}
