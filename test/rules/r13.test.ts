import type { Dataset } from '../../ledger/rules/hop.js'
import { R13 } from '../../ledger/rules/r13-volume.js'
import {
  COLLECTION_ID,
  collection,
  DIGEST,
  dataset,
  gap,
  idOf,
  judging,
  outcome,
  processing,
  ruleCases,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'

const SECOND_ID = idOf(0xc1)

/** Of content that was changed. */
const CHANGED = 'f'.repeat(64)

/** What was made, with these counts, of a source with those. */
const copies = (
  counts: Partial<Dataset>,
  source: Partial<Dataset> = {},
  claims: Parameters<typeof transfer>[0] = {},
) =>
  judging(transfer({ datasets: [dataset({ digest: CHANGED, ...counts })], ...claims }), {
    upstream: [upstream(collection({ datasets: [dataset({ from: [], ...source })] }))],
  })

const band = (min: number, max: number) => ({ subjects: { band: { min, max } } })

const minimized = (
  kind: 'union' | 'join' | 'filter' | 'synthesise',
  datasets?: readonly number[],
) => ({
  minimization: {
    droppedCount: 0,
    sourceFieldsCount: 3,
    transformations: [{ kind, ...(datasets === undefined ? {} : { datasets }) }],
    claim: 'none' as const,
  },
})

const uncounted = (from: readonly number[]): Dataset => {
  const { records: _, subjects: __, ...rest } = dataset({ from })
  return rest
}

/** A processing of two sources of 1,000 records and 900 persons each. */
const combines = (counts: Partial<Dataset>, ...done: readonly 'join'[]) =>
  judging(
    processing(
      {
        datasets: [dataset({ from: [0, 1], digest: CHANGED, ...counts })],
        transformations: done.map((kind) => ({ kind })),
      },
      {
        parents: [
          { id: COLLECTION_ID, n: 0 },
          { id: SECOND_ID, n: 0 },
        ],
      },
    ),
    { upstream: [upstream(collection()), upstream(collection({}, { id: SECOND_ID }))] },
  )

const volumes = (persons: number) => ({
  subjects: { count: 900, volumes: [{ category: 'personal-health' as const, persons }] },
})

ruleCases(R13, [
  { title: 'a collection', given: () => judging(collection()), verdict: 'NA' },
  { title: 'an outcome', given: () => judging(outcome()), verdict: 'NA' },
  {
    title: 'a processing that made nothing',
    given: () => judging(processing({ datasets: [], fields: [] })),
    verdict: 'NA',
  },
  { title: 'as much as the source', given: () => copies({}), verdict: 'PASS' },
  {
    title: 'less than the source',
    given: () => copies({ records: 10, subjects: { count: 5 } }),
    verdict: 'PASS',
  },
  {
    title: 'one record more',
    given: () => copies({ records: 1_001 }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'one person more',
    given: () => copies({ subjects: { count: 901 } }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'the same range of persons',
    given: () => copies(band(500, 1_000), band(500, 1_000)),
    verdict: 'PASS',
  },
  {
    title: 'a range that reaches above',
    given: () => copies(band(500, 1_000), { subjects: { count: 900 } }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'a number within the range of the source',
    given: () => copies({ subjects: { count: 700 } }, band(500, 1_000)),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'a range above the range of the source',
    given: () => copies(band(1_001, 5_000), band(500, 1_000)),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'more persons with sensitive data',
    given: () =>
      copies(
        { subjects: { count: 900, sensitive: 20 } },
        { subjects: { count: 900, sensitive: 19 } },
      ),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects.sensitive',
  },
  {
    title: 'more devices',
    given: () =>
      copies({ subjects: { count: 900, devices: 2 } }, { subjects: { count: 900, devices: 1 } }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects.devices',
  },
  {
    title: 'more bulk data of a category',
    given: () => copies(volumes(11), volumes(10)),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects.volumes[0].persons',
  },
  {
    title: 'bulk data that the source does not count',
    given: () => copies(volumes(11)),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects.volumes[0].persons',
  },
  {
    title: 'more, and a union with nothing is declared',
    given: () => copies({ records: 5_000, subjects: { count: 4_000 } }, {}, minimized('union')),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'more records, and a join with nothing is declared',
    given: () => copies({ records: 5_000 }, {}, minimized('join')),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'more records by a join of two sources',
    given: () => combines({ records: 5_000 }, 'join'),
    verdict: 'PASS',
  },
  {
    title: 'more persons than both sources have, by a join of them',
    given: () => combines({ subjects: { count: 10_000 } }, 'join'),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'more, and a union is declared for another dataset',
    given: () => copies({ records: 5_000 }, {}, minimized('union', [7])),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'more, and only a filter is declared',
    given: () => copies({ records: 5_000 }, {}, minimized('filter')),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'made-up records are no made-up persons',
    given: () =>
      copies({ records: 5_000, subjects: { count: 4_000 } }, {}, minimized('synthesise')),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'two sources count together',
    given: () => combines({ records: 2_000, subjects: { count: 1_800 } }),
    verdict: 'PASS',
  },
  {
    title: 'more than two sources together',
    given: () => combines({ records: 2_001, subjects: { count: 1_800 } }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
    evidence: [COLLECTION_ID, SECOND_ID],
  },
  {
    title: 'the second of two datasets has more',
    given: () => judging(transfer({ datasets: [dataset(), dataset({ n: 1, records: 1_001 })] })),
    verdict: 'FAIL',
    at: 'claims.datasets[1].records',
  },
  {
    title: 'nothing is counted anywhere',
    given: () =>
      judging(transfer({ datasets: [uncounted([0])] }), {
        upstream: [upstream(collection({ datasets: [uncounted([])] }))],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'the source is counted and the copy is not',
    given: () => judging(transfer({ datasets: [uncounted([0])] })),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'the copy is counted and the source is not',
    given: () =>
      judging(transfer(), { upstream: [upstream(collection({ datasets: [uncounted([])] }))] }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'the source is a gap',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'its datasets are withheld',
    given: () => judging(withheld(transfer(), 'datasets')),
    verdict: 'UNKNOWN',
    at: 'claims.datasets',
  },
  {
    title: 'more, and what may explain it is withheld',
    given: () =>
      judging(
        withheld(
          transfer({ datasets: [dataset({ digest: CHANGED, records: 2_000 })] }),
          'minimization',
        ),
      ),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'the very content, said to be about fewer persons',
    given: () => copies({ digest: DIGEST, subjects: { count: 10 } }),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects',
    evidence: [COLLECTION_ID],
  },
  {
    title: 'the very content, said to have fewer records after a filter',
    given: () => copies({ digest: DIGEST, records: 10 }, {}, minimized('filter')),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'the very content, said to be a union of more',
    given: () => copies({ digest: DIGEST, records: 5_000 }, {}, minimized('union')),
    verdict: 'FAIL',
    at: 'claims.datasets[0].records',
  },
  {
    title: 'the very content, with a lower count of a category',
    given: () => copies({ digest: DIGEST, ...volumes(0) }, volumes(900)),
    verdict: 'FAIL',
    at: 'claims.datasets[0].subjects.volumes[0].persons',
  },
  {
    title: 'the very content, in a narrower range',
    given: () => copies({ digest: DIGEST, ...band(500, 600) }, band(500, 1_000)),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects',
  },
  {
    title: 'the very content, with persons that are no longer counted',
    given: () => copies({ digest: DIGEST, subjects: {} }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].subjects',
  },
  {
    title:
      'more than the source that it names, and perhaps the content of a parent that is not shown',
    given: () =>
      judging(transfer({ datasets: [dataset({ from: [0], digest: CHANGED, records: 5_000 })] }), {
        upstream: [upstream(collection()), gap({ id: SECOND_ID, n: 0 })],
      }),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0].records',
  },
])
