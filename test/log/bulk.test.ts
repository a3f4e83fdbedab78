/** Bulk calls: in order, an answer per item, an item may cite an earlier one. DESIGN 7.2. */
import { expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { ItemOutcome } from '../../ledger/log/intake.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { ACME, BOLT, keyOf, OPERATOR } from './support/firms.js'
import { BOTH, collect, move, scene } from './support/scene.js'
import { codeOf } from './support/site.js'
import {
  collection,
  dataset,
  idOf,
  instrument,
  json,
  keyChange,
  only,
  outcome,
  processing,
  refusal,
  sign,
  transfer,
} from './support/statements.js'

function bulk(
  ledger: Ledger,
  items: readonly (Envelope | string)[],
  format: 'json' | 'ndjson' = 'json',
): Promise<readonly ItemOutcome[]> {
  const texts = items.map((item) => (typeof item === 'string' ? item : JSON.stringify(json(item))))
  const body = format === 'json' ? `[${texts.join(',')}]` : texts.join('\n')
  return ledger.submitBulk(new TextEncoder().encode(body), format)
}

function words(outcomes: readonly ItemOutcome[]): readonly string[] {
  return outcomes.map((item) => (item.status === 'rejected' ? item.error.code : item.status))
}

test.each(['json', 'ndjson'] as const)(
  'a whole lineage goes in with one call: %s',
  async (format) => {
    const { ledger } = await scene()
    const agreed = await sign(instrument(ACME, BOLT), BOTH)
    const collected = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
    const moved = await sign(
      transfer([ACME, BOLT], [{ id: idOf(collected), n: 0 }], [dataset('rides', [0])], {
        instrument: idOf(agreed),
      }),
      BOTH,
    )
    const made = await sign(
      processing(BOLT, [{ id: idOf(moved), n: 0 }], [dataset('model', [0])]),
      [['performer', BOLT.signer]],
    )
    const reported = await sign(outcome(BOLT, [{ id: idOf(made), n: 0 }], 'report'), [
      ['performer', BOLT.signer],
    ])

    const outcomes = await bulk(ledger, [agreed, collected, moved, made, reported], format)

    expect(words(outcomes)).toEqual(['admitted', 'admitted', 'admitted', 'admitted', 'admitted'])
    expect(ledger.counters()['commits']).toBe(5)
    expect(ledger.lineageIds(idOf(reported))).toEqual([reported, made, moved, collected].map(idOf))
  },
)

test('an item that cites a later one is refused; the others are not touched by it', async () => {
  const { ledger } = await scene()
  const collected = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
  const reported = await sign(outcome(ACME, [{ id: idOf(collected), n: 0 }], 'report'), [
    ['performer', ACME.signer],
  ])

  expect(words(await bulk(ledger, [reported, collected, reported]))).toEqual([
    'PARENT_NOT_FOUND',
    'admitted',
    'admitted',
  ])
})

test('every kind of bad item is refused by itself', async () => {
  const { ledger } = await scene()
  const good = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]])
  const text = JSON.stringify(json(good))
  const items = [
    '{}',
    good,
    'null',
    '[]',
    '"text"',
    'nonsense',
    '{"a":1,"a":1}',
    text.replace('"payload":"', '"payload":"!'),
    text.slice(0, -2),
    '{"batch":{}}',
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    '\u0000',
    await sign({ ...collection(ACME, 'elsewhere'), origin: 'other.example/log' }, [
      ['collector', ACME.signer],
    ]),
    good,
  ]

  const outcomes = words(await bulk(ledger, items, 'ndjson'))

  expect(outcomes).toEqual([
    'ENVELOPE_INVALID',
    'admitted',
    'ENVELOPE_INVALID',
    'ENVELOPE_INVALID',
    'ENVELOPE_INVALID',
    'JSON_INVALID',
    'JSON_INVALID',
    'ENCODING_INVALID',
    'JSON_INVALID',
    'ENVELOPE_FORM_UNKNOWN',
    'JSON_INVALID',
    'JSON_INVALID',
    'AUDIENCE_WRONG',
    'existing',
  ])
  expect(ledger.size).toBe(5)
})

