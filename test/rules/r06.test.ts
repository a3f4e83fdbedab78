import { R06 } from '../../ledger/rules/r06-in-force.js'
import {
  collection,
  facts,
  hidden,
  INSTRUMENT_ID,
  idOf,
  instrument,
  judging,
  limits,
  outcome,
  processing,
  ruleCases,
  seconds,
  transfer,
  withheld,
} from './fixtures.js'

const LATER = idOf(0x11)

type Effective = NonNullable<Parameters<typeof instrument>[0]>['effective'] & {}
type Changes = NonNullable<Parameters<typeof transfer>[0]>

const during = (effective: Effective, changes: Changes = {}) =>
  judging(transfer(changes), { facts: facts({ instruments: [instrument({ effective })] }) })

/** A later instrument, recorded at `index` on `day`. */
const later = (effective: Effective, index: number, day: string) => {
  const { replacedBy: _, complete: __, ...rest } = instrument({ effective })
  return { ...rest, id: LATER, index, time: seconds(day) }
}
const replacedBy = (...successors: readonly ReturnType<typeof later>[]) =>
  judging(transfer(), {
    facts: facts({ instruments: [instrument({}, { replacedBy: successors })] }),
  })
const hiding = (...names: readonly string[]) => {
  const fact = instrument()
  return judging(transfer(), {
    facts: facts({ instruments: [{ ...fact, claims: hidden(fact.claims, ...names) }] }),
  })
}

ruleCases(R06, [
  {
    title: 'in force, and longer than the data is kept',
    given: () => judging(transfer()),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  { title: 'without an end', given: () => during({ from: '2026-01-01' }), verdict: 'PASS' },
  {
    title: 'without an end, and the data too',
    given: () => during({ from: '2026-01-01' }, { retention: null }),
    verdict: 'PASS',
  },
  { title: 'from its first day on', given: () => during({ from: '2026-03-01' }), verdict: 'PASS' },
  {
    title: 'what came before ends the keeping',
    given: () =>
      judging(transfer(), {
        facts: facts({
          instruments: [instrument({ effective: { from: '2026-01-01', until: '2027-12-31' } })],
        }),
        limits: limits({ retention: '2027-12-31' }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'replaced from a later day on',
    given: () => replacedBy(later({ from: '2026-03-02' }, 6, '2026-02-01')),
    verdict: 'PASS',
  },
  {
    title: 'replaced by what was recorded only after the transfer',
    given: () => replacedBy(later({ from: '2026-01-01' }, 21, '2026-03-05')),
    verdict: 'PASS',
  },
  {
    title: 'ends before the data must be deleted',
    given: () => during({ from: '2026-01-01', until: '2029-12-30' }),
    verdict: 'WARN',
    at: 'claims.instrument',
  },
  {
    title: 'ends, and the data is kept without an end',
    given: () =>
      judging(transfer({ retention: null }), {
        facts: facts({ instruments: [instrument({ retention: null })] }),
      }),
    verdict: 'WARN',
  },
  {
    title: 'replaced for these days only after them',
    given: () => {
      const period = { begin: '2026-02-01T00:00:00Z', end: '2026-02-02T00:00:00Z' }
      const successor = later({ from: '2026-01-15' }, 6, '2026-02-20')
      return judging(transfer({ period }), {
        facts: facts({ instruments: [instrument({}, { replacedBy: [successor] })] }),
      })
    },
    verdict: 'WARN',
    evidence: [LATER],
  },
  {
    title: 'not yet in force',
    given: () => during({ from: '2026-03-02' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'no longer in force',
    given: () => during({ from: '2026-01-01', until: '2026-02-28' }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'ends while the transfer lasts',
    given: () =>
      during(
        { from: '2026-01-01', until: '2026-03-01' },
        { period: { begin: '2026-03-01T00:00:00Z', end: '2026-03-02T00:00:00Z' } },
      ),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'ended before what still ran was recorded',
    given: () =>
      during(
        { from: '2026-01-01', until: '2026-02-20' },
        { period: { begin: '2026-02-10T00:00:00Z' } },
      ),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'replaced before',
    given: () => replacedBy(later({ from: '2026-02-01' }, 6, '2026-02-01')),
    verdict: 'FAIL',
    at: 'claims.instrument',
    evidence: [LATER],
  },
  {
    title: 'ended early by a later one',
    given: () => replacedBy(later({ from: '2026-01-01', until: '2026-02-15' }, 6, '2026-02-10')),
    verdict: 'FAIL',
    at: 'claims.instrument',
    evidence: [LATER],
  },
  {
    title: 'replaced, and what followed is not searched whole',
    given: () =>
      judging(transfer(), {
        facts: facts({
          instruments: [
            instrument(
              {},
              { complete: false, replacedBy: [later({ from: '2026-02-01' }, 6, '2026-02-01')] },
            ),
          ],
        }),
      }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'later instruments were not searched',
    given: () =>
      judging(transfer(), {
        facts: facts({ instruments: [instrument({}, { complete: false })] }),
      }),
    verdict: 'UNKNOWN',
  },
  { title: 'its days are withheld', given: () => hiding('effective'), verdict: 'UNKNOWN' },
  {
    title: 'the days of its successor are withheld',
    given: () => {
      const successor = later({ from: '2026-01-01' }, 6, '2026-02-01')
      return replacedBy({ ...successor, claims: hidden(successor.claims, 'effective') })
    },
    verdict: 'UNKNOWN',
    evidence: [LATER],
  },
  {
    title: 'the instrument is not shown',
    given: () => judging(transfer(), { facts: facts({ instruments: [] }) }),
    verdict: 'UNKNOWN',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'when it happened is withheld',
    given: () => judging(withheld(transfer(), 'period')),
    verdict: 'UNKNOWN',
    at: 'claims.period',
  },
  {
    title: 'until when the data is kept is only words',
    given: () =>
      judging(transfer({ retention: { criteria: 'as long as needed' } }), {
        facts: facts({ instruments: [instrument({ retention: null })] }),
      }),
    verdict: 'UNKNOWN',
  },
  { title: 'no instrument', given: () => judging(transfer({ instrument: null })), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
