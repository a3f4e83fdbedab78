/** A search index that lost or gained a term finds less, or damage: the audit says so. DESIGN 9. */
import { expect, test } from 'vitest'
import { auditLog } from '../../ledger/log/audit.js'
import { searchKey, searchRange } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store } from '../../ledger/store/store.js'
import { ACME } from '../log/support/firms.js'
import { admit, POLICY, Site } from '../log/support/site.js'
import { collection, crypto, ORIGIN } from '../log/support/statements.js'

const TERMS = searchRange(Uint8Array.of(2))
const MARK = searchKey(Uint8Array.of(3))
const NOTHING = new Uint8Array(0)

/** A ledger with a search index, closed, changed on its disk, and audited. */
async function auditAfter(change: (store: Store, terms: readonly Uint8Array[]) => Promise<void>) {
  const site = new Site()
  const ledger = await site.start()
  await admit(ledger, collection(ACME, 'rides'), [['collector', ACME.signer]])
  await ledger.search({ type: 'party/1' }, { after: 0, size: ledger.size, limit: 9 })
  // What comes after the last search is not indexed, which is no defect.
  await admit(ledger, collection(ACME, 'trips'), [['collector', ACME.signer]])
  await ledger.close()
  const store = openMemoryStore(site.disk)
  const terms: Uint8Array[] = []
  for await (const chunk of store.scan(TERMS)) terms.push(...chunk.map(([key]) => key))
  await change(store, terms)
  const { verdict, findings } = await auditLog({
    origin: ORIGIN,
    store,
    head: site.head,
    policy: POLICY,
    crypto,
    workers: 0,
  })
  await store.close()
  return [verdict, findings.map(({ code, at }) => `${code} ${at}`)]
}

const first = (terms: readonly Uint8Array[]): Uint8Array => terms[0] ?? NOTHING
const write = (store: Store, put: readonly Uint8Array[], deletes: readonly Uint8Array[]) =>
  store.write({ puts: put.map((key) => ({ key, value: NOTHING })), deletes }, { sync: true })

test('an index as it was built is no finding', async () => {
  expect(await auditAfter(() => Promise.resolve())).toEqual(['VERIFIED', []])
})

test.each<[string, (store: Store, terms: readonly Uint8Array[]) => Promise<void>]>([
  ['is lost', (store, terms) => write(store, [], [first(terms)])],
  ['is another', (store, terms) => write(store, [first(terms).with(3, 7)], [first(terms)])],
  [
    'is moved past the end',
    (store, terms) => write(store, [first(terms).with(-6, 9)], [first(terms)]),
  ],
  ['is too many', (store, terms) => write(store, [first(terms).with(-1, 4)], [])],
])('a term that %s is found by the audit', async (_what, change) => {
  expect(await auditAfter(change)).toEqual(['FAILED', ['ENTRY_MISMATCH search index']])
})

test('without its mark an index is built again by the next search, and is no finding', async () => {
  const audited = await auditAfter((store, terms) => write(store, [], [MARK, first(terms)]))

  expect(audited).toEqual(['VERIFIED', []])
})
