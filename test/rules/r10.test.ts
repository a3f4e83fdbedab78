import type { Dataset, Field, Transformation } from '../../ledger/rules/hop.js'
import { R10 } from '../../ledger/rules/r10-field-subset.js'
import type { Judging } from '../../ledger/rules/rule.js'
import {
  COLLECTION_ID,
  collection,
  DIGEST,
  dataset,
  field,
  gap,
  idOf,
  judging,
  outcome,
  processing,
  ruleCases,
  TRANSFER_ID,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { dpv, pd } from './vocabulary.js'

const OTHER = 'e'.repeat(64)
const KEY = field('key', { category: pd('Identifying'), identifier: 'pseudonym' })
const AGE = field('age')
const REGION = field('region', { category: pd('Region') })
const HEALTH = field('diagnosis', { category: pd('HealthRecord'), special: ['special'] })

type Sent = {
  readonly fields: readonly Field[]
  readonly of?: readonly Field[]
  readonly dropped?: number
  readonly steps?: readonly Transformation[]
  readonly dataset?: Partial<Dataset>
}

/** A transfer of these fields of a collection that has others; its content changed. */
const sends = ({ fields, of = [KEY, AGE, REGION], dropped = 0, steps = [], ...more }: Sent) =>
  judging(
    transfer({
      fields,
      datasets: [dataset({ digest: OTHER, ...more.dataset })],
      minimization: {
        droppedCount: dropped,
        sourceFieldsCount: of.length,
        transformations: steps,
        claim: 'none',
      },
    }),
    { upstream: [upstream(collection({ fields: of }))] },
  )

const makes = (
  fields: readonly Field[],
  steps: readonly Transformation[] = [],
  of: readonly Field[] = [KEY, AGE, REGION],
) =>
  judging(processing({ fields, transformations: steps, datasets: [dataset({ digest: OTHER })] }), {
    upstream: [upstream(transfer({ fields: of }))],
  })

const from = (name: string) => ({ source: [{ parent: 0, name }] })

ruleCases(R10, [
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'a processing that made nothing',
    given: () => judging(processing({ datasets: [], fields: [] })),
    verdict: 'NA',
  },
  { title: 'a copy of every field', given: () => judging(transfer()), verdict: 'PASS' },
  {
    title: 'fields left out, and counted',
    given: () => sends({ fields: [AGE], dropped: 2 }),
    verdict: 'PASS',
  },
  {
    title: 'a field under another name, with its source',
    given: () => sends({ fields: [KEY, REGION, field('years', from('age'))] }),
    verdict: 'PASS',
  },
  { title: 'a processing names its sources', given: () => judging(processing()), verdict: 'PASS' },
  {
    title: 'a field that is derived, by a transformation of its own',
    given: () =>
      makes([
        field('risk', { category: pd('Credit'), source: [], transformation: { kind: 'derive' } }),
      ]),
    verdict: 'PASS',
  },
  {
    title: 'a field that is derived, by a transformation that names it',
    given: () => makes([field('risk', { source: [] })], [{ kind: 'infer', fields: ['risk'] }]),
    verdict: 'PASS',
  },
  {
    title: 'a join explains new fields',
    given: () => makes([field('weather', { source: [] })], [{ kind: 'join' }]),
    verdict: 'PASS',
  },
  {
    title: 'a field that the source does not have',
    given: () => sends({ fields: [KEY, AGE, REGION, field('income')] }),
    verdict: 'FAIL',
    at: 'claims.fields[3]',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'a stated source that is not there',
    given: () => makes([field('age', from('birthday'))]),
    verdict: 'FAIL',
    at: 'claims.fields[0].source[0].name',
    evidence: [TRANSFER_ID],
  },
  {
    title: 'a new field that nothing produced',
    given: () => makes([field('score', { source: [] })], [{ kind: 'aggregate', fields: ['age'] }]),
    verdict: 'FAIL',
    at: 'claims.fields[0]',
  },
  {
    title: 'a new field; the transformation is of another dataset',
    given: () =>
      makes(
        [field('score', { source: [] })],
        [{ kind: 'derive', fields: ['score'], datasets: [3] }],
      ),
    verdict: 'FAIL',
    at: 'claims.fields[0]',
  },
  {
    title: 'a processing with a field that is in no source',
    given: () => makes([field('score')]),
    verdict: 'FAIL',
    at: 'claims.fields[0]',
  },
  {
    title: 'a processing does not say where a field comes from',
    given: () => makes([field('age')]),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0]',
  },
  {
    title: 'what a field tells changes without a transformation',
    given: () => sends({ fields: [KEY, field('age', { category: pd('Region') }), REGION] }),
    verdict: 'FAIL',
    at: 'claims.fields[1].category',
    why: /Age Range/,
  },
  {
    title: 'a narrower category tells no less',
    given: () => sends({ fields: [field('age', { category: pd('AgeExact') })], of: [AGE] }),
    verdict: 'PASS',
  },
  {
    title: 'what a field tells changes by a transformation of its own',
    given: () =>
      sends({
        fields: [
          KEY,
          field('age', { category: pd('Region'), transformation: { kind: 'derive' } }),
          REGION,
        ],
      }),
    verdict: 'PASS',
  },
  {
    title: 'what was not categorised has nothing to lose',
    given: () =>
      sends({ fields: [AGE], of: [field('age', { category: dpv('UncategorisedData') })] }),
    verdict: 'PASS',
  },
  {
    title: 'a special category disappears without a mask',
    given: () =>
      sends({
        fields: [
          field('diagnosis', { category: pd('Region'), transformation: { kind: 'derive' } }),
        ],
        of: [HEALTH],
      }),
    verdict: 'FAIL',
    at: 'claims.fields[0].category',
  },
  {
    title: 'a special category disappears behind a mask',
    given: () =>
      sends({
        fields: [
          field('diagnosis', {
            category: dpv('NonPersonalData'),
            transformation: { kind: 'derive', masking: true },
          }),
        ],
        of: [HEALTH],
      }),
    verdict: 'PASS',
  },
  {
    title: 'the flag of a special category disappears',
    given: () =>
      sends({ fields: [field('diagnosis', { category: pd('HealthRecord') })], of: [HEALTH] }),
    verdict: 'FAIL',
    at: 'claims.fields[0].special',
  },
  {
    title: 'a source that only decides which rows are there has nothing to lose',
    given: () =>
      makes([
        field('region', {
          category: pd('Region'),
          source: [
            { parent: 0, name: 'region' },
            { parent: 0, name: 'age', via: 'indirect' },
          ],
        }),
      ]),
    verdict: 'PASS',
  },
  {
    title: 'a field is left out and nothing says so',
    given: () =>
      judging(
        transfer({
          fields: [KEY, AGE],
          datasets: [dataset({ digest: OTHER })],
          minimization: null,
        }),
      ),
    verdict: 'FAIL',
    at: 'claims.minimization',
    why: /region/,
  },
  {
    title: 'more is left out than is counted',
    given: () => sends({ fields: [AGE], dropped: 1 }),
    verdict: 'FAIL',
    at: 'claims.minimization.droppedCount',
  },
  {
    title: 'less is left out than is claimed',
    given: () => sends({ fields: [KEY, AGE, REGION], dropped: 2 }),
    verdict: 'FAIL',
    at: 'claims.minimization.droppedCount',
  },
  {
    title: 'a field is left out of content that did not change',
    given: () => sends({ fields: [KEY, AGE], dropped: 1, dataset: { digest: dataset().digest } }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].digest',
  },
  {
    title: 'no fields are declared',
    given: () => sends({ fields: [], dropped: 3 }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'the source declares no fields',
    given: () => sends({ fields: [AGE], of: [] }),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0]',
  },
  {
    title: 'a gap upstream',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'the source withholds its fields',
    given: () => judging(transfer(), { upstream: [upstream(withheld(collection(), 'fields'))] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'its fields are withheld',
    given: () => judging(withheld(transfer(), 'fields')),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'what may have produced a field is withheld',
    given: () =>
      judging(
        withheld(processing({ fields: [field('score', { source: [] })] }), 'transformations'),
      ),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0]',
  },
  {
    title: 'it is the content of a parent that it does not name',
    given: () => ofTwo({ from: [1] }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].from',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'it is the content of two parents, and names one',
    given: () => ofTwo({ from: [1] }, DIGEST),
    verdict: 'PASS',
  },
  {
    title: 'it comes from one of two parents, and is neither',
    given: () => ofTwo({ from: [1], digest: OTHER }),
    verdict: 'PASS',
  },
  {
    title: 'a parent that it does not name withholds its datasets',
    given: () => {
      const { upstream: parents, ...given } = ofTwo({ from: [1] })
      const [first, second] = parents.map((parent) => ({ ...parent, limits: gap().limits }))
      const less = { ...first, hop: withheld(collection(), 'datasets'), dataset: undefined }
      return { ...given, upstream: [less, second] } as Judging
    },
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].from',
  },
])

/** A processing of two collections; its dataset has the content of the first. */
function ofTwo(changes: Partial<Dataset>, second = 'a'.repeat(64)): Judging {
  const other = collection({ datasets: [dataset({ from: [], digest: second })] }, { id: idOf(2) })
  return judging(
    processing(
      {
        fields: [KEY, AGE, REGION].map((one) => ({
          ...one,
          source: [{ parent: 1, name: one.name }],
        })),
        datasets: [dataset(changes)],
        transformations: [{ kind: 'reformat' }],
      },
      {
        parents: [
          { id: COLLECTION_ID, n: 0 },
          { id: idOf(2), n: 0 },
        ],
      },
    ),
    { upstream: [upstream(collection()), upstream(other)] },
  )
}
