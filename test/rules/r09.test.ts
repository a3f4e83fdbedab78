import type { Transfer } from '../../ledger/rules/hop.js'
import { R09 } from '../../ledger/rules/r09-derogation.js'
import type { Judging } from '../../ledger/rules/rule.js'
import { UsageIndex } from '../../ledger/rules/usage-index.js'
import {
  collection,
  DIGEST,
  dataset,
  type FactsGiven,
  facts,
  hidden,
  idOf,
  instrument,
  judging,
  NOTHING_USED,
  outcome,
  processing,
  ruleCases,
  terms,
  transfer,
  withheld,
} from './fixtures.js'

type Changes = NonNullable<Parameters<typeof transfer>[0]>
type Derogation = NonNullable<ReturnType<typeof terms>['derogation']>

const CONSENT: Derogation = { ground: 'A49-1-a', repeats: 0 }
const COMPELLING: Derogation = { ground: 'A49-2', repeats: 0 }
const on = (derogation: Derogation, given: FactsGiven = {}, changes: Changes = {}) =>
  judging(transfer({ instrument: null, terms: terms({ derogation }), ...changes }), {
    facts: facts(given),
  })
const often = (frequency: 'periodic' | 'continuous') =>
  on(CONSENT, {}, { route: { from: 'DE', to: 'US', mode: 'copy', frequency } })
const AT = 'claims.terms.derogation'

/** A transfer that supersedes one on the same ground, with these claims in place of that one's. */
function superseding(changes: Changes): Judging {
  const index = new UsageIndex()
  const first = on(CONSENT)
  index.append({ ...first.hop, id: idOf(0xf1), index: 15 } as Transfer)
  const given = on(CONSENT, {}, changes)
  const hop = { ...given.hop, supersedes: idOf(0xf1) }
  return { ...given, hop, facts: { ...given.facts, usage: (...asked) => index.usage(...asked) } }
}

