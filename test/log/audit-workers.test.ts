/**
 * The audit in worker threads, from the built files: word for word the report of the calling thread,
 * whether the workers are sent the records or read a shared store themselves.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromHex } from '../../ledger/core/bytes.js'
import type { Crypto } from '../../ledger/core/ed25519.js'
import { parseEntry } from '../../ledger/core/entry.js'
import type { AuditOptions, AuditReport } from '../../ledger/log/audit.js'
import type { HeadFile } from '../../ledger/store/head-file.js'
import { bodyKey, disclosureKey, edgesKey, entryKey, idKey } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Put, Store } from '../../ledger/store/store.js'
import { buildTown, type Town } from './support/ledger-town.js'
import { EVERYTHING, POLICY } from './support/site.js'
import { ORIGIN } from './support/statements.js'

type Built = {
  readonly auditLog: (options: AuditOptions) => Promise<AuditReport>
  readonly openMemoryStore: () => Store
  readonly openLevelStore: (
    folder: string,
    options: { readonly create?: boolean; readonly shared?: boolean },
  ) => Promise<Store>
  readonly memoryHeadFile: () => HeadFile
  readonly bestCrypto: () => Crypto
}

const BUILT = new URL('../../dist/ledger/index.js', import.meta.url).href

let built: Built
let town: Town
let records: readonly Put[]
beforeAll(async () => {
  built = (await import(BUILT)) as Built
  town = await buildTown()
  const store = openMemoryStore(town.site.disk)
  const found: Put[] = []
  for await (const chunk of store.scan(EVERYTHING))
    found.push(...chunk.map(([key, value]) => ({ key, value })))
  await store.close()
  records = found
})

type Tampering = { readonly puts: readonly Put[]; readonly gone: readonly Uint8Array[] }

async function audit(store: Store, workers: number, { puts, gone }: Tampering) {
  await store.write({ puts: records }, { sync: true })
  await store.write({ puts, deletes: gone }, { sync: true })
  const head = built.memoryHeadFile()
  const read = town.site.head.read()
  if (read !== undefined) await head.write(read)
  const parts = { origin: ORIGIN, store, head, policy: POLICY, crypto: built.bestCrypto() }
  try {
    return await built.auditLog({ ...parts, workers })
  } finally {
    await store.close()
  }
}

async function auditShared(workers: number, tampering: Tampering) {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-shared-'))
  try {
    const open = (): Promise<Store> =>
      built.openLevelStore(join(folder, 'store'), { create: true, shared: true })
    const report = await audit(await open(), workers, tampering)
    // Every worker has given the store back, so nobody holds it any more.
    await (await open()).close()
    return report
  } finally {
    await rm(folder, { recursive: true })
  }
}

function storedAt(key: Uint8Array): Uint8Array {
  const put = records.find(({ key: name }) => Buffer.compare(name, key) === 0)
  return put?.value.slice() ?? new Uint8Array(0)
}

function flipped(key: Uint8Array, at: number): Put {
  const value = storedAt(key)
  value[at] = 255 - (value[at] ?? 0)
  return { key, value }
}

const CASES: readonly (readonly [
  name: string,
  verdict: string,
  puts: () => readonly Put[],
  gone: () => readonly Uint8Array[],
])[] = [
  ['a sound log', 'VERIFIED', () => [], () => []],
  ['a missing body', 'FAILED', () => [], () => [bodyKey(12)]],
  ['missing entries', 'FAILED', () => [], () => [entryKey(7), entryKey(8), entryKey(40)]],
  ['an altered entry', 'FAILED', () => [flipped(entryKey(20), 80)], () => []],
  [
    'altered signatures',
    'FAILED',
    () => [flipped(bodyKey(3), -1), flipped(bodyKey(50), 700)],
    () => [],
  ],
  [
    'derived records that are gone or changed',
    'FAILED',
    () => [flipped(edgesKey(33), 0)],
    () => [idKey(fromHex(parseEntry(storedAt(entryKey(30))).id))],
  ],
  [
    'a disclosure that is not text',
    'FAILED',
    () => [{ key: disclosureKey(33, 2), value: Uint8Array.of(0xff, 0xfe, 0x22) }],
    () => [],
  ],
  ['a lost disclosure', 'FAILED', () => [], () => [disclosureKey(33, 1)]],
  [
    'claims changed for one another',
    'FAILED',
    () => [
      { key: disclosureKey(33, 1), value: storedAt(disclosureKey(33, 2)) },
      { key: disclosureKey(33, 2), value: storedAt(disclosureKey(33, 1)) },
    ],
    () => [],
  ],
]

test.each(CASES)('%s: %s', async (_name, verdict, puts, gone) => {
  const tampering = { puts: puts(), gone: gone() }
  const inline = await audit(built.openMemoryStore(), 0, tampering)
  const threaded = await audit(built.openMemoryStore(), 2, tampering)
  const shared = await auditShared(2, tampering)

  expect(threaded).toEqual(inline)
  expect(shared).toEqual(inline)
  expect(inline.verdict).toBe(verdict)
  if (verdict === 'FAILED')
    expect(inline.findings.some(({ index }) => index !== undefined)).toBe(true)
})

describe('a key of a form that no record has', () => {
  const stray: Put = { key: Uint8Array.of(...entryKey(9), 0), value: Uint8Array.of(1) }

  test('is said of the store, wherever it is read', async () => {
    const tampering = { puts: [stray], gone: [] }
    const inline = await audit(built.openMemoryStore(), 0, tampering)
    const shared = await auditShared(2, tampering)

    expect(inline.findings).toMatchObject([{ code: 'STORE_RECORD_MALFORMED', at: 'store' }])
    expect(shared.findings).toEqual(inline.findings)
  })
})
