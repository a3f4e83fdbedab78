/** A report of receipts that stand under several trees: refused with a way that leads there. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectionDraft, log, outcomeDraft, type Person, type Ran, Town } from './harness.js'

const town = new Town()
let acme: Person & { readonly party: string }
let report = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  acme = await town.enrolled('acme', 'Acme Fahrten GmbH', 'DE')
  const source = await log(acme, 'collection', collectionDraft(acme.party))
  report = await log(acme, 'outcome', outcomeDraft(acme.party, source))
  await town.published()
})
afterAll(() => town.close())

const made = (place: string): Promise<Ran> => {
  const files = ['--receipts', place, '--html', acme.path('report.html')]
  return acme.run(['report', report, ...files, '--policy', town.policy])
}

test('it names the commands, and each of them leads to a report', async () => {
  const receipts = acme.path('receipts')
  const refused = await made(receipts)
  expect(refused.code).toBe(64)
  expect(refused.err).toContain('these receipts stand under 2 trees')
  expect(refused.err).toContain(`waybill receipt ${report.slice(0, 12)} --lineage -o FILE`)

  const bundle = acme.path('bundle.json')
  await acme.run(['receipt', report.slice(0, 12), '--lineage', '-o', bundle])
  const ofBundle = await made(bundle)
  expect([64, 65, 66]).not.toContain(ofBundle.code)
  expect(ofBundle.out).toContain('Record: VERIFIED')

  const files = readdirSync(receipts).map((name) => join(receipts, name))
  await acme.must(['receipt', '--upgrade', ...files, '--policy', town.policy])
  expect((await made(receipts)).out).toContain('Record: VERIFIED')
})

test('a bundle that shows all is enough, though there are newer receipts beside it', async () => {
  const place = acme.path('mixed')
  await log(acme, 'later', collectionDraft(acme.party, 'later'))
  await acme.run(['receipt', report, '--lineage', '-o', acme.path('bundle.json')])
  mkdirSync(place)
  copyFileSync(acme.path('bundle.json'), join(place, 'bundle.json'))
  await log(acme, 'latest', collectionDraft(acme.party, 'latest'))
  await town.published()
  await acme.must(['receipt', report, '-o', join(place, 'newer.receipt.json')])

  expect((await made(place)).out).toContain('Record: VERIFIED')
})
