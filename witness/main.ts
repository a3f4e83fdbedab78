/**
 * A running witness: opens its folder, listens, ends in good order.
 *
 * After a failed write the process ends, as the ledger's does: what is on disk is unknown then, and
 * only opening the folder again can tell. Nothing was answered that was not stored.
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { ERRORS } from '../ledger/core/error-table.js'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { openWitnessFolder, type WitnessListen } from './folder.js'
import { witnessServer } from './http.js'
import type { Witness } from './witness.js'

/** How long requests that were begun may take to end, in milliseconds. */
const SHUTDOWN_GRACE_MS = 10_000

export type WitnessServeOptions = {
  readonly folder: string
  readonly host?: string
  readonly port?: number
  /** Seconds since 1970. */
  readonly now: () => number
  /** Told of failures, one code each. */
  readonly log: (code: ErrorCode) => void
  /** Told of each new file of evidence against a log. */
  readonly onEvidence: (path: string) => void
  /** SIGTERM and SIGINT end it in good order, a failed write with 74. */
  readonly ownProcess?: boolean
}

export type RunningWitness = {
  /** Where it listens: submission and monitoring prefix. */
  readonly url: string
  readonly name: string
  readonly vkeys: readonly string[]
  /** How many logs it serves. */
  readonly logs: number
  /** Ends in good order. May be called more than once. */
  close(): Promise<void>
  readonly ended: Promise<void>
}

/** @throws LedgerError as openWitnessFolder; LISTEN_FAILED when the address is taken */
export async function startWitness(options: WitnessServeOptions): Promise<RunningWitness> {
  const opened = await openWitnessFolder(options.folder, options)
  const { witness, name, vkeys } = opened
  const server = witnessServer(witness, ({ code }) => {
    options.log(code)
    if (options.ownProcess === true && code === 'WITNESS_FAILED') {
      // The answer that says so is on its way out; nothing more is promised.
      setTimeout(() => process.exit(ERRORS[code].exit), 100)
    }
  })
  const listen: WitnessListen = {
    host: options.host ?? opened.config.listen.host,
    port: options.port ?? opened.config.listen.port,
  }
  try {
    const url = await listenAt(server, listen)
    const logs = [...witness.origins()].length
    const running = { url, name, vkeys, logs, ...runningParts(server, witness) }
    if (options.ownProcess === true) ownProcess(running)
    return running
  } catch (error) {
    await witness.close()
    throw error
  }
}

function runningParts(server: Server, witness: Witness): Pick<RunningWitness, 'close' | 'ended'> {
  let closing: Promise<void> | undefined
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const close = (): Promise<void> => {
    closing ??= endInOrder(server, witness).finally(end)
    return closing
  }
  return { close, ended }
}

async function endInOrder(server: Server, witness: Witness): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(cut)
  await witness.close()
}

function listenAt(server: Server, { host, port }: WitnessListen): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new LedgerError('LISTEN_FAILED', { errno: String(error.code), port }, error))
    })
    server.listen({ host, port }, () => {
      const { address, family, port: bound } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`)
    })
  })
}

function ownProcess(running: Pick<RunningWitness, 'close' | 'ended'>): void {
  const stop = (): void => {
    void running.close()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  void running.ended.then(() => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  })
}
