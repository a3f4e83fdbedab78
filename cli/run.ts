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
import { failureJson, failureText } from './failure.js'
import type { CliIo, ExitCode } from './io.js'
import { VERSION } from './version.js'

/**
 * Commands by name, in the order in which a person meets them. A module is loaded when its command
 * is run or listed: an offline verification needs no store, and only a server needs HTTP.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  init: async () => (await import('./commands/init.js')).registerInit,
  serve: async () => (await import('./commands/serve.js')).registerServe,
  keygen: async () => (await import('./commands/keygen.js')).registerKeygen,
  party: async () => (await import('./commands/party.js')).registerParty,
  ruleset: async () => (await import('./commands/ruleset.js')).registerRuleset,
  'log-key': async () => (await import('./commands/log-key.js')).registerLogKey,
  sign: async () => (await import('./commands/sign.js')).registerSign,
  submit: async () => (await import('./commands/submit.js')).registerSubmit,
  inbox: async () => (await import('./commands/inbox.js')).registerInbox,
  countersign: async () => (await import('./commands/countersign.js')).registerCountersign,
  refuse: async () => (await import('./commands/refuse.js')).registerRefuse,
  show: async () => (await import('./commands/show.js')).registerShow,
  receipt: async () => (await import('./commands/receipt.js')).registerReceipt,
  verify: async () => (await import('./commands/verify.js')).registerVerify,
  lineage: async () => (await import('./commands/lineage.js')).registerLineage,
  impact: async () => (await import('./commands/impact.js')).registerImpact,
  simulate: async () => (await import('./commands/simulate.js')).registerSimulate,
  sample: async () => (await import('./commands/sample.js')).registerSample,
  search: async () => (await import('./commands/search.js')).registerSearch,
  report: async () => (await import('./commands/report.js')).registerReport,
  export: async () => (await import('./commands/export.js')).registerExport,
  import: async () => (await import('./commands/import.js')).registerImport,
  mirror: async () => (await import('./commands/mirror.js')).registerMirror,
  repair: async () => (await import('./commands/repair.js')).registerRepair,
  audit: async () => (await import('./commands/audit.js')).registerAudit,
  publish: async () => (await import('./commands/publish.js')).registerPublish,
  witness: async () => (await import('./commands/witness.js')).registerWitness,
  demo: async () => (await import('./commands/demo.js')).registerDemo,
  doctor: async () => (await import('./commands/doctor.js')).registerDoctor,
  vocab: async () => (await import('./commands/vocab.js')).registerVocab,
  explain: async () => (await import('./commands/explain.js')).registerExplain,
}

const BUG: ExitCode = 70

/** Runs one command. `argv` are the words after the program's name. Never rejects. */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exit: ExitCode = 0
  const program = programOf(io)
  const cli = cliOf(io, (code) => {
    exit = code
  })
  try {
    for (const register of await wantedCommands(argv)) register(program, cli)
    await program.parseAsync(idsLast(argv), { from: 'user' })
    return exit
  } catch (error) {
    return failed(error, argv, io)
  }
}

/** An id in base64url, or the beginning of one, that begins with a hyphen: no option looks like this. */
const HYPHEN_ID = /^-[\w-]{10,42}$/

/**
 * One id in 64 begins with a hyphen and would be taken for an option: it goes behind `--`, where nothing
 * is. What follows an option with two hyphens may be its value and is left to it: right after a flag such
 * as `--yes`, the person must write `--` before such an id.
 */
function idsLast(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const isId = (word: string, at: number): boolean =>
    at < end && HYPHEN_ID.test(word) && !word.startsWith('--') && !isOption(argv[at - 1])
  const ids = argv.filter(isId)
  if (ids.length === 0) return [...argv]
  const others = argv.filter((word, at) => !isId(word, at) && at !== end)
  const [before, after] = [others.slice(0, end - ids.length), others.slice(end - ids.length)]
  return [...before, '--', ...ids, ...after]
}

function isOption(word: string | undefined): boolean {
  return word?.startsWith('--') === true && !word.includes('=') && word !== '--json'
}

/** The command that is named; all of them for help, or for a name that is none. */
function wantedCommands(argv: readonly string[]): Promise<readonly Register[]> {
  const name = argv.find((word) => !word.startsWith('-')) ?? ''
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  const loads = load === undefined ? Object.values(COMMANDS) : [load]
  return Promise.all(loads.map((one) => one()))
}

function programOf(io: CliIo): Command {
  return new Command('waybill')
    .description(
      'A data-flow provenance ledger: transfers signed by both sides, verifiable by anyone.',
    )
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
  io.stderr.write(
    failureText(error)
      .map((line) => `${line}\n`)
      .join(''),
  )
  if (json) writeFailure(error, io)
  return error instanceof LedgerError ? ERRORS[error.code].exit : BUG
}

function writeFailure(error: unknown, io: CliIo): void {
  io.stdout.write(`${JSON.stringify(failureJson(error), null, 2)}\n`)
}
