/** What a crash between the store's batch and the head leaves, and how opening finishes it. */
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { FAULT_KINDS, Faults, faultyHeadFile, faultyStore } from '../store/faulty.js'
import { ACME, BOLT } from './support/firms.js'
import { admit, codeOf, Site } from './support/site.js'
import { collection, json, sign, transfer, dataset, refusal, only } from './support/statements.js'

test('an entry whose head was not written is signed at the next opening', async () => {
  const site = new Site()
  const ledger = await site.start()
  await ledger.close()
  const head = faultyHeadFile(site.head, new Faults(1, 'lost'))
  const second = await site.open({ head })
  const envelope = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
  expect(await codeOf(() => second.submit(json(envelope)))).toBe('STORE_FAILED')
  site.crash()

  const third = await site.open()

  expect(third.size).toBe(5)
  expect(await third.submit(json(envelope))).toMatchObject({ status: 'existing', index: 4 })
})
