/**
 * A running server: opens a ledger folder, listens, ends without losing anything. DESIGN 7.2, 9;
 * dangers 9.4.
 *
 * Ending is: take no more connections, answer what was begun, close the ledger. A bug that reaches
 * the process, or a failed write, ends it at once: what is durable is on disk, the rest was never
 * promised, and only reopening can tell which is which.
 */
import process from 'node:process'
import type { FastifyInstance } from 'fastify'
import { ERRORS } from '../ledger/core/error-table.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { policyOfLogs } from '../ledger/core/policy.js'
import { bestCrypto, FolderPublisher, type Ledger, openLedgerFolder } from '../ledger/index.js'
import { type Listen, listenConfig, packageVersion } from './config.js'
import type { LogEvent } from './deps.js'
import { placesOf } from './problems.js'
import { buildServer } from './server.js'

/** How long requests that were begun may take to end, in milliseconds; then they are cut off. */
const SHUTDOWN_GRACE_MS = 15_000

/** How often the quorum is looked at, in milliseconds. */
const QUORUM_LOOK_MS = 1_000

export type ServeOptions = {
  /** The ledger folder. */
  readonly folder: string
  readonly host?: string
  readonly port?: number
  /** Check workers; see openLedgerFolder. */
  readonly workers?: number
  /** Signed checkpoints of this ledger that others hold; see openLedgerFolder. */
  readonly seenElsewhere?: readonly string[]
  /** A folder that the public log is published into, at once and every so many seconds. */
  readonly publishTo?: { readonly folder: string; readonly everyS: number }
  /** Told how far the index of the rules is, step by step, while it is built. */
  readonly onRules?: (progress: { readonly done: number; readonly total: number }) => void
  /** Told of bugs and failures, one line each; stderr when left out. */
  readonly log?: (event: LogEvent) => void
  /**
   * Makes the process this server's own: SIGTERM and SIGINT end it in good order, a bug that nobody
   * caught ends it with 70, a failed write with 74.
   */
  readonly ownProcess?: boolean
}

export type RunningServer = {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly ledger: Ledger
  /** Ends in good order. May be called more than once. */
  close(): Promise<void>
  /** Resolves when the server has ended. */
  readonly ended: Promise<void>
}

/**
 * Opens the ledger and listens.
 *
 * @throws LedgerError as openLedgerFolder; CONFIG_INVALID; LISTEN_FAILED when the address is taken
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const log = options.log ?? logToStderr
  const { ledger, config } = await openLedgerFolder(options.folder, {
    publish: true,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.seenElsewhere === undefined ? {} : { seenElsewhere: options.seenElsewhere }),
    onFailure: (error) => {
      log({ code: codeOf(error, 'STORE_FAILED'), at: 'writer', note: placesOf(error) })
      if (options.ownProcess === true) process.exit(ERRORS.STORE_FAILED.exit)
    },
  })
  let publisher: FolderPublisher | undefined
  try {
    const listen = listenConfig(config.listen, flagsOf(options))
    await publishFirst(ledger)
    publisher = await folderPublisher(ledger, options.publishTo, log)
    const server = await buildServer({
      ledger,
      auditors: config.auditors,
      crypto: bestCrypto(),
      now: Date.now,
      version: packageVersion(),
      log,
    })
    const url = await listenAt(server, listen)
    const running = runningServer(server, { ledger, publisher }, url)
    watchQuorum(running, log)
    void buildRules(ledger, options.onRules, log)
    if (options.ownProcess === true) ownProcess(running, log)
    return running
  } catch (error) {
    await publisher?.close()
    await ledger.close()
    throw error
  }
}

/**
 * A server that listens has a checkpoint to show. Not so where witnesses are asked: they may be slow, or
 * away, and statements are taken all the same.
 *
 * @throws LedgerError STORE_FAILED, SIGNER_FAILED
 */
async function publishFirst({ publisher }: Ledger): Promise<void> {
  if (publisher.shown === undefined && publisher.quorum().state === 'none')
    await publisher.publish()
}

/** What is behind the server and ends after it. */
type Behind = { readonly ledger: Ledger; readonly publisher: FolderPublisher | undefined }

