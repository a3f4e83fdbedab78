/**
 * The standard statement of the bench: a dual-signed transfer of 12 filled claims and 8 fields, about
 * 6 KB with disclosures, and a ledger with the parties, the instrument and the collection it needs.
 */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import {
  buildStatement,
  countersignEnvelope,
  type Envelope,
  envelopeJson,
  generateKeyPem,
  initLedgerFolder,
  type Json,
  jwkOf,
  type Ledger,
  openLedgerFolder,
  operatorSigners,
  parseStatementId,
  type Signer,
  type SigningKey,
  type StatementDraft,
  type StatementId,
  signerFromPem,
  signStatement,
  systemNow,
} from '../ledger/index.js'

export const ORIGIN = 'bench.waybill.example/log'

export type Bench = {
  readonly folder: string
  readonly exporter: Signer
  readonly importer: Signer
  readonly instrument: StatementId
  readonly collection: StatementId
}

const DPV = 'https://w3id.org/dpv#'
const PD = 'https://w3id.org/dpv/pd#'
const SOURCE_DIGEST = '6a3d5c73d9b6da1360cb4f679a5853a2a02af5f300c113437bd0841de890cffc'
const FIELDS = [
  'UID',
  'AgeRange',
  'Country',
  'TravelHistory',
  'DeviceBased',
  'Language',
  'Transactional',
  'Preference',
]

export const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count))

/** A ledger with two firms, an instrument between them and a collection that the exporter holds. */
export async function makeLedger(folder: string): Promise<Bench> {
  rmSync(folder, { recursive: true, force: true })
  await initLedgerFolder(folder, { origin: ORIGIN, name: 'Bench operator', country: 'DE' })
  const { registrar } = await operatorSigners(folder)
  const { ledger } = await openLedgerFolder(folder, { workers: 0 })
  const [exporter, importer] = [newSigner(), newSigner()]
  const submit = async (draft: StatementDraft, signers: Signers): Promise<StatementId> =>
    (await ledger.submit(envelopeJson(await signed(draft, signers)))).id
  for (const [key, name, country] of [
    [exporter, 'Exporting firm', 'DE'],
    [importer, 'Importing firm', 'IN'],
  ] as const) {
    await submit(partyDraft(key, name, country), [
      ['party', key],
      ['registrar', registrar],
    ])
  }
  const both: Signers = [
    ['exporter', exporter],
    ['importer', importer],
  ]
  const instrument = await submit(instrumentDraft(exporter, importer), both)
  const collection = await submit(collectionDraft(exporter), [['collector', exporter]])
  await ledger.close()
  return { folder, exporter, importer, instrument, collection }
}

type Signers = readonly (readonly [role: string, key: SigningKey])[]

export async function signed(draft: StatementDraft, signers: Signers): Promise<Envelope> {
  const [first, ...rest] = signers
  if (first === undefined) throw new TypeError('a statement needs a signer')
  let envelope = await signStatement(buildStatement(draft, random), first[0], first[1], draft.iat)
  for (const [role, key] of rest)
    envelope = await countersignEnvelope(envelope, role, key, draft.iat)
  return envelope
}

/** One standard statement, as the text of its envelope. */
export async function standardText(bench: Bench): Promise<string> {
  const { exporter, importer } = bench
  const envelope = await signed(transferDraft(bench), [
    ['exporter', exporter],
    ['importer', importer],
  ])
  return JSON.stringify(envelopeJson(envelope))
}

/** Bytes that a folder takes on disk, sparse parts not counted. */
export function folderBytes(folder: string): number {
  return Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) * 1_024
}

export function newSigner(): Signer {
  return signerFromPem(generateKeyPem().pem)
}

const header = (): { readonly origin: string; readonly iat: number } => ({
  origin: ORIGIN,
  iat: systemNow(),
})
const HOUR_S = 3_600

function partyDraft(key: Signer, name: string, country: string): StatementDraft {
  const claims = {
    party: { key: { ...jwkOf(key.publicKey) }, uses: ['statement', 'api'] },
    name,
    country,
  }
  return { ...header(), countersignBy: systemNow() + HOUR_S, type: 'party/1', claims }
}

function instrumentDraft(exporter: Signer, importer: Signer): StatementDraft {
  const claims: Record<string, Json> = {
    exporter: exporter.kid,
    importer: importer.kid,
    kind: { code: 'A46-2-c', module: 'C2P', version: '2021/914' },
    subjects: [`${DPV}Customer`],
    routes: [{ from: 'DE', to: 'IN' }],
    purposes: [`${DPV}ServiceOptimisation`],
    categories: FIELDS.map((name) => PD + name),
    effective: { from: '2026-01-01', until: '2028-12-31' },
  }
  return { ...header(), countersignBy: systemNow() + HOUR_S, type: 'instrument/1', claims }
}

