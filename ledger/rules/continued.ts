/**
 * Sums that nobody sheds by enrolling again: whoever continues an earlier party has moved what that one
 * moved, too. docs/counting.md.
 */
import type { PartyId } from '../core/key-state.js'
import type { Facts, PartyFact, Tally, UsageKey } from './facts.js'
import { addTally } from './tally.js'

/**
 * Which party an earlier one goes on after, as it said when it was enrolled: null for none, undefined
 * when that is not shown.
 */
export type Continues = (party: PartyId) => PartyFact['claims']['continues']

/** `Facts.usage` over all parties that exporter and importer continue. */
export function continuedUsage(usage: Facts['usage'], continues: Continues): Facts['usage'] {
  return (key, since, before, without) => {
    const keys = keysOf(key, continues)
    let sum: Tally | undefined
    for (const one of keys ?? []) {
      const tally = usage(one, since, before, without)
      if (tally === undefined) return undefined
      sum = sum === undefined ? tally : addTally(sum, tally)
    }
    return sum
  }
}

/** The key, and the same of every party that is continued; undefined where one of them is not shown. */
function keysOf(key: UsageKey, continues: Continues): readonly UsageKey[] | undefined {
  if (key.kind === 'instrument') return [key]
  const exporters = lineOf(key.exporter, continues)
  if (exporters === undefined) return undefined
  if (key.kind === 'export') return exporters.map((exporter) => ({ ...key, exporter }))
  const importers = lineOf(key.importer, continues)
  return importers?.flatMap((importer) =>
    exporters.map((exporter) => ({ ...key, exporter, importer })),
  )
}

/** A party, the one that it continues, and so on. */
function lineOf(party: PartyId, continues: Continues): readonly PartyId[] | undefined {
  const line = [party]
  for (let next = continues(party); next !== null; next = continues(next as PartyId)) {
    if (next === undefined) return undefined
    // A party continues one that is enrolled before it: a circle is nobody's history.
    if (line.includes(next as PartyId)) return line
    line.push(next as PartyId)
  }
  return line
}
