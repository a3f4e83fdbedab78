/**
 * The ledger of docs/format.md: nine entries made from fixed keys, fixed salts and a fixed clock, so
 * that every byte of the document and of test/vectors/format can be made again.
 *
 *     0 party/1       the operator          4 collection/1  the exporter
 *     1 key/1         the operator's        5 transfer/1    exporter and importer
 *                     API key               6 key/1         a new key of the exporter
 *     2 party/1       the exporter          7 outcome/1     the importer
 *     3 party/1       the importer          8 key/1         the exporter's first key retires
 */
import { createHash } from 'node:crypto'
import {
  addSignature,
  type BuiltStatement,
  buildStatement,
  type RandomBytes,
  type StatementDraft,
  signStatement,
} from '../../ledger/core/build.js'
import { publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { type Jwk, jwkOf, type KeyId, thumbprint } from '../../ledger/core/jwk.js'
import { ed25519NoteKey } from '../../ledger/core/note.js'
import { formatPolicy, policyOfLogs } from '../../ledger/core/policy.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { WorkedLog } from './worked-log.js'

export const ORIGIN = 'example.com/waybill'
/** 2026-11-22T12:00:00Z. */
export const NOON = 1_795_348_800

const PREFIX = 'waybill format example: '

/** A key of the example: its seed is the SHA-256 of the prefix and its name. */
export type ExampleKey = {
  readonly seed: Uint8Array
  readonly kid: KeyId
  readonly jwk: Jwk
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>
}

export function exampleKey(name: string): ExampleKey {
  const seed = sha256(PREFIX + name)
  const key = publicKeyFromSeed(seed)
  return {
    seed,
    kid: thumbprint(key),
    jwk: jwkOf(key),
    sign: (message) => Promise.resolve(signEd25519(seed, message)),
  }
}

export const KEYS = {
  log: exampleKey('log key'),
  operator: exampleKey('operator key'),
  operatorApi: exampleKey('operator api key'),
  exporter: exampleKey('exporter key'),
  exporterSecond: exampleKey('exporter second key'),
  importer: exampleKey('importer key'),
} as const

const LOG_NOTE_KEY = ed25519NoteKey(ORIGIN, publicKeyFromSeed(KEYS.log.seed))
export const EXAMPLE_POLICY = policyOfLogs(LOG_NOTE_KEY)
export const POLICY_TEXT = formatPolicy(EXAMPLE_POLICY)

/** Salts and nonces: the first bytes of SHA-256 of the prefix, a label and a count. */
export function exampleRandom(label: string): RandomBytes {
  let count = 0
  return (bytes) => {
    count += 1
    return sha256(`${PREFIX}${label}: ${count}`).subarray(0, bytes)
  }
}

export function exampleDigest(label: string): string {
  return createHash('sha256')
    .update(PREFIX + label)
    .digest('hex')
}

/** Signs a built statement in any roles by any keys, in order of role name. */
export async function signedBy(
  built: BuiltStatement,
  signers: Readonly<Record<string, ExampleKey>>,
  iat: number,
): Promise<Envelope> {
  const roles = Object.keys(signers).sort()
  let envelope: Envelope | undefined
  for (const role of roles) {
    const key = signers[role]
    if (key === undefined) continue
    const own = await signStatement(built, role, key, iat)
    const [signature] = own.signatures
    envelope =
      envelope === undefined || signature === undefined ? own : addSignature(envelope, signature)
  }
  if (envelope === undefined) throw new RangeError('nobody signs')
  return envelope
}

export function draftOf(
  draft: Omit<StatementDraft, 'origin' | 'iat'> & Partial<Pick<StatementDraft, 'origin' | 'iat'>>,
): StatementDraft {
  return { origin: ORIGIN, iat: NOON, ...draft }
}

/** Builds with the salts of a label and signs. */
export function statement(
  label: string,
  draft: StatementDraft,
  signers: Readonly<Record<string, ExampleKey>>,
): Promise<Envelope> {
  return signedBy(buildStatement(draft, exampleRandom(label)), signers, draft.iat)
}

export function enrolment(name: string, country: string, key: ExampleKey): StatementDraft {
  const claims = { party: { key: key.jwk, uses: ['statement', 'api'] }, name, country }
  return draftOf({ type: 'party/1', countersignBy: NOON + 86_400, claims })
}

export function collectionDraft(): StatementDraft {
  return draftOf({
    type: 'collection/1',
    claims: {
      collector: KEYS.exporter.kid,
      place: { jurisdiction: 'DE' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      datasets: [{ n: 0, name: 'rides', digest: exampleDigest('rides'), from: [] }],
      period: { begin: '2026-11-01T00:00:00Z', end: '2026-11-21T00:00:00Z' },
    },
  })
}

export function transferDraft(collection: StatementId): StatementDraft {
  return draftOf({
    type: 'transfer/1',
    countersignBy: NOON + 86_400,
    parents: [{ id: collection, n: 0 }],
    claims: {
      exporter: KEYS.exporter.kid,
      importer: KEYS.importer.kid,
      route: { from: 'DE', to: 'IN', mode: 'copy' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      datasets: [{ n: 0, name: 'rides', digest: exampleDigest('rides'), from: [0] }],
      terms: {
        exporter: { role: 'https://w3id.org/dpv#DataController' },
        importer: { role: 'https://w3id.org/dpv#DataProcessor' },
      },
      period: { begin: '2026-11-22T08:00:00Z' },
    },
  })
}

export function outcomeDraft(transfer: StatementId): StatementDraft {
  return draftOf({
    type: 'outcome/1',
    iat: NOON + 120,
    parents: [{ id: transfer, n: 0 }],
    claims: {
      performer: KEYS.importer.kid,
      kind: 'report',
      artefact: { digest: exampleDigest('report'), name: 'Where bicycles are missing' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      personalData: 'anonymous',
      period: { begin: '2026-11-22T12:01:00Z' },
    },
  })
}

function operatorApiKeyDraft(): StatementDraft {
  const claims = {
    party: KEYS.operator.kid,
    key: KEYS.operatorApi.jwk,
    action: 'add',
    use: ['api'],
  }
  return draftOf({ type: 'key/1', countersignBy: NOON + 86_400, claims })
}

function addKeyDraft(): StatementDraft {
  return draftOf({
    type: 'key/1',
    iat: NOON + 60,
    countersignBy: NOON + 86_460,
    claims: {
      party: KEYS.exporter.kid,
      key: KEYS.exporterSecond.jwk,
      action: 'add',
      use: ['statement'],
      reason: { code: 'routine' },
    },
  })
}

function retireKeyDraft(): StatementDraft {
  return draftOf({
    type: 'key/1',
    iat: NOON + 180,
    countersignBy: NOON + 86_580,
    claims: {
      party: KEYS.exporter.kid,
      key: KEYS.exporter.jwk,
      action: 'retire',
      reason: { code: 'device-change' },
    },
  })
}

export type Example = {
  readonly log: WorkedLog
  readonly ids: Readonly<Record<'collection' | 'transfer' | 'outcome' | 'addKey', StatementId>>
}

/** The ledger of the document. */
export async function workedExample(): Promise<Example> {
  const { operator, operatorApi, exporter, exporterSecond, importer } = KEYS
  const log = new WorkedLog(ORIGIN, KEYS.log.seed)
  const add = async (
    time: number,
    label: string,
    draft: StatementDraft,
    signers: Readonly<Record<string, ExampleKey>>,
  ): Promise<StatementId> => log.append(await statement(label, draft, signers), time).id

  const admitted = { registrar: operator }
  await add(NOON, 'operator', enrolment('Example Ledger Ltd', 'IE', operator), {
    ...admitted,
    party: operator,
  })
  await add(NOON, 'operator api key', operatorApiKeyDraft(), {
    ...admitted,
    holder: operator,
    subject: operatorApi,
  })
  await add(NOON + 10, 'exporter', enrolment('Lindenau Räder eG', 'DE', exporter), {
    ...admitted,
    party: exporter,
  })
  await add(NOON + 10, 'importer', enrolment('Kaveri Analytics Pvt Ltd', 'IN', importer), {
    ...admitted,
    party: importer,
  })
  const collection = await add(NOON + 20, 'collection', collectionDraft(), { collector: exporter })
  const transfer = await add(NOON + 30, 'transfer', transferDraft(collection), {
    exporter,
    importer,
  })
  const addKey = await add(NOON + 60, 'new key', addKeyDraft(), {
    ...admitted,
    holder: exporter,
    subject: exporterSecond,
  })
  const outcome = await add(NOON + 120, 'outcome', outcomeDraft(transfer), { performer: importer })
  await add(NOON + 180, 'old key', retireKeyDraft(), { ...admitted, holder: exporterSecond })
  return { log, ids: { collection, transfer, outcome, addKey } }
}

function sha256(text: string): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(text).digest())
}
