/**
 * Facts: the few values of a statement that admission and lineage decide on.
 *
 * Read once from the opened claims, so that the writer needs neither schemas nor disclosures, and
 * plain enough to cross from a worker thread. Values have passed the schema when they get here,
 * unless they are withheld: then the fact is absent.
 */
import { fromBase64url } from './bytes.js'
import { listClaim, type OpenClaims, scalarClaim } from './disclosure.js'
import { type PublicKey, parsePublicKey } from './ed25519.js'
import type { Envelope } from './envelope.js'
import { isObject, type Json } from './json.js'
import { type KeyId, thumbprint } from './jwk.js'
import type { KeyState, KeyUse, PartyId, RegistryChange } from './key-state.js'
import type { StatementType } from './schemas.js'
import type { ParentRef, Payload, StatementId } from './statement.js'

/** An opened statement, as far as facts are read from it; `OpenedStatement` is one. */
export type FactSource = {
  readonly id: StatementId
  readonly payload: Payload
  readonly open: OpenClaims
  readonly envelope: Pick<Envelope, 'signatures'>
}

export type Signer = { readonly role: string; readonly kid: KeyId; readonly iat: number }

export type DatasetFact = {
  readonly n: number
  /** Lower-case hex SHA-256 of the content or of a manifest. */
  readonly digest: string
  /** Positions in `parents` that this dataset comes from. */
  readonly from: readonly number[]
  /** A declared transformation explains a digest other than its parent's. */
  readonly transformed: boolean
}

export type KeyAction = 'add' | 'retire' | 'revoke' | 'compromised'

export type StatementFacts = {
  readonly id: StatementId
  readonly type: StatementType
  readonly iat: number
  readonly countersignBy?: number
  readonly parents: readonly ParentRef[]
  readonly about?: StatementId
  readonly supersedes?: StatementId
  readonly action?: KeyAction
  readonly signers: readonly Signer[]
  /** Party that each role's claim names. Absent for `registrar` and for a refusal's role. */
  readonly parties: Readonly<Record<string, PartyId>>
  /** Keys that the statement itself brings, by the role that must sign with them. */
  readonly ownKeys: Readonly<Record<string, { readonly kid: KeyId; readonly key: PublicKey }>>
  readonly datasets: readonly DatasetFact[]
  readonly instrument?: StatementId
  readonly change?: RegistryChange
  /** SHA-256 of an outcome's artefact, lower-case hex. */
  readonly artefact?: string
  /** Statements that an assessment covers. */
  readonly scope?: readonly StatementId[]
  /** Reason code of a refusal. */
  readonly refusal?: string
}

/** Claims that name the party of a role, where the role and the claim share a name. */
const PARTY_ROLES = [
  'exporter',
  'importer',
  'collector',
  'performer',
  'auditor',
  'assessor',
  'issuer',
] as const

/** Collects the facts of an opened statement; what is withheld is left out. */
export function factsOf(opened: FactSource): StatementFacts {
  const { payload, open, envelope, id } = opened
  const action = scalarClaim(open, 'action') as KeyAction | undefined
  const instrument = payload.type === 'transfer/1' ? scalarClaim(open, 'instrument') : undefined
  const registry = registryFacts(payload.type, open)
  return {
    id,
    type: payload.type,
    iat: payload.iat,
    ...(payload.countersignBy === undefined ? {} : { countersignBy: payload.countersignBy }),
    parents: payload.parents ?? [],
    ...(payload.about === undefined ? {} : { about: payload.about }),
    ...(payload.supersedes === undefined ? {} : { supersedes: payload.supersedes }),
    ...(payload.type === 'key/1' && action !== undefined ? { action } : {}),
    signers: envelope.signatures.map(({ header }) => ({
      role: header.role,
      kid: header.kid,
      iat: header.iat,
    })),
    parties: { ...namedParties(open), ...registry.parties },
    ownKeys: registry.ownKeys,
    datasets: datasetFacts(open),
    ...(typeof instrument === 'string' ? { instrument: instrument as StatementId } : {}),
    ...(registry.change === undefined ? {} : { change: registry.change }),
    ...(payload.type === 'refusal/1' ? refusalFact(open) : {}),
    ...(payload.type === 'outcome/1' ? artefactFact(open) : {}),
    ...(payload.type === 'assessment/1' ? scopeFact(open) : {}),
  }
}

function namedParties(open: OpenClaims): Record<string, PartyId> {
  const parties: Record<string, PartyId> = {}
  for (const role of PARTY_ROLES) {
    const value = open.claims.has(role) ? scalarClaim(open, role) : undefined
    if (typeof value === 'string') parties[role] = value as PartyId
  }
  return parties
}

type RegistryFacts = {
  readonly parties: Readonly<Record<string, PartyId>>
  readonly ownKeys: StatementFacts['ownKeys']
  readonly change?: RegistryChange
}

