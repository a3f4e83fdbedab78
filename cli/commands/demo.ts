/**
 * `waybill demo`: the whole path on a ledger of its own, from four firms to an auditor. DESIGN 7.1.
 *
 * Exit code 0 only when everything came out as it should: the ledger is verified, and the audit of a
 * damaged copy fails and names the entry.
 */
import type { Command } from 'commander'
import type { Cli, Job } from '../command.js'
import { closeFolder, openFolder } from '../demo/folder.js'
import { type Ending, entriesText, tellDemo } from '../demo/story.js'
import { tellerOf } from '../demo/tell.js'
import type { ExitCode } from '../io.js'
import { clean } from '../output.js'

export function registerDemo(program: Command, cli: Cli): void {
  program
    .command('demo')
    .option(
      '--out <folder>',
      'keep ledger, keys, policy, report and receipts there; must be empty or new',
    )
    .description('show the whole path, from four firms to an auditor, on a ledger of its own')
    .action(cli.action(demo))
}

type Flags = { readonly out?: string }

async function demo(job: Job<Flags>): Promise<ExitCode> {
  const started = job.io.now()
  const folder = await openFolder(job.flags.out)
  try {
    const ending = await tellDemo(folder, job)
    conclude(job, ending, Math.round((job.io.now() - started) / 1000))
    return ending.good ? 0 : 1
  } finally {
    await closeFolder(folder)
  }
}

function conclude(job: Job<Flags>, ending: Ending, seconds: number): void {
  const { out, flags } = job
  const { say } = tellerOf(job)
  const {
    good,
    ledger,
    tampered,
    flippedEntry,
    namedEntries,
    overHttp,
    misuse,
    offline,
    splitView,
    evidence,
    entries,
    crossings,
  } = ending
  say()
  if (flags.out === undefined) {
    say('Nothing of this was kept. To keep it and look yourself: waybill demo --out FOLDER')
    say('(in a clone of the repository: npm run demo -- --out FOLDER)')
  } else {
    const kept = clean(flags.out)
    say(
      `Kept in ${kept}: ledger/ keys/ policy.txt report.csv report.html leads.csv outcome.txt receipts/,`,
    )
    say('the witnesses, what was tampered with, and demo.split-view.json')
    say('Look yourself (in a clone of the repository, npx waybill for waybill):')
    say(
      `  waybill lineage ${kept}/report.csv --receipts ${kept}/receipts --policy ${kept}/policy.txt`,
    )
    say(`  waybill serve --dir ${kept}/ledger`)
  }
  say('What each rule asks: waybill explain R06. It is evidence for a person, not a judgment.')
  say(
    good ? `All as it should be, after ${seconds} s.` : `NOT as it should be, after ${seconds} s.`,
  )
  say()
  out.result(
    {
      good,
      ledger,
      tampered,
      flipped_entry: flippedEntry,
      named_entries: namedEntries,
      over_http: overHttp,
      misuse,
      offline,
      split_view: splitView,
      evidence,
      entries,
      crossings,
      seconds,
      folder: flags.out ?? null,
    },
    () => [
      `The ledger:         ${out.paint(ledger === 'VERIFIED' ? 'good' : 'bad', ledger)}`,
      `The tampered copy:  ${out.paint('bad', tampered)} at ${entriesText(namedEntries)}`,
      `The other history:  ${out.paint('bad', splitView)}`,
    ],
  )
}
