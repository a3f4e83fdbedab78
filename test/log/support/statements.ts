/**
 * Statements of the log's tests: the smallest claims that each schema takes, signed by whoever a test
 * says. Nothing here knows a ledger.
 */
import { randomBytes } from 'node:crypto'
import {
  buildStatement,
  countersignEnvelope,
  type StatementDraft,
  signStatement,
} from '../../../ledger/core/build.js'
import { toHex } from '../../../ledger/core/bytes.js'
import {
  type Envelope,
  type EnvelopeSignature,
  envelopeJson,
} from '../../../ledger/core/envelope.js'
import type { Json, JsonObject } from '../../../ledger/core/json.js'
import { jwkOf } from '../../../ledger/core/jwk.js'
import { type ParentRef, type StatementId, statementId } from '../../../ledger/core/statement.js'
import { bestCrypto } from '../../../ledger/crypto/native.js'
import type { Signer } from '../../../ledger/crypto/signer.js'
import { digestOf, type Firm, OPERATOR } from './firms.js'

export const ORIGIN = 'log.example/test'
/** When the tests' clocks begin, seconds since 1970. */
export const START_S = 1_795_000_000
/** How long a proposal of these tests waits. */
export const PATIENCE_S = 86_400
export const crypto = bestCrypto()

export type Signing = readonly [role: string, signer: Signer]
export type Draft = Omit<StatementDraft, 'origin' | 'iat'> & {
  readonly origin?: string
  readonly iat?: number
}

/** Signs a draft in these roles. `atS`: what the signers' clocks say. */
export async function sign(
  draft: Draft,
  signings: readonly Signing[],
  atS: number = START_S,
): Promise<Envelope> {
  const [first, ...rest] = signings
  if (first === undefined) throw new Error('nobody signs')
  const built = buildStatement(
    { origin: ORIGIN, iat: atS, ...draft },
    (count) => new Uint8Array(randomBytes(count)),
    crypto.codec,
  )
  let envelope = await signStatement(built, first[0], first[1], atS)
  for (const [role, signer] of rest)
    envelope = await countersignEnvelope(envelope, role, signer, atS)
  return envelope
}

/** The envelope with only the signatures of these roles. */
export function only(envelope: Envelope, ...roles: readonly string[]): Envelope {
  return {
    ...envelope,
    signatures: envelope.signatures.filter(({ header }) => roles.includes(header.role)),
  }
}

/** What a client sends. */
export function json(envelope: Envelope): JsonObject {
  return envelopeJson(envelope)
}

/** A signature as countersigning sends it. */
export function signatureJson(signature: EnvelopeSignature | undefined): Json {
  if (signature === undefined) throw new Error('no such signature')
  return { protected: signature.protected, signature: signature.signature }
}

/** The signature of a role, as countersigning sends it. */
export function signatureOf(envelope: Envelope, role: string): Json {
  return signatureJson(envelope.signatures.find(({ header }) => header.role === role))
}

export function idOf(envelope: Envelope): StatementId {
  return statementId(envelope.payloadBytes, crypto.sha256)
}

export function hexDigest(text: string): string {
  return toHex(digestOf(text))
}

/** A dataset that comes from these positions in `parents`; its digest follows from `content`. */
export function dataset(content: string, from: readonly number[] = [], n = 0): JsonObject {
  return { n, name: content, digest: hexDigest(content), from }
}

export function enrolment(
  firm: Pick<Firm, 'name' | 'signer'>,
  more: Readonly<Record<string, Json>> = {},
  draft: Partial<Draft> = {},
): Draft {
  const key = jwkOf(firm.signer.publicKey)
  return {
    type: 'party/1',
    countersignBy: START_S + PATIENCE_S,
    claims: { party: { key, uses: ['api', 'statement'] }, name: firm.name, country: 'DE', ...more },
    ...draft,
  }
}

/** Roles of an enrolment that is complete. */
export function enrolling(firm: Pick<Firm, 'signer'>): readonly Signing[] {
  return [
    ['party', firm.signer],
    ['registrar', OPERATOR.signer],
  ]
}

