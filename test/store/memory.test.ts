/** The memory store: the contract, and what a crash leaves. */
import { expect, test } from 'vitest'
import { MemoryDisk, openMemoryStore } from '../../ledger/store/memory.js'
import { batchOf, bytes, read, storeContract } from './contract.js'

storeContract('the memory store', () => {
  const disk = new MemoryDisk()
  return Promise.resolve({
    // A refusal is a rejection, as with a real disk.
    open: () => Promise.resolve().then(() => openMemoryStore(disk)),
    remove: () => Promise.resolve(),
  })
})

test('a crash keeps every synced write', async () => {
  const disk = new MemoryDisk()
  const store = openMemoryStore(disk)
  await store.write(batchOf({ a: 'one' }), { sync: true })
  await store.write(batchOf({ a: 'two', b: 'two' }), { sync: true })

  disk.crash()

  expect(await read(openMemoryStore(disk))).toEqual(['a=two', 'b=two'])
})

test('a crash takes every write that was not synced, even before a synced one', async () => {
  const disk = new MemoryDisk()
  const store = openMemoryStore(disk)
  await store.write(batchOf({ a: 'one' }), { sync: true })
  await store.write(batchOf({ b: 'two', a: 'two' }), { sync: false })
  await store.write(batchOf({ c: 'three' }), { sync: true })

  disk.crash()

  expect(await read(openMemoryStore(disk))).toEqual(['a=one', 'c=three'])
})

test('the store that was open at a crash is dead', async () => {
  const disk = new MemoryDisk()
  const store = openMemoryStore(disk)

  disk.crash()
  const next = openMemoryStore(disk)

  expect(() => store.get(bytes('a'))).toThrow(expect.objectContaining({ code: 'LEDGER_CLOSED' }))
  await store.close()
  await next.write(batchOf({ a: 'one' }), { sync: true })
  expect(await read(next)).toEqual(['a=one'])
})

test('stores without a shared disk share nothing', async () => {
  const [first, second] = [openMemoryStore(), openMemoryStore()]

  await first.write(batchOf({ a: 'one' }), { sync: true })

  expect(second.get(bytes('a'))).toBeUndefined()
})
