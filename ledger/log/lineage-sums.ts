/**
 * The sums over the whole log that the rules ask for when they judge a lineage, for somebody who has
 * its evidence but not the log. docs/counting.md.
 */
import type { StatementId } from '../core/statement.js'
import type { Hop } from '../rules/hop.js'
import { judgeStepwise } from '../rules/judge-graph.js'
import { lawInForce } from '../rules/ruleset-in-force.js'
import { notingSums, type Sum } from '../rules/sums.js'
import { hopOfTaken } from './hop-judge.js'
import type { LedgerRules } from './ledger-rules.js'

/**
 * Sums for the lineage of a statement, by the rulesets of each hop's day.
 *
 * @param mayAsk whether the reader may know a sum; the hop is the one that it is asked for
 * @param signal aborts when nobody waits for the answer any more
 */
export async function sumsOfLineage(
  rules: Pick<LedgerRules, 'prepare' | 'index' | 'facts' | 'run'>,
  root: StatementId,
  mayAsk: (sum: Sum, hop: Hop) => boolean,
  signal?: AbortSignal,
): Promise<readonly Sum[]> {
  await rules.prepare()
  const { index } = rules
  const hops = new Map<StatementId, Hop | undefined>()
  const hopAt = (id: StatementId): Hop | undefined => {
    const statement = index.stored.statement(id)
    return statement === undefined ? undefined : hopOfTaken(statement, true)
  }
  const noted: Sum[] = []
  const facts = notingSums(rules.facts(), (sum) => noted.push(sum))
  const sums: Sum[] = []
  const steps = judgeStepwise(
    {
      hop: (id) => {
        if (!hops.has(id)) hops.set(id, hopAt(id))
        return hops.get(id)
      },
    },
    [root],
    {
      facts,
      lawFor: (hop) => lawInForce(index.rulesets(hop.index), hop).law,
      onHop: ({ hop }) => {
        for (const sum of noted.splice(0)) if (mayAsk(sum, hop)) sums.push(sum)
      },
    },
  )
  await rules.run(steps, signal)
  return sums
}
