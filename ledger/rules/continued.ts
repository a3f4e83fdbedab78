/**
 * Sums that nobody sheds by enrolling again: whoever continues an earlier party has moved what that one
 * moved, too. docs/counting.md.
 *
 * The other way round it is only possible: that one party continues another is its own word and the
 * registrar's, so that what it moves is not held against the earlier one for certain. But who still
 * signs as the earlier party, or as another that continues it, must not shed that either: then the sum
 * is a lower bound.
 */
import type { PartyId } from '../core/key-state.js'
import type { Facts, PartyFact, Tally, UsageKey } from './facts.js'
import { addTally, asLowerBound } from './tally.js'

/** Who goes on after whom, by what parties said when they were enrolled. */
export type Continuity = {
  /** The earlier party: null for none, undefined when that is not shown. */
  readonly continues: (party: PartyId) => PartyFact['claims']['continues']
  /** Those that said so of this one before an entry: what is said later changes no earlier verdict. */
  readonly continuedBy: (party: PartyId, before: number) => readonly PartyId[]
}

/** So many keys of others are looked up; who has more is summed as if one of them had moved something. */
const OTHERS_MAX = 64

/** `Facts.usage` over all parties that exporter and importer continue. */
export function continuedUsage(usage: Facts['usage'], continuity: Continuity): Facts['usage'] {
  return (key, since, before, without) => {
    const keys = keysOf(key, (party) => lineOf(party, continuity))
    if (keys === undefined) return undefined
    const ask = (one: UsageKey) => usage(one, since, before, without)
    const own = keys.map(ask).reduce((a, b) => (a && b ? addTally(a, b) : undefined))
    if (own === undefined) return undefined
    const all = keysOf(key, (party) => familyOf(party, continuity, before)) ?? keys
    // By far most parties are continued by nobody.
    if (all.length === keys.length) return own
    if (all.length - keys.length > OTHERS_MAX) return asLowerBound(own)
    const names = new Set(keys.map(partiesOf))
    return all
      .filter((one) => !names.has(partiesOf(one)))
      .map(ask)
      .reduce<Tally>((least, others) => withOthers(least, others, key), own)
  }
}

/** A derogation that repeats is a warning, whoever repeats it; a threshold is not exceeded by hearsay. */
function withOthers(least: Tally, others: Tally | undefined, { kind }: UsageKey): Tally {
  if (others?.transfers === 0) return least
  return kind === 'derogation' && others !== undefined
    ? addTally(least, others)
    : asLowerBound(least)
}

function partiesOf(key: UsageKey): string {
  if (key.kind === 'instrument') return ''
  return `${key.exporter} ${key.kind === 'export' ? '' : key.importer}`
}

type Related = (party: PartyId) => readonly PartyId[] | undefined

/** The key, and the same of every party that is related; undefined where one of them is not shown. */
function keysOf(key: UsageKey, related: Related): readonly UsageKey[] | undefined {
  if (key.kind === 'instrument') return [key]
  const exporters = related(key.exporter)
  if (exporters === undefined) return undefined
  if (key.kind === 'export') return exporters.map((exporter) => ({ ...key, exporter }))
  const importers = related(key.importer)
  return importers?.flatMap((importer) =>
    exporters.map((exporter) => ({ ...key, exporter, importer })),
  )
}

/** A party, the one that it continues, and so on; undefined where that is not shown. */
function lineOf(
  party: PartyId,
  { continues }: Pick<Continuity, 'continues'>,
): readonly PartyId[] | undefined {
  const line = [party]
  for (let next = continues(party); next !== null; next = continues(next as PartyId)) {
    if (next === undefined) return undefined
    // A party continues one that is enrolled before it: a circle is nobody's history.
    if (line.includes(next as PartyId)) return line
    line.push(next as PartyId)
  }
  return line
}

/** All that go on after one another with a party: its line, and whoever continues anybody in it. */
function familyOf(
  party: PartyId,
  continuity: Continuity,
  before: number,
): readonly PartyId[] | undefined {
  const line = lineOf(party, continuity)
  if (line === undefined) return undefined
  const family = new Set(line)
  // A set is walked with what is added to it meanwhile.
  for (const one of family) {
    for (const later of continuity.continuedBy(one, before)) family.add(later)
    if (family.size > line.length + OTHERS_MAX) break
  }
  return [...family]
}
