/**
 * Forms of values and rules between them (docs/format.md 4.4, appendices A and B), from both sides of
 * each limit. All statements are in one log; each pack shows one of them in a bundle.
 */

import type { ErrorCode } from '../../ledger/core/errors.js'
import { bundleJson } from '../../ledger/core/evidence.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { ExampleKey } from '../docs/worked-example.js'
import { failed, judgedAs, type PackList } from './pack-list.js'
import {
  type Added,
  ANNA,
  BORIS,
  BOTH,
  collection,
  dataset,
  digestOf,
  instrument,
  outcome,
  processing,
  Scene,
  transfer,
} from './scene.js'

type Row = readonly [name: string, claims: JsonObject, code?: ErrorCode]

const DPV = 'https://w3id.org/dpv#'
const INVALID = 'CLAIM_INVALID'
const CONTRADICTS = 'CLAIM_INCONSISTENT'
const MISSING = 'CLAIM_MISSING'
const PARENTS = [0, 1].map((n) => ({ id: digestOf('a parent') as StatementId, n }))
const one = { n: 0, name: 'd', digest: digestOf('d'), from: [] }
const category = `${DPV}Location`

const COLLECTION: readonly Row[] = [
  ['country-eu', { place: { jurisdiction: 'EU' } }, INVALID],
  ['country-lower', { place: { jurisdiction: 'de' } }, INVALID],
  ['member-missing', { place: {} }, MISSING],
  ['member-unknown', { place: { jurisdiction: 'DE', town: 'Leipzig' } }, 'CLAIM_UNKNOWN_MEMBER'],
  ['member-null', { place: { jurisdiction: 'DE', origin: null } }, INVALID],
  ['object-as-list', { place: ['DE'] }, INVALID],
  ['word-unlisted', { place: { jurisdiction: 'DE', origin: 'guess' } }, INVALID],
  ['set-twice', { place: { jurisdiction: 'DE', storage: ['DE', 'FR', 'DE'] } }, INVALID],
  ['required-null', { place: null }, MISSING],
  ['required-empty', { purposes: [] }, MISSING],
  ['term-http', { purposes: ['http://w3id.org/dpv#Marketing'] }, INVALID],
  ['term-host-capital', { purposes: ['https://W3id.org/dpv#Marketing'] }, INVALID],
  ['term-one-label', { purposes: ['https://localhost/x'] }, INVALID],
  ['term-without-path', { purposes: ['https://w3id.org'] }, INVALID],
  ['term-two-fragments', { purposes: ['https://w3id.org/a#b#c'] }, INVALID],
  ['term-percent', { purposes: ['https://w3id.org/a%2'] }, INVALID],
  ['term-percent-good', { purposes: ['https://w3id.org/a%2F?x=[1]'] }],
  ['term-twice', { purposes: [`${DPV}Marketing`, `${DPV}Marketing`] }, INVALID],
  ['term-257', { purposes: [`https://w3id.org/${'a'.repeat(240)}`] }, INVALID],
  ['term-256', { purposes: [`https://w3id.org/${'a'.repeat(239)}`] }],
  ['time-leap-second', { period: { begin: '2026-12-31T23:59:60Z' } }, INVALID],
  ['time-offset', { period: { begin: '2026-11-01T00:00:00+01:00' } }, INVALID],
  ['time-ten-decimals', { period: { begin: '2026-11-01T00:00:00.0123456789Z' } }, INVALID],
  ['time-nine-decimals', { period: { begin: '2026-11-01T00:00:00.012345678Z' } }],
  ['time-day-31', { period: { begin: '2026-11-31T00:00:00Z' } }, INVALID],
  ['time-hour-24', { period: { begin: '2026-11-30T24:00:00Z' } }, INVALID],
  [
    'period-backwards',
    { period: { begin: '2026-11-02T00:00:00.2Z', end: '2026-11-02T00:00:00.19Z' } },
    CONTRADICTS,
  ],
  [
    'period-decimals',
    { period: { begin: '2026-11-02T00:00:00.5Z', end: '2026-11-02T00:00:00.50Z' } },
  ],
  ['date-29-february', { retention: { until: '2026-02-29' } }, INVALID],
  ['date-year-0', { retention: { until: '0000-01-01' } }, INVALID],
  ['date-1900', { retention: { until: '1900-02-29' } }, INVALID],
  ['retention-two-forms', { retention: { until: '2027-01-01', criteria: 'x' } }, CONTRADICTS],
  ['retention-no-form', { retention: {} }, CONTRADICTS],
  ['retention-half', { retention: { duration: 'P1Y' } }, CONTRADICTS],
  ['duration-weeks', { retention: { duration: 'P2W', startEvent: 'publication' } }],
  ['duration-fraction', { retention: { duration: 'P1Y0,5M', startEvent: 'publication' } }],
  [
    'duration-two-fractions',
    { retention: { duration: 'P1.5Y0.5M', startEvent: 'publication' } },
    INVALID,
  ],
  ['duration-empty', { retention: { duration: 'P', startEvent: 'publication' } }, INVALID],
  ['duration-empty-time', { retention: { duration: 'P1DT', startEvent: 'publication' } }, INVALID],
  ['duration-order', { retention: { duration: 'P1M1Y', startEvent: 'publication' } }, INVALID],
  ['duration-weeks-days', { retention: { duration: 'P1W1D', startEvent: 'publication' } }, INVALID],
  ['text-line-feed', { retention: { criteria: 'a\nb' } }, INVALID],
  ['text-direction', { retention: { criteria: 'a\u202eb' } }, INVALID],
  ['text-not-composed', { retention: { criteria: 'e\u0301' } }, INVALID],
  ['text-composed', { retention: { criteria: '\u00e9 ' } }],
  ['text-joiner', { retention: { criteria: '\u{1f468}\u200d\u{1f469}' } }],
  ['text-noncharacter', { retention: { criteria: 'a\ufffe' } }, INVALID],
  ['text-mark', { retention: { criteria: '\ufeffa' } }, INVALID],
  ['text-empty', { retention: { criteria: '' } }, INVALID],
  ['text-1024', { retention: { criteria: '\u{1f6b2}'.repeat(1024) } }],
  ['text-1025', { retention: { criteria: 'x'.repeat(1025) } }, INVALID],
  ['name-space-behind', { datasets: [{ ...one, name: 'rides ' }] }, INVALID],
  ['name-no-break-space', { datasets: [{ ...one, name: '\u00a0rides' }] }, INVALID],
  ['name-257', { datasets: [{ ...one, name: 'x'.repeat(257) }] }, INVALID],
  ['integer-negative', { datasets: [{ ...one, records: -1 }] }, INVALID],
  ['integer-text', { datasets: [{ ...one, records: '1' }] }, INVALID],
  ['integer-boolean', { datasets: [{ ...one, n: true }] }, INVALID],
  ['integer-65536', { datasets: [{ ...one, n: 65_536 }] }, INVALID],
  ['integer-65535', { datasets: [{ ...one, n: 65_535 }] }],
  ['digest-capitals', { datasets: [{ ...one, digest: digestOf('d').toUpperCase() }] }, INVALID],
  ['dataset-twice', { datasets: [one, { ...one, name: 'e' }] }, CONTRADICTS],
  ['dataset-of-parent', { datasets: [{ ...one, from: [0] }] }, CONTRADICTS],
  ['datasets-none', { datasets: [] }, MISSING],
  [
    'count-and-band',
    { datasets: [{ ...one, subjects: { count: 1, band: { min: 0, max: 1 } } }] },
    CONTRADICTS,
  ],
  [
    'band-backwards',
    { datasets: [{ ...one, subjects: { band: { min: 2, max: 1 } } }] },
    CONTRADICTS,
  ],
  [
    'sensitive-above-band',
    { datasets: [{ ...one, subjects: { band: { min: 0, max: 9 }, sensitive: 10 } }] },
    CONTRADICTS,
  ],
  ['sensitive-alone', { datasets: [{ ...one, subjects: { sensitive: 10 } }] }],
  [
    'volume-twice',
    {
      datasets: [
        { ...one, subjects: { volumes: [{ category: 'biometric' }, { category: 'biometric' }] } },
      ],
    },
    CONTRADICTS,
  ],
  ['field-of-no-dataset', { fields: [{ n: 1, name: 'f', category }] }, CONTRADICTS],
  [
    'field-twice',
    {
      fields: [
        { n: 0, name: 'f', category },
        { n: 0, name: 'f', category },
      ],
    },
    CONTRADICTS,
  ],
  [
    'field-of-parent',
    { fields: [{ n: 0, name: 'f', category, source: [{ parent: 0, name: 'g' }] }] },
    CONTRADICTS,
  ],
  [
    'onward-both',
    { onward: { allowed: true, countriesIncluded: ['US'], countriesExcluded: ['US'] } },
    CONTRADICTS,
  ],
  [
    'onward-forbidden-to-some',
    { onward: { allowed: false, recipients: [{ name: 'x' }] } },
    CONTRADICTS,
  ],
  ['onward-forbidden-empty', { onward: { allowed: false, countriesIncluded: [] } }],
  ['onward-nobody', { onward: { allowed: true, recipients: [{ country: 'US' }] } }, CONTRADICTS],
  ['onward-no-recipients', { onward: { allowed: true, recipients: [] } }, INVALID],
  ['boolean-number', { onward: { allowed: 1 } }, INVALID],
  ['ext-list', { ext: [1] }, INVALID],
  ['ext-null-inside', { ext: { a: null } }, INVALID],
  ['ext-reserved-name', { ext: { a: { _sd: 1 } } }, INVALID],
  ['ext-name-1025', { ext: { ['n'.repeat(1025)]: 1 } }, INVALID],
  ['ext-empty', { ext: {} }],
  ['code-ends-in-dot', { legalBasis: [{ basis: `${DPV}Consent`, regime: 'eu-gdpr.' }] }, INVALID],
  ['collector-name', { collector: 'Anna' }, INVALID],
]

