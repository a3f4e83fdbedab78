/**
 * What doctor looks at in a ledger's folder: configuration, permissions, space, and that it opens.
 */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { LedgerError } from '../ledger/core/errors.js'
import { openLedgerFolder, readLedgerConfig } from '../ledger/index.js'
import type { Job } from './command.js'
import { type Checkup, refusedCheck, tryOut } from './doctor-machine.js'
import { checkPublishing } from './doctor-publishing.js'
import { utc } from './output.js'
import { countOf } from './report-text.js'

const FREE_WARN_BYTES = 1_073_741_824
const FREE_BAD_BYTES = 104_857_600
const MIB = 1_048_576

export async function checkFolder(folder: string, job: Job): Promise<readonly Checkup[]> {
  const config = await tryOut(
    'configuration',
    readLedgerConfig(folder),
    ({ origin, listen, auditors }) => {
      const listens = `listens on ${listen.host}:${listen.port}`
      return `${origin}, ${listens}, ${countOf(auditors.length, 'auditor')}`
    },
  )
  if (config?.state !== 'good') return config === undefined ? [] : [config]
  return [
    config,
    await checkKeys(folder),
    await checkSpace(folder),
    ...(await checkOpens(folder, job)),
  ]
}

async function checkKeys(folder: string): Promise<Checkup> {
  const what = 'keys'
  const keys = join(folder, 'keys')
  try {
    const names = await readdir(keys)
    const open: string[] = []
    for (const name of ['.', ...names]) {
      const { mode } = await stat(join(keys, name))
      if (mode % 0o100 !== 0) open.push(name === '.' ? 'keys/' : `keys/${name}`)
    }
    if (open.length === 0 || process.platform === 'win32') {
      return {
        what,
        state: 'good',
        said: `${countOf(names.length, 'file')}, closed to other users`,
      }
    }
    return {
      what,
      state: 'bad',
      said: `${open.join(', ')} can be read by other users`,
      next: `chmod go= ${open.map((name) => join(folder, name)).join(' ')}; if others may have read them, replace the keys`,
      exit: 78,
    }
  } catch {
    return {
      what,
      state: 'bad',
      said: `${keys} cannot be read`,
      next: 'run doctor as the user that runs the ledger',
      exit: 74,
    }
  }
}

async function checkSpace(folder: string): Promise<Checkup> {
  const what = 'disk space'
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const said = `${Math.floor(free / MIB)} MiB free`
  if (free >= FREE_WARN_BYTES) return { what, state: 'good', said }
  const next = 'make room: a full disk stops the ledger, though nothing acknowledged is lost'
  return free >= FREE_BAD_BYTES
    ? { what, state: 'warning', said, next }
    : { what, state: 'bad', said, next, exit: 74 }
}

/** Opening compares the store with its signed head and finishes what a crash left. */
async function checkOpens(folder: string, job: Job): Promise<readonly Checkup[]> {
  const what = 'ledger'
  try {
    const { ledger } = await openLedgerFolder(folder, {
      workers: 0,
      now: () => Math.floor(job.io.now() / 1000),
    })
    try {
      const opened: Checkup = {
        what,
        state: 'good',
        said: `opens; ${countOf(ledger.size, 'entry')}, the store agrees with its signed head`,
      }
      const clock = clockCheck(ledger.lastTime, Math.floor(job.io.now() / 1000))
      return [opened, clock, ...(await checkPublishing(folder, ledger))]
    } finally {
      await ledger.close()
    }
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'LEDGER_LOCKED') {
      return [
        {
          what,
          state: 'warning',
          said: 'in use by another process, so it was not opened',
          next: 'ask its server: waybill doctor --server URL',
        },
      ]
    }
    return [refusedCheck(what, error)]
  }
}

function clockCheck(lastS: number, nowS: number): Checkup {
  const what = 'ledger time'
  if (nowS >= lastS) return { what, state: 'good', said: `last entry ${utc(lastS)}` }
  return {
    what,
    state: 'bad',
    said: `the clock is ${lastS - nowS} s behind the last entry (${utc(lastS)})`,
    next: "set the machine's clock: nothing is admitted until it is past the last entry",
    exit: 69,
  }
}