ruleCases(R09, [
  { title: 'the first on this ground', given: () => on(CONSENT), verdict: 'PASS' },
  {
    title: 'an instrument that is a derogation, the first time, and the terms say so',
    given: () =>
      judging(transfer({ terms: terms({ derogation: { ground: 'A49-1-b', repeats: 0 } }) }), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A49-1-b' } })] }),
      }),
    verdict: 'PASS',
  },
  {
    title: 'a correction of the first',
    given: () => superseding({}),
    verdict: 'PASS',
  },
  {
    title: 'a second that is said to supersede the first, and is of other data',
    given: () => superseding({ datasets: [dataset({ digest: 'f'.repeat(64) })] }),
    verdict: 'WARN',
    at: `${AT}.repeats`,
  },
  {
    title: 'other grounds and other parties do not count',
    given: () =>
      on(CONSENT, {
        usage: (key) =>
          facts({
            usage: { transfers: key.kind === 'derogation' && key.ground === 'A49-1-a' ? 0 : 9 },
          }).usage(key, 0, 0),
      }),
    verdict: 'PASS',
  },
  {
    title: 'compelling interests of which the authority knows',
    given: () => on({ ...COMPELLING, authorityNotifiedOn: '2026-02-25' }),
    verdict: 'PASS',
  },
  {
    title: 'compelling interests, with the notice among the documents',
    given: () =>
      on(
        COMPELLING,
        {},
        {
          terms: terms({
            derogation: COMPELLING,
            documents: [{ kind: 'authority-notice', digest: DIGEST, date: '2026-02-25' }],
          }),
        },
      ),
    verdict: 'PASS',
  },
  {
    title: 'the second, and it says so',
    given: () => on({ ...CONSENT, repeats: 1 }, { usage: { transfers: 1 } }),
    verdict: 'WARN',
    at: `${AT}.repeats`,
  },
  {
    title: 'the second, and it says that it is the first',
    given: () => on(CONSENT, { usage: { transfers: 1 } }),
    verdict: 'WARN',
    why: /says that 0 came before; the ledger holds 1/,
  },
  {
    title: 'the second by its own word, outside this ledger',
    given: () => on({ ...CONSENT, repeats: 1 }),
    verdict: 'WARN',
    at: `${AT}.repeats`,
  },
  {
    title: 'an instrument that is a derogation, the third time',
    given: () =>
      judging(transfer(), {
        facts: facts({
          instruments: [instrument({ kind: { code: 'A49-1-b' } })],
          usage: { transfers: 2 },
        }),
      }),
    verdict: 'WARN',
    why: /2 earlier transfers/,
  },
  {
    title: 'an instrument that is a derogation, which the terms do not name',
    given: () =>
      judging(transfer(), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A49-1-b' } })] }),
      }),
    verdict: 'WARN',
    at: AT,
  },
  {
    title: 'the fifth under an instrument that is one, while no terms named it',
    given: () =>
      judging(transfer({ terms: terms({ derogation: { ground: 'A49-1-b', repeats: 0 } }) }), {
        facts: facts({
          instruments: [instrument({ kind: { code: 'A49-1-b' } })],
          usage: (key) => ({ ...NOTHING_USED, transfers: key.kind === 'instrument' ? 4 : 0 }),
        }),
      }),
    verdict: 'WARN',
    at: `${AT}.repeats`,
    why: /4 earlier transfers/,
  },
  {
    title: 'a flow that does not say how often it happens',
    given: () => on(CONSENT, {}, { route: { from: 'DE', to: 'US', mode: 'copy' } }),
    verdict: 'UNKNOWN',
    at: 'claims.route.frequency',
  },
  {
    title: 'a periodic flow',
    given: () => often('periodic'),
    verdict: 'WARN',
    at: 'claims.route.frequency',
  },
  {
    title: 'a continuous flow',
    given: () => often('continuous'),
    verdict: 'FAIL',
    at: 'claims.route.frequency',
  },
  {
    title: 'compelling interests of which the authority knows nothing',
    given: () => on(COMPELLING),
    verdict: 'FAIL',
    at: `${AT}.authorityNotifiedOn`,
  },
  {
    title: 'an instrument on compelling interests without notice',
    given: () =>
      judging(transfer(), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A49-2' } })] }),
      }),
    verdict: 'FAIL',
    at: `${AT}.authorityNotifiedOn`,
  },
  {
    title: 'another ground than the instrument’s',
    given: () =>
      judging(transfer({ terms: terms({ derogation: CONSENT }) }), {
        facts: facts({ instruments: [instrument({ kind: { code: 'A49-1-b' } })] }),
      }),
    verdict: 'FAIL',
    at: `${AT}.ground`,
  },
  {
    title: 'earlier ones were not counted',
    given: () => on(CONSENT, { usage: null }),
    verdict: 'UNKNOWN',
    at: `${AT}.repeats`,
  },
  {
    title: 'who took part is withheld',
    given: () => {
      const { hop, ...rest } = on(CONSENT)
      return { ...rest, hop: withheld(hop, 'importer') }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'how often it happens is withheld',
    given: () => {
      const { hop, ...rest } = on(CONSENT)
      return { ...rest, hop: withheld(hop, 'route') }
    },
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'the terms are withheld',
    given: () => judging(withheld(transfer(), 'terms')),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'the instrument is withheld',
    given: () => judging(withheld(transfer(), 'instrument')),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the kind of the instrument is withheld',
    given: () => {
      const fact = instrument()
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'kind') }]
      return judging(transfer(), { facts: facts({ instruments }) })
    },
    verdict: 'UNKNOWN',
  },
  { title: 'standard clauses', given: () => judging(transfer()), verdict: 'NA' },
  {
    title: 'no instrument and no derogation',
    given: () => judging(transfer({ instrument: null })),
    verdict: 'NA',
  },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
