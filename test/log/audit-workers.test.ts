/** The audit in worker threads, from the built files: word for word the report of the calling thread. */
import { beforeAll, expect, test } from 'vitest'
import type { Crypto } from '../../ledger/core/ed25519.js'
import type { AuditOptions, AuditReport } from '../../ledger/log/audit.js'
import type { HeadFile } from '../../ledger/store/head-file.js'
import { bodyKey, disclosureKey, entryKey } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Put, Store } from '../../ledger/store/store.js'
import { buildTown, type Town } from './support/ledger-town.js'
import { EVERYTHING, POLICY } from './support/site.js'
import { ORIGIN } from './support/statements.js'

type Built = {
  readonly auditLog: (options: AuditOptions) => Promise<AuditReport>
  readonly openMemoryStore: () => Store
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

async function audit(workers: number, puts: readonly Put[], gone: readonly Uint8Array[]) {
  const store = built.openMemoryStore()
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
  const inline = await audit(0, puts(), gone())
  const threaded = await audit(2, puts(), gone())

  expect(threaded).toEqual(inline)
  expect(inline.verdict).toBe(verdict)
  if (verdict === 'FAILED')
    expect(inline.findings.some(({ index }) => index !== undefined)).toBe(true)
})
