import type { Field, Transformation } from '../../ledger/rules/hop.js'
import { R12 } from '../../ledger/rules/r12-masking-effective.js'
import {
  ASSESSMENT_ID,
  assessment,
  COLLECTION_ID,
  collection,
  DIGEST,
  dataset,
  facts,
  field,
  gap,
  IMPORTER,
  judging,
  outcome,
  PROCESSING_ID,
  processing,
  ruleCases,
  transfer,
  upstream,
  withheld,
} from './fixtures.js'
import { pd } from './vocabulary.js'

const CHANGED = 'f'.repeat(64)

type Claim = 'none' | 'no-direct-identifiers' | 'pseudonymous' | 'anonymous' | 'aggregate-only'

const DIRECT = field('name', { category: pd('Name'), identifier: 'direct' })
const PSEUDONYM = field('key', { category: pd('Identifying'), identifier: 'pseudonym' })
const INDIRECT = field('age')
const NONE = field('total', { identifier: 'none' })

/** A field that says nothing of how it identifies. */
function silent(name: string): Field {
  const { identifier: _, ...rest } = field(name)
  return rest
}

/** A transfer of these fields, as they were upstream or of changed content, under a claim. */
const claims = (
  claim: Claim,
  fields: readonly Field[],
  steps: readonly Transformation[] = [],
  of: readonly Field[] = fields,
) =>
  judging(
    transfer({
      fields,
      datasets: [dataset(of === fields ? {} : { digest: CHANGED })],
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: of.length,
        transformations: steps,
        claim,
      },
    }),
    { upstream: [upstream(collection({ fields: of }))] },
  )

/** A processing whose one field comes from one field upstream. */
const makes = (
  after: Field,
  before: Field,
  steps: readonly Transformation[] = [],
  digest = CHANGED,
) =>
  judging(
    processing({
      fields: [{ ...after, source: [{ parent: 0, name: before.name }] }],
      datasets: [dataset({ digest })],
      transformations: steps,
    }),
    { upstream: [upstream(transfer({ fields: [before] }))] },
  )

const anonymity = (scope: typeof COLLECTION_ID) =>
  assessment({
    kind: 'anonymisation',
    purposes: null,
    result: 'anonymous',
    scope: [scope],
    assessor: IMPORTER,
  })

const comesOf = (
  personalData: 'personal' | 'pseudonymous' | 'anonymous',
  fields: readonly Field[],
  given = {},
) =>
  judging(outcome({ personalData }), {
    upstream: [upstream(processing({ fields }))],
    ...given,
  })

