/**
 * The main job from the command line: three commands log a transfer, two verify its outcome.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import {
  collectionDraft,
  log,
  ORIGIN,
  outcomeDraft,
  REPORT,
  sha256Hex,
  Town,
  transferDraft,
} from './harness.js'

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>
let transferId = ''
let outcomeId = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
})

afterAll(() => town.close())

describe('a transfer is logged, signed by both sides and followed back', () => {
  test('the exporter signs and submits; the proposal waits', async () => {
    const collection = await log(exporter, 'collection', collectionDraft(exporter.party))
    const draft = exporter.write(
      'transfer.json',
      transferDraft(exporter.party, importer.party, collection),
    )

    const signed = await exporter.must([
      'sign',
      draft,
      '--out',
      exporter.path('transfer.signed.json'),
    ])
    const sent = await exporter.must(['submit', exporter.path('transfer.signed.json')])

    expect(signed.out).toMatch(
      /^signed as exporter: transfer\/1 [0-9a-f]{12}; still to sign: importer$/m,
    )
    expect(sent.out).toMatch(/transfer\/1 [0-9a-f]{12} {2}waits for importer until 2026-12-/)
    const box = await exporter.must(['inbox', '--sent'])
    expect(box.out).toContain('transfer/1')
  })

  test('the importer finds it, is shown the claims and signs', async () => {
    const box = (await importer.must(['inbox', '--json'])).json()
    const [item] = box['items'] as readonly JsonObject[]
    transferId = String(item?.['id'])

    const signed = await importer.run(['countersign', transferId.slice(0, 8)], { answer: 'yes\n' })

    expect(signed.code).toBe(0)
    expect(signed.err).toContain('purposes')
    expect(signed.err).toContain('https://w3id.org/dpv#ServiceOptimisation (service optimisation)')
    expect(signed.err).toMatch(/Sign [0-9a-f]{12} as importer\? \[y\/N\]/)
    expect(signed.out).toMatch(/transfer\/1 [0-9a-f]{12} {2}admitted as entry \d+/)
  })

  test('the receipt is fetched, verified and kept', async () => {
    const file = exporter.path('transfer.receipt.json')

    const got = await exporter.must(['receipt', transferId.slice(0, 10), '-o', file])

    expect(got.err).toContain('no policy given; from now on the key')
    expect(got.out.trimEnd().split('\n').slice(-3)).toEqual([
      'Record: VERIFIED',
      'Rules: not judged',
      'Overall: VERIFIED (record only)',
    ])
    const offline = await town.person('auditor').must(['verify', file, '--policy', town.policy])
    expect(offline.out).toContain(`checkpoint of ${ORIGIN} at tree size`)
    expect(offline.out).toContain("Lindenau Räder eG, Germany (DE): on the registrar's word")
    expect(offline.out).toContain('NOT checked')
  })

  test('the file that came out leads back to the collection', async () => {
    outcomeId = await log(importer, 'outcome', outcomeDraft(importer.party, transferId))
    const file = importer.write('rides.txt', REPORT)

    const lineage = await importer.run(['lineage', file, '--policy', town.policy])

    expect(lineage.code).toBe(3)
    expect(lineage.out).toContain(`outcome/1 ${outcomeId.slice(0, 12)}`)
    expect(lineage.out).toContain(`report: rides.txt, SHA-256 ${sha256Hex(REPORT).slice(0, 12)}`)
    expect(lineage.out).toMatch(/collection\/1 [0-9a-f]{12} \(stub\)/)
  })
})
