import { expect, test } from 'vitest'
import { auditLog } from '../../ledger/log/audit.js'
import { parseKey } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { buildTown } from './support/ledger-town.js'
import { EVERYTHING, POLICY } from './support/site.js'
import { crypto, ORIGIN } from './support/statements.js'

test('explore', async () => {
  const town = await buildTown()
  const s = openMemoryStore(town.site.disk)
  const all: { key: Uint8Array; value: Uint8Array }[] = []
  for await (const c of s.scan(EVERYTHING)) all.push(...c.map(([key, value]) => ({ key, value })))
  await s.close()
  const base = all
  const bad: string[] = []
  let runs = 0
  const start = Date.now()
  while (Date.now() - start < 200_000) {
    const at = Math.floor(Math.random() * all.length)
    const { key, value } = all[at] as { key: Uint8Array; value: Uint8Array }
    const op = Math.floor(Math.random() * 4)
    const store = openMemoryStore()
    await store.write({ puts: base }, { sync: true })
    let what = ''
    if (op === 0) { await store.write({ puts: [], deletes: [key] }, { sync: true }); what = 'delete' }
    else if (op === 1 && value.length > 0) {
      const v = value.slice(); const i = Math.floor(Math.random() * v.length); v[i] = (v[i] as number) ^ (1 << Math.floor(Math.random() * 8))
      await store.write({ puts: [{ key, value: v }] }, { sync: true }); what = `flip ${i}`
    } else if (op === 2 && value.length > 0) {
      const v = value.slice(0, Math.floor(Math.random() * value.length)); await store.write({ puts: [{ key, value: v }] }, { sync: true }); what = 'cut'
    } else if (op === 3) {
      const k = key.slice(); const i = Math.floor(Math.random() * k.length); k[i] = (k[i] as number) ^ (1 << Math.floor(Math.random() * 8))
      await store.write({ puts: [{ key: k, value }], deletes: [key] }, { sync: true }); what = `key ${i}`
    } else { await store.close(); continue }
    runs += 1
    try {
      const r = await auditLog({ origin: ORIGIN, store, head: town.site.head, policy: POLICY, crypto, workers: 0 })
      if (r.verdict !== 'FAILED') bad.push(`${r.verdict} ${parseKey(key).kind} ${what} ${r.findings.map((f) => f.code)}`)
    } catch (e) { bad.push(`THROW ${parseKey(key).kind} ${what} ${String(e)}`) }
    await store.close()
  }
  console.log(runs, new Set(bad))
  expect(1).toBe(1)
}, 400_000)
