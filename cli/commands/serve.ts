/**
 * `waybill serve --dir FOLDER`: runs the ledger's HTTP server until it is asked to stop.
 */
import type { Command } from 'commander'
import { LedgerError } from '../../ledger/core/errors.js'
import { type Cli, type Job, wholeNumber, withSeen } from '../command.js'
import { setting } from '../config.js'
import type { ExitCode } from '../io.js'
import { clean } from '../output.js'
import { type SeenFlag, seenNotes } from '../seen-notes.js'
import { aborted } from '../waiting.js'

/** Often enough for readers; each publication writes the partial tiles at the log's end anew. */
const PUBLISH_EVERY_S = 60

export function registerServe(program: Command, cli: Cli): void {
  withSeen(program.command('serve'))
    .option('--dir <ledger>', "the ledger's folder")
    .option('--host <address>', 'address to listen on; otherwise as waybill.json says')
    .option('--port <number>', 'port to listen on; 0 for any free one', wholeNumber(0, 65_535))
    .option(
      '--workers <number>',
      'threads that check statements; one per core if left out',
      wholeNumber(0, 64),
    )
    .option('--publish <folder>', 'also publish the public log into a folder, as `publish` does')
    .option(
      '--publish-every <seconds>',
      `seconds from one publication to the next; ${PUBLISH_EVERY_S} if left out`,
      wholeNumber(1, 86_400),
    )
    .description("run a ledger's server")
    .action(cli.action(serve))
}

type Flags = SeenFlag & {
  readonly host?: string
  readonly port?: number
  readonly workers?: number
  readonly publish?: string
  readonly publishEvery?: number
}

/** Long enough that somebody who waits wonders. */
const SHOWN_AFTER_MS = 1_000

/** Tells how the index of the rules comes along, where it takes a while. */
function rulesTeller({ io, out }: Job): (progress: { done: number; total: number }) => void {
  const since = io.now()
  return ({ done, total }) => {
    const ms = io.now() - since
    if (ms < SHOWN_AFTER_MS) return
    if (done < total) out.progress(`preparing the rules: ${done} of ${total} entries`)
    else out.note(`The rules are ready: ${total} entries read in ${Math.round(ms / 1_000)} s.`)
  }
}

async function serve(job: Job<Flags>): Promise<ExitCode> {
  const folder = setting(job.settings, 'dir')
  if (folder === undefined)
    throw new LedgerError('USAGE', { reason: 'which ledger? give --dir FOLDER' })
  // Only here: no other command needs an HTTP server.
  const { startServer } = await import('../../api/main.js')
  const { host, port, workers, publish, publishEvery: everyS = PUBLISH_EVERY_S } = job.flags
  const seen = await seenNotes(job, folder, 'no witness')
  const server = await startServer({
    folder,
    seenElsewhere: seen.map(({ note }) => note),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(workers === undefined ? {} : { workers }),
    ...(publish === undefined ? {} : { publishTo: { folder: publish, everyS } }),
    ownProcess: job.io.ownProcess,
    onRules: rulesTeller(job),
    log: ({ code, at, note }) =>
      job.out.note(
        `waybill: ${code} at ${clean(at)}${note === undefined ? '' : `: ${clean(note)}`}`,
      ),
  })
  job.out.result(
    {
      url: server.url,
      origin: server.ledger.origin,
      size: server.ledger.size,
      vkey: server.ledger.vkey,
    },
    () => [`${clean(server.ledger.origin)} at ${server.url}, ${server.ledger.size} entries`],
  )
  // In a process of its own the server minds the signals itself.
  if (!job.io.ownProcess) {
    await aborted(job.io.untilInterrupted())
    await server.close()
  }
  await server.ended
  job.out.note('Stopped: everything that was taken is answered and stored.')
  return 0
}
