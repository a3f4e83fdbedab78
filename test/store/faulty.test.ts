/** The faulty store of the tests fails as it says. */
import { describe, expect, test } from 'vitest'
import { memoryHeadFile } from '../../ledger/store/head-file.js'
import { MemoryDisk, openMemoryStore } from '../../ledger/store/memory.js'
import { batchOf, bytes, read, storeContract, text } from './contract.js'
import { FAULT_KINDS, Faults, faultyHeadFile, faultyStore } from './faulty.js'

storeContract('a faulty store that never fails', () => {
  const disk = new MemoryDisk()
  return Promise.resolve({
    open: () =>
      Promise.resolve().then(() => faultyStore(openMemoryStore(disk), new Faults(0, 'lost'))),
    remove: () => Promise.resolve(),
  })
})

const SYNC = { sync: true }
const failed = { code: 'STORE_FAILED' }
const head = { checkpoint: 'one', inbox: { base: 0, seq: 0, hash: '0'.repeat(64) } }

describe.each(FAULT_KINDS)('a fault that is %s', (kind) => {
  test('fails its own step and every later one, in the store and in the head', async () => {
    const faults = new Faults(2, kind)
    const store = faultyStore(openMemoryStore(), faults)
    const headFile = faultyHeadFile(memoryHeadFile(), faults)

    await store.write(batchOf({ a: 'one' }), SYNC)
    await expect(headFile.write(head)).rejects.toMatchObject(failed)
    await expect(headFile.write(head)).rejects.toMatchObject(failed)
    await expect(store.write(batchOf({ b: 'two' }), SYNC)).rejects.toMatchObject(failed)

    expect([faults.happened, faults.steps]).toEqual([true, 2])
    expect(headFile.read()).toEqual(kind === 'kept' ? head : undefined)
    expect(await read(store)).toEqual(['a=one'])
  })

  test('leaves reading as it was', async () => {
    const store = faultyStore(openMemoryStore(), new Faults(2, kind))
    await store.write(batchOf({ a: 'one' }), SYNC)

    await expect(store.write(batchOf({ a: 'two' }), SYNC)).rejects.toMatchObject(failed)

    expect(text(store.get(bytes('a')))).toBe(kind === 'kept' ? 'two' : 'one')
    expect(store.getMany([bytes('b')])).toEqual([undefined])
  })
})
