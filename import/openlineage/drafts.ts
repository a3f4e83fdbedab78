/**
 * Planned statements between parties and at the end: transfers, instruments, outcomes. Which are
 * needed, and what they cite, is plan.ts's to say.
 */
import type { Json } from '../../ledger/core/json.js'
import { fieldClaim, filled, knownOnly, periodClaim, ruleClaims } from './claims.js'
import type { NewInstrument, OutcomeRule, TransferRule } from './map.js'
import { versionReferences } from './naming.js'
import type { Party } from './party.js'
import { keyOf, type PlanItem } from './plan-item.js'
import type { Run } from './run.js'
import type { DraftParts } from './run-drafts.js'
import type { Version } from './version.js'

/** A version that a job reads and another party holds. */
export function transferItem(
  {
    version,
    rule,
    from,
    to,
    run,
    key,
  }: { version: Version; rule: TransferRule; from: Party; to: Party; run: Run; key: string },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'transfer/1', rule.claims, parts.parties)
  const given = rule.instrument === null ? undefined : parts.map.instruments.get(rule.instrument)
  const references = versionReferences(version.label, version.version)
  return {
    key,
    type: 'transfer/1',
    rule: rule.at,
    what: `dataset ${version.namespace} ${version.name} from ${from.alias} to ${to.alias}`,
    claims: {
      ...claims,
      exporter: from.id,
      importer: to.id,
      instrument: given !== undefined && 'id' in given ? given.id : null,
      route: filled(knownOnly({ from: from.country, to: to.country }), claims['route']),
      datasets: [{ n: 1, name: version.label, digest: version.digest, from: [0] }],
      fields: version.fields.map((field) => fieldClaim(parts.map, version, 1, field)),
      period: periodClaim(run.began.time.utc, run.ended.time.utc, references),
    },
    parents: [{ key: version.key, n: version.n }],
    ...(given !== undefined && 'claims' in given && rule.instrument !== null
      ? { instrument: keyOf('instrument', rule.instrument) }
      : {}),
    roles: twoSides(from, to),
    made: [],
  }
}

export function instrumentItem(
  alias: string,
  instrument: NewInstrument,
  { from, to }: { readonly from: Party; readonly to: Party },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'instrument/1', instrument.claims, parts.parties)
  return {
    key: keyOf('instrument', alias),
    type: 'instrument/1',
    rule: instrument.at,
    what: `instrument ${alias}`,
    claims: { ...claims, exporter: from.id, importer: to.id },
    parents: [],
    roles: twoSides(from, to),
    made: [],
  }
}

/** A version that is an end point. `artefact` is the claim of that name. */
export function outcomeItem(
  {
    version,
    rule,
    party,
    artefact,
  }: { version: Version; rule: OutcomeRule; party: Party; artefact: Json },
  parts: DraftParts,
): PlanItem {
  const claims = ruleClaims(parts.map, 'outcome/1', rule.claims, parts.parties)
  const references = versionReferences(version.label, version.version)
  return {
    key: keyOf('outcome', version.key, version.namespace, version.name),
    type: 'outcome/1',
    rule: rule.at,
    what: `outcome ${version.namespace} ${version.name} as of ${version.ended.time.utc}`,
    claims: {
      ...claims,
      performer: party.id,
      artefact,
      period: periodClaim(version.began.time.utc, version.ended.time.utc, references),
    },
    parents: [{ key: version.key, n: version.n }],
    roles: [{ role: 'performer', party: party.id }],
    made: [],
  }
}

function twoSides(from: Party, to: Party): PlanItem['roles'] {
  return [
    { role: 'exporter', party: from.id },
    { role: 'importer', party: to.id },
  ]
}
