/** An instrument that was recorded with or after the transfer was not known then: no rule sees it. */
import { describe, expect, test } from 'vitest'
import { flowOut } from '../../ledger/rules/flow.js'
import { judgeHop } from '../../ledger/rules/judge.js'
import { facts, instrument, judging, transfer } from './fixtures.js'

const hop = transfer()

describe.each([0, 1])('an instrument recorded %i entries after the transfer', (after) => {
  const late = judging(hop, {
    facts: facts({ instruments: [instrument({}, { index: hop.index + after })] }),
  })
  const without = judging(hop, { facts: facts({ instruments: [] }) })

  test('is to every rule as if it were not shown', () => {
    const verdicts = judgeHop(late)
    expect(verdicts).toEqual(judgeHop(without))
    const unknown = verdicts.filter(({ verdict }) => verdict === 'UNKNOWN').map(({ rule }) => rule)
    expect([...new Set(unknown)]).toEqual(
      expect.arrayContaining(['R02', 'R05', 'R06', 'R15', 'R19']),
    )
  })

  test('allows nothing that flows on', () => {
    expect(flowOut(late)).toEqual(flowOut(without))
    const seen = judging(hop, { facts: facts({ instruments: [instrument()] }) })
    expect(flowOut(late)).not.toEqual(flowOut(seen))
  })
})