function registryFacts(type: StatementType, open: OpenClaims): RegistryFacts {
  if (type === 'party/1') return enrolFacts(open)
  if (type === 'key/1') return keyFacts(open)
  return { parties: {}, ownKeys: {} }
}

function enrolFacts(open: OpenClaims): RegistryFacts {
  const claim = scalarClaim(open, 'party')
  if (!isObject(claim)) return { parties: {}, ownKeys: {} }
  const key = keyState(claim['key'], claim['uses'])
  const party = key.kid as string as PartyId
  const continues = scalarClaim(open, 'continues')
  return {
    parties: { party },
    ownKeys: { party: ownKey(key) },
    change: {
      kind: 'enrol',
      party,
      key,
      ...(typeof continues === 'string' ? { continues: continues as PartyId } : {}),
    },
  }
}

function keyFacts(open: OpenClaims): RegistryFacts {
  const party = scalarClaim(open, 'party')
  const action = scalarClaim(open, 'action')
  const jwk = scalarClaim(open, 'key')
  if (typeof party !== 'string' || typeof action !== 'string' || !isObject(jwk))
    return { parties: {}, ownKeys: {} }
  const use = listClaim(open, 'use')
  // Without its uses an added key cannot be judged: no change is better than a wrong one. A key that
  // ends, ends for all uses.
  if (use === undefined && action === 'add') return { parties: {}, ownKeys: {} }
  const key = keyState(jwk, use)
  const id = party as PartyId
  if (action === 'add') {
    return {
      parties: { holder: id, subject: id },
      ownKeys: { subject: ownKey(key) },
      change: { kind: 'add', party: id, key },
    }
  }
  const since = scalarClaim(open, 'since')
  return {
    parties: { holder: id },
    ownKeys: {},
    change: {
      kind: 'end',
      party: id,
      kid: key.kid,
      status: ENDED[action as Exclude<KeyAction, 'add'>],
      ...(typeof since === 'number' ? { since } : {}),
    },
  }
}

const ENDED = { retire: 'retired', revoke: 'revoked', compromised: 'compromised' } as const

function keyState(jwk: Json | undefined, uses: Json | undefined): KeyState {
  const x = isObject(jwk) ? jwk['x'] : undefined
  const key: PublicKey = parsePublicKey(fromBase64url(typeof x === 'string' ? x : ''))
  return {
    kid: thumbprint(key),
    key,
    uses: Array.isArray(uses) ? (uses as KeyUse[]) : [],
    status: 'active',
  }
}

function ownKey(key: KeyState): { readonly kid: KeyId; readonly key: PublicKey } {
  return { kid: key.kid, key: key.key }
}

function datasetFacts(open: OpenClaims): readonly DatasetFact[] {
  const list = open.claims.has('datasets') ? listClaim(open, 'datasets') : undefined
  if (list === undefined) return []
  const transformed = transformedDatasets(open)
  return list.map((value) => {
    const { n, digest, from } = isObject(value) ? value : {}
    const number = typeof n === 'number' ? n : -1
    return {
      n: number,
      digest: typeof digest === 'string' ? digest : '',
      from: Array.isArray(from) ? (from as number[]) : [],
      transformed: transformed === 'all' || transformed.has(number),
    }
  })
}

/** Numbers of the datasets that a transfer declares as transformed; one without numbers means all. */
function transformedDatasets(open: OpenClaims): 'all' | ReadonlySet<number> {
  const minimization = open.claims.has('minimization')
    ? scalarClaim(open, 'minimization')
    : undefined
  const listed = isObject(minimization) ? minimization['transformations'] : undefined
  const numbers = new Set<number>()
  for (const item of Array.isArray(listed) ? (listed as readonly Json[]) : []) {
    const datasets = isObject(item) ? item['datasets'] : undefined
    if (!Array.isArray(datasets)) return 'all'
    for (const n of datasets as number[]) numbers.add(n)
  }
  return numbers
}

function refusalFact(open: OpenClaims): { readonly refusal?: string } {
  const reason = open.claims.has('reason') ? scalarClaim(open, 'reason') : undefined
  const code = isObject(reason) ? reason['code'] : undefined
  return typeof code === 'string' ? { refusal: code } : {}
}

function scopeFact(open: OpenClaims): { readonly scope?: readonly StatementId[] } {
  const scope = listClaim(open, 'scope')
  return scope === undefined ? {} : { scope: scope as readonly StatementId[] }
}

function artefactFact(open: OpenClaims): { readonly artefact?: string } {
  const artefact = scalarClaim(open, 'artefact')
  const digest = isObject(artefact) ? artefact['digest'] : undefined
  return typeof digest === 'string' ? { artefact: digest } : {}
}
