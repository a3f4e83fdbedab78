/**
 * Findings as CSV (RFC 4180): one row each, worst first, for spreadsheets.
 *
 * A spreadsheet takes a cell that begins with = + - @, a tab or a line break for a formula, and with
 * it whatever a party wrote. Such cells get an apostrophe in front, which spreadsheets do not show.
 */
import { clean } from '../output.js'
import { levelWord, type ReportFinding } from './report-data.js'

const HEADER = [
  'about',
  'level',
  'code',
  'title',
  'statement',
  'entry',
  'place',
  'finding',
  'citation',
  'who can settle it',
  'ruleset',
] as const

const FORMULA = /^[\s\u00a0\u3000]*[=+\-@＝＋－＠|%]/u

/** Lines end in CRLF, every cell is quoted, the first line names the columns. */
export function findingsCsv(findings: readonly ReportFinding[]): string {
  const rows = findings.map((finding) => [
    finding.about,
    levelWord(finding),
    finding.code,
    finding.title,
    finding.id ?? '',
    finding.index === undefined ? '' : String(finding.index),
    finding.at ?? '',
    finding.why,
    finding.citation,
    finding.settle ?? '',
    finding.ruleset ?? '',
  ])
  return [HEADER, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(text: string): string {
  const safe = clean(text)
  const plain = FORMULA.test(safe) ? `'${safe}` : safe
  return `"${plain.replaceAll('"', '""')}"`
}
