/**
 * `waybill impact KIND VALUE`: everything that came of some data, read forward. domain 6.6.
 *
 * The answer is the ledger's word and is about what it shows: `waybill lineage` of an outcome verifies
 * and judges it. Exit 3 where something on the way is withheld, so that more may be reached.
 */
import type { Command } from 'commander'
import { SUBJECT_KINDS } from '../../ledger/rules/subject.js'
import { type Cli, type Job, withKey, withSource } from '../command.js'
import { holderNames, impactLines } from '../impact-text.js'
import type { ExitCode } from '../io.js'
import { withLedger } from '../source.js'
import { askedSubject, subjectIn } from '../subject-query.js'

export function registerImpact(program: Command, cli: Cli): void {
  withKey(withSource(program.command('impact')))
    .argument('<kind>', SUBJECT_KINDS.join(', '))
    .argument('<value>', 'a party or its alias, an id (8 or more digits), a country or a term')
    .option('--as-of <index|time>', 'as the ledger was then: an entry index, a day or a UTC time')
    .description(
      'show every later statement, who holds data, in which countries, what came of it, and where nobody can say',
    )
    .action(cli.action(impact))
}

async function impact(
  job: Job<{ readonly asOf?: string }>,
  kind: string,
  value: string,
): Promise<ExitCode> {
  const asked = askedSubject(kind, value, job.settings)
  const { asOf } = job.flags
  const { subject, answer, names } = await withLedger(job, async (source) => {
    const subject = await subjectIn(asked, source)
    job.out.progress('following the data')
    const answer = await source.impact(subject, asOf === undefined ? {} : { asOf })
    return { subject, answer, names: await holderNames(answer, source) }
  })
  job.out.result(answer.json, () => impactLines(answer, subject, { ...job, names }))
  return answer.unknownBeyond.some(({ reason }) => reason !== 'no-later-record') ? 3 : 0
}