const TRANSFER: readonly Row[] = [
  ['parent-unused', { datasets: [dataset(0, [0])] }, CONTRADICTS],
  ['copy-of-two', { datasets: [dataset(0, [0, 1]), dataset(1, [1])] }, CONTRADICTS],
  ['copy-of-third', { datasets: [dataset(0, [0]), dataset(1, [2])] }, CONTRADICTS],
  ['two-copies-of-one', { datasets: [dataset(0, [0]), dataset(1, [1]), dataset(2, [1])] }],
  [
    'dropped-more',
    { minimization: { droppedCount: 2, sourceFieldsCount: 1, transformations: [], claim: 'none' } },
    CONTRADICTS,
  ],
  [
    'transformed-nothing',
    {
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: 1,
        transformations: [{ kind: 'mask', datasets: [7] }],
        claim: 'none',
      },
    },
    CONTRADICTS,
  ],
  [
    'term-unlisted',
    { terms: { exporter: { role: `${DPV}DataController` }, importer: { role: `${DPV}Customer` } } },
    INVALID,
  ],
  [
    'parameter-129',
    {
      minimization: {
        droppedCount: 0,
        sourceFieldsCount: 1,
        transformations: [{ kind: 'mask', parameters: [{ name: 'k', value: 'x'.repeat(129) }] }],
        claim: 'none',
      },
    },
    INVALID,
  ],
]

