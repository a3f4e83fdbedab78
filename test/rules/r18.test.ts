import { R18 } from '../../ledger/rules/r18-onward-instrument.js'
import {
  collection,
  DIGEST,
  facts,
  gap,
  hidden,
  INSTRUMENT_ID,
  instrument,
  judging,
  limits,
  outcome,
  processing,
  ruleCases,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { TEST_RULESET, testLaw } from './ruleset.js'

type Changes = NonNullable<Parameters<typeof transfer>[0]>
type Instrument = NonNullable<Parameters<typeof instrument>[0]>

/** Data that came from `origins` is passed on, under an instrument for that route unless another is given. */
const onward = (
  origins: readonly string[],
  [from, to]: readonly [string, string],
  changes: Changes = {},
  claims: Instrument = {},
) =>
  judging(transfer({ route: { from, to, mode: 'copy' }, ...changes }), {
    facts: facts({ instruments: [instrument({ routes: [{ from, to }], ...claims })] }),
    limits: limits({ origins: new Set(origins) }),
  })
const NONE: Changes = { instrument: null }

/** Data of the Union and of the United Kingdom, passed on under the UK Addendum. */
const pooled = (claims: Instrument = {}) =>
  onward(
    ['DE', 'GB'],
    ['US', 'IN'],
    {},
    {
      kind: { code: 'UK-Addendum', module: 'C2C' },
      documents: [TIA, CLAUSES],
      ...claims,
    },
  )
const TIA = { kind: 'tia', digest: DIGEST, date: '2026-01-05', outcome: 'effective' } as const
const IN = { from: 'US', to: 'IN' }
const CLAUSES = { kind: 'clauses', digest: DIGEST, date: '2026-01-01' } as const
const derogation = terms({ derogation: { ground: 'A49-1-a', repeats: 0 } })

ruleCases(R18, [
  {
    title: 'data of the Union passed on under standard clauses',
    given: () => onward(['DE'], ['US', 'IN']),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'passed on to an adequate country',
    given: () => onward(['DE'], ['US', 'CH'], NONE),
    verdict: 'PASS',
  },
  {
    title: 'passed on inside the third country, under clauses',
    given: () => onward(['DE'], ['US', 'US']),
    verdict: 'PASS',
  },
  {
    title: 'data of the Union and of the UK, under the Addendum and the clauses it is added to',
    given: () => pooled(),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'data of the Union and of the UK, under the Addendum alone',
    given: () => pooled({ documents: [TIA] }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /UK-Addendum is no tool of that law/,
  },
  {
    title: 'data of the Union and of the UK, under the Addendum to clauses of no module',
    given: () => pooled({ kind: { code: 'UK-Addendum' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'data of the Union and of the UK, under clauses without the Addendum',
    given: () => pooled({ kind: { code: 'A46-2-c', module: 'C2C' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    why: /A46-2-c is no tool of that law/,
  },
  {
    title: 'data of the UK, under the Addendum, whatever is among its documents',
    given: () => onward(['GB'], ['US', 'IN'], {}, { kind: { code: 'UK-Addendum' }, documents: [] }),
    verdict: 'PASS',
  },
  {
    title: 'data of the Union and of the UK, under the Addendum, and its documents are withheld',
    given: () => {
      const claims = { kind: { code: 'UK-Addendum', module: 'C2C' }, routes: [IN] } as const
      const { facts: _, ...rest } = pooled()
      const fact = instrument({ kind: claims.kind, routes: [...claims.routes] })
      const less = { ...fact, claims: hidden(fact.claims, 'documents') }
      return { ...rest, facts: facts({ instruments: [less] }) }
    },
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'a decision for listed importers is relied on',
    given: () => {
      const listings = [{ scheme: 'us-dpf', status: 'listed', checkedOn: '2026-02-20' }] as const
      const importer = { ...terms().importer, listings }
      return onward(['DE'], ['IN', 'US'], { ...NONE, terms: terms({ importer }) })
    },
    verdict: 'PASS',
  },
  {
    title: 'a derogation where clauses protected it before',
    given: () => onward(['DE'], ['US', 'IN'], { ...NONE, terms: derogation }),
    verdict: 'WARN',
    at: 'claims.terms.derogation',
  },
  {
    title: 'an instrument that is a derogation',
    given: () => onward(['DE'], ['US', 'IN'], {}, { kind: { code: 'A49-1-b' } }),
    verdict: 'WARN',
    at: 'claims.instrument',
  },
  {
    title: 'data of the Union passed on without an instrument',
    given: () => onward(['DE'], ['US', 'IN'], NONE),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'passed on inside the third country without an instrument',
    given: () => onward(['DE'], ['US', 'US'], NONE),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'a mere contract is weaker',
    given: () => onward(['DE'], ['US', 'IN'], {}, { kind: { code: 'Contract' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'clauses for another route',
    given: () => onward(['DE'], ['US', 'IN'], {}, { routes: [{ from: 'US', to: 'SG' }] }),
    verdict: 'FAIL',
    at: 'claims.route',
  },
  {
    title: 'the tool of the exporter’s law is none of the law that came with the data',
    given: () => onward(['DE'], ['CN', 'US'], {}, { kind: { code: 'CN-SC' } }),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'two laws came with it, and the tool is one of them',
    given: () => onward(['DE', 'GB'], ['US', 'IN']),
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'once the exporter’s country is no longer adequate, its law is not enough',
    given: () => {
      const adequacy = TEST_RULESET.adequacy.filter(({ to }) => to !== 'GB')
      const { law: _, ...rest } = onward(['DE'], ['GB', 'US'], {}, { kind: { code: 'UK-IDTA' } })
      return { ...rest, law: testLaw({ adequacy }) }
    },
    verdict: 'FAIL',
    at: 'claims.instrument',
  },
  {
    title: 'what came before is not shown',
    given: () =>
      judging(transfer({ route: { from: 'US', to: 'IN', mode: 'copy' }, ...NONE }), {
        upstream: [gap()],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the instrument is withheld',
    given: () => {
      const { hop, ...rest } = onward(['DE'], ['US', 'IN'])
      return { ...rest, hop: withheld(hop, 'instrument') }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'the kind of the instrument is withheld',
    given: () => {
      const fact = instrument()
      const given = onward(['DE'], ['US', 'IN'])
      const instruments = [{ ...fact, claims: hidden(fact.claims, 'kind') }]
      return { ...given, facts: facts({ instruments }) }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'a gap before, but clauses of every law that follows data, or none needed',
    given: () =>
      judging(transfer({ route: { from: 'US', to: 'DE', mode: 'copy' }, ...NONE }), {
        upstream: [gap()],
      }),
    verdict: 'NA',
  },
  {
    title: 'from the Union itself: that is R05’s',
    given: () => onward(['DE'], ['FR', 'US']),
    verdict: 'NA',
  },
  { title: 'back into the Union', given: () => onward(['DE'], ['US', 'DE'], NONE), verdict: 'NA' },
  {
    title: 'from an adequate country under its own law',
    given: () => onward(['DE'], ['GB', 'US'], {}, { kind: { code: 'UK-IDTA' } }),
    verdict: 'NA',
  },
  {
    title: 'a law that does not follow the data',
    given: () => onward(['CN'], ['US', 'IN'], NONE),
    verdict: 'NA',
  },
  { title: 'no law came with it', given: () => onward(['US'], ['US', 'IN'], NONE), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
