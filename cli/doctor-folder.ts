/**
 * What doctor looks at in a ledger's folder: configuration, permissions, space, and that it opens.
 */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { ERRORS } from '../ledger/core/error-table.js'
import { LedgerError } from '../ledger/core/errors.js'
import { bestCrypto, checkLogKey, openLedgerFolder, readLedgerConfig } from '../ledger/index.js'
import type { Job } from './command.js'
import { type Checkup, refusedCheck, tryOut } from './doctor-machine.js'
import { checkPublishing } from './doctor-publishing.js'
import { checkRules } from './doctor-rules.js'
import { utc } from './output.js'
import { countOf } from './report-text.js'
import { type SeenFlag, type SeenNote, seenNotes } from './seen-notes.js'

const FREE_WARN_BYTES = 1_073_741_824
const FREE_BAD_BYTES = 104_857_600
const MIB = 1_048_576

export async function checkFolder(folder: string, job: Job<SeenFlag>): Promise<readonly Checkup[]> {
  const config = await tryOut(
    'configuration',
    readLedgerConfig(folder),
    ({ origin, listen, auditors }) => {
      const listens = `listens on ${listen.host}:${listen.port}`
      return `${origin}, ${listens}, ${countOf(auditors.length, 'auditor')}`
    },
  )
  if (config?.state !== 'good') return config === undefined ? [] : [config]
  const { origin } = await readLedgerConfig(folder)
  const logKey = await tryOut(
    'log key',
    checkLogKey({ folder, origin }, bestCrypto()).then(() => true),
    () => 'signed the head',
  )
  return [
    config,
    await checkKeys(folder),
    ...(logKey === undefined ? [] : [logKey]),
    await checkSpace(folder),
    ...(await checkSeen(folder, job)),
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

/** What others have seen comes first: opening a folder that is behind them would sign. */
async function checkSeen(folder: string, job: Job<SeenFlag>): Promise<readonly Checkup[]> {
  const what = 'seen elsewhere'
  let seen: readonly SeenNote[]
  try {
    seen = await seenNotes(job, folder, 'witnesses too')
  } catch (error) {
    return [refusedCheck(what, error)]
  }
  const opened = await checkOpens(folder, seen, job)
  if (seen.length > 0) {
    const said = `checkpoints held by ${seen.map(({ by }) => by).join(', ')}`
    return [{ what, state: 'good', said }, ...opened]
  }
  return [
    {
      what,
      state: 'warning',
      said: 'nothing to compare with: a folder restored from a backup cannot tell by itself',
      next: 'name a mirror, a witness checkpoint or a receipt: --seen PLACE',
    },
    ...opened,
  ]
}

/** Opening compares the store with its signed head and finishes what a crash left. */
async function checkOpens(
  folder: string,
  seen: readonly SeenNote[],
  job: Job,
): Promise<readonly Checkup[]> {
  const what = 'ledger'
  try {
    const { ledger } = await openLedgerFolder(folder, {
      workers: 0,
      now: () => Math.floor(job.io.now() / 1000),
      seenElsewhere: seen.map(({ note }) => note),
    })
    try {
      const opened: Checkup = {
        what,
        state: 'good',
        said: `opens; ${countOf(ledger.size, 'entry')}, the store agrees with its signed head`,
      }
      const clock = clockCheck(ledger.lastTime, Math.floor(job.io.now() / 1000))
      const rules = await checkRules(ledger, job)
      return [opened, clock, ...rules, ...(await checkPublishing(folder, ledger))]
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
    return [wayBack(folder, error) ?? refusedCheck(what, error)]
  }
}

/** A folder that is behind: by how much, and how it gets back. */
function wayBack(folder: string, error: unknown): Checkup | undefined {
  if (!(error instanceof LedgerError)) return undefined
  const { code, details } = error
  const ahead = code === 'LEDGER_BEHIND_HEAD' ? details['size'] : details['seen']
  const has = code === 'LEDGER_BEHIND_HEAD' ? details['stored'] : details['size']
  if (typeof ahead !== 'number' || typeof has !== 'number') return undefined
  if (code !== 'LEDGER_BEHIND_HEAD' && code !== 'LEDGER_ROLLED_BACK') return undefined
  const who = code === 'LEDGER_BEHIND_HEAD' ? 'its own head was signed for' : 'others have seen'
  return {
    what: 'ledger',
    state: 'bad',
    said: `set back: the folder has ${countOf(has, 'entry')}, ${who} ${ahead}; ${countOf(ahead - has, 'entry')} missing [${code}]`,
    next: `do not serve it: it would sign a second history. Keep a copy of the folder; put the missing entries back from a mirror: waybill repair --dir ${folder} --from MIRROR; then run doctor again`,
    exit: ERRORS[code].exit,
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
