/** The records of a closed site, one by one: for reading them all and for damaging one. */
import { openMemoryStore } from '../../../ledger/store/memory.js'
import type { StoreRecord } from '../../../ledger/store/store.js'
import { EVERYTHING, type Site } from './site.js'

/** Every record of a site that nothing has open. */
export async function recordsOf(site: Site): Promise<readonly StoreRecord[]> {
  const store = openMemoryStore(site.disk)
  const records: StoreRecord[] = []
  for await (const chunk of store.scan(EVERYTHING)) records.push(...chunk)
  await store.close()
  return records
}

/** Changes one record of a site that nothing has open, or takes it away. */
export async function setRecord(
  site: Site,
  key: Uint8Array,
  value: Uint8Array | undefined,
): Promise<void> {
  const store = openMemoryStore(site.disk)
  const puts = value === undefined ? [] : [{ key, value }]
  await store.write({ puts, deletes: [key] }, { sync: true })
  await store.close()
}
