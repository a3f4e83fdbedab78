/** An id is in a log at most once; submitting it again is an answer, not an error. DESIGN 4.3. */
import { expect, test } from 'vitest'
import { countersignEnvelope } from '../../ledger/core/build.js'
import { ACME, BOLT } from './support/firms.js'
import { scene, signedTransfer } from './support/scene.js'
import { collection, idOf, json, only, START_S, sign } from './support/statements.js'

test('the same envelope again answers with the entry that is there', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(both))

  const again = await ledger.submit(json(both))

  expect(again).toEqual({ status: 'existing', id: idOf(both), index: 5, envelopeDiffers: false })
  expect(ledger.size).toBe(6)
})

test('other valid signatures of the same statement are said to differ and are not stored', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(both))
  const resigned = await countersignEnvelope(
    only(both, 'exporter'),
    'importer',
    BOLT.signer,
    START_S + 5,
  )

  const again = await ledger.submit(json(resigned))

  expect(again).toMatchObject({ status: 'existing', envelopeDiffers: true })
  expect(ledger.statement(idOf(both))?.opened.envelope.signatures).toEqual(both.signatures)
})

test('a part of the signatures answers with the entry as well', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(both))

  const again = await ledger.submit(json(only(both, 'exporter')))

  expect(again).toEqual({ status: 'existing', id: idOf(both), index: 5, envelopeDiffers: false })
})

test('twice in the same batch is one entry', async () => {
  const { ledger } = await scene()
  const both = await signedTransfer(ledger)
  const resigned = await countersignEnvelope(
    only(both, 'exporter'),
    'importer',
    BOLT.signer,
    START_S + 5,
  )
  const items = [both, both, resigned, only(both, 'importer')].map((item) =>
    JSON.stringify(json(item)),
  )

  const outcomes = await ledger.submitBulk(new TextEncoder().encode(`[${items.join(',')}]`), 'json')

  const id = idOf(both)
  expect(outcomes).toEqual([
    { status: 'admitted', id, index: 5, time: START_S },
    { status: 'existing', id, index: 5, envelopeDiffers: false },
    { status: 'existing', id, index: 5, envelopeDiffers: true },
    { status: 'existing', id, index: 5, envelopeDiffers: false },
  ])
})

test('five hundred times at the same moment is one entry', async () => {
  const { ledger } = await scene()
  const envelope = json(await sign(collection(ACME, 'rides'), [['collector', ACME.signer]]))

  const outcomes = await Promise.all(Array.from({ length: 500 }, () => ledger.submit(envelope)))

  expect(outcomes.filter(({ status }) => status === 'admitted')).toHaveLength(1)
  expect(outcomes.filter(({ status }) => status === 'existing')).toHaveLength(499)
  expect(ledger.size).toBe(5)
})

test('the answer survives closing and reopening', async () => {
  const { site, ledger } = await scene()
  const both = await signedTransfer(ledger)
  await ledger.submit(json(both))
  await ledger.close()

  const reopened = await site.open()

  expect(await reopened.submit(json(both))).toMatchObject({ status: 'existing', index: 5 })
})