export function keyChange(
  firm: Firm,
  key: Signer,
  action: 'add' | 'retire' | 'revoke' | 'compromised',
  more: Readonly<Record<string, Json>> = {},
): Draft {
  return {
    type: 'key/1',
    countersignBy: START_S + PATIENCE_S,
    claims: {
      party: firm.party,
      key: jwkOf(key.publicKey),
      action,
      ...(action === 'add' ? { use: ['statement', 'api'] } : {}),
      ...more,
    },
  }
}

export function collection(
  collector: Firm,
  content: string,
  more: Readonly<Record<string, Json>> = {},
): Draft {
  return {
    type: 'collection/1',
    claims: {
      collector: collector.party,
      place: {
        jurisdiction: 'DE',
        subjectCountries: ['DE'],
        storage: ['DE'],
        origin: 'observation',
      },
      purposes: [PURPOSE],
      datasets: [dataset(content)],
      period: PERIOD,
      ...more,
    },
  }
}

export function transfer(
  [exporter, importer]: readonly [Firm, Firm],
  parents: readonly ParentRef[],
  datasets: readonly JsonObject[],
  more: Readonly<Record<string, Json>> = {},
): Draft {
  return {
    type: 'transfer/1',
    countersignBy: START_S + PATIENCE_S,
    parents,
    claims: {
      exporter: exporter.party,
      importer: importer.party,
      route: ROUTE,
      purposes: [PURPOSE],
      datasets,
      terms: TERMS,
      period: PERIOD,
      ...more,
    },
  }
}

export function processing(
  performer: Firm,
  parents: readonly ParentRef[],
  datasets: readonly JsonObject[],
): Draft {
  return {
    type: 'processing/1',
    parents,
    claims: {
      performer: performer.party,
      place: { jurisdiction: 'IN', storage: ['IN'], role: 'https://w3id.org/dpv#DataProcessor' },
      purposes: [PURPOSE],
      nature: ['https://w3id.org/dpv#Combine'],
      datasets,
      period: PERIOD,
    },
  }
}

export function outcome(performer: Firm, parents: readonly ParentRef[], content: string): Draft {
  return {
    type: 'outcome/1',
    parents,
    claims: {
      performer: performer.party,
      kind: 'report',
      artefact: { digest: hexDigest(content), name: 'report' },
      purposes: [PURPOSE],
      personalData: 'anonymous',
      period: PERIOD,
    },
  }
}

export function instrument(exporter: Firm, importer: Firm): Draft {
  return {
    type: 'instrument/1',
    countersignBy: START_S + PATIENCE_S,
    claims: {
      exporter: exporter.party,
      importer: importer.party,
      kind: { code: 'A46-2-c', module: 'C2P' },
      routes: [{ from: 'DE', to: 'IN' }],
      purposes: [PURPOSE],
      categories: ['https://w3id.org/dpv/pd#UID'],
      subjects: ['https://w3id.org/dpv#Customer'],
      effective: { from: '2026-03-01' },
    },
  }
}

/** What the firm found out about datasets of these statements. */
export function assessment(assessor: Firm, scope: readonly StatementId[]): Draft {
  return {
    type: 'assessment/1',
    claims: {
      assessor: assessor.party,
      kind: 'compatibility',
      scope: [...scope],
      purposes: { from: [PURPOSE], to: ['https://w3id.org/dpv#AcademicResearch'] },
      result: 'compatible',
      effective: { from: '2026-03-01' },
    },
  }
}

export function refusal(about: StatementId, code: string): Draft {
  return { type: 'refusal/1', about, claims: { reason: { code } } }
}

const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
const PERIOD = { begin: '2026-11-02T09:00:00Z', end: '2026-11-06T16:30:00Z' }
const ROUTE = {
  from: 'DE',
  to: 'IN',
  storage: ['IN'],
  access: ['IN'],
  subjectCountries: ['DE'],
  mode: 'copy',
}
const CONTROLLER = {
  role: 'https://w3id.org/dpv#DataController',
  legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-f', regime: 'eu-gdpr' }],
}
const TERMS = { exporter: CONTROLLER, importer: CONTROLLER }
