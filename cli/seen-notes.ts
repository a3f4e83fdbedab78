/**
 * Checkpoints of a ledger that others hold, gathered before its folder is opened for writing: this
 * person's own memory, the witnesses of the ledger's policy, and what `--seen` names. DESIGN 2, 9.
 *
 * Nothing is judged here: `openLedgerFolder` refuses a folder that is behind one of them. A witness
 * that does not answer does not stop a ledger, or every outage would; that it was not asked is said.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { httpSender, openClient } from '../client/index.js'
import { toHex, utf8Encode } from '../ledger/core/bytes.js'
import { LedgerError } from '../ledger/core/errors.js'
import { portableSha256 } from '../ledger/core/hash.js'
import { parseJson } from '../ledger/core/json.js'
import { parseNote } from '../ledger/core/note.js'
import { parsePolicy } from '../ledger/core/policy.js'
import { parseEvidence } from '../ledger/core/receipt.js'
import { readLedgerConfig } from '../ledger/index.js'
import type { Job } from './command.js'
import { failureLine } from './failure.js'
import { at, fileError, readText } from './files.js'
import { clean } from './output.js'
import { lastSeen } from './state-folder.js'

/** Flag of commands that open a ledger's folder to write. */
export type SeenFlag = { readonly seen?: readonly string[] }

/** A checkpoint, and who holds it. */
export type SeenNote = { readonly by: string; readonly note: string }

/** Name of the file in a ledger's folder that names its witnesses. */
const FOLDER_POLICY = 'policy'
const ASK_MS = 5_000

/**
 * Everything that can be had. What the person named must be there; a witness need not answer, and a
 * server asks its witnesses itself when it starts.
 *
 * Rejects with INPUT_NOT_FOUND, INPUT_IO, SERVER_UNAVAILABLE and the codes of what is no checkpoint.
 */
export async function seenNotes(
  job: Job<SeenFlag>,
  folder: string,
  ask: 'witnesses too' | 'no witness',
): Promise<readonly SeenNote[]> {
  const { io } = job
  const { origin } = await readLedgerConfig(folder)
  const own = await lastSeen(io.environment, origin)
  const named = (job.flags.seen ?? []).map(
    async (place): Promise<SeenNote> => ({
      by: place,
      note: await noteAt(place, job),
    }),
  )
  return [
    ...(own === undefined ? [] : [{ by: 'your own memory', note: own }]),
    ...(await Promise.all(named)),
    ...(ask === 'no witness' ? [] : await witnessNotes(job, folder, origin)),
  ]
}

/** A checkpoint at an address, in a mirror's folder, or in a file: a signed note or a receipt. */
async function noteAt(place: string, job: Job): Promise<string> {
  if (/^https?:\/\//.test(place)) {
    return checked(place, await openClient({ server: place, timeoutMs: ASK_MS }).checkpoint())
  }
  const path = (await isFolder(place)) ? join(place, 'checkpoint') : place
  const text = await readText(path, job.io)
  const note = text.startsWith('{')
    ? at(path, () => parseEvidence(parseJson(text)).checkpoint)
    : text
  return checked(path, note)
}

/** What is no note would be passed over later, and the person would believe it was compared. */
function checked(place: string, note: string): string {
  at(place, () => parseNote(note))
  return note
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw fileError(path, error)
  }
}

async function witnessNotes(
  job: Job,
  folder: string,
  origin: string,
): Promise<readonly SeenNote[]> {
  const path = join(folder, FOLDER_POLICY)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const { witnesses } = at(path, () => parsePolicy(text))
  const monitor = `/${toHex(portableSha256(utf8Encode(origin)))}/checkpoint`
  const urls = new Map(
    witnesses.flatMap(({ name, url }) => (url === undefined ? [] : [[url, name]])),
  )
  const asked = [...urls].map(async ([url, name]): Promise<readonly SeenNote[]> => {
    try {
      const send = httpSender({ server: url, timeoutMs: ASK_MS, retries: 0 })
      const { text: note } = await send({ method: 'GET', path: monitor })
      return [{ by: `witness ${name}`, note: checked(url, note) }]
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      job.out.note(
        `waybill: witness ${clean(name)} was not asked what it has seen: ${failureLine(error)}`,
      )
      return []
    }
  })
  return (await Promise.all(asked)).flat()
}
