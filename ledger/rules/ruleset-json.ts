/** A ruleset that judged, as JSON: in answers of the HTTP API and with `--json`. docs/api.md. */
import type { JsonObject } from '../core/json.js'
import type { RulesetUse } from './judgement.js'

/** Which it was by name, by what it says and by where it came from, and what it judged. */
export function rulesetUseJson(use: RulesetUse): JsonObject {
  const { name, version, digest, asOf, effective, source, hops, outside } = use
  return {
    name,
    version,
    digest,
    as_of: asOf,
    effective: { ...effective },
    ...(source === undefined ? {} : { source: { ...source } }),
    hops,
    hops_outside: outside,
  }
}
