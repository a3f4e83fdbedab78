/**
 * The world of the conformance packs: a log that writes whatever it is told, and parties with keys
 * made from their names. Nothing here is random and nothing asks the time, so that the packs can be
 * made again byte for byte. All keys are test keys.
 */
import { createHash } from 'node:crypto'
import {
  type BuiltStatement,
  buildStatement,
  type RandomBytes,
  type StatementDraft,
} from '../../ledger/core/build.js'
import { toBase64url } from '../../ledger/core/bytes.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { bundleJson, type Evidence } from '../../ledger/core/evidence.js'
import { encodeJcs, type Json, type JsonObject } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import { receiptJson } from '../../ledger/core/receipt.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'
import { type ExampleKey, signedBy } from '../docs/worked-example.js'
import { type Shown, WorkedLog } from '../docs/worked-log.js'

export const ORIGIN = 'ledger.example/packs'
/** 2026-11-23T00:00:00Z. */
export const START = 1_795_392_000
const PREFIX = 'waybill conformance packs: '

export function seedOf(name: string): Uint8Array {
  return Uint8Array.from(
    createHash('sha256')
      .update(PREFIX + name)
      .digest(),
  )
}

export function digestOf(name: string): string {
  return Buffer.from(seedOf(name)).toString('hex')
}

export function keyOf(name: string): ExampleKey {
  const seed = seedOf(`key of ${name}`)
  const signer = signerFromSeed(seed)
  return { seed, kid: signer.kid, jwk: jwkOf(signer.publicKey), sign: (data) => signer.sign(data) }
}

export const OPERATOR = keyOf('the operator')
export const OPERATOR_NEXT = keyOf('the operator, second')
export const ANNA = keyOf('anna')
export const ANNA_NEXT = keyOf('anna, second')
export const BORIS = keyOf('boris')
export const LOG_SEED = seedOf('key of the log')

type Claims = Readonly<Record<string, Json>>
type Signers = Readonly<Record<string, ExampleKey>>
type Draft = Omit<StatementDraft, 'origin' | 'iat'> &
  Partial<Pick<StatementDraft, 'origin' | 'iat'>>

export type Added = { readonly id: StatementId; readonly index: number }

export type AddOptions = {
  /** Entry time; START by default. */
  readonly time?: number
  /** When the sides say that they signed; the statement's own time by default. */
  readonly signed?: number
  /** What the entry says of the one before it. */
  readonly previous?: Uint8Array
  /** Changes what was built before it is signed. */
  readonly rewrite?: (built: BuiltStatement) => BuiltStatement
  /** Changes what was signed before it is committed to. */
  readonly reenvelope?: (envelope: Envelope) => Envelope
}

function randomOf(label: string): RandomBytes {
  let count = 0
  return (bytes) => {
    count += 1
    return seedOf(`${label}: ${count}`).subarray(0, bytes)
  }
}

export class Scene {
  readonly log: WorkedLog
  #count = 0

  constructor(origin: string = ORIGIN) {
    this.log = new WorkedLog(origin, LOG_SEED)
  }

  /** A log with its operator and these parties. */
  static async of(...parties: readonly ExampleKey[]): Promise<Scene> {
    const scene = new Scene()
    for (const key of [OPERATOR, ...parties]) await scene.enrol(key)
    return scene
  }

  enrol(key: ExampleKey, signers: Signers = {}, claims: Claims = {}): Promise<Added> {
    return this.add(enrolment(key, claims), { party: key, registrar: OPERATOR, ...signers })
  }

  async add(draft: Draft, signers: Signers, options: AddOptions = {}): Promise<Added> {
    this.#count += 1
    const full = { origin: this.log.origin, iat: START, ...draft }
    const made = buildStatement(full, randomOf(`${this.#count} ${draft.type}`))
    const built = options.rewrite?.(made) ?? made
    const signed = await signedBy(built, signers, options.signed ?? full.iat)
    const envelope = options.reenvelope?.(signed) ?? signed
    return this.log.append(envelope, options.time ?? START, options.previous)
  }

  /** Evidence about statements, under the tree of `size`; `more` are entries shown besides. */
  async evidence(
    shown: readonly (Added | Shown)[],
    { size = this.log.logged.length, more = [] as readonly number[] } = {},
  ): Promise<Evidence> {
    const made = await this.log.evidence(
      shown.map((item) => ('as' in item ? { id: item.id, as: item.as } : { id: item.id })),
      size,
    )
    const indexes = new Set(made.entries.map(({ index }) => index))
    const others = more.filter((index) => !indexes.has(index))
    const entries = [...made.entries, ...others.map((index) => this.log.entryEvidence(index, size))]
    return { ...made, entries: entries.sort((a, b) => a.index - b.index) }
  }

  async receipt(of: Added, options: { size?: number; more?: readonly number[] } = {}) {
    return receiptJson(await this.evidence([of], options))
  }

