/**
 * The demo's crime: a copy of a ledger without its keys, and one bit flipped in it.
 *
 * The bit belongs to a value of a statement. LevelDB packs values, but not random text: the salt that
 * stands before a value is found as it is, but for its end.
 */
import { copyFile, cp, mkdir, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64url, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { invariant } from '../../ledger/core/errors.js'
import { CONFIG_FILE, openLevelStore, STORE_FOLDER } from '../../ledger/index.js'

export type Flip = {
  /** The file, in the ledger's folder. */
  readonly file: string
  /** Position of the byte in it. */
  readonly offset: number
  readonly before: number
  readonly after: number
}

/** Characters of a salt that are looked for: 96 random bits, and none that what follows could share. */
const SALT_CHARS = 16

/** Copies what an auditor needs: configuration, checkpoint and store. No server may be running. */
export async function copyLedger(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of [CONFIG_FILE, 'checkpoint']) await copyFile(join(from, name), join(to, name))
  const store = join(to, STORE_FOLDER)
  await cp(join(from, STORE_FOLDER), store, { recursive: true })
  // Opening moves what stands in LevelDB's log into a table, where a bit is a bit and does not take
  // its neighbours along, and deletes what a compaction left half done.
  const opened = await openLevelStore(store)
  await opened.close()
}

/** Flips the lowest bit of one byte that belongs to a value of this statement. */
export async function flipBitOf(ledger: string, { disclosures }: Envelope): Promise<Flip> {
  for (const disclosure of disclosures) {
    // After `["`.
    const salt = utf8Decode(fromBase64url(disclosure)).slice(2, 2 + SALT_CHARS)
    const place = await find(join(ledger, STORE_FOLDER), utf8Encode(salt))
    if (place !== undefined) return flip(join(ledger, STORE_FOLDER), place.name, place.offset)
  }
  invariant(false, 'some salt of a statement stands in its store as it is')
}

type Place = { readonly name: string; readonly offset: number }

/** The middle of the only place where these bytes stand. */
async function find(store: string, bytes: Uint8Array): Promise<Place | undefined> {
  const places: Place[] = []
  for (const name of await readdir(store)) {
    const content = await readFile(join(store, name))
    for (let at = content.indexOf(bytes); at !== -1; at = content.indexOf(bytes, at + 1)) {
      places.push({ name, offset: at + Math.floor(bytes.length / 2) })
    }
  }
  return places.length === 1 ? places[0] : undefined
}

async function flip(store: string, name: string, offset: number): Promise<Flip> {
  const file = await open(join(store, name), 'r+')
  try {
    const byte = new Uint8Array(1)
    await file.read(byte, 0, 1, offset)
    const [before = 0] = byte
    const after = before % 2 === 0 ? before + 1 : before - 1
    await file.write(Uint8Array.of(after), 0, 1, offset)
    return { file: `${STORE_FOLDER}/${name}`, offset, before, after }
  } finally {
    await file.close()
  }
}
