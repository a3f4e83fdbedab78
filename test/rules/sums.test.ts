import { expect, test } from 'vitest'
import type { Tally, UsageKey } from '../../ledger/rules/facts.js'
import { notingSums, type Sum, sumJson, usageOfSums } from '../../ledger/rules/sums.js'
import { EXPORTER, facts, IMPORTER, NOTHING_USED } from './fixtures.js'

const PAIR: UsageKey = { kind: 'pair', exporter: EXPORTER, importer: IMPORTER }
const COUNTED = {
  records: 7,
  persons: 5,
  devices: 3,
  missing: { records: 0, persons: 1, devices: 2 },
}
const TALLY: Tally = { ...NOTHING_USED, transfers: 2, categories: new Map([['a', COUNTED]]) }

test('what was asked is answered again, from JSON, and nothing else', () => {
  const sums: Sum[] = []
  const noting = notingSums(facts({ usage: TALLY }), (sum) => sums.push(sum))
  noting.usage(PAIR, 10, 20)
  noting.usage(PAIR, 10, 20)

  const items = JSON.parse(JSON.stringify(sums.map(sumJson)))
  const usage = usageOfSums(items)

  expect(sums).toHaveLength(1)
  expect(usage?.(PAIR, 10, 20)).toEqual(TALLY)
  expect(usage?.(PAIR, 11, 20)).toBeUndefined()
  expect(usage?.({ ...PAIR, importer: EXPORTER }, 10, 20)).toBeUndefined()
})

test('an answer of another form is no answer', () => {
  const [item] = [{ key: PAIR, since: 1, before: 2, tally: TALLY }].map(sumJson)

  for (const tally of [
    null,
    {},
    { transfers: -1 },
    { ...(item?.['tally'] as object), persons: 0.5 },
  ])
    expect(usageOfSums([{ ...item, tally }])).toBeUndefined()
})
