/**
 * Which ruleset judged, in words: by name, by what it says and by where it came from. Tables of one's
 * own must never read like those that ship with Waybill. docs/auditor.md.
 */
import type { RulesetUse } from '../ledger/rules/judgement.js'
import type { RulesetRef, RulesetSource } from '../ledger/rules/ruleset-ref.js'
import { clean, shortId } from './output.js'

/** Each ruleset once: `ruleset waybill 2026-11 of 2026-11-22, shipped, sha256 1a2b…`. */
export function rulesetWords(uses: readonly RulesetUse[]): readonly string[] {
  const sums = new Map<string, RulesetUse>()
  for (const use of uses) {
    const key = JSON.stringify([use.digest, use.source ?? null])
    const known = sums.get(key)
    sums.set(key, known === undefined ? use : { ...known, outside: known.outside + use.outside })
  }
  return [...sums.values()].map((use) => `ruleset ${useWords(use)}`)
}

/** As a finding cites it: `waybill 2026-11, shipped, sha256 1a2b…`. */
export function rulesetName({
  name,
  version,
  digest,
  source,
}: RulesetRef & Pick<Partial<RulesetUse>, 'source'>): string {
  const from = source === undefined ? [] : [sourceWords(source)]
  return [`${clean(name)} ${clean(version)}`, ...from, `sha256 ${shortId(digest)}`].join(', ')
}

function useWords({ name, version, asOf, digest, source, effective, outside }: RulesetUse): string {
  return [
    `${clean(name)} ${clean(version)} of ${asOf}`,
    ...(source === undefined ? [] : [sourceWords(source)]),
    `sha256 ${shortId(digest)}`,
    ...(outside === 0
      ? []
      : [
          `in force ${termWords(effective)} and not when ${outside === 1 ? '1 hop was' : `${outside} hops were`} recorded`,
        ]),
  ].join(', ')
}

/** Where it came from: `shipped`, `recorded by the operator, entry 2`, `from file loose.json`. */
function sourceWords(source: RulesetSource): string {
  switch (source.kind) {
    case 'shipped':
      return 'shipped'
    case 'recorded':
      return `recorded by the operator, entry ${source.index}`
    case 'file':
      return `from file ${clean(source.file)}`
  }
}

function termWords({ from, until }: RulesetUse['effective']): string {
  return until === undefined ? `from ${from} on` : `from ${from} until ${until}`
}
