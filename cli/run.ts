/**
 * The command line as one function: arguments in, exit code out. DESIGN 6, 7.1.
 *
 * Nothing here ends the process, so that tests call it. Whatever a command throws becomes words, what
 * to do next, and the exit code of the error table; an error that is not ours is a bug and says so.
 */
import { Command, CommanderError } from 'commander'
import { ERRORS } from '../ledger/core/error-table.js'
import { LedgerError } from '../ledger/core/errors.js'
import { cliOf, type Register } from './command.js'
import { registerAudit } from './commands/audit.js'
import { registerCountersign } from './commands/countersign.js'
import { registerDemo } from './commands/demo.js'
import { registerDoctor } from './commands/doctor.js'
import { registerExplain } from './commands/explain.js'
import { registerInbox } from './commands/inbox.js'
import { registerInit } from './commands/init.js'
import { registerKeygen } from './commands/keygen.js'
import { registerLineage } from './commands/lineage.js'
import { registerParty } from './commands/party.js'
import { registerReceipt } from './commands/receipt.js'
import { registerRefuse } from './commands/refuse.js'
import { registerServe } from './commands/serve.js'
import { registerShow } from './commands/show.js'
import { registerSign } from './commands/sign.js'
import { registerSubmit } from './commands/submit.js'
import { registerVerify } from './commands/verify.js'
import { failureJson, failureText } from './failure.js'
import type { CliIo, ExitCode } from './io.js'
import { VERSION } from './version.js'

/** In the order in which a person meets them. */
const COMMANDS: readonly Register[] = [
  registerInit,
  registerServe,
  registerKeygen,
  registerParty,
  registerSign,
  registerSubmit,
  registerInbox,
  registerCountersign,
  registerRefuse,
  registerShow,
  registerReceipt,
  registerVerify,
  registerLineage,
  registerAudit,
  registerDemo,
  registerDoctor,
  registerExplain,
]

const BUG: ExitCode = 70

/** Runs one command. `argv` are the words after the program's name. Never rejects. */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exit: ExitCode = 0
  const program = programOf(io)
  const cli = cliOf(io, (code) => {
    exit = code
  })
  for (const register of COMMANDS) register(program, cli)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    return failed(error, argv, io)
  }
}

function programOf(io: CliIo): Command {
  return new Command('waybill')
    .description('A data-flow provenance ledger: transfers signed by both sides, verifiable by anyone.')
    .version(VERSION, '-V, --version', 'print the version')
    .option('--json', 'print the result as JSON')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .showHelpAfterError('See the command with --help.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
}

function failed(error: unknown, argv: readonly string[], io: CliIo): ExitCode {
  const json = argv.includes('--json')
  if (error instanceof CommanderError) {
    // Help and version end here too. Commander has printed its words already.
    if (error.exitCode === 0) return 0
    if (json) writeFailure(new LedgerError('USAGE', { reason: error.code }), io)
    return ERRORS.USAGE.exit
  }
  io.stderr.write(failureText(error).map((line) => `${line}\n`).join(''))
  if (json) writeFailure(error, io)
  return error instanceof LedgerError ? ERRORS[error.code].exit : BUG
}

function writeFailure(error: unknown, io: CliIo): void {
  io.stdout.write(`${JSON.stringify(failureJson(error), null, 2)}\n`)
}
