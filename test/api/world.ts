/**
 * A small world for the API's tests: a real ledger on the memory store, an operator, four firms and
 * an auditor, the built server, and tokens for any call. Time is a number that tests turn.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { expect } from 'vitest'
import type { ApiDeps, LogEvent } from '../../api/deps.js'
import { codesOf } from '../../api/openapi-plugin.js'
import { allRoutes } from '../../api/routes.js'
import { buildServer, type ServerLimits } from '../../api/server.js'
import {
  buildStatement,
  countersignEnvelope,
  type StatementDraft,
  signStatement,
} from '../../ledger/core/build.js'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { ErrorCode } from '../../ledger/core/errors.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { type Signer, signerFromSeed } from '../../ledger/crypto/signer.js'
import { type Ledger, openLedger } from '../../ledger/log/ledger.js'
import { memoryHeadFile } from '../../ledger/store/head-file.js'
import { openMemoryStore } from '../../ledger/store/memory.js'

export const ORIGIN = 'ledger.example/test'
const START_S = 1_795_000_000
export const crypto = bestCrypto()
export const REPORT_DIGEST = createHash('sha256').update('the report').digest('hex')

/** Every route, for tests that go through all of them. */
export const ALL_ROUTES = allRoutes({ openapi: () => '', metrics: () => '' })

export type Firm = { readonly name: string; readonly party: PartyId; readonly signer: Signer }
export type Role = 'registrar' | 'exporter' | 'importer' | 'analyst' | 'outsider' | 'auditor'
export const ROLES: readonly Role[] = [
  'registrar',
  'exporter',
  'importer',
  'analyst',
  'outsider',
  'auditor',
]

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly json: () => JsonObject
}

export type TokenParts = {
  readonly header?: Readonly<Record<string, Json>>
  readonly claims?: Readonly<Record<string, Json>>
  readonly without?: readonly string[]
  readonly signer?: Signer
}

export class World {
  nowS = START_S
  readonly firms: Readonly<Record<Role, Firm>>
  readonly ledger: Ledger
  readonly logged: LogEvent[] = []
  /** Refusals that the description of their route does not name; must stay empty. */
  readonly undocumented: string[] = []
  readonly #servers: FastifyInstance[] = []
  server: FastifyInstance | undefined

  constructor(ledger: Ledger, firms: Readonly<Record<Role, Firm>>, clock: { nowS: number }) {
    this.ledger = ledger
    this.firms = firms
    Object.defineProperty(this, 'nowS', {
      get: () => clock.nowS,
      set: (value: number) => {
        clock.nowS = value
      },
    })
  }

  deps(): ApiDeps {
    return {
      ledger: this.ledger,
      auditors: [this.firms.auditor.party],
      crypto,
      now: () => this.nowS * 1000,
      version: '0.0.0-test',
      log: (event) => this.logged.push(event),
    }
  }

  async build(limits: ServerLimits = {}, deps: Partial<ApiDeps> = {}): Promise<FastifyInstance> {
    const server = await buildServer({ ...this.deps(), ...deps }, limits)
    this.#servers.push(server)
    return server
  }

