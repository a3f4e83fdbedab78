/**
 * `waybill witness …`: runs a witness for any log of C2SP. c2sp.org/tlog-witness.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import type { WitnessKeys } from '../../witness/folder.js'
import { type Cli, type Job, wholeNumber } from '../command.js'
import { setting } from '../config.js'
import { readText } from '../files.js'
import type { ExitCode } from '../io.js'
import { clean } from '../output.js'
import { aborted } from '../waiting.js'

export function registerWitness(program: Command, cli: Cli): void {
  const witness = program.command('witness').description('watch logs and cosign their checkpoints')
  witness
    .command('init')
    .argument('<folder>', 'where the witness goes; must not hold one yet')
    .requiredOption('--name <name>', "the witness's name for ever, such as witness.example/w1")
    .option('--host <address>', 'address that serve listens on', '127.0.0.1')
    .option('--port <number>', 'port that serve listens on', wholeNumber(0, 65_535), 8090)
    .description('make a witness with an Ed25519 and an ML-DSA-44 key')
    .action(cli.action(init))
  witness
    .command('add-log')
    .argument('<folder>', 'the witness')
    .argument('<vkey>', 'verifier key of a log, or a file that holds it')
    .option('--origin <text>', "the log's origin, where it is not the name of its key")
    .description('cosign this log too; a running witness must be started again')
    .action(cli.action(addLog))
  witness
    .command('show')
    .argument('<folder>', 'the witness')
    .description('show the verifier keys of a witness, for policy files, and its logs')
    .action(cli.action(show))
  witness
    .command('serve')
    .option('--dir <folder>', "the witness's folder")
    .option('--host <address>', 'address to listen on; otherwise as witness.json says')
    .option('--port <number>', 'port to listen on; 0 for any free one', wholeNumber(0, 65_535))
    .description('answer add-checkpoint until it is asked to stop')
    .action(cli.action(serve))
}

type InitFlags = { readonly name: string; readonly host: string; readonly port: number }

async function init(job: Job<InitFlags>, folder: string): Promise<ExitCode> {
  const { initWitnessFolder } = await import('../../witness/folder.js')
  const { name, host, port } = job.flags
  const made = await initWitnessFolder(folder, { name, listen: { host, port } })
  job.out.result({ folder, ...made }, () => [`witness  ${folder}`, ...keyLines(made)])
  job.out.note(
    `Back up ${folder}/keys, and never restore anything else: a witness that forgets what it saw must end.`,
  )
  job.out.note(`Next: waybill witness add-log ${folder} VKEY, then waybill witness serve`)
  return 0
}

type AddFlags = { readonly origin?: string }

async function addLog(job: Job<AddFlags>, folder: string, key: string): Promise<ExitCode> {
  const module = await import('../../witness/folder.js')
  // A post-quantum key is too long to type; a plus sign is in every vkey and in few file names.
  const vkey = key.includes('+') ? key : (await readText(key, job.io)).trim()
  const logs = await module.addLog(folder, vkey, job.flags.origin)
  job.out.result({ folder, logs: [...logs.keys()] }, () => [
    `${logs.size} ${logs.size === 1 ? 'log' : 'logs'} in the list`,
  ])
  return 0
}

async function show(job: Job, folder: string): Promise<ExitCode> {
  const { describeWitness } = await import('../../witness/folder.js')
  const found = await describeWitness(folder)
  job.out.result({ folder, ...found }, () => [
    ...keyLines(found),
    ...found.logs.map((origin) => `log      ${clean(origin)}`),
  ])
  return 0
}

type ServeFlags = { readonly host?: string; readonly port?: number }

async function serve(job: Job<ServeFlags>): Promise<ExitCode> {
  const folder = setting(job.settings, 'dir')
  if (folder === undefined)
    throw new LedgerError('USAGE', { reason: 'which witness? give --dir FOLDER' })
  const { startWitness } = await import('../../witness/main.js')
  const { host, port } = job.flags
  const running = await startWitness({
    folder,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    now: () => Math.floor(job.io.now() / 1000),
    ownProcess: job.io.ownProcess,
    log: (code) => job.out.note(`waybill: ${code}`),
    onEvidence: (path) =>
      job.out.note(`SPLIT VIEW: a log was caught with two histories. Evidence: ${clean(path)}`),
  })
  const { url, name, vkeys, logs } = running
  job.out.result({ url, name, vkeys, logs }, () => [`${clean(name)} at ${url}, ${logs} logs`])
  if (!job.io.ownProcess) {
    await aborted(job.io.untilInterrupted())
    await running.close()
  }
  await running.ended
  return 0
}

/** As a policy file takes them, after a name of its owner's choice. */
function keyLines({ vkeys }: WitnessKeys): readonly string[] {
  return vkeys.map((vkey) => `vkey     ${clean(vkey)}`)
}