  async bundle(shown: readonly (Added | Shown)[]) {
    return bundleJson(await this.evidence(shown))
  }
}

export function enrolment(key: ExampleKey, claims: Claims = {}): Draft {
  return {
    type: 'party/1',
    countersignBy: START + 86_400,
    claims: {
      party: { key: key.jwk, uses: ['statement', 'api'] },
      name: 'A party',
      country: 'DE',
      ...claims,
    },
  }
}

export function collection(claims: Claims = {}, by: ExampleKey = ANNA): Draft {
  return {
    type: 'collection/1',
    claims: {
      collector: by.kid,
      place: { jurisdiction: 'DE' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      datasets: [dataset(0, [])],
      period: { begin: '2026-11-01T00:00:00Z' },
      ...claims,
    },
  }
}

/** Dataset `n`; what it holds follows from `content`. */
export function dataset(n: number, from: readonly number[], content = 'rides'): JsonObject {
  return { n, name: `dataset ${n}`, digest: digestOf(content), from: [...from] }
}

export type Parent = { readonly id: StatementId; readonly n: number }

export function transfer(parents: readonly Parent[], claims: Claims = {}): Draft {
  return {
    type: 'transfer/1',
    countersignBy: START + 86_400,
    parents,
    claims: {
      exporter: ANNA.kid,
      importer: BORIS.kid,
      route: { from: 'DE', to: 'IN', mode: 'copy' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      datasets: parents.map((_, position) => dataset(position, [position])),
      terms: {
        exporter: { role: 'https://w3id.org/dpv#DataController' },
        importer: { role: 'https://w3id.org/dpv#DataProcessor' },
      },
      period: { begin: '2026-11-22T08:00:00Z' },
      ...claims,
    },
  }
}

export function processing(
  parents: readonly Parent[],
  by: ExampleKey = BORIS,
  claims: Claims = {},
): Draft {
  return {
    type: 'processing/1',
    parents,
    claims: {
      performer: by.kid,
      place: { jurisdiction: 'IN' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      nature: ['https://w3id.org/dpv#Analyse'],
      datasets: [dataset(0, [0], 'made of rides')],
      period: { begin: '2026-11-22T09:00:00Z' },
      ...claims,
    },
  }
}

export function outcome(
  parents: readonly Parent[],
  by: ExampleKey = BORIS,
  claims: Claims = {},
): Draft {
  return {
    type: 'outcome/1',
    parents,
    claims: {
      performer: by.kid,
      kind: 'report',
      artefact: { digest: digestOf('report'), name: 'A report' },
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      personalData: 'anonymous',
      period: { begin: '2026-11-22T10:00:00Z' },
      ...claims,
    },
  }
}

export function instrument(claims: Claims = {}): Draft {
  return {
    type: 'instrument/1',
    countersignBy: START + 86_400,
    claims: {
      exporter: ANNA.kid,
      importer: BORIS.kid,
      kind: { code: 'A45-3' },
      routes: [{ from: 'DE', to: 'IN' }],
      purposes: ['https://w3id.org/dpv#ServiceOptimisation'],
      categories: ['https://w3id.org/dpv/pd#TravelHistory'],
      subjects: ['https://w3id.org/dpv#Customer'],
      effective: { from: '2026-01-01' },
      ...claims,
    },
  }
}

export function refusal(code: string): Draft {
  return {
    type: 'refusal/1',
    about: digestOf('a proposal') as StatementId,
    claims: { reason: { code } },
  }
}

/** A statement about a key of `party`, without reason. */
export function keyChange(
  action: 'add' | 'retire' | 'revoke' | 'compromised',
  key: ExampleKey,
  claims: Claims = {},
  party: ExampleKey = ANNA,
): Draft {
  const use = action === 'add' ? { use: ['statement'] } : {}
  return {
    type: 'key/1',
    countersignBy: START + 86_400,
    claims: { party: party.kid, key: key.jwk, action, ...use, ...claims },
  }
}

/** Who signs that a key of `holder` ends. */
export function ended(holder: ExampleKey = ANNA): Signers {
  return { holder, registrar: OPERATOR }
}

/** Who signs that `subject` is added to the keys of `holder`. */
export function added(subject: ExampleKey, holder: ExampleKey = ANNA): Signers {
  return { holder, registrar: OPERATOR, subject }
}

export const BOTH: Signers = { exporter: ANNA, importer: BORIS }

/** Changes the payload's text before anybody signs it. */
export function respelled(from: string, to: string) {
  return (built: BuiltStatement): BuiltStatement => {
    const text = new TextDecoder().decode(built.payloadBytes)
    if (!text.includes(from)) throw new RangeError('nothing to respell')
    return { ...built, payloadBytes: new TextEncoder().encode(text.replace(from, to)) }
  }
}

/** The text of evidence as a writer writes it. */
export function jcs(value: Json): string {
  return encodeJcs(value)
}

export function base64url(text: string): string {
  return toBase64url(new TextEncoder().encode(text))
}
