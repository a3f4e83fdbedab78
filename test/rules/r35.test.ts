import type { KeyId } from '../../ledger/core/jwk.js'
import type { HopSignature, Transfer } from '../../ledger/rules/hop.js'
import { R35 } from '../../ledger/rules/r35-order-and-freshness.js'
import {
  collection,
  judging,
  outcome,
  processing,
  ruleCases,
  seconds,
  transfer,
  withheld,
} from './fixtures.js'

const MADE = seconds('2026-03-01T08:00:00Z')

/** A transfer whose sides signed, and which was recorded, so many seconds after it was made. */
function timed(exporter: number, importer: number, recorded = 600): Transfer {
  const signature = (role: string, after: number): HopSignature => ({
    role,
    kid: `${role.slice(0, 1).repeat(42)}A` as KeyId,
    iat: MADE + after,
    status: 'valid',
  })
  const signatures = [signature('exporter', exporter), signature('importer', importer)]
  return transfer({}, { iat: MADE, time: MADE + recorded, signatures })
}

const recordedOn = (day: string): Transfer => {
  const time = seconds(day)
  const { countersignBy: _, ...late } = transfer()
  return { ...late, time }
}

ruleCases(R35, [
  { title: 'in order', given: () => judging(timed(0, 300)), verdict: 'PASS' },
  { title: 'all in one second', given: () => judging(timed(0, 0, 0)), verdict: 'PASS' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'PASS' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'PASS' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'PASS' },
  {
    title: 'the importer signed first',
    given: () => judging(timed(400, 99)),
    verdict: 'FAIL',
    at: 'signatures[1]',
    why: /301 seconds/,
  },
  {
    title: 'the importer signed first, within the difference of clocks',
    given: () => judging(timed(400, 100)),
    verdict: 'WARN',
    at: 'signatures[1]',
  },
  {
    title: 'signed after it was recorded',
    given: () => judging(timed(0, 901)),
    verdict: 'FAIL',
    at: 'signatures[1]',
    why: /importer signed after/,
  },
  {
    title: 'signed after it was recorded, within the difference of clocks',
    given: () => judging(timed(0, 900)),
    verdict: 'WARN',
    at: 'signatures[1]',
  },
  {
    title: 'the exporter signed after it was recorded',
    given: () => judging(timed(2_000, 2_000)),
    verdict: 'FAIL',
    at: 'signatures[0]',
  },
  {
    title: 'signed before the statement was made',
    given: () => judging(timed(-301, 0)),
    verdict: 'FAIL',
    at: 'signatures[0]',
    why: /before the statement/,
  },
  {
    title: 'recorded in the last second of its proposal',
    given: () => judging({ ...timed(0, 300), countersignBy: MADE + 600 }),
    verdict: 'PASS',
  },
  {
    title: 'recorded a second after its proposal lapsed',
    given: () => judging({ ...timed(0, 300), countersignBy: MADE + 599 }),
    verdict: 'FAIL',
    at: 'countersign_by',
  },
  {
    title: 'no proposal was needed',
    given: () => judging(recordedOn('2026-03-20')),
    verdict: 'PASS',
  },
  {
    title: 'recorded thirty days after it began',
    given: () => judging(recordedOn('2026-03-31T23:59:59Z')),
    verdict: 'PASS',
  },
  {
    title: 'recorded thirty-one days after it began',
    given: () => judging(recordedOn('2026-04-01T00:00:00Z')),
    verdict: 'WARN',
    at: 'claims.period.begin',
    why: /31 days/,
  },
  {
    title: 'late and out of order',
    given: () => judging({ ...recordedOn('2026-06-01'), signatures: timed(400, 0).signatures }),
    verdict: 'FAIL',
    at: 'signatures[1]',
  },
  {
    title: 'a collection recorded a year late',
    given: () => judging({ ...collection(), time: seconds('2027-02-01') }),
    verdict: 'WARN',
    at: 'claims.period.end',
    why: /after it ended/,
  },
  {
    title: 'a processing that runs on, recorded late after it began',
    given: () => judging({ ...processing({ period: { begin: '2026-01-01T00:00:00Z' } }) }),
    verdict: 'WARN',
    at: 'claims.period.begin',
  },
  {
    title: 'it is to begin after it was recorded',
    given: () => judging(transfer({ period: { begin: '2026-03-09T00:00:00Z' } })),
    verdict: 'FAIL',
    at: 'claims.period.begin',
    why: /after it was recorded/,
  },
  {
    title: 'it began after it was recorded, within the difference of clocks',
    given: () => judging(transfer({ period: { begin: '2026-03-01T08:15:00Z' } })),
    verdict: 'PASS',
  },
  {
    title: 'it began a second more than clocks may differ after it was recorded',
    given: () => judging(transfer({ period: { begin: '2026-03-01T08:15:01Z' } })),
    verdict: 'FAIL',
    at: 'claims.period.begin',
  },
  {
    title: 'it is to end after it was recorded',
    given: () =>
      judging(
        collection({ period: { begin: '2026-01-01T00:00:00Z', end: '2099-12-31T00:00:00Z' } }),
      ),
    verdict: 'WARN',
    at: 'claims.period.end',
    why: /a plan/,
  },
  {
    title: 'a stub shows no signatures',
    given: () => judging({ ...transfer(), signatures: undefined }),
    verdict: 'UNKNOWN',
    at: 'signatures',
  },
  {
    title: 'when it happened is withheld',
    given: () => judging(withheld(transfer(), 'period')),
    verdict: 'UNKNOWN',
    at: 'claims.period',
  },
  {
    title: 'a stub whose proposal had lapsed',
    given: () => judging({ ...transfer(), signatures: undefined, countersignBy: MADE }),
    verdict: 'FAIL',
    at: 'countersign_by',
  },
  {
    title: 'only the exporter signed: order says nothing, R34 does',
    given: () => judging({ ...transfer(), signatures: transfer().signatures?.slice(0, 1) }),
    verdict: 'PASS',
  },
])