const PROCESSING: readonly Row[] = [
  ['processed-from-nothing', { datasets: [dataset(0, [])] }, CONTRADICTS],
  ['processed-of-both', { datasets: [dataset(0, [0, 1])] }],
  ['processed-twice-of-one', { datasets: [dataset(0, [0, 0])] }, INVALID],
  ['processed-nothing', { datasets: [] }],
  [
    'transformation-of-nothing',
    { transformations: [{ kind: 'train', datasets: [4] }] },
    CONTRADICTS,
  ],
]

const CHECK = { method: 'm', digest: digestOf('a check') }

const OUTCOME: readonly Row[] = [
  ['explanation-empty', { decision: { automated: true, explanation: {} } }, CONTRADICTS],
  ['recipient-nobody', { audience: { public: false, recipients: [{}] } }, CONTRADICTS],
  [
    'media-type-capital',
    { artefact: { digest: digestOf('r'), name: 'r', mediaType: 'text/CSV' } },
    INVALID,
  ],
  ['metric-decimal', { validation: [{ ...CHECK, metrics: [{ name: 'mae', value: '-0.5' }] }] }],
  [
    'metric-zeros',
    { validation: [{ ...CHECK, metrics: [{ name: 'mae', value: '0.50' }] }] },
    INVALID,
  ],
  [
    'metric-minus-zero',
    { validation: [{ ...CHECK, metrics: [{ name: 'mae', value: '-0' }] }] },
    INVALID,
  ],
]

