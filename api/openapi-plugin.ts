/**
 * The OpenAPI 3.1 description, made from the routes themselves by @fastify/swagger: parameters,
 * bodies, answers, who may call, and every code a route can refuse with. DESIGN 7.2.
 */
import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { ERRORS } from '../ledger/core/error-table.js'
import type { ErrorCode } from '../ledger/core/errors.js'
import { BODY_CODES, COMMON_CODES, TOKEN_CODES } from './admission-codes.js'
import type { BodyKind } from './body.js'
import { PROBLEM_MEDIA_TYPE } from './problems.js'
import { refTo, SCHEMAS } from './schemas.js'
import type { AnswerSpec, JsonSchema, Params, Route } from './spec.js'

/** Version of this API, not of the package: it changes when the API does. */
const API_VERSION = '1.0.0'

const DESCRIPTION = `Waybill, a data-flow provenance ledger.

Statements authenticate themselves by their signatures; registry, entries, proofs and checkpoints are
public. Reading anything confidential needs a token: a JWT for this one call, signed with an enrolled
\`api\` key. Errors are problem documents (RFC 9457) with a stable \`code\`; they never repeat what was
sent. What is not there and what is not yours look the same.`

const TOKEN = `JWT, good for one call. Header exactly \`alg\` Ed25519, \`kid\` (thumbprint of an active key with use \`api\`),
\`typ\` waybill-auth+jwt. Claims: \`iss\` party id, \`aud\` the ledger's origin, \`iat\`, \`exp\` at most 300 s later,
\`jti\` 16 to 64 characters of base64url used once, \`htm\` method, \`htu\` path and query exactly as sent (scheme
and host before them are allowed and not compared), \`bh\` base64url SHA-256 of the body's bytes.`

/** Registers the description; `server.swagger()` gives it once the server is ready. */
export async function describeApi(server: FastifyInstance): Promise<void> {
  for (const [name, schema] of Object.entries(SCHEMAS)) server.addSchema({ $id: name, ...schema })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Waybill',
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'statements', description: 'Submit, countersign, refuse, read.' },
        { name: 'inbox', description: 'Proposals that wait for a signature.' },
        { name: 'lineage', description: 'Where data came from.' },
        { name: 'search', description: 'Statements by what they say.' },
        { name: 'parties', description: 'The public registry.' },
        { name: 'log', description: 'Entries, proofs, checkpoint, tiles.' },
        { name: 'operation', description: 'Health, metrics, this description.' },
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'waybill-auth+jwt',
            description: TOKEN.replaceAll('\n', ' '),
          },
        },
      },
    },
    // OpenAPI has no parameter for the rest of a path; its description says that it holds slashes.
    transform: ({ schema, url }) => ({ schema, url: url.replace('*', ':path') }),
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
    convertConstToEnum: false,
  })
}

/** All codes that a route can refuse with. */
export function codesOf(route: Pick<Route, 'access' | 'body' | 'codes'>): readonly ErrorCode[] {
  const codes = [
    ...route.codes,
    ...(route.body === undefined ? [] : BODY_CODES),
    ...(route.access === 'token' ? TOKEN_CODES : []),
    ...COMMON_CODES,
  ]
  return [...new Set(codes)].sort()
}

/** A route in the words of the framework; only the description is made from it. */
export function operationOf(route: Route): FastifySchema {
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.params === undefined ? {} : { params: paramsSchema(route.params) }),
    ...(route.query === undefined ? {} : { querystring: paramsSchema(route.query) }),
    ...(route.body === undefined ? {} : { body: bodySchema(route.body, route.operationId) }),
    security: route.access === 'token' ? [{ token: [] }] : [],
    response: {
      ...mapValues(route.answers, answerSchema),
      ...problemSchemas(codesOf(route)),
    },
  } as FastifySchema
}

function paramsSchema(params: Params): JsonSchema {
  const properties = mapValues(params, ({ required: _, ...schema }) => schema)
  const required = Object.keys(params).filter((name) => params[name]?.required === true)
  return { type: 'object', additionalProperties: false, required, properties }
}

function bodySchema(kind: BodyKind, operationId: string): JsonSchema {
  const one = operationId === 'countersign' ? refTo('Signature') : refTo('Envelope')
  if (kind === 'single') return { content: { 'application/json': { schema: one } } }
  return {
    content: {
      'application/json': {
        schema: { oneOf: [one, { type: 'array', maxItems: 1_000, items: one }] },
      },
      'application/x-ndjson': {
        schema: { type: 'string', description: 'One envelope per line, at most 1,000.' },
      },
    },
  }
}

function answerSchema({ description, mediaType, schema }: AnswerSpec): JsonSchema {
  if (mediaType === undefined) return { description, type: 'null' }
  return { description, content: { [mediaType]: { schema: schema ?? {} } } }
}

/** One answer per status, with the codes that have it. */
function problemSchemas(codes: readonly ErrorCode[]): Readonly<Record<number, JsonSchema>> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const status = ERRORS[code].http
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const schemas: Record<number, JsonSchema> = {}
  for (const [status, own] of byStatus) {
    schemas[status] = {
      description: own.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
      'x-codes': own,
      content: {
        [PROBLEM_MEDIA_TYPE]: {
          schema: { allOf: [refTo('Problem'), { properties: { code: { enum: own } } }] },
        },
      },
    }
  }
  return schemas
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
