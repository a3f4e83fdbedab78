/**
 * Which lines of a mirror's checkpoint a ledger's own files get: only those of keys that it knows, and
 * that verify. A mirror may have added others.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCheckpoint } from '../core/checkpoint.js'
import { cosignatureVerifier } from '../core/cosignature.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import {
  formatNote,
  type NoteKey,
  type NoteSignature,
  parseNote,
  parseVkey,
  sameNoteKey,
  TYPE_ED25519,
  verifyNote,
} from '../core/note.js'
import type { Policy } from '../core/policy.js'
import { readPublishingPolicy, SECOND_VKEY } from '../log/folder-publishing.js'

/** The checkpoint as a head holds it: with the lines of the log's Ed25519 keys and no other. */
export function headNote(noteText: string, { logs }: Policy, crypto: Crypto): string {
  const keys = logs.map(({ key }) => key).filter(({ type }) => type === TYPE_ED25519)
  return linesOf(noteText, keys, crypto) ?? noteText
}

/**
 * The checkpoint as it was published: with the log's lines, its post-quantum one among them, and those
 * of the witnesses of the folder's policy. Undefined where it has none but the head's: then what is
 * published is the head, and nothing is lost.
 */
export async function publishedNote(
  folder: string,
  noteText: string,
  policy: Policy,
  crypto: Crypto,
): Promise<string | undefined> {
  try {
    const witnesses = (await readPublishingPolicy(folder))?.witnesses ?? []
    const logs = policy.logs.map(({ key }) => key)
    const others = [...witnesses.map(({ key }) => key), ...secondKeys(folder)]
    const keys = [...logs, ...others.filter((key) => !logs.some((log) => sameNoteKey(log, key)))]
    const note = linesOf(noteText, keys, crypto)
    return note === headNote(noteText, policy, crypto) ? undefined : note
  } catch (error) {
    // Without what would say which lines count, it is published anew, as ever.
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

function linesOf(noteText: string, keys: readonly NoteKey[], crypto: Crypto): string | undefined {
  const note = parseNote(noteText)
  const other = cosignatureVerifier(note.text, () => parseCheckpoint(note.text), crypto)
  const signatures = verifyNote(note, keys, crypto, other).map(
    ({ name, keyId, signature }): NoteSignature => ({ name, keyId, signature }),
  )
  return signatures.length === 0 ? undefined : formatNote({ text: note.text, signatures })
}

/** The post-quantum key that the folder names, if it names one. */
function secondKeys(folder: string): readonly NoteKey[] {
  let text: string
  try {
    text = readFileSync(join(folder, SECOND_VKEY), 'utf8')
  } catch {
    return []
  }
  return [parseVkey(text.trimEnd())]
}