ruleCases(R12, [
  {
    title: 'nothing is claimed',
    given: () => claims('none', [DIRECT, PSEUDONYM, INDIRECT]),
    verdict: 'NA',
  },
  {
    title: 'nothing was minimized',
    given: () => judging(transfer({ minimization: null })),
    verdict: 'NA',
  },
  { title: 'a collection as it is', given: () => judging(collection()), verdict: 'NA' },
  {
    title: 'an outcome that is said to be personal',
    given: () => comesOf('personal', [DIRECT]),
    verdict: 'NA',
  },
  {
    title: 'no direct identifiers, and there is none',
    given: () => claims('no-direct-identifiers', [PSEUDONYM, INDIRECT]),
    verdict: 'PASS',
  },
  {
    title: 'a name is replaced by a pseudonym',
    given: () =>
      claims(
        'pseudonymous',
        [
          field('name', {
            category: pd('Name'),
            identifier: 'pseudonym',
            transformation: { kind: 'pseudonymise', masking: true },
          }),
        ],
        [],
        [DIRECT],
      ),
    verdict: 'PASS',
  },
  {
    title: 'a name is masked by a transformation that names it',
    given: () =>
      makes(field('name', { category: pd('Name'), identifier: 'none' }), DIRECT, [
        { kind: 'mask', fields: ['name'] },
      ]),
    verdict: 'PASS',
  },
  {
    title: 'an outcome of data without direct identifiers is pseudonymous',
    given: () => comesOf('pseudonymous', [PSEUDONYM, INDIRECT]),
    verdict: 'PASS',
  },
  {
    title: 'an outcome of pseudonyms that are assessed to be anonymous',
    given: () =>
      comesOf('anonymous', [PSEUDONYM], {
        facts: facts({
          assessments: [{ ...anonymity(PROCESSING_ID), index: 35 }],
        }),
      }),
    verdict: 'PASS',
    evidence: [ASSESSMENT_ID, PROCESSING_ID],
  },
  {
    title: 'aggregates that were aggregated',
    given: () => claims('aggregate-only', [NONE], [{ kind: 'aggregate' }]),
    verdict: 'PASS',
  },
  {
    title: 'aggregates that nobody aggregated',
    given: () => claims('aggregate-only', [NONE]),
    verdict: 'WARN',
    at: 'claims.minimization.claim',
  },
  {
    title: 'anonymous, with indirect identifiers',
    given: () => claims('anonymous', [NONE, INDIRECT]),
    verdict: 'WARN',
    at: 'claims.fields[1].identifier',
  },
  {
    title: 'anonymous by an assessment, with indirect identifiers',
    given: () => ({
      ...claims('anonymous', [INDIRECT]),
      facts: facts({ assessments: [anonymity(COLLECTION_ID)] }),
    }),
    verdict: 'PASS',
  },
  {
    title: 'an outcome of pseudonyms that is said to be anonymous',
    given: () => comesOf('anonymous', [INDIRECT, PSEUDONYM]),
    verdict: 'WARN',
    at: 'claims.personalData',
    why: /key/,
  },
  {
    title: 'a name that is collected as if it did not identify',
    given: () =>
      judging(
        collection({ fields: [field('name', { category: pd('Name'), identifier: 'none' })] }),
      ),
    verdict: 'WARN',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'no direct identifiers, and there is one',
    given: () => claims('no-direct-identifiers', [INDIRECT, DIRECT]),
    verdict: 'FAIL',
    at: 'claims.fields[1].identifier',
  },
  {
    title: 'pseudonymous, and there is a direct identifier',
    given: () => claims('pseudonymous', [DIRECT]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'anonymous, and there is a pseudonym',
    given: () => claims('anonymous', [PSEUDONYM]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'aggregates only, and there is a pseudonym',
    given: () => claims('aggregate-only', [PSEUDONYM], [{ kind: 'filter' }]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a field that was masked and still identifies',
    given: () => makes({ ...DIRECT, transformation: { kind: 'mask' } }, DIRECT),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a masking flag on a field that still identifies, without any claim',
    given: () => claims('none', [{ ...DIRECT, transformation: { kind: 'derive', masking: true } }]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a direct identifier stops to be one, and nothing masked it',
    given: () => makes(field('name', { category: pd('Name') }), DIRECT, [{ kind: 'filter' }]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a mask that is no mask: the parties say that it hides nobody',
    given: () =>
      makes(field('name', { category: pd('Name') }), DIRECT, [
        { kind: 'mask', masking: false, fields: ['name'] },
      ]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a field that does not say how it identifies',
    given: () => claims('no-direct-identifiers', [silent('age')]),
    verdict: 'UNKNOWN',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'a claim without fields',
    given: () => claims('no-direct-identifiers', []),
    verdict: 'UNKNOWN',
    at: 'claims.datasets[0]',
  },
  {
    title: 'its fields are withheld',
    given: () => judging(withheld(transfer(), 'fields')),
    verdict: 'UNKNOWN',
    at: 'claims.fields',
  },
  {
    title: 'its claim is withheld',
    given: () => judging(withheld(transfer(), 'minimization')),
    verdict: 'UNKNOWN',
    at: 'claims.minimization',
  },
  {
    title: 'a gap upstream: what the fields were is not shown',
    given: () => judging(transfer(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
  },
  {
    title: 'an outcome of what is not shown',
    given: () => judging(outcome(), { upstream: [gap()] }),
    verdict: 'UNKNOWN',
    at: 'claims.personalData',
  },
  {
    title: 'an outcome of pseudonyms; nobody could search for assessments',
    given: () => comesOf('anonymous', [PSEUDONYM], { facts: facts({ assessments: null }) }),
    verdict: 'UNKNOWN',
    at: 'claims.personalData',
  },
  {
    title: 'the very content, said to be anonymised',
    given: () => makes({ ...DIRECT, identifier: 'none' }, DIRECT, [{ kind: 'anonymise' }], DIGEST),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  {
    title: 'said to be anonymised, of a source that does not show its datasets',
    given: () => {
      const { hop } = makes({ ...DIRECT, identifier: 'none' }, DIRECT, [{ kind: 'anonymise' }])
      const before = upstream(withheld(transfer({ fields: [DIRECT] }), 'datasets'))
      return judging(hop, { upstream: [before] })
    },
    verdict: 'UNKNOWN',
  },
  ...(['union', 'join', 'split'] as const).map((kind) => ({
    title: `it identifies less than its source after a ${kind}`,
    given: () =>
      makes({ ...DIRECT, identifier: 'none' }, DIRECT, [
        { kind, fields: [DIRECT.name], masking: true },
      ]),
    verdict: 'FAIL' as const,
    at: 'claims.fields[0].identifier',
  })),
  ...(['derive', 'infer', 'train'] as const).map((kind) => ({
    title: `it identifies less than its source by a ${kind} that may mask it or not`,
    given: () => makes(NONE, DIRECT, [{ kind, fields: [NONE.name] }]),
    verdict: 'UNKNOWN' as const,
    at: 'claims.fields[0].identifier',
  })),
  {
    title: 'what was derived of an indirect identifier is none',
    given: () => makes(NONE, INDIRECT, [{ kind: 'infer', fields: [NONE.name] }]),
    verdict: 'NA',
  },
  {
    title: 'it identifies less than its source by a derivation that masks it',
    given: () => makes(NONE, DIRECT, [{ kind: 'derive', fields: [NONE.name], masking: true }]),
    verdict: 'PASS',
  },
  {
    title: 'it identifies less than its source by a derivation that masks nobody',
    given: () => makes(NONE, DIRECT, [{ kind: 'derive', fields: [NONE.name], masking: false }]),
    verdict: 'FAIL',
    at: 'claims.fields[0].identifier',
  },
  ...(['identity', 'filter', 'sample', 'reformat', 'decrypt'] as const).map((kind) => ({
    title: `a ${kind} is flagged as a mask`,
    given: () =>
      makes({ ...DIRECT, identifier: 'none', transformation: { kind, masking: true } }, DIRECT),
    verdict: 'FAIL' as const,
    at: 'claims.fields[0].identifier',
  })),
])