const INSTRUMENT: readonly Row[] = [
  [
    'route-twice',
    {
      routes: [
        { from: 'DE', to: 'IN' },
        { from: 'DE', to: 'IN', storage: ['DE'] },
      ],
    },
    CONTRADICTS,
  ],
  ['module-missing', { kind: { code: 'A46-2-c' } }, CONTRADICTS],
  ['other-unnamed', { kind: { code: 'Other' } }, CONTRADICTS],
  ['until-before-from', { effective: { from: '2026-01-01', until: '2025-12-31' } }, CONTRADICTS],
  [
    'document-ends-early',
    {
      documents: [
        { kind: 'tia', digest: digestOf('t'), date: '2026-02-01', validUntil: '2026-01-31' },
      ],
    },
    CONTRADICTS,
  ],
  [
    'phase-backwards',
    { caps: { phases: [{ code: 'a', from: '2026-02-01', until: '2026-01-31' }] } },
    CONTRADICTS,
  ],
]

export async function addClaims(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA, BORIS)
  const made: (readonly [Row, Added])[] = []
  const add = async (
    rows: readonly Row[],
    draft: (claims: JsonObject) => Parameters<Scene['add']>[0],
    signers: Readonly<Record<string, ExampleKey>>,
  ) => {
    for (const row of rows) made.push([row, await scene.add(draft(row[1]), signers)])
  }
  await add(COLLECTION, (claims) => collection(claims), { collector: ANNA })
  await add(TRANSFER, (claims) => transfer(PARENTS, claims), BOTH)
  await add(PROCESSING, (claims) => processing(PARENTS, BORIS, claims), { performer: BORIS })
  await add(OUTCOME, (claims) => outcome(PARENTS, BORIS, claims), { performer: BORIS })
  await add(INSTRUMENT, (claims) => instrument(claims), BOTH)
  const last = scene.log.logged.length - 1
  await scene.add(collection(), { collector: ANNA })
  const evidence = await scene.evidence(made.map(([, added]) => added))
  const bundle = bundleJson(evidence)
  const statements = bundle['statements'] as readonly Json[]
  const entries = bundle['entries'] as readonly JsonObject[]
  const file = list.file('claims.json', { ...bundle, entries: [], statements: [] })
  for (const [position, [[name, , code], { index }]] of made.entries()) {
    const shown = statements[position]
    if (shown === undefined) throw new RangeError('a statement is missing')
    const places = entries.filter((entry) => [0, index, last + 1].includes(Number(entry['index'])))
    const edits = [
      { path: ['entries'], value: places },
      { path: ['statements'], value: [shown] },
    ]
    const expect = judgedAs(code === undefined ? [] : failed(code))
    const description = code === undefined ? 'At the edge of its form.' : 'Beyond its form.'
    list.pack(`claim-${name}`, description, { file, edits, expect })
  }
  if (made.length !== last - 2) throw new RangeError('a statement was not added')
}
