/**
 * `waybill doctor`: looks at this machine, its settings and a ledger, and says what to do.
 */
import type { Command } from 'commander'
import { type Cli, type Job, withKey, withPolicy, withSeen, withSource } from '../command.js'
import { firstOf } from '../config.js'
import { checkFolder } from '../doctor-folder.js'
import { type Checkup, checkMachine, checkSettings } from '../doctor-machine.js'
import { checkServer } from '../doctor-server.js'
import type { ExitCode } from '../io.js'
import { clean, type Tone } from '../output.js'
import type { SeenFlag } from '../seen-notes.js'

export function registerDoctor(program: Command, cli: Cli): void {
  withSeen(withPolicy(withKey(withSource(program.command('doctor')))))
    .description('check this machine, your settings and a ledger; says what to do next')
    .action(cli.action(doctor))
}

const TONES: Readonly<Record<Checkup['state'], Tone>> = {
  good: 'good',
  warning: 'warn',
  bad: 'bad',
}

async function doctor(job: Job<SeenFlag>): Promise<ExitCode> {
  const source = firstOf(job.settings, ['server', 'dir'])
  const checks: Checkup[] = [...(await checkMachine(job)), ...(await checkSettings(job))]
  if (source?.name === 'dir') checks.push(...(await checkFolder(source.value, job)))
  if (source?.name === 'server') checks.push(...(await checkServer(job)))
  job.out.result(
    checks.map(({ what, state, said, next }) => ({
      what,
      state,
      said,
      ...(next === undefined ? {} : { next }),
    })),
    () =>
      checks.flatMap(({ what, state, said, next }) => [
        `${job.out.paint(TONES[state], state.padEnd(7))}  ${what}: ${clean(said)}`,
        ...(next === undefined ? [] : [`         next: ${clean(next)}`]),
      ]),
  )
  if (source === undefined)
    job.out.note('No ledger was looked at: give --dir FOLDER or --server URL.')
  return checks.find(({ state }) => state === 'bad')?.exit ?? 0
}