  async close(): Promise<void> {
    expect(this.undocumented).toEqual([])
    for (const server of this.#servers) await server.close()
    await this.ledger.close()
  }

  /** A call without a token. */
  call(method: 'GET' | 'POST', url: string, body?: Json | Uint8Array): Promise<Answer> {
    return this.send(method, url, body, {})
  }

  /** A call with a token of a firm's key. */
  async callAs(role: Role, url: string, parts: TokenParts = {}): Promise<Answer> {
    const authorization = `Bearer ${await this.token(role, 'GET', url, parts)}`
    return this.send('GET', url, undefined, { authorization })
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH' | 'HEAD',
    url: string,
    body: Json | Uint8Array | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    this.server ??= await this.build()
    const sent = body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body)
    const response = await this.server.inject({
      method,
      url,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: sent }),
    })
    this.#noteUndocumented(method, url, response.statusCode, response.body)
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: () => JSON.parse(response.body) as JsonObject,
    }
  }

  /** Every refusal a test sees must be one that the route's description names. */
  #noteUndocumented(method: string, url: string, status: number, body: string): void {
    if (status < 400 || method === 'HEAD') return
    const { code } = JSON.parse(body) as { code: ErrorCode }
    const path = url.split('?', 1)[0] ?? ''
    const route = ALL_ROUTES.find(
      (item) => item.method === method && patternOf(item.url).test(path),
    )
    if (route !== undefined && !codesOf(route).includes(code)) {
      this.undocumented.push(`${method} ${route.url} answers ${code}`)
    }
  }

  token(role: Role, method: string, url: string, parts: TokenParts = {}): Promise<string> {
    const { party, signer } = this.firms[role]
    const header: Record<string, Json> = {
      alg: 'Ed25519',
      kid: signer.kid,
      typ: 'waybill-auth+jwt',
      ...parts.header,
    }
    const claims: Record<string, Json> = {
      iss: party,
      aud: ORIGIN,
      iat: this.nowS,
      exp: this.nowS + 60,
      jti: toBase64url(randomBytes(16)),
      htm: method,
      htu: url,
      bh: createHash('sha256').digest('base64url'),
      ...parts.claims,
    }
    for (const name of parts.without ?? []) delete claims[name]
    return compactJws(header, claims, parts.signer ?? signer)
  }

  /** A statement signed in these roles, without submitting it. */
  async sign(
    draft: Omit<StatementDraft, 'origin' | 'iat'> & {
      readonly iat?: number
      readonly origin?: string
    },
    signers: readonly (readonly [string, Signer])[],
  ): Promise<Envelope> {
    const built = buildStatement({ origin: ORIGIN, iat: this.nowS, ...draft }, randomBytesOf)
    const [first, ...rest] = signers
    if (first === undefined) throw new Error('nobody signs')
    let envelope = await signStatement(built, first[0], first[1], this.nowS)
    for (const [role, signer] of rest)
      envelope = await countersignEnvelope(envelope, role, signer, this.nowS)
    return envelope
  }

  async admit(envelope: Envelope): Promise<StatementId> {
    const outcome = await this.ledger.submit(envelopeJson(envelope))
    if (outcome.status === 'waiting') throw new Error('a signature is missing')
    return outcome.id
  }

  collection(role: Role = 'exporter', name = 'rides'): Promise<Envelope> {
    const { party, signer } = this.firms[role]
    const claims = {
      ...exampleClaims('collection'),
      collector: party,
      datasets: [dataset(name, [])],
    }
    return this.sign({ type: 'collection/1', claims: { ...claims, fields: [] } }, [
      ['collector', signer],
    ])
  }

  /** Exporter to importer, signed by `signed` of the two. */
  transfer(
    parent: StatementId,
    name = 'rides',
    signed: readonly ('exporter' | 'importer')[] = ['exporter', 'importer'],
    more: { readonly countersignBy?: number; readonly iat?: number } = {},
  ): Promise<Envelope> {
    const { exporter, importer } = this.firms
    const claims = {
      ...exampleClaims('transfer'),
      exporter: exporter.party,
      importer: importer.party,
      instrument: null,
      datasets: [dataset(name, [0])],
      fields: [],
      minimization: null,
    }
    return this.sign(
      {
        type: 'transfer/1',
        countersignBy: this.nowS + 86_400,
        parents: [{ id: parent, n: 0 }],
        claims,
        ...more,
      },
      signed.map((role) => [role, this.firms[role].signer] as const),
    )
  }

  outcome(parent: StatementId, role: Role = 'importer', digest = REPORT_DIGEST): Promise<Envelope> {
    const { party, signer } = this.firms[role]
    const example = exampleClaims('outcome')
    const claims = {
      ...example,
      performer: party,
      artefact: { digest, name: 'report' },
      validation: [],
    }
    return this.sign({ type: 'outcome/1', parents: [{ id: parent, n: 0 }], claims }, [
      ['performer', signer],
    ])
  }

  refusal(about: StatementId, role: 'exporter' | 'importer', code: string): Promise<Envelope> {
    return this.sign({ type: 'refusal/1', about, claims: { reason: { code } } }, [
      [role, this.firms[role].signer],
    ])
  }

  /** An enrolment that the registrar has yet to sign. */
  enrolment(
    signer: Signer,
    name: string,
    signed: readonly ('party' | 'registrar')[],
  ): Promise<Envelope> {
    const claims = {
      party: { key: { ...jwkOf(signer.publicKey) }, uses: ['api', 'statement'] },
      name,
      country: 'DE',
    }
    const signers = { party: signer, registrar: this.firms.registrar.signer }
    return this.sign(
      { type: 'party/1', countersignBy: this.nowS + 3_600, claims },
      signed.map((role) => [role, signers[role]] as const),
    )
  }
}

/** A ledger with its operator and all firms enrolled; not yet any other statement. */
export async function openWorld(): Promise<World> {
  const clock = { nowS: START_S }
  const ledger = await openLedger({
    origin: ORIGIN,
    store: openMemoryStore(),
    head: memoryHeadFile(),
    signer: keyOf('log'),
    crypto,
    now: () => clock.nowS,
    workers: 0,
  })
  const firms = Object.fromEntries(ROLES.map((name) => [name, firm(name)])) as Record<Role, Firm>
  const world = new World(ledger, firms, clock)
  for (const role of ROLES) {
    await world.admit(await world.enrolment(firms[role].signer, role, ['party', 'registrar']))
  }
  return world
}

/** The id of an envelope's statement. */
export function idOf(envelope: Envelope): StatementId {
  return openStatement(envelope, crypto).id
}

export function keyOf(name: string): Signer {
  return signerFromSeed(createHash('sha256').update(`waybill test key ${name}`).digest())
}

export async function compactJws(
  header: Readonly<Record<string, Json>>,
  claims: Readonly<Record<string, Json>>,
  signer: Signer,
): Promise<string> {
  const part = (value: Json): string => toBase64url(utf8Encode(JSON.stringify(value)))
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${toBase64url(await signer.sign(utf8Encode(input)))}`
}

/** Claims of the documented example of a type. */
export function exampleClaims(type: string): Readonly<Record<string, Json>> {
  const url = new URL(`../vectors/statements/${type}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { claims: Record<string, Json> }).claims
}

/** Matches the paths that a route's pattern takes. */
export function patternOf(url: string): RegExp {
  const pattern = url
    .replaceAll('.', '\\.')
    .replace('*', '.*')
    .replace(/:[a-z]+/g, '[^/]+')
  return new RegExp(`^${pattern}$`)
}

function firm(name: string): Firm {
  const signer = keyOf(name)
  return { name, signer, party: signer.kid as string as PartyId }
}

function dataset(name: string, from: readonly number[]): Json {
  return { n: 0, name, digest: createHash('sha256').update(name).digest('hex'), from }
}

function randomBytesOf(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count))
}
