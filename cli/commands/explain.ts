/**
 * `waybill explain [CODE]`: what an error code or a rule means and what to do, in plain words.
 */
import type { Command } from 'commander'
import { ERRORS } from '../../ledger/core/error-table.js'
import { isErrorCode, LedgerError } from '../../ledger/core/errors.js'
import type { Rule } from '../../ledger/rules/rule.js'
import { RULES, ruleOf } from '../../ledger/rules/rules.js'
import type { Cli, Job } from '../command.js'
import type { ExitCode } from '../io.js'
import { type Output, table } from '../output.js'

export function registerExplain(program: Command, cli: Cli): void {
  program
    .command('explain')
    .argument(
      '[code]',
      'a code from a message, such as KEY_UNKNOWN, or a rule, such as R06; all when left out',
    )
    .description('say what an error code or a rule means and what to do')
    .action(cli.action(explain))
}

const EXIT_CODES: Readonly<Record<number, string>> = {
  1: 'something was proven wrong',
  3: 'something needed is missing',
  4: 'not authorised',
  5: 'two histories: split view',
  64: 'the command line is wrong',
  65: 'the input is malformed',
  66: 'the input is not there',
  69: 'a server is unavailable',
  70: 'a bug in Waybill',
  74: 'the disk or the store',
  78: 'the configuration',
}

function explain({ out }: Job, code?: string): ExitCode {
  if (code === undefined) {
    const rows = Object.entries(ERRORS)
    out.result(
      [
        ...rows.map(([name, { title, http, exit }]) => ({ code: name, title, http, exit })),
        ...RULES.map(({ id, title, citation }) => ({ rule: id, title, citation })),
      ],
      () => [
        ...table(rows.map(([name, { title, exit }]) => [name, String(exit), title])),
        '',
        ...table(RULES.map(({ id, title, citation }) => [id, title, citation])),
      ],
    )
    return 0
  }
  const name = code.toUpperCase()
  const rule = ruleOf(name)
  if (rule !== undefined) return explainRule(rule, out)
  if (!isErrorCode(name)) {
    throw new LedgerError('USAGE', {
      reason: 'no such code or rule; waybill explain lists them all',
    })
  }
  const { title, explain: words, exit, http } = ERRORS[name]
  out.result({ code: name, title, explain: words, http, exit }, () => [
    `${out.paint('strong', name)}: ${title}`,
    `  ${words}`,
    `  exit code ${exit} (${EXIT_CODES[exit] ?? 'other'}); HTTP status ${http}`,
  ])
  return 0
}

const VERDICT_WORDS =
  'FAIL: not met on the disclosed evidence. UNKNOWN: something it reads is missing or withheld. WARN: met, with a reservation. NA: it does not concern this hop.'

function explainRule({ id, title, explain: words, citation, inputs }: Rule, out: Output): ExitCode {
  out.result({ rule: id, title, explain: words, citation, inputs }, () => [
    `${out.paint('strong', id)}: ${title}`,
    `  ${words}`,
    `  source: ${citation}`,
    `  reads: ${inputs.join(', ')}`,
    `  ${VERDICT_WORDS}`,
  ])
  return 0
}
