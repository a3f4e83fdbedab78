/**
 * Which ruleset a person means: the shipped one, a file, or one that a ledger's operator has recorded.
 */
import { stat } from 'node:fs/promises'
import { bestCrypto } from '../client/index.js'
import { openStatement } from '../ledger/core/check.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Json } from '../ledger/core/json.js'
import type { RulesetClaims } from '../ledger/core/schemas/ruleset.js'
import { knownClaims } from '../ledger/core/schemas.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { Ruleset } from '../ledger/rules/ruleset.js'
import { rulesetFromClaims } from '../ledger/rules/ruleset-claims.js'
import { parseRuleset } from '../ledger/rules/ruleset-file.js'
import type { RecordedRuleset } from '../ledger/rules/ruleset-in-force.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import type { Job } from './command.js'
import { at, readJson, STDIO } from './files.js'
import type { LedgerSource } from './ledger-source.js'

/** Stands for the ruleset that ships with this program. */
const SHIPPED_WORD = 'shipped'

/** A ruleset, and the statement that recorded it where one did. */
export type FoundRuleset = { readonly ruleset: Ruleset; readonly recorded?: StatementId }

/**
 * @param text `shipped`, a file, a version, or the first digits of a statement's id
 * @param recorded rulesets of the operator of a ledger that was asked; undefined when none was
 * @throws LedgerError RULESET_NOT_FOUND; RULESET_INVALID and whatever reading a file brings
 */
export async function findRuleset(
  text: string,
  recorded: readonly RecordedRuleset[] | undefined,
  io: Job['io'],
): Promise<FoundRuleset> {
  if (text === SHIPPED_WORD) return { ruleset: SHIPPED }
  if (text === STDIO || (await isFile(text))) return { ruleset: await readRuleset(text, io) }
  const own = recorded?.findLast(
    ({ id, ruleset }) =>
      ruleset.version === text || (/^[0-9a-f]{8,64}$/.test(text) && id.startsWith(text)),
  )
  if (own !== undefined) return { ruleset: own.ruleset, recorded: own.id }
  if (text === SHIPPED.version) return { ruleset: SHIPPED }
  throw new LedgerError('RULESET_NOT_FOUND')
}

/** Reads and checks a file. @throws LedgerError RULESET_INVALID and whatever reading brings */
export async function readRuleset(path: string, io: Job['io']): Promise<Ruleset> {
  const value = await readJson(path, io)
  return at(path, () => parseRuleset(value))
}

/** What the ledger's operator has recorded, by rising index; those that cannot be read are left out. */
export async function recordedRulesets(source: LedgerSource): Promise<readonly RecordedRuleset[]> {
  const issuer = await source.registrar()
  const found: RecordedRuleset[] = []
  let cursor: string | undefined
  do {
    const page = await source.search({
      type: 'ruleset/1',
      party: issuer,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { id, index } of page.items) {
      const recorded = await readRecorded(source, id, index)
      if (recorded !== undefined && recorded.issuer === issuer) found.push(recorded.ruleset)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return found.sort((a, b) => a.index - b.index)
}

async function readRecorded(
  source: LedgerSource,
  id: StatementId,
  index: number,
): Promise<{ readonly issuer: string; readonly ruleset: RecordedRuleset } | undefined> {
  const { statement } = await source.statement(id)
  const { payload, schema, open } = openStatement(statement.envelope, bestCrypto())
  const claims = knownClaims(schema, open.claims) as Readonly<Record<string, Json>>
  const whole = Object.keys(schema.claims).every((name) => claims[name] !== undefined)
  if (!whole || payload.type !== 'ruleset/1') return undefined
  const { supersedes } = payload
  // Every claim of the type is there, and passed its shape when the statement was admitted.
  const ruleset = rulesetFromClaims(claims as unknown as RulesetClaims)
  return {
    issuer: String(claims['issuer']),
    ruleset: { id, index, ruleset, ...(supersedes === undefined ? {} : { supersedes }) },
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
