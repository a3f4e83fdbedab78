import { R30 } from '../../ledger/rules/r30-lineage-complete.js'
import {
  COLLECTION_ID,
  collection,
  dataset,
  field,
  gap,
  idOf,
  judging,
  outcome,
  PROCESSING_ID,
  processing,
  ruleCases,
  TRANSFER_ID,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv, gdpr, pd } from './vocabulary.js'

const TWO = [
  { id: COLLECTION_ID, n: 0 },
  { id: idOf(0xc1), n: 0 },
]
const SECOND = collection({}, { id: idOf(0xc1) })
const BASIS = [{ basis: gdpr('A6-1-f') }]
type Claims = NonNullable<Parameters<typeof collection>[0]>

/** Neither fields nor counts tell of persons. */
const NOBODY_TOLD: Claims = {
  datasets: [dataset({ from: [], subjects: {} })],
  fields: [field('wind', { category: dpv('NonPersonalData'), identifier: 'none' })],
}
/** A collection that names neither subjects nor bases. */
const nobody = (changes: Claims) =>
  judging(collection({ subjects: [], legalBasis: [], ...NOBODY_TOLD, ...changes }))

ruleCases(R30, [
  {
    title: 'a collection with basis and place',
    given: () => judging(collection()),
    verdict: 'PASS',
  },
  { title: 'a transfer of what was collected', given: () => judging(transfer()), verdict: 'PASS' },
  { title: 'a processing of what came', given: () => judging(processing()), verdict: 'PASS' },
  { title: 'an outcome of what was made', given: () => judging(outcome()), verdict: 'PASS' },
  {
    title: 'two parents, both shown',
    given: () =>
      judging(transfer({}, { parents: TWO }), {
        upstream: [upstream(collection()), upstream(SECOND)],
      }),
    verdict: 'PASS',
  },
  {
    title: 'a collection about nobody needs no basis',
    given: () => nobody({}),
    verdict: 'PASS',
  },
  {
    title: 'about nobody, with fields of which nothing is said',
    given: () => nobody({ fields: [] }),
    verdict: 'PASS',
  },
  {
    title: 'about nobody, it says, with a field that names persons',
    given: () => nobody({ fields: [field('mail', { category: pd('EmailAddress') })] }),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'about nobody, it says, and counts persons',
    given: () => nobody({ datasets: [dataset({ from: [], subjects: { count: 900 } })] }),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'about nobody, it says, and counts them by a band',
    given: () => {
      const subjects = { band: { min: 0, max: 10 } }
      return nobody({ datasets: [dataset({ from: [], subjects })], legalBasis: BASIS })
    },
    verdict: 'FAIL',
    at: 'claims.subjects',
  },
  {
    title: 'about nobody, it says, with a field of which nobody knows what it tells',
    given: () => nobody({ fields: [field('x', { category: dpv('UncategorisedData') })] }),
    verdict: 'UNKNOWN',
    at: 'claims.legalBasis',
  },
  {
    title: 'about nobody, it says, and its fields are withheld',
    given: () => {
      const given = nobody({})
      return { ...given, hop: withheld(given.hop, 'fields') }
    },
    verdict: 'UNKNOWN',
  },
  {
    title: 'a processing that makes nothing',
    given: () => judging(processing({ datasets: [], fields: [] })),
    verdict: 'PASS',
  },
  {
    title: 'a collection about persons without a basis',
    given: () => judging(collection({ legalBasis: [] })),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'a transfer of nothing',
    given: () => judging(transfer({}, { parents: [] }), { upstream: [] }),
    verdict: 'FAIL',
    at: 'parents',
  },
  {
    title: 'an outcome of nothing',
    given: () => judging(outcome({}, { parents: [] }), { upstream: [] }),
    verdict: 'FAIL',
    at: 'parents',
  },
  {
    title: 'a dataset of a processing that comes from nothing',
    given: () =>
      judging(processing({ datasets: [dataset(), dataset({ n: 1, name: 'new', from: [] })] })),
    verdict: 'FAIL',
    at: 'claims.datasets[1].from',
  },
  {
    title: 'a parent that made no such dataset',
    given: () =>
      judging(transfer({}, { parents: [{ id: COLLECTION_ID, n: 7 }] }), {
        upstream: [{ ...upstream(collection()), n: 7, dataset: undefined }],
      }),
    verdict: 'FAIL',
    at: 'parents[0]',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'an outcome cited as a parent: it makes no datasets',
    given: () =>
      judging(processing({}, { parents: [{ id: outcome().id, n: 0 }] }), {
        upstream: [upstream(outcome())],
      }),
    verdict: 'FAIL',
    at: 'parents[0]',
  },
  {
    title: 'a parent that was not shown',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'parents[0]',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'the second of two parents was not shown',
    given: () =>
      judging(transfer({}, { parents: TWO }), {
        upstream: [upstream(collection()), gap({ id: idOf(0xc1), n: 0 })],
      }),
    verdict: 'UNKNOWN',
    at: 'parents[1]',
    evidence: [idOf(0xc1)],
  },
  {
    title: 'one parent not shown, the other made no such dataset',
    given: () =>
      judging(transfer({}, { parents: TWO }), {
        upstream: [
          gap(),
          { ...upstream(withheld(SECOND)), hop: collection({ datasets: [dataset({ n: 3 })] }) },
        ],
      }),
    verdict: 'FAIL',
    at: 'parents[1]',
  },
  {
    title: 'a parent that withholds its datasets',
    given: () =>
      judging(processing(), {
        upstream: [upstream(withheld(transfer(), 'datasets'), undefined, 0)],
      }),
    verdict: 'UNKNOWN',
    at: 'parents[0]',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'its own datasets are withheld',
    given: () => judging(withheld(processing(), 'datasets')),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'the basis of a collection is withheld',
    given: () => judging(withheld(collection(), 'legalBasis')),
    verdict: 'UNKNOWN',
    at: 'claims.legalBasis',
  },
  {
    title: 'the place of a collection is withheld',
    given: () => judging(withheld(collection(), 'place')),
    verdict: 'UNKNOWN',
    at: 'claims.place',
  },
  {
    title: 'no basis, and whom it is about is withheld',
    given: () =>
      judging(
        withheld(
          collection({ subjects: [dpv('Customer')], legalBasis: [], ...NOBODY_TOLD }),
          'subjects',
        ),
      ),
    verdict: 'UNKNOWN',
    at: 'claims.legalBasis',
  },
  {
    title: 'no basis about persons, and its place is withheld',
    given: () => judging(withheld(collection({ legalBasis: [] }), 'place')),
    verdict: 'FAIL',
    at: 'claims.legalBasis',
  },
  {
    title: 'an outcome whose source was not shown',
    given: () => judging(outcome(), { upstream: [gap({ id: PROCESSING_ID, n: 0 })] }),
    verdict: 'UNKNOWN',
    at: 'parents[0]',
  },
])