/** @throws LedgerError as FolderPublisher.start */
async function folderPublisher(
  ledger: Ledger,
  to: ServeOptions['publishTo'],
  log: (event: LogEvent) => void,
): Promise<FolderPublisher | undefined> {
  if (to === undefined) return undefined
  return await FolderPublisher.start({
    log: ledger.publicLog,
    folder: to.folder,
    everyMs: to.everyS * 1000,
    options: {
      policy: policyOfLogs(...ledger.noteKeys),
      crypto: bestCrypto(),
      prune: true,
    },
    onError: (error) =>
      log({ code: codeOf(error, 'INTERNAL'), at: 'publisher', note: placesOf(error) }),
  })
}

/** Says when witnesses go missing, who and why, and when they are back: ingest goes on silently. */
function watchQuorum({ ledger, ended }: RunningServer, log: (event: LogEvent) => void): void {
  let wasMissing = false
  const timer = setInterval(() => {
    const { state, missing, witnesses } = ledger.publisher.quorum()
    const isMissing = state === 'missing' && missing !== undefined
    if (isMissing === wasMissing) return
    wasMissing = isMissing
    const troubles = witnesses.flatMap(({ names, trouble }) =>
      trouble === undefined ? [] : [`${names.join(' ')}: ${trouble}`],
    )
    const note = isMissing ? [`missing ${missing}`, ...troubles].join('; ') : 'all are back'
    log({ code: 'QUORUM_MISSING', at: 'publisher', note })
  }, QUORUM_LOOK_MS)
  timer.unref()
  void ended.then(() => clearInterval(timer))
}

/**
 * What was recorded before this version knew rules, or before a repair, is indexed beside the work: the
 * first who asks of a rule would wait for it otherwise. Damage ends the writing, as whenever it is read.
 */
async function buildRules(
  ledger: Ledger,
  onRules: ServeOptions['onRules'],
  log: (event: LogEvent) => void,
): Promise<void> {
  try {
    await ledger.rules.build(onRules)
    for (const { index } of ledger.rules.unread())
      log({ code: 'RULESET_UNREAD', at: 'rules', note: `entry ${index}` })
  } catch (error) {
    const code = codeOf(error, 'INTERNAL')
    if (code !== 'LEDGER_CLOSED') log({ code, at: 'rules', note: placesOf(error) })
  }
}

function runningServer(server: FastifyInstance, behind: Behind, url: string): RunningServer {
  let closing: Promise<void> | undefined
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const close = (): Promise<void> => {
    closing ??= endInOrder(server, behind).finally(end)
    return closing
  }
  return { url, ledger: behind.ledger, close, ended }
}

/** No new connections; what was begun is answered; then the ledger finishes what it took. */
async function endInOrder(server: FastifyInstance, { ledger, publisher }: Behind): Promise<void> {
  // Node stops looking for slow requests when a server closes, so half a request would hold it open.
  // Nor may what waits for the index of the rules.
  ledger.rules.stop()
  const cut = setTimeout(() => server.server.closeAllConnections(), SHUTDOWN_GRACE_MS)
  try {
    await server.close()
  } finally {
    clearTimeout(cut)
    await publisher?.close()
    await ledger.close()
  }
}

async function listenAt(server: FastifyInstance, { host, port }: Listen): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (error) {
    await server.close()
    const { code } = error as NodeJS.ErrnoException
    throw new LedgerError('LISTEN_FAILED', { errno: String(code), port }, error)
  }
}

function ownProcess(running: RunningServer, log: (event: LogEvent) => void): void {
  const stop = (): void => {
    void running.close()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const fall = (error: unknown): void => {
    log({ code: 'INTERNAL', at: '-', note: placesOf(error) })
    // Nothing is signed or answered after a bug: whatever was promised is on disk.
    process.exit(ERRORS.INTERNAL.exit)
  }
  process.on('uncaughtException', fall)
  process.on('unhandledRejection', fall)
  void running.ended.then(() => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  })
}

function flagsOf({ host, port }: ServeOptions): Partial<Listen> {
  return { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) }
}

function codeOf(error: unknown, otherwise: ErrorCode): ErrorCode {
  return error instanceof LedgerError ? error.code : otherwise
}

function logToStderr({ code, at, note }: LogEvent): void {
  process.stderr.write(`waybill: ${code} at ${at}${note === undefined ? '' : `: ${note}`}\n`)
}
