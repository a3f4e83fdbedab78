/**
 * Published logs: the folder that `waybill publish` writes, as one JSON object from path to content
 * (base64; the checkpoint as text). The entries are about statements that nobody made, because a
 * folder holds no statements. Paths and tiles are made here, not by the library.
 */
import { createHash } from 'node:crypto'
import { encodeEntry, firstPrevious } from '../../ledger/core/entry.js'
import { parseStatementId } from '../../ledger/core/statement.js'
import type { Edit } from '../docs/evidence-cases.js'
import type { Expected } from './pack.js'
import { failed, incomplete, judgedAs, noteOf, type PackList, POLICY, unread } from './pack-list.js'
import { digestOf, ORIGIN, START, seedOf } from './scene.js'
import { witness } from './signers.js'

const sha = (...parts: readonly Uint8Array[]) =>
  Uint8Array.from(createHash('sha256').update(Buffer.concat(parts)).digest())
const leafOf = (entry: Uint8Array) => sha(Uint8Array.of(0), entry)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** RFC 6962 §2.1, as it is written there. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return sha()
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha(Uint8Array.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

type Lie = {
  readonly at: number
  readonly previous?: Uint8Array
  readonly time?: number
  readonly about?: number
}

/** Chained entries, a second apart; one of them may lie. */
function entriesOf(size: number, lie: Lie = { at: -1 }): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let index = 0; index < size; index += 1) {
    const last = entries.at(-1)
    const truth = last === undefined ? firstPrevious(ORIGIN) : leafOf(last)
    const own = lie.at === index ? lie : undefined
    entries.push(
      encodeEntry({
        previous: own?.previous ?? truth,
        time: own?.time ?? START + index,
        id: parseStatementId(digestOf(`entry ${own?.about ?? index}`)),
        envelopeDigest: seedOf(`envelope ${index}`),
        registryRoot: seedOf('registry'),
      }),
    )
  }
  return entries
}

function framed(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => [
      Uint8Array.of(Math.floor(entry.length / 256), entry.length % 256),
      entry,
    ]),
  )
}

type Files = Record<string, string>

/** The files of a log of these entries, and its checkpoint. */
async function folderOf(entries: readonly Uint8Array[]): Promise<Files> {
  const files: Files = {}
  const write = (level: number | 'entries', items: readonly Uint8Array[], join: typeof framed) => {
    for (let at = 0; at < items.length; at += 256) {
      const tile = items.slice(at, at + 256)
      const number = String(at / 256).padStart(3, '0')
      const partial = tile.length < 256 ? `.p/${tile.length}` : ''
      files[`tile/${level}/${number}${partial}`] = base64(join(tile))
    }
  }
  write('entries', entries, framed)
  let hashes: readonly Uint8Array[] = entries.map(leafOf)
  const leaves = hashes
  for (let level = 0; hashes.length > 0; level += 1) {
    write(level, hashes, (tile) => Buffer.concat(tile))
    const full = Math.floor(hashes.length / 256)
    const below = hashes
    hashes = Array.from({ length: full }, (_, at) => rootOf(below.slice(at * 256, at * 256 + 256)))
  }
  const text = `${ORIGIN}\n${entries.length}\n${base64(rootOf(leaves))}\n`
  files['checkpoint'] = await noteOf(text)
  return files
}

const FOLDER = { kind: 'folder' } as const
const notFound = incomplete('TILE_NOT_FOUND')
const mismatch = failed('PROOF_ROOT_MISMATCH')

export async function addFolders(list: PackList): Promise<void> {
  for (const size of [1, 2, 5, 255, 256]) {
    const folder = await folderOf(entriesOf(size))
    list.own(`folder-${size}`, `A published log of ${size}.`, folder, FOLDER)
  }
  const folder = await folderOf(entriesOf(257))
  const file = list.file('folder-257.json', folder)
  list.pack('folder-257', 'A published log of 257.', { file, ...FOLDER })
  await older(list, file, folder)
  await damaged(list, file, folder)
  await lying(list)
}

/** What is right and looks otherwise. */
async function older(list: PackList, file: string, folder: Files): Promise<void> {
  const before = await folderOf(entriesOf(200))
  const north = witness('north.example/w')
  const note = folder['checkpoint'] ?? ''
  const policy = `${POLICY.split('\n')[0]}\nwitness n ${north.vkey}\nquorum n\n`
  const line = north.line(note.slice(0, note.indexOf('\n\n') + 1))
  const newNote: Edit = { path: ['checkpoint'], value: note + line }
  const oldNote: Edit = { path: ['checkpoint'], value: before['checkpoint'] ?? '' }
  const stale: Edit = { path: ['tile/0/000.p/200'], value: before['tile/0/000.p/200'] ?? '' }
  list.pack('folder-older-checkpoint', 'A full tile begins with every partial one.', {
    file,
    edits: [oldNote],
    ...FOLDER,
  })
  list.pack('folder-stale-tiles', 'Partial tiles of the past may stay.', {
    file,
    edits: [stale],
    ...FOLDER,
  })
  list.pack('folder-cosigned', 'Its checkpoint has the cosignature that is asked for.', {
    file,
    edits: [newNote],
    policy,
    ...FOLDER,
  })
  const expect = judgedAs(incomplete('QUORUM_MISSING'))
  list.pack('folder-quorum-missing', 'Its checkpoint has not.', { file, policy, expect, ...FOLDER })
}

