/**
 * `waybill show ID|FILE`: the contents of one statement, without judging it.
 */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { missingRoles, type OpenedStatement, openStatement } from '../../ledger/core/check.js'
import { parseStatementEvidence } from '../../ledger/core/evidence.js'
import { factsOf } from '../../ledger/core/facts.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import { parseEvidence } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { evidenceJsonIn } from '../evidence-files.js'
import { at, readText, STDIO } from '../files.js'
import { parseIdPrefix } from '../identity.js'
import type { ExitCode } from '../io.js'
import { clean, shortId, utc } from '../output.js'
import { withLedger } from '../source.js'
import { claimLines, claimsJson, visibleJson, visibleLines } from '../statement-text.js'

export function registerShow(program: Command, cli: Cli): void {
  withKey(withSource(program.command('show')))
    .argument(
      '<id-or-file>',
      'statement id (8 or more digits), or a file with a statement; - for stdin',
    )
    .description('show what a statement says, without judging it')
    .action(cli.action(show))
}

type Shown = {
  readonly opened: OpenedStatement
  readonly index?: number
  readonly time?: number
  readonly refusedBy?: StatementId
}

async function show(job: Job, text: string): Promise<ExitCode> {
  const shown =
    text === STDIO || existsSync(text) ? await fromFile(text, job) : await fromLedger(text, job)
  job.out.result(shown.length === 1 ? shownJson(shown[0]) : shown.map(shownJson), () =>
    shown.flatMap(shownLines),
  )
  job.out.note('Nothing was verified here; waybill receipt, verify and lineage do that.')
  return 0
}

async function fromFile(path: string, job: Job): Promise<readonly Shown[]> {
  const value = evidenceJsonIn(path, await readText(path, job.io))
  return at(path, () =>
    statementsIn(value).map((item) => ({
      opened: openStatement(item, { sha256: portableSha256 }),
    })),
  )
}

/** An envelope, an unsigned statement, a receipt, or a bundle, which a report carries. */
function statementsIn(value: Json) {
  const single = isObject(value) && value['payload'] !== undefined
  const statements = single ? [parseStatementEvidence(value)] : parseEvidence(value).statements
  return statements.map(({ envelope }) => envelope)
}

function fromLedger(text: string, job: Job): Promise<readonly Shown[]> {
  const id = parseIdPrefix(text)
  return withLedger(job, async (source) => {
    const { index, time, refusedBy, statement } = await source.statement(id)
    const opened = openStatement(statement.envelope, { sha256: portableSha256 })
    return [
      {
        opened,
        ...(index === undefined ? {} : { index }),
        ...(time === undefined ? {} : { time }),
        ...(refusedBy === undefined ? {} : { refusedBy }),
      },
    ]
  })
}

/** Where it stands: in the log, refused, or waiting for whom. */
function placeOf({ opened, index, time, refusedBy }: Shown): string {
  if (index !== undefined) return `entry ${index}${time === undefined ? '' : `, ${utc(time)}`}`
  if (refusedBy !== undefined) return `refused, by statement ${shortId(refusedBy)}`
  const missing = missingOf(opened)
  return missing.length > 0 ? `waits for: ${missing.join(', ')}` : ''
}

function shownLines(shown: Shown): readonly string[] {
  const { payload, envelope } = shown.opened
  const { opened } = shown
  const place = placeOf(shown)
  return [
    `${payload.type}${place === '' ? '' : `  ${place}`}`,
    ...visibleLines(opened),
    'claims',
    ...claimLines(opened),
    'signatures',
    ...envelope.signatures.map(
      ({ header }) => `  ${clean(header.role)}  ${utc(header.iat)}  key ${header.kid}`,
    ),
    ...(envelope.signatures.length === 0 ? ['  none shown'] : []),
  ]
}

function shownJson(shown: Shown | undefined): JsonObject {
  if (shown === undefined) return {}
  const { opened, index, time, refusedBy } = shown
  return {
    ...visibleJson(opened),
    ...(index === undefined ? {} : { index }),
    ...(time === undefined ? {} : { time }),
    signatures: opened.envelope.signatures.map(({ header }) => ({ ...header })),
    ...(refusedBy === undefined ? {} : { refused_by: refusedBy }),
    missing: index === undefined && refusedBy === undefined ? missingOf(opened) : [],
    claims: claimsJson(opened),
  }
}

function missingOf(opened: OpenedStatement): readonly string[] {
  return missingRoles(opened, factsOf(opened))
}
