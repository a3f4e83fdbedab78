/**
 * `waybill simulate --revoke ID | --drop-adequacy CC | --suspend PARTY | --ruleset FILE|NAME`: what would
 * break. domain 6.6.
 *
 * Nothing is recorded. Exit 2 where a rule would not be met any more, 3 where it could not be known
 * any more or what would tell is withheld.
 */
import type { Command } from 'commander'
import type { SimulationAnswer } from '../../client/index.js'
import type { AskedChange } from '../../ledger/index.js'
import type { Subject } from '../../ledger/rules/subject.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { holderNames, simulationLines, subjectText, type Telling } from '../impact-text.js'
import type { ExitCode } from '../io.js'
import type { LedgerSource } from '../ledger-source.js'
import { rulesetAsked } from '../rules-question.js'
import { rulesetName } from '../ruleset-words.js'
import { withLedger } from '../source.js'
import { askedChange, type ChangeFlags, changeOf, subjectIn } from '../subject-query.js'

export function registerSimulate(program: Command, cli: Cli): void {
  withKey(withSource(program.command('simulate')))
    .option('--revoke <instrument>', 'as if this instrument had never been in force')
    .option('--drop-adequacy <country>', 'as if no law found this country adequate')
    .option('--suspend <party>', 'as if nothing that this party signed had counted')
    .option(
      '--ruleset <file|id|version>',
      'as if every hop were judged by this ruleset; shipped: by ours',
    )
    .option('--as-of <index|time>', 'as the ledger was then: an entry index, a day or a UTC time')
    .description('show what would break if something fell, and what rests on it; records nothing')
    .action(cli.action(simulate))
}

type Flags = ChangeFlags & { readonly asOf?: string }

const WHAT: Readonly<Record<string, string>> = {
  instrument: 'had never been in force',
  country: 'were adequate under no law',
  party: 'had signed nothing that counts',
}

/** What is supposed; of a ruleset nothing is said of whom it is about. */
type Supposed = { readonly change: AskedChange; readonly subject?: Subject }

async function simulate(job: Job<Flags>): Promise<ExitCode> {
  const suppose = await supposed(job)
  const { asOf } = job.flags
  const { subject, answer, names } = await withLedger(job, async (source) => {
    const { change, subject } = await suppose(source)
    job.out.progress('judging everything that rests on it')
    const answer = await source.simulate(change, asOf === undefined ? {} : { asOf })
    return { subject, answer, names: await holderNames(answer.downstream, source) }
  })
  const telling = { ...job, names }
  job.out.result(answer.json, () =>
    simulationLines(answer, whatWords(answer, subject, telling), telling),
  )
  return exitOfSimulation(answer)
}

/** Read before a ledger is opened, so that what is typed wrong is told at once. */
async function supposed({
  flags,
  settings,
  io,
}: Job<Flags>): Promise<(source: LedgerSource) => Promise<Supposed>> {
  const asked = askedChange(flags, settings)
  if (asked !== undefined) {
    return async (source) => {
      const subject = await subjectIn(asked, source)
      return { subject, change: changeOf(subject) }
    }
  }
  const found = await rulesetAsked(flags.ruleset ?? '', io)
  const change: AskedChange =
    typeof found === 'string' ? { kind: 'ruleset', name: found } : { kind: 'ruleset', law: found }
  return async () => ({ change })
}

function whatWords(
  { by }: SimulationAnswer,
  subject: Subject | undefined,
  telling: Telling,
): string {
  if (by !== undefined) return `every hop were judged by ruleset ${rulesetName(by)}`
  return subject === undefined ? '' : `${subjectText(subject, telling)} ${WHAT[subject.kind]}`
}

function exitOfSimulation({ findings, unsure }: SimulationAnswer): ExitCode {
  if (findings.some(({ verdict }) => verdict === 'FAIL')) return 2
  return unsure.length > 0 || findings.some(({ verdict }) => verdict === 'UNKNOWN') ? 3 : 0
}
