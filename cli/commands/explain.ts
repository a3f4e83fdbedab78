/**
 * `waybill explain [CODE]`: what a code means and what to do, in plain words.
 */
import type { Command } from 'commander'
import { ERRORS } from '../../ledger/core/error-table.js'
import { isErrorCode, LedgerError } from '../../ledger/core/errors.js'
import type { Cli, Job } from '../command.js'
import type { ExitCode } from '../io.js'
import { table } from '../output.js'

export function registerExplain(program: Command, cli: Cli): void {
  program
    .command('explain')
    .argument('[code]', 'a code from a message, such as KEY_UNKNOWN; all of them when left out')
    .description('say what an error code means and what to do')
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
      rows.map(([name, { title, http, exit }]) => ({ code: name, title, http, exit })),
      () => table(rows.map(([name, { title, exit }]) => [name, String(exit), title])),
    )
    return 0
  }
  const name = code.toUpperCase()
  if (!isErrorCode(name)) {
    throw new LedgerError('USAGE', { reason: 'no such code; waybill explain lists them all' })
  }
  const { title, explain: words, exit, http } = ERRORS[name]
  out.result({ code: name, title, explain: words, http, exit }, () => [
    `${out.paint('strong', name)}: ${title}`,
    `  ${words}`,
    `  exit code ${exit} (${EXIT_CODES[exit] ?? 'other'}); HTTP status ${http}`,
  ])
  return 0
}
