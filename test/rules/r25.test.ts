import { R25 } from '../../ledger/rules/r25-tia-present.js'
import {
  collection,
  DIGEST,
  EXPORTER,
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
  THIRD,
  terms,
  transfer,
  withheld,
} from './fixtures.js'
import { dpv, gdpr } from './vocabulary.js'

type Claims = NonNullable<Parameters<typeof instrument>[0]>
type Document = NonNullable<Claims['documents']>[number]
type Changes = NonNullable<Parameters<typeof transfer>[0]>

const TIA: Document = { kind: 'tia', digest: DIGEST, date: '2026-01-05', outcome: 'effective' }
const UK = { code: 'UK-Addendum', module: 'C2C' } as const
const MEASURE = gdpr('SupplementaryMeasure')
const OTHER_MEASURE = dpv('Pseudonymise')
const under = (claims: Claims, changes: Changes = {}) =>
  judging(transfer(changes), { facts: facts({ instruments: [instrument(claims)] }) })
const docs = (...documents: readonly Document[]) => under({ documents })
const hiding = (...names: readonly string[]) => {
  const fact = instrument()
  return judging(transfer(), {
    facts: facts({ instruments: [{ ...fact, claims: hidden(fact.claims, ...names) }] }),
  })
}
/** One in the instrument, and one of the first of February among the documents of the transfer. */
const later = (agreed: Partial<Document>, own: Partial<Document>, measures: string[] = []) =>
  under(
    { documents: [{ ...TIA, ...agreed }] },
    { terms: terms({ documents: [{ ...TIA, date: '2026-02-01', ...own }], measures }) },
  )
const DOCUMENTS = 'claims.terms.documents'
const MEASURES = 'claims.terms.measures'