function collectionDraft(collector: Signer): StatementDraft {
  const claims: Record<string, Json> = {
    collector: collector.kid,
    place: { jurisdiction: 'DE', subjectCountries: ['DE'] },
    subjects: [`${DPV}Customer`],
    purposes: [`${DPV}ServiceOptimisation`],
    legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b', regime: 'eu-gdpr' }],
    datasets: [{ n: 0, name: 'rides 2026-09', digest: SOURCE_DIGEST, from: [], records: 412_877 }],
    fields: FIELDS.map((name) => ({ n: 0, name: name.toLowerCase(), category: PD + name })),
    period: { begin: '2026-09-01T00:00:00Z', end: '2026-09-30T23:59:59Z' },
  }
  return { ...header(), type: 'collection/1', claims }
}

const ROUTE: Json = {
  from: 'DE',
  to: 'IN',
  storage: ['IN'],
  access: ['IN'],
  subjectCountries: ['DE'],
  mode: 'copy',
  frequency: 'periodic',
  channel: {
    protocol: 'TLS 1.3',
    encryption: [`${DPV}EncryptionInTransfer`],
    keyCustody: 'exporter',
  },
}

function termsOf(exporter: Signer): Json {
  return {
    exporter: {
      role: `${DPV}DataController`,
      legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b', regime: 'eu-gdpr' }],
    },
    importer: { role: `${DPV}DataProcessor`, onBehalfOf: exporter.kid },
    endUse: { statement: 'service-to-exporter' },
    prohibitedUses: ['coercion', 'discrimination', 'sale-onward'],
    subjects: [`${DPV}Customer`],
    measures: [`${DPV}AccessControlMethod`],
  }
}

function transferDraft({ exporter, importer, instrument, collection }: Bench): StatementDraft {
  const claims: Record<string, Json> = {
    exporter: exporter.kid,
    importer: importer.kid,
    route: ROUTE,
    instrument,
    purposes: [`${DPV}ServiceOptimisation`],
    datasets: [
      {
        n: 0,
        name: 'rides 2026-09',
        digest: SOURCE_DIGEST,
        from: [0],
        records: 412_877,
        subjects: { count: 5_120 },
      },
    ],
    fields: FIELDS.map((name) => ({
      n: 0,
      name: name.toLowerCase(),
      category: PD + name,
      identifier: 'indirect',
      necessary: [`${DPV}ServiceOptimisation`],
    })),
    minimization: {
      droppedCount: 2,
      sourceFieldsCount: 10,
      transformations: [{ kind: 'drop', datasets: [0], fields: ['home_postcode', 'birth_date'] }],
      claim: 'no-direct-identifiers',
    },
    retention: { until: '2027-12-31' },
    onward: { allowed: false },
    terms: termsOf(exporter),
    period: { begin: '2026-10-01T00:00:00Z', end: '2026-10-01T01:00:00Z' },
  }
  const parents = [{ id: parseStatementId(collection), n: 0 }]
  return {
    ...header(),
    countersignBy: systemNow() + 24 * HOUR_S,
    parents,
    type: 'transfer/1',
    claims,
  }
}

/** A chain of processings on the collection, one after the other; the last one's id. */
export async function makeChain(
  ledger: Ledger,
  bench: Bench,
  length: number,
): Promise<StatementId> {
  let parent = bench.collection
  for (let hop = 0; hop < length; hop += 1) {
    const envelope = await signed(processingDraft(bench.exporter, parent), [
      ['performer', bench.exporter],
    ])
    parent = (await ledger.submit(envelopeJson(envelope))).id
  }
  return parent
}

function processingDraft(performer: Signer, parent: StatementId): StatementDraft {
  const claims: Record<string, Json> = {
    performer: performer.kid,
    place: { jurisdiction: 'DE' },
    purposes: [`${DPV}ServiceOptimisation`],
    nature: [`${DPV}Analyse`],
    datasets: [{ n: 0, name: 'rides 2026-09', digest: SOURCE_DIGEST, from: [0], records: 412_877 }],
    period: { begin: '2026-10-01T00:00:00Z', end: '2026-10-01T01:00:00Z' },
  }
  return { ...header(), parents: [{ id: parent, n: 0 }], type: 'processing/1', claims }
}
