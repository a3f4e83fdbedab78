/**
 * A judged receipt or bundle as words and as JSON: each statement, then the parts that every
 * verification prints.
 */
import type { RecordVerdict } from '../ledger/core/finding.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { VerifiedStatement } from '../ledger/core/verify.js'
import type { NotChecked } from './checkpoint-text.js'
import type { Job } from './command.js'
import { type Judgement, verdictsOf } from './judge.js'
import { clean } from './output.js'
import type { PageCheck } from './page-check.js'
import { type PartyBook, partyBook } from './party-book.js'
import {
  checkpointJson,
  checkpointLines,
  countOf,
  findingJson,
  findingLines,
  notChecked,
  notCheckedJson,
  notCheckedLines,
  partiesJson,
  partyLines,
} from './report-text.js'
import { headline, signerLines, statementJson, termsText, wayLine } from './statement-text.js'

export function bookOf({ report, trust }: Judgement, job: Job): PartyBook {
  return partyBook(report.parties, trust.pins, job.settings)
}

/** @param page of the evidence inside a report: how the page compares with it */
export function evidenceLines(judgement: Judgement, job: Job, page?: PageCheck): readonly string[] {
  const { report, findings } = judgement
  const verdictOf = verdictsOf(findings)
  const book = bookOf(judgement, job)
  const statements = [...report.statements.values()]
  return [
    ...statements.flatMap((statement) => statementLines(statement, verdictOf(statement.id), book)),
    ...findingLines(findings, job.out),
    'Checked',
    ...checkpointLines(judgement),
    ...checkedLines(statements),
    ...(page?.lines ?? []),
    '',
    ...partyLines(judgement, book),
    ...notCheckedLines(unchecked(judgement, book, page)),
  ]
}

export function evidenceJson(judgement: Judgement, job: Job, page?: PageCheck): JsonObject {
  const { report, findings, verdict } = judgement
  const verdictOf = verdictsOf(findings)
  const book = bookOf(judgement, job)
  return {
    record: verdict,
    ...checkpointJson(judgement),
    statements: [...report.statements.values()].map((statement) => ({
      ...statementJson(statement),
      record: verdictOf(statement.id),
    })),
    parties: partiesJson(judgement, book),
    findings: findings.map(findingJson),
    ...(page === undefined ? {} : { page: page.says ?? null }),
    not_checked: notCheckedJson(unchecked(judgement, book, page)),
  }
}

/** Also custody: statements are judged one by one here, and not as the way that data took. */
function unchecked(
  judgement: Judgement,
  book: PartyBook,
  page: PageCheck | undefined,
): readonly NotChecked[] {
  const others = notChecked(judgement, book, page?.notChecked)
  const statements = [...judgement.report.statements.values()]
  if (!statements.some(({ payload }) => (payload.parents ?? []).length > 0)) return others
  const what = 'custody: that whoever passed data on, or used it, held it then'
  const settle = 'waybill lineage ID with --receipts FOLDER, --server URL or --dir LEDGER'
  return [{ what, settle }, ...others]
}

/** What was done with the statements, in words. */
export function checkedLines(statements: readonly VerifiedStatement[]): readonly string[] {
  if (statements.length === 0) return ['  no statement could be checked']
  const signatures = statements.reduce((sum, { signers }) => sum + signers.length, 0)
  const values = statements.reduce(
    (sum, { open }) => sum + open.ordered.filter((text) => text !== undefined).length,
    0,
  )
  const all = statements.reduce((sum, { open }) => sum + open.ordered.length, 0)
  return [
    `  ${countOf(statements.length, 'statement')}: each entry is in that tree, and is about these very bytes`,
    `  ${countOf(signatures, 'signature')}, each with a key that its party had then, by the party's complete registry statements`,
    `  ${values} of ${countOf(all, 'claim value')} shown, each by its digest in the signed bytes`,
  ]
}

function statementLines(
  statement: VerifiedStatement,
  verdict: RecordVerdict,
  book: PartyBook,
): readonly string[] {
  const { open, form } = statement
  const lines = form === 'stub' ? [] : [wayLine(statement, book)].filter((line) => line !== '')
  if (open.claims.has('purposes') && form !== 'stub')
    lines.push(`purposes: ${termsText(open, 'purposes')}`)
  lines.push(...signerLines(statement, book).map((line) => `signed: ${line}`))
  return [`  ${clean(headline(statement))}  ${verdict}`, ...lines.map((line) => `    ${line}`), '']
}
