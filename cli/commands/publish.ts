/**
 * `waybill publish --dir LEDGER OUT`: the public log as a folder that any web server or object store
 * can serve. c2sp.org/tlog-tiles, DESIGN 4.7, 7.1.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import {
  bestCrypto,
  type Ledger,
  openLedgerFolder,
  type Published,
  publishFolder,
} from '../../ledger/index.js'
import type { Cli, Job } from '../command.js'
import { setting } from '../config.js'
import type { ExitCode } from '../io.js'
import { clean } from '../output.js'
import { givenPolicyFile } from '../policy-file.js'
import { countOf } from '../report-text.js'

export function registerPublish(program: Command, cli: Cli): void {
  program
    .command('publish')
    .argument('<out>', 'folder to publish into; made if it is not there')
    .option('--dir <ledger>', "the ledger's folder; no server may be running on it")
    .option('--full', 'compare every file with the ledger and put back what is missing or changed')
    .option(
      '--policy <file>',
      "log keys that the folder's checkpoint may be signed with; the ledger's own if left out",
    )
    .description('write the public log as static files: checkpoint, tiles, bundles of entries')
    .action(cli.action(publish))
}

type Flags = { readonly full?: boolean }

async function publish(job: Job<Flags>, out: string): Promise<ExitCode> {
  const dir = setting(job.settings, 'dir')
  if (dir === undefined)
    throw new LedgerError('USAGE', { reason: 'which ledger? give --dir FOLDER' })
  const given = await givenPolicyFile(job)
  const { ledger } = await openLedgerFolder(dir, { workers: 0, readable: true })
  try {
    await ledger.publisher.publish()
    const published = await publishFolder(ledger.publicLog, out, {
      policy: given?.policy ?? ownPolicy(ledger),
      crypto: bestCrypto(),
      full: job.flags.full === true,
      onProgress: ({ done, total }) => job.out.progress(`${done} of ${total} files`),
    })
    job.out.result(resultJson(published, ledger, out), () => resultLines(published, ledger, out))
  } finally {
    await ledger.close()
  }
  return 0
}

/** What this ledger signs is this log; its key may be all that a copy without keys has. */
function ownPolicy({ vkey }: Ledger): Policy {
  return parsePolicy(`log ${vkey}\nquorum none\n`)
}

function resultJson(
  { previous, size, written, kept }: Published,
  { origin }: Ledger,
  folder: string,
) {
  return { origin, folder, previous: previous ?? null, size, written, kept }
}

function resultLines(
  { previous, size, written, kept }: Published,
  { origin }: Ledger,
  folder: string,
): readonly string[] {
  const before = previous === undefined ? 'nothing before' : `tree size ${previous} before`
  return [
    `published ${clean(origin)} at tree size ${size} in ${clean(folder)}; ${before}`,
    `  ${countOf(written, 'file')} written, ${countOf(kept, 'file')} there already`,
    `  Serve it as static files: tile/ may be cached for ever, checkpoint for a few seconds.`,
  ]
}
