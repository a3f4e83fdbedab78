/**
 * Impact and simulation as JSON: what the HTTP API answers and `--json` prints. docs/api.md.
 *
 * The way to each holder, country and outcome is written out, so that a reader needs no graph; of a long
 * one the middle is left out, or a chain with many outcomes would be written once for each.
 */
import type { Json, JsonObject } from '../core/json.js'
import type { StatementId } from '../core/statement.js'
import { type Change, subjectOf } from './change.js'
import type { Beyond, Impact, ImpactStep } from './impact.js'
import { rulesetUseJson } from './ruleset-json.js'
import type { BrokenHop, Simulation } from './simulate.js'
import type { Subject } from './subject.js'
import { waysOf } from './ways.js'

/** As of which tree something is told. */
export type Place = {
  readonly treeSize: number
  /** Index of the last entry that was looked at. */
  readonly asOf: number
}

/** What is told of a subject. */
export function impactJson(impact: Impact, subject: Subject, place: Place): JsonObject {
  const { kind, value } = subject
  return { subject: { kind, value }, ...placeJson(place), ...reachedJson(impact) }
}

/** What is told of a change. */
export function simulationJson(simulation: Simulation, change: Change, place: Place): JsonObject {
  const { judged, broken, findings, findingsLeftOut, downstream, unsure, rulesets } = simulation
  return {
    change: changeJson(change),
    ...placeJson(place),
    judged,
    broken: broken.map(brokenJson),
    // Plain data all through: texts, whole numbers, lists and objects of them.
    findings: findings as unknown as Json,
    findings_left_out: findingsLeftOut,
    downstream: reachedJson(downstream),
    unsure,
    rulesets: rulesets.map(rulesetUseJson),
  }
}

function changeJson(change: Change): JsonObject {
  const { kind } = change
  if (kind !== 'ruleset') return { kind, value: subjectOf(change)?.value ?? '' }
  const { ref, source } = change.law
  const from = source === undefined ? {} : { source: { ...source } }
  return { kind, value: ref.version, ruleset: { ...ref, ...from } }
}

function placeJson({ treeSize, asOf }: Place): JsonObject {
  return { tree_size: treeSize, as_of: asOf }
}

function reachedJson(impact: Impact): JsonObject {
  const { steps, holders, countries, outcomes, unknownBeyond } = impact
  const wayTo = waysOf(steps)
  const way = (id: StatementId): JsonObject => {
    const { path, leftOut } = wayTo(id)
    return { id, path, path_left_out: leftOut }
  }
  return {
    steps: steps.map(stepJson),
    holders: holders.map(({ party, id }) => ({ party, ...way(id) })),
    countries: countries.map(({ country, id }) => ({ country, ...way(id) })),
    outcomes: outcomes.map(way),
    unknown_beyond: unknownBeyond.map(beyondJson),
  }
}

function stepJson(step: ImpactStep): JsonObject {
  const { id, index, time, type, depth, from, datasets, holder, by, countries } = step
  return {
    id,
    index,
    time,
    type,
    depth,
    ...(from === undefined ? {} : { from }),
    ...(datasets === undefined ? {} : { datasets }),
    ...(holder === undefined ? {} : { holder }),
    ...(by === undefined ? {} : { by }),
    ...(countries === undefined ? {} : { countries }),
  }
}

function beyondJson({ id, reason, holder }: Beyond): JsonObject {
  return { id, reason, ...(holder === undefined ? {} : { holder }) }
}

function brokenJson({ id, index, type, before, after, rules }: BrokenHop): JsonObject {
  return { id, index, type, before, after, rules }
}