test('an item that is no UTF-8 is refused by itself', async () => {
  const { ledger } = await scene()
  const good = new TextEncoder().encode(
    JSON.stringify(json(await sign(collection(ACME, 'rides'), [['collector', ACME.signer]]))),
  )

  const outcomes = await ledger.submitBulk(Uint8Array.of(0x22, 0xff, 0x22, 0x0a, ...good), 'ndjson')

  expect(words(outcomes)).toEqual(['UTF8_INVALID', 'admitted'])
})

test('signatures that cross inside one call meet, and what follows may cite the entry', async () => {
  const { ledger } = await scene()
  const both = await sign(move(await collect(ledger, ACME)), BOTH)
  const reported = await sign(outcome(BOLT, [{ id: idOf(both), n: 0 }], 'report'), [
    ['performer', BOLT.signer],
  ])
  const items = [only(both, 'importer'), only(both, 'exporter'), reported]

  expect(words(await bulk(ledger, items))).toEqual(['waiting', 'admitted', 'admitted'])
})

test('a signature that crosses one from before the call meets it, and what follows may cite the entry', async () => {
  const { ledger } = await scene()
  const both = await sign(move(await collect(ledger, ACME)), BOTH)
  await ledger.submit(json(only(both, 'exporter')))
  const reported = await sign(outcome(BOLT, [{ id: idOf(both), n: 0 }], 'report'), [
    ['performer', BOLT.signer],
  ])

  expect(words(await bulk(ledger, [only(both, 'importer'), reported]))).toEqual([
    'admitted',
    'admitted',
  ])
})

test('three roles may cross inside one call', async () => {
  const { ledger } = await scene()
  const added = keyOf('acme second')
  const all = await sign(keyChange(ACME, added, 'add'), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
    ['subject', added],
  ])
  const signed = await sign(collection(ACME, 'rides'), [['collector', added]])
  const items = [...['subject', 'holder', 'registrar'].map((role) => only(all, role)), signed]

  expect(words(await bulk(ledger, items))).toEqual(['waiting', 'waiting', 'admitted', 'admitted'])
})

test('a proposal and its refusal may come in one call', async () => {
  const { ledger } = await scene()
  const both = await sign(move(await collect(ledger, ACME)), BOTH)
  const declined = await sign(refusal(idOf(both), 'not-agreed'), [['importer', BOLT.signer]])
  const items = [only(both, 'exporter'), declined, only(both, 'importer'), both]

  expect(words(await bulk(ledger, items))).toEqual([
    'waiting',
    'admitted',
    'STATEMENT_REFUSED',
    'STATEMENT_REFUSED',
  ])
})

test('a body that is no list of statements is refused as a whole', async () => {
  const { ledger } = await scene()
  const send = (text: string, format: 'json' | 'ndjson') => () =>
    ledger.submitBulk(new TextEncoder().encode(text), format)

  expect(await codeOf(send('{}', 'json'))).toBe('JSON_INVALID')
  expect(await codeOf(send('[', 'json'))).toBe('JSON_INVALID')
  expect(await codeOf(send('[]', 'json'))).toBe('REQUEST_INVALID')
  expect(await codeOf(send('\n', 'ndjson'))).toBe('REQUEST_INVALID')
  expect(await codeOf(send('0\n'.repeat(1_001), 'ndjson'))).toBe('BODY_TOO_LARGE')
})

test('a thousand statements are a few commits', async () => {
  const { ledger } = await scene()
  const items = await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      sign(collection(ACME, `rides ${n}`), [['collector', ACME.signer]]),
    ),
  )
  const commits = ledger.counters()['commits'] ?? 0

  const outcomes = await bulk(ledger, items)

  expect(outcomes.map((item) => (item.status === 'admitted' ? item.index : -1))).toEqual(
    items.map((_, n) => n + 4),
  )
  expect((ledger.counters()['commits'] ?? 0) - commits).toBeLessThan(20)
})
