/**
 * `waybill simulate --revoke ID | --drop-adequacy CC | --suspend PARTY`: what would break. domain 6.6.
 *
 * Nothing is recorded. Exit 2 where a rule would not be met any more, 3 where it could not be known
 * any more or what would tell is withheld.
 */
import type { Command } from 'commander'
import type { SimulationAnswer } from '../../client/index.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { holderNames, simulationLines, subjectText } from '../impact-text.js'
import type { ExitCode } from '../io.js'
import { withLedger } from '../source.js'
import { askedChange, type ChangeFlags, changeOf, subjectIn } from '../subject-query.js'

export function registerSimulate(program: Command, cli: Cli): void {
  withKey(withSource(program.command('simulate')))
    .option('--revoke <instrument>', 'as if this instrument had never been in force')
    .option('--drop-adequacy <country>', 'as if no law found this country adequate')
    .option('--suspend <party>', 'as if nothing that this party signed had counted')
    .option('--as-of <index|time>', 'as the ledger was then: an entry index, a day or a UTC time')
    .description('show what would break if something fell, and what rests on it; records nothing')
    .action(cli.action(simulate))
}

type Flags = ChangeFlags & { readonly asOf?: string }

const WHAT = {
  revoke: 'had never been in force',
  'drop-adequacy': 'were adequate under no law',
  suspend: 'had signed nothing that counts',
} as const

async function simulate(job: Job<Flags>): Promise<ExitCode> {
  const asked = askedChange(job.flags, job.settings)
  const { asOf } = job.flags
  const { subject, change, answer, names } = await withLedger(job, async (source) => {
    const subject = await subjectIn(asked, source)
    const change = changeOf(subject)
    job.out.progress('judging everything that rests on it')
    const answer = await source.simulate(change, asOf === undefined ? {} : { asOf })
    return { subject, change, answer, names: await holderNames(answer.downstream, source) }
  })
  job.out.result(answer.json, () =>
    simulationLines(answer, `${subjectText(subject, { ...job, names })} ${WHAT[change.kind]}`, {
      ...job,
      names,
    }),
  )
  return exitOfSimulation(answer)
}

function exitOfSimulation({ findings, unsure }: SimulationAnswer): ExitCode {
  if (findings.some(({ verdict }) => verdict === 'FAIL')) return 2
  return unsure.length > 0 || findings.some(({ verdict }) => verdict === 'UNKNOWN') ? 3 : 0
}