ruleCases(R25, [
  {
    title: 'an effective one in the instrument',
    given: () => judging(transfer()),
    verdict: 'PASS',
    evidence: [INSTRUMENT_ID],
  },
  {
    title: 'an effective one among the documents of the transfer',
    given: () => under({ documents: [] }, { terms: terms({ documents: [TIA] }) }),
    verdict: 'PASS',
  },
  {
    title: 'the UK Addendum with the clauses of the Union needs one for those, too',
    given: () => under({ kind: UK, documents: [{ ...TIA, kind: 'clauses' }] }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'the UK Addendum with the clauses of the Union, and one',
    given: () => under({ kind: UK, documents: [{ ...TIA, kind: 'clauses' }, TIA] }),
    verdict: 'PASS',
  },
  {
    title: 'the UK Addendum alone is no tool of the Union that needs one: R05',
    given: () => under({ kind: UK, documents: [] }),
    verdict: 'NA',
  },
  {
    title: 'the latest one counts',
    given: () => docs({ ...TIA, outcome: 'not-effective' }, { ...TIA, date: '2026-02-01' }),
    verdict: 'PASS',
  },
  {
    title: 'the instrument says no, and the exporter’s own later paper for this transfer says yes',
    given: () => later({ outcome: 'not-effective' }, {}),
    verdict: 'WARN',
    at: DOCUMENTS,
    evidence: [INSTRUMENT_ID],
    why: /of 2026-01-05 says “not-effective”; the exporter’s own of 2026-02-01, for this transfer, says “effective”/,
  },
  {
    title: 'the same, and the later one names the exporter as its maker',
    given: () => later({ outcome: 'not-effective' }, { by: EXPORTER }),
    verdict: 'WARN',
  },
  {
    title:
      'the instrument says that it is not acceptable, and the later one says yes with measures',
    given: () =>
      later({ outcome: 'not-acceptable' }, { outcome: 'effective-with-measures' }, [MEASURE]),
    verdict: 'WARN',
  },
  {
    title: 'the instrument says no, and a later one for this transfer is another’s',
    given: () => later({ outcome: 'not-effective' }, { by: THIRD }),
    verdict: 'PASS',
  },
  {
    title: 'the instrument says no, and a later one is another’s, who the exporter is is withheld',
    given: () => {
      const { hop, ...rest } = later({ outcome: 'not-effective' }, { by: THIRD })
      return { ...rest, hop: withheld(hop, 'exporter') }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'the no of the instrument had lapsed before the transfer',
    given: () => later({ outcome: 'not-effective', validUntil: '2026-02-15' }, {}),
    verdict: 'PASS',
  },
  {
    title: 'the instrument says no, later yes, and the exporter’s own says yes',
    given: () =>
      under(
        {
          documents: [
            { ...TIA, outcome: 'not-effective' },
            { ...TIA, date: '2026-01-20' },
          ],
        },
        { terms: terms({ documents: [{ ...TIA, date: '2026-02-01' }] }) },
      ),
    verdict: 'PASS',
  },
  {
    title: 'the instrument says yes, and the exporter’s own later paper says no',
    given: () => later({}, { outcome: 'not-effective' }),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'the exporter’s own paper says yes, and the instrument later no',
    given: () => later({ date: '2026-02-10', outcome: 'not-effective' }, {}),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'both of one day, and the instrument says no',
    given: () => later({ date: '2026-02-01', outcome: 'not-effective' }, {}),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'the instrument has none in force yet, and the later one of the transfer is too late',
    given: () => later({ outcome: 'not-effective' }, { date: '2026-03-02' }),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'effective with the measures that it names, and they are taken',
    given: () =>
      under(
        { documents: [{ ...TIA, outcome: 'effective-with-measures', measures: [OTHER_MEASURE] }] },
        { terms: terms({ measures: [OTHER_MEASURE] }) },
      ),
    verdict: 'PASS',
  },
  {
    title: 'effective with measures of which it names none, and a supplementary one is taken',
    given: () =>
      under(
        { documents: [{ ...TIA, outcome: 'effective-with-measures' }] },
        { terms: terms({ measures: [MEASURE] }) },
      ),
    verdict: 'PASS',
  },
  {
    title: 'an acceptable PIPIA for a Chinese standard contract',
    given: () =>
      under(
        {
          kind: { code: 'CN-SC' },
          routes: [{ from: 'CN', to: 'US' }],
          documents: [{ ...TIA, kind: 'pipia', outcome: 'acceptable' }],
        },
        { route: { from: 'CN', to: 'US', mode: 'copy' } },
      ),
    verdict: 'PASS',
  },
  {
    title: 'one that lapses soon',
    given: () => docs({ ...TIA, validUntil: '2026-05-01' }),
    verdict: 'WARN',
    at: DOCUMENTS,
  },
  {
    title: 'not effective, with supplementary measures',
    given: () =>
      under(
        { documents: [{ ...TIA, outcome: 'not-effective' }] },
        { terms: terms({ measures: [MEASURE] }) },
      ),
    verdict: 'WARN',
    at: MEASURES,
  },
  { title: 'none', given: () => docs(), verdict: 'FAIL', at: DOCUMENTS, evidence: [INSTRUMENT_ID] },
  {
    title: 'another document is none',
    given: () => docs({ ...TIA, kind: 'dpia' }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'a TIA is no PIPIA',
    given: () =>
      under(
        { kind: { code: 'CN-SC' }, routes: [{ from: 'CN', to: 'US' }], documents: [TIA] },
        { route: { from: 'CN', to: 'US', mode: 'copy' } },
      ),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'made only after the transfer',
    given: () => docs({ ...TIA, date: '2026-03-02' }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'lapsed before',
    given: () => docs({ ...TIA, validUntil: '2026-02-28' }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'not effective',
    given: () => docs({ ...TIA, outcome: 'not-effective' }),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'not effective by the latest',
    given: () => docs(TIA, { ...TIA, date: '2026-02-01', outcome: 'not-effective' }),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'effective with measures that are not taken',
    given: () =>
      under(
        { documents: [{ ...TIA, outcome: 'effective-with-measures', measures: [OTHER_MEASURE] }] },
        { terms: terms({ measures: [MEASURE] }) },
      ),
    verdict: 'FAIL',
    at: MEASURES,
  },
  {
    title: 'one that is still pending',
    given: () => docs({ ...TIA, outcome: 'pending' }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'none for the law that came with the data',
    given: () =>
      judging(transfer({ route: { from: 'US', to: 'IN', mode: 'copy' } }), {
        facts: facts({ instruments: [instrument({ documents: [] })] }),
        limits: limits({ origins: new Set(['DE']) }),
      }),
    verdict: 'FAIL',
    at: DOCUMENTS,
  },
  {
    title: 'it does not say what it found',
    given: () => docs({ kind: 'tia', digest: DIGEST, date: '2026-01-05' }),
    verdict: 'UNKNOWN',
    at: DOCUMENTS,
  },
  {
    title: 'documents of the instrument are withheld',
    given: () => hiding('documents'),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the kind is withheld',
    given: () => hiding('kind'),
    verdict: 'UNKNOWN',
    at: 'claims.instrument',
  },
  {
    title: 'the terms are withheld',
    given: () => judging(withheld(transfer(), 'terms')),
    verdict: 'UNKNOWN',
    at: 'claims.terms',
  },
  {
    title: 'when it happened is withheld',
    given: () => judging(withheld(transfer(), 'period')),
    verdict: 'UNKNOWN',
    at: 'claims.period',
  },
  {
    title: 'the route is withheld',
    given: () => judging(withheld(transfer(), 'route')),
    verdict: 'UNKNOWN',
    at: 'claims.route',
  },
  {
    title: 'none, and what came before is not shown',
    given: () =>
      judging(transfer({ route: { from: 'US', to: 'IN', mode: 'copy' } }), {
        facts: facts({ instruments: [instrument({ documents: [] })] }),
        upstream: [gap()],
      }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'the instrument is not shown',
    given: () => judging(transfer(), { facts: facts({ instruments: [] }) }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'a tool that needs none',
    given: () => under({ kind: { code: 'US-DPF' }, documents: [] }),
    verdict: 'NA',
  },
  {
    title: 'clauses to a country that is adequate anyway',
    given: () => under({ documents: [] }, { route: { from: 'DE', to: 'CH', mode: 'copy' } }),
    verdict: 'NA',
  },
  {
    title: 'within the Union',
    given: () => under({ documents: [] }, { route: { from: 'DE', to: 'FR', mode: 'copy' } }),
    verdict: 'NA',
  },
  { title: 'no instrument', given: () => judging(transfer({ instrument: null })), verdict: 'NA' },
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'a processing', given: () => judging(processing()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
])