async function damaged(list: PackList, file: string, folder: Files): Promise<void> {
  const change = (path: string, how: (bytes: Uint8Array) => Uint8Array): Edit => ({
    path: [path],
    value: base64(how(Uint8Array.from(Buffer.from(folder[path] ?? '', 'base64')))),
  })
  const flip = (offset: number) => (bytes: Uint8Array) =>
    bytes.map((byte, at) => (at === offset ? 255 - byte : byte))
  const cut = (...path: readonly string[]): Edit => ({ path, remove: true })
  const bundle = 'tile/entries/000'
  const last = 'tile/entries/001.p/1'
  const rows: readonly (readonly [string, string, readonly Edit[], Expected])[] = [
    ['no-checkpoint', 'No checkpoint.', [cut('checkpoint')], unread('INPUT_NOT_FOUND')],
    [
      'checkpoint-unsigned',
      'A checkpoint that nobody signed.',
      [{ path: ['checkpoint'], replace: ['\n\n', '\n'] }],
      judgedAs(failed('NOTE_MALFORMED')),
    ],
    [
      'checkpoint-larger',
      'A checkpoint of a larger log.',
      [{ path: ['checkpoint'], value: (await folderOf(entriesOf(258)))['checkpoint'] ?? '' }],
      judgedAs(notFound),
    ],
    [
      'checkpoint-smaller',
      'The checkpoint of another history.',
      [
        {
          path: ['checkpoint'],
          value: (await folderOf(entriesOf(200, { at: 7, about: 900 })))['checkpoint'] ?? '',
        },
      ],
      judgedAs(mismatch),
    ],
    ['entries-missing', 'A bundle of entries is missing.', [cut(bundle)], judgedAs(notFound)],
    ['tile-missing', 'A tile is missing.', [cut('tile/0/000')], judgedAs(notFound)],
    [
      'tile-and-entries-missing',
      'Both are missing.',
      [cut(bundle), cut('tile/0/000')],
      judgedAs(notFound),
    ],
    [
      'upper-tile-missing',
      'The tile above is missing.',
      [cut('tile/1/000.p/1')],
      judgedAs(notFound),
    ],
    [
      'all-missing',
      'Nothing but a checkpoint.',
      Object.keys(folder)
        .filter((path) => path !== 'checkpoint')
        .map((path) => cut(path)),
      judgedAs(notFound),
    ],
    [
      'tile-cut',
      'A tile without its last byte.',
      [change('tile/0/000', (bytes) => bytes.slice(0, -1))],
      judgedAs(failed('TILE_MALFORMED')),
    ],
    [
      'tile-longer',
      'A partial tile with a hash too many.',
      [change('tile/0/001.p/1', (bytes) => Buffer.concat([bytes, bytes]))],
      judgedAs(failed('TILE_MALFORMED')),
    ],
    [
      'entries-cut',
      'A bundle without its last byte.',
      [change(bundle, (bytes) => bytes.slice(0, -1))],
      judgedAs(failed('TILE_MALFORMED')),
    ],
    [
      'entries-longer',
      'A byte behind the last entry.',
      [change(last, (bytes) => Buffer.concat([bytes, Uint8Array.of(0)]))],
      judgedAs(failed('TILE_MALFORMED')),
    ],
    [
      'entry-digest',
      'One bit of an entry’s digest.',
      [change(last, flip(100))],
      judgedAs(mismatch),
    ],
    [
      'entry-layout',
      'One bit of an entry’s layout.',
      [change(last, flip(3))],
      judgedAs([...failed('ENTRY_MALFORMED'), ...mismatch]),
    ],
    [
      'entry-link',
      'One bit of what an entry says of the one before.',
      [change(last, flip(20))],
      judgedAs([...failed('ENTRY_CHAIN_BROKEN'), ...mismatch]),
    ],
    ['hash', 'One bit of a hash.', [change('tile/0/000', flip(77))], judgedAs(mismatch)],
    [
      'upper-hash',
      'One bit of a hash above.',
      [change('tile/1/000.p/1', flip(7))],
      judgedAs(mismatch),
    ],
    [
      'hash-and-no-entries',
      'One bit of a hash, and no entries to compare.',
      [change('tile/0/000', flip(77)), cut(bundle)],
      judgedAs([...mismatch, ...notFound]),
    ],
  ]
  for (const [name, description, edits, expect] of rows) {
    list.pack(`folder-${name}`, description, { file, edits, expect, ...FOLDER })
  }
}

/** Committed and signed, and no log that grew by its rules. */
async function lying(list: PackList): Promise<void> {
  const rows: readonly (readonly [string, string, Lie, Expected])[] = [
    [
      'first-link',
      'It begins as another log does.',
      { at: 0, previous: firstPrevious('other.example/log') },
      judgedAs(failed('ENTRY_CHAIN_BROKEN')),
    ],
    [
      'link',
      'An entry of another chain.',
      { at: 3, previous: seedOf('elsewhere') },
      judgedAs(failed('ENTRY_CHAIN_BROKEN')),
    ],
    [
      'time',
      'An entry before its time.',
      { at: 3, time: START - 1 },
      judgedAs(failed('ENTRY_CHAIN_BROKEN')),
    ],
    ['twice', 'One statement twice.', { at: 3, about: 1 }, judgedAs(failed('STATEMENT_ADMITTED'))],
  ]
  for (const [name, description, lie, expect] of rows) {
    list.own(`folder-lie-${name}`, description, await folderOf(entriesOf(6, lie)), {
      ...FOLDER,
      expect,
    })
  }
  const empty = await folderOf([])
  const nothing = judgedAs(incomplete('NOTHING_TO_VERIFY'))
  list.own('folder-empty', 'A log of nothing proves nothing.', empty, {
    ...FOLDER,
    expect: nothing,
  })
}
