/** Sums as records: what was added is found again, also where the running sum has stopped. */
import { expect, test } from 'vitest'
import {
  addedBy,
  additionOfRecord,
  additionRecord,
  tallyRecord,
} from '../../ledger/log/usage-records.js'
import type { Tally } from '../../ledger/rules/facts.js'
import { addTally, isFull, NO_TALLY } from '../../ledger/rules/tally.js'

const OWN: Tally = { ...NO_TALLY, transfers: 1, records: 9, persons: 7 }

function added(before: Tally, tally = OWN, full?: boolean): Tally {
  const sum = addTally(before, tally)
  const record = additionRecord({ index: 1, time: 1, tally }, tallyRecord(sum), full ?? isFull(sum))
  return addedBy(record, additionOfRecord(record).sum, before)
}

const ALMOST: Tally = { ...NO_TALLY, records: Number.MAX_SAFE_INTEGER - 5, persons: 3 }

test('what was added is what a transfer counts, whatever the sum can still say', () => {
  for (const before of [NO_TALLY, ALMOST, addTally(ALMOST, OWN)])
    expect(added(before)).toMatchObject({ transfers: 1, records: 9, persons: 7 })
})

test('a sum that does not follow from the one before is damage', () => {
  const record = additionRecord({ index: 1, time: 1, tally: OWN }, tallyRecord(ALMOST), true)
  expect(() => addedBy(record, additionOfRecord(record).sum, NO_TALLY)).toThrow()
  // What was added is told where the sum has stopped, and nowhere else.
  expect(() => added(NO_TALLY, OWN, true)).toThrow()
  expect(() => added(ALMOST, OWN, false)).toThrow()
})
