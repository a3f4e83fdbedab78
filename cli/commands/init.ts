/**
 * `waybill init FOLDER`: makes a ledger: keys, configuration, and the operator's own statements.
 */
import type { Command } from 'commander'
import { initLedgerFolder } from '../../ledger/index.js'
import { type Cli, type Job, wholeNumber } from '../command.js'
import { writeResult } from '../files.js'
import type { ExitCode } from '../io.js'
import { clean } from '../output.js'

export function registerInit(program: Command, cli: Cli): void {
  program
    .command('init')
    .argument('<folder>', 'where the ledger goes; must not hold one yet')
    .requiredOption('--origin <name>', "the ledger's name for ever, such as ledger.example/eu")
    .requiredOption('--name <text>', 'legal name of the operator')
    .requiredOption('--country <code>', 'country of the operator, ISO 3166-1 alpha-2')
    .option('--host <address>', 'address that serve listens on', '127.0.0.1')
    .option('--port <number>', 'port that serve listens on', wholeNumber(0, 65_535), 8080)
    .option('--policy-out <file>', 'also write the policy file that verifiers of this ledger need')
    .description('make a ledger')
    .action(cli.action(init))
}

type Flags = {
  readonly origin: string
  readonly name: string
  readonly country: string
  readonly host: string
  readonly port: number
  readonly policyOut?: string
}

async function init(job: Job<Flags>, folder: string): Promise<ExitCode> {
  const { origin, name, country, host, port, policyOut } = job.flags
  const now = (): number => Math.floor(job.io.now() / 1000)
  const made = await initLedgerFolder(folder, {
    origin,
    name,
    country,
    listen: { host, port },
    now,
  })
  if (policyOut !== undefined) await writeResult(policyOut, made.policy, job.io)
  const { vkey, secondVkey, registrar, policy } = made
  job.out.result({ folder, origin, vkey, second_vkey: secondVkey, registrar, policy }, () => [
    `ledger     ${folder}`,
    `origin     ${clean(origin)}`,
    `log key    ${clean(vkey)}`,
    `second     post-quantum, in ${folder}/log-ml-dsa.vkey`,
    `registrar  ${registrar}`,
  ])
  job.out.note(
    `Verifiers need the log key${policyOut === undefined ? '' : `; it is in ${policyOut}`}: publish it where people can find it apart from the ledger.`,
  )
  job.out.note(
    `Back up ${folder}/keys: without them the ledger cannot go on. Next: waybill serve --dir ${folder}`,
  )
  return 0
}
