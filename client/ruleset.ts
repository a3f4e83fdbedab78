/** Which rulesets judged, in answers of a server. */
import type { JsonObject } from '../ledger/core/json.js'
import type { RulesetUse } from '../ledger/rules/judgement.js'
import type { RulesetRef, RulesetSource } from '../ledger/rules/ruleset-ref.js'
import { idAt, objectAt, objectsAt, textAt, wholeAt } from './members.js'

/** @throws LedgerError SERVER_ANSWER_INVALID */
export function readRulesetUses(answer: JsonObject): readonly RulesetUse[] {
  return objectsAt(answer, 'rulesets').map((item) => {
    const effective = objectAt(item['effective'] ?? null, 'rulesets.effective')
    const until = effective['until']
    return {
      ...readRulesetRef(item),
      asOf: textAt(item, 'as_of'),
      effective: {
        from: textAt(effective, 'from'),
        ...(typeof until === 'string' ? { until } : {}),
      },
      hops: wholeAt(item, 'hops'),
      outside: wholeAt(item, 'hops_outside'),
    }
  })
}

/** How a ruleset is cited. @throws LedgerError SERVER_ANSWER_INVALID */
export function readRulesetRef(item: JsonObject): RulesetRef & { readonly source?: RulesetSource } {
  return {
    name: textAt(item, 'name'),
    version: textAt(item, 'version'),
    digest: textAt(item, 'digest'),
    ...sourceAt(item),
  }
}

function sourceAt(item: JsonObject): { readonly source?: RulesetSource } {
  if (item['source'] === undefined) return {}
  const source = objectAt(item['source'], 'rulesets.source')
  if (source['kind'] === 'shipped') return { source: { kind: 'shipped' } }
  if (source['kind'] === 'file') return { source: { kind: 'file', file: textAt(source, 'file') } }
  return {
    source: { kind: 'recorded', id: idAt(source, 'id'), index: wholeAt(source, 'index') },
  }
}
