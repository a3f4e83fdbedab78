/**
 * The audit of the rules index against whoever has the disk: every record of it removed, altered, or
 * altered and sealed again.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type AuditReport, auditLog } from '../../ledger/log/audit.js'
import { openRecordValue, RULES_RANGE, recordPut } from '../../ledger/log/rules-records.js'
import type { RecordValue } from '../../ledger/store/codec.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { StoreRecord, WriteBatch } from '../../ledger/store/store.js'
import { ACME, BOLT } from './support/firms.js'
import { BOTH, collect, scene } from './support/scene.js'
import { admit, POLICY, Site } from './support/site.js'
import { assessment, crypto, dataset, instrument, ORIGIN, transfer } from './support/statements.js'

let site: Site
let records: readonly StoreRecord[]

async function audit(place: Site, workers = 0): Promise<AuditReport> {
  const store = openMemoryStore(place.disk)
  const parts = { origin: ORIGIN, head: place.head, policy: POLICY, crypto, workers }
  const report = await auditLog({ ...parts, store })
  await store.close()
  return report
}

async function withBatch(batch: WriteBatch): Promise<AuditReport> {
  const copy = await site.copy()
  const store = openMemoryStore(copy.disk)
  await store.write(batch, { sync: true })
  await store.close()
  return audit(copy)
}

const places = ({ findings }: AuditReport): readonly string[] =>
  findings.filter(({ severity }) => severity === 'failed').map(({ code, at }) => `${code} ${at}`)

const DAMAGED = ['ENTRY_MISMATCH rules index']
const MARK = 0x00
const JUDGED = 0x05
/** A mark that is lost means that there is no index. */
const compared = (): readonly StoreRecord[] => records.filter(([key]) => key[1] !== MARK)
/** What was judged at admission is nobody's evidence: it is there, and sealed. */
const derived = (): readonly StoreRecord[] => compared().filter(([key]) => key[1] !== JUDGED)

beforeAll(async () => {
  const { ledger, site: place } = await scene()
  site = place
  await ledger.rules.prepare()
  const clauses = await admit(ledger, instrument(ACME, BOLT), BOTH)
  await admit(ledger, { ...instrument(ACME, BOLT), supersedes: clauses }, BOTH)
  const source = await collect(ledger, ACME)
  const counted = { ...dataset('rides', [0]), subjects: { count: 0, sensitive: 0 }, records: 7 }
  const draft = transfer([ACME, BOLT], [{ id: source, n: 0 }], [counted], { instrument: clauses })
  const first = await admit(ledger, draft, BOTH)
  // Of other data: it supersedes the first and corrects nothing.
  const other = await collect(ledger, ACME, 'other')
  const moved = transfer([ACME, BOLT], [{ id: other, n: 0 }], [dataset('other', [0])])
  await admit(ledger, { ...moved, supersedes: first }, BOTH)
  await admit(ledger, { ...draft, supersedes: first }, BOTH)
  await admit(ledger, { ...draft, supersedes: first }, BOTH)
  await admit(ledger, assessment(ACME, [source]), [['assessor', ACME.signer]])
  await ledger.close()
  const store = openMemoryStore(site.disk)
  const found: StoreRecord[] = []
  for await (const chunk of store.scan(RULES_RANGE)) found.push(...chunk)
  await store.close()
  records = found
})

/** The first whole number in a record made one larger; undefined where there is none. */
function raised(value: RecordValue): RecordValue | undefined {
  if (typeof value === 'number') return value + 1
  if (!Array.isArray(value)) return undefined
  const items = value as readonly RecordValue[]
  for (const [position, item] of items.entries()) {
    const changed = raised(item)
    if (changed !== undefined) return items.with(position, changed)
  }
  return undefined
}

describe('an audit of the rules index', () => {
  test('finds an index in order that grew with the log, and one that was built for half of it', async () => {
    expect(compared().length).toBeGreaterThan(20)
    expect(places(await audit(site))).toEqual([])
    const half = new Site()
    const ledger = await half.start()
    await ledger.rules.prepare()
    await ledger.close()
    const later = await half.open()
    await collect(later, ACME)
    await later.close()
    expect(places(await audit(half))).toEqual([])
  })

  test('finds every record that is lost', async () => {
    for (const [key] of compared()) {
      const report = await withBatch({ puts: [], deletes: [key] })
      expect(places(report), `key ${key.join()}`).toEqual(DAMAGED)
    }
  })

  test('finds every record that another byte stands in', async () => {
    for (const [key, value] of compared()) {
      if (value.length === 0) continue
      const changed = value.with(0, 255 - (value[0] ?? 0))
      expect(places(await withBatch({ puts: [{ key, value: changed }] }))).toEqual(DAMAGED)
    }
  })

  test('finds every sum and place that was changed and sealed again', async () => {
    let forged = 0
    for (const [key, value] of derived()) {
      if (value.length === 0) continue
      const changed = raised(openRecordValue(key, value, crypto.sha256))
      if (changed === undefined) continue
      forged += 1
      const put = recordPut(key, changed, crypto.sha256)
      expect(places(await withBatch({ puts: [put] })), `key ${key.join()}`).toEqual(DAMAGED)
    }
    expect(forged).toBeGreaterThan(10)
  })

  test('finds a record that nothing gives', async () => {
    const [cited] = compared()
    if (cited === undefined) throw new Error('nobody cites')
    const [key] = cited
    const other = key.with(5, 255 - (key[5] ?? 0))
    const report = await withBatch({ puts: [{ key: other, value: new Uint8Array(0) }] })
    expect(places(report)).toEqual(DAMAGED)
  })

  test('says nothing of an index that is not there', async () => {
    const report = await withBatch({ puts: [], deletes: records.map(([key]) => key) })
    expect(places(report)).toEqual([])
  })
})
