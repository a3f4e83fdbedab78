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
import { isIdPrefix, SHIPPED_WORD } from '../ledger/rules/ruleset-named.js'
import { SHIPPED } from '../ledger/rules/shipped/ruleset.js'
import type { Job } from './command.js'
import { at, readJson, STDIO } from './files.js'
import type { LedgerSource } from './ledger-source.js'
import { shortId } from './output.js'

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
    ({ id, ruleset }) => ruleset.version === text || (isIdPrefix(text) && id.startsWith(text)),
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

/** Rulesets of a ledger's operator, by rising index. */
export type OperatorRulesets = {
  readonly recorded: readonly RecordedRuleset[]
  /** Those that this version cannot judge by: they judge nothing. */
  readonly unread: readonly { readonly id: StatementId; readonly index: number }[]
}

/** What to say of one that judges nothing. */
export function unreadLine({ id, index }: OperatorRulesets['unread'][number]): string {
  return `Ruleset ${shortId(id)} (entry ${index}) judges nothing: this version does not know its terms, or it has the name of the shipped one and says something else.`
}

/** What the ledger's operator has recorded. */
export async function recordedRulesets(source: LedgerSource): Promise<OperatorRulesets> {
  const issuer = await source.registrar()
  const recorded: RecordedRuleset[] = []
  const unread: { id: StatementId; index: number }[] = []
  let cursor: string | undefined
  do {
    const page = await source.search({
      type: 'ruleset/1',
      party: issuer,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { id, index } of page.items) {
      const found = await readRecorded(source, id, index)
      if (found.issuer !== issuer) continue
      if (found.ruleset === undefined) unread.push({ id, index })
      else recorded.push(found.ruleset)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return { recorded: recorded.sort((a, b) => a.index - b.index), unread }
}

async function readRecorded(
  source: LedgerSource,
  id: StatementId,
  index: number,
): Promise<{ readonly issuer: string; readonly ruleset: RecordedRuleset | undefined }> {
  const { statement } = await source.statement(id)
  const { payload, schema, open } = openStatement(statement.envelope, bestCrypto())
  const claims = knownClaims(schema, open.claims) as Readonly<Record<string, Json>>
  const issuer = String(claims['issuer'])
  const whole = Object.keys(schema.claims).every((name) => claims[name] !== undefined)
  const ruleset = whole ? readableRuleset(claims as unknown as RulesetClaims) : undefined
  if (ruleset === undefined || payload.type !== 'ruleset/1') return { issuer, ruleset: undefined }
  const { supersedes } = payload
  return {
    issuer,
    ruleset: { id, index, ruleset, ...(supersedes === undefined ? {} : { supersedes }) },
  }
}

/** Every claim of the type is there, and passed its shape when the statement was admitted. */
function readableRuleset(claims: RulesetClaims): Ruleset | undefined {
  try {
    return rulesetFromClaims(claims)
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
