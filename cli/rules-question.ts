/**
 * `--as-of` and `--ruleset`: by the law of which day, or by which ruleset, the rules judge. DESIGN 7.1.
 */
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { bestCrypto } from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import { hasFormat } from '../ledger/core/formats.js'
import { verifyEvidence } from '../ledger/core/verify.js'
import type { Law } from '../ledger/rules/law.js'
import { parseRuleset } from '../ledger/rules/ruleset-file.js'
import { lawOfFile, lawOfRecorded, type RecordedRuleset } from '../ledger/rules/ruleset-in-force.js'
import { isIdPrefix, lawNamed, SHIPPED_WORD } from '../ledger/rules/ruleset-named.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import type { Job } from './command.js'
import { at, readJson } from './files.js'
import type { LedgerSource } from './ledger-source.js'
import { FAIL_ON, type FailOn } from './overall.js'
import { type AsOf, operatorRulesets } from './rules-judge.js'
import type { Trust } from './trust.js'

export type RulesFlags = {
  readonly asOf?: string
  readonly ruleset?: string
  readonly failOn?: string
}

/** What is asked, read from the command line; a ruleset that is in the log is looked up later. */
export type RulesAsked = { readonly asOf?: AsOf; readonly law?: Law | string }

/** Options of commands that judge a lineage by the rules. */
export function withRules(command: Command): Command {
  return command
    .option('--as-of <index|time>', 'by what was known then: an entry index, a day or a UTC time')
    .option('--ruleset <file|id|version>', 'judge every hop by this ruleset; shipped: by ours')
    .option(
      '--fail-on <verdict>',
      'exit code 2 from this verdict on: fail, unknown, warn, or never',
    )
}

/** @throws LedgerError USAGE */
export function failOnOf({ failOn = 'fail' }: RulesFlags): FailOn {
  const known = FAIL_ON.find((one) => one === failOn)
  if (known !== undefined) return known
  throw new LedgerError('USAGE', { reason: `--fail-on takes one of ${FAIL_ON.join(', ')}` })
}

/** Rejects with USAGE, or with the code of a ruleset file that is wrong. */
export async function rulesAsked({ flags, io }: Job<RulesFlags>): Promise<RulesAsked> {
  const { asOf, ruleset } = flags
  return {
    ...(asOf === undefined ? {} : { asOf: parseAsOf(asOf) }),
    ...(ruleset === undefined ? {} : { law: await rulesetAsked(ruleset, io) }),
  }
}

/** The last second of a day. @throws LedgerError USAGE */
function parseAsOf(text: string): AsOf {
  if (/^\d{1,15}$/.test(text)) return { index: Number(text) }
  const time = hasFormat(text, 'date') ? `${text}T23:59:59Z` : text
  if (hasFormat(time, 'time')) return { time: Math.floor(Date.parse(time) / 1_000) }
  const reason = '--as-of takes an entry index, a day (2026-11-22) or a time in UTC (…T12:00:00Z)'
  throw new LedgerError('USAGE', { reason })
}

/** The law of a ruleset in a file, or the name of one. Rejects with the code of a file that is wrong. */
export async function rulesetAsked(text: string, io: Job['io']): Promise<Law | string> {
  if (text === SHIPPED_WORD) return text
  const isFile = await stat(text).then(
    (found) => found.isFile(),
    () => false,
  )
  // What looks like a path is one, so that a file that is missing is said to be missing.
  if (!isFile && !/[/\\]|\.json$/.test(text)) return text
  const value = await readJson(text, io)
  return lawOfFile(
    at(text, () => parseRuleset(value)),
    text,
  )
}

/** Where a ruleset may be looked up. */
export type RulesetPlaces = {
  /** Those that came with the evidence. */
  readonly recorded: readonly RecordedRuleset[]
  readonly source: LedgerSource | undefined
  readonly trust: Trust
}

/** The law of a ruleset, by its version or by the id of its statement. Rejects with USAGE when there is none. */
export async function lawFor(name: string, places: RulesetPlaces): Promise<Law> {
  const known = lawNamed(name, places.recorded)
  if (known !== undefined) return known
  if (isIdPrefix(name) && places.source !== undefined)
    return await fetched(name, places.source, places.trust)
  throw noSuchRuleset(places.recorded)
}

async function fetched(id: string, source: LedgerSource, { policy }: Trust): Promise<Law> {
  const report = verifyEvidence(await source.receipt(id), { policy, crypto: bestCrypto() })
  const { recorded } = operatorRulesets(report.statements.values(), report)
  const [found] = recorded
  if (found === undefined) throw noSuchRuleset(recorded)
  return lawOfRecorded(found)
}

/** Says which there are: whoever mistypes a version need not ask again. */
function noSuchRuleset(recorded: readonly RecordedRuleset[]): LedgerError {
  const versions = [
    `${SHIPPED.version} (${SHIPPED_WORD})`,
    ...recorded.map(({ ruleset, index }) => `${ruleset.version} (entry ${index})`),
  ]
  const reason = `no such ruleset: a file, the id of a ruleset statement of the operator, or one of the versions ${versions.join(', ')}`
  return new LedgerError('USAGE', { reason })
}
