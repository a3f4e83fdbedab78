/**
 * Between a route of spec.ts and fastify: reads parameters and bodies, asks for a token where one is
 * due, sends the answer. The only file that sees both.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, LedgerError } from '../ledger/core/errors.js'
import { waitForStep } from './access.js'
import type { Authenticator } from './auth.js'
import { type Body, type BodyBudget, type BodyKind, bodyFormat, readBody } from './body.js'
import type { ApiDeps } from './deps.js'
import { operationOf } from './openapi-plugin.js'
import { queryOf } from './query.js'
import { type Answer, type Call, type Params, type Route, readParams } from './spec.js'

export type AdapterParts = {
  readonly deps: ApiDeps
  readonly authenticator: Authenticator
  readonly budget: BodyBudget
  /** Aborts when the server begins to close. */
  readonly closing: AbortSignal
}

/** Refusals that must not tell "not there" from "not yours" by how long they took. */
const DENIALS: readonly ErrorCode[] = [
  'STATEMENT_NOT_FOUND',
  'PROPOSAL_NOT_FOUND',
  'STATEMENT_ID_AMBIGUOUS',
]
const NO_BODY = new Uint8Array(0)

/** Which bodies a route takes, by its pattern. */
type BodyKinds = ReadonlyMap<string, BodyKind>

/** Bytes that a request's body takes of the budget until it is answered. */
type HeldBytes = WeakMap<FastifyRequest, number>

/** Puts every route on the server. */
export function addRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  parts: AdapterParts,
): void {
  const kinds: BodyKinds = new Map(
    routes.flatMap(({ url, body }) => (body === undefined ? [] : [[url, body] as const])),
  )
  // What the framework would check by schema is checked by ours, or in the core.
  server.setValidatorCompiler(() => () => true)
  server.setSerializerCompiler(() => (value) => JSON.stringify(value))
  server.removeAllContentTypeParsers()
  const held: HeldBytes = new WeakMap()
  server.addContentTypeParser('*', (request: FastifyRequest) =>
    takeBody(request, kinds, { ...parts, held }),
  )
  server.addHook('onRequest', (request, reply, done) => {
    whenDone(reply, () => parts.budget.give(held.get(request) ?? 0))
    done()
  })
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.url,
      schema: operationOf(route),
      handler: async (request, reply) => {
        const startedMs = performance.now()
        const answer = await answerTo(route, request, reply, { ...parts, startedMs })
        return send(reply, answer)
      },
    })
  }
}

/** Runs once when an answer was sent or its client has gone: the framework's own hook misses the latter. */
export function whenDone(reply: FastifyReply, run: () => void): void {
  let done = false
  const once = (): void => {
    if (!done) run()
    done = true
  }
  reply.raw.once('finish', once)
  reply.raw.once('close', once)
}

async function answerTo(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, authenticator, closing, startedMs }: AdapterParts & { readonly startedMs: number },
): Promise<Answer> {
  const gone = new AbortController()
  // What is still being worked out ends with it: an answer of a server that closes, or nobody's.
  const stop = (): void => gone.abort(new LedgerError('LEDGER_CLOSED'))
  reply.raw.on('close', stop)
  closing.addEventListener('abort', stop, { once: true })
  if (closing.aborted) stop()
  try {
    refuseBodyOfGet(request)
    const call: Call<Params, Params> = {
      params: readParams(route.params ?? {}, pathParams(request), 'path'),
      query: readParams(route.query ?? {}, queryOf(request.query), 'query'),
      body: bodyOf(route, request),
      headers: request.headers,
      signal: gone.signal,
      startedMs,
    }
    if (route.access === 'public') return await route.handle(call, deps)
    const caller = await authenticator.authenticate({
      authorization: headerValues(request, 'authorization'),
      method: request.method,
      url: request.raw.url ?? '',
      body: call.body?.bytes ?? NO_BODY,
    })
    return await route.handle(call, caller, deps)
  } catch (error) {
    if (error instanceof LedgerError && DENIALS.includes(error.code)) await waitForStep(startedMs)
    throw error
  } finally {
    reply.raw.off('close', stop)
    closing.removeEventListener('abort', stop)
  }
}

/** The framework calls what a star stands for by the star. */
function pathParams(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const { '*': path, ...params } = request.params as Readonly<Record<string, unknown>>
  return path === undefined ? params : { ...params, path }
}

function send(reply: FastifyReply, { status, body, mediaType, headers }: Answer): FastifyReply {
  reply.code(status)
  if (headers !== undefined) reply.headers(headers)
  if (body !== '') reply.type(mediaType)
  return reply.send(typeof body === 'string' ? body : Buffer.from(body))
}

/** Reads a body where the route takes one. Called by the framework for whatever content type. */
async function takeBody(
  request: FastifyRequest,
  kinds: BodyKinds,
  { budget, held }: AdapterParts & { readonly held: HeldBytes },
): Promise<Body | undefined> {
  const kind = kinds.get(request.routeOptions.url ?? '')
  if (kind === undefined) return undefined
  if (request.headers['content-encoding'] !== undefined) {
    throw new LedgerError('MEDIA_TYPE_UNSUPPORTED', { at: 'content-encoding' })
  }
  const [contentType, ...others] = headerValues(request, 'content-type')
  const format = bodyFormat(others.length === 0 ? contentType : undefined, kind)
  const length = request.headers['content-length']
  const declared = length === undefined ? undefined : Number(length)
  const read = await readBody(request.raw, { kind, format, declared, budget })
  held.set(request, read.held)
  return read.body
}

function bodyOf(route: Route, request: FastifyRequest): Body | undefined {
  if (route.body === undefined) return undefined
  const body = request.body as Body | undefined | null
  if (body === undefined || body === null)
    throw new LedgerError('MEDIA_TYPE_UNSUPPORTED', { at: 'content-type' })
  return body
}

/** A body where none is read would be covered by no digest and no limit. */
function refuseBodyOfGet(request: FastifyRequest): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding !== undefined || (length !== undefined && length !== '0')) {
    throw new LedgerError('REQUEST_INVALID', { at: 'body', reason: 'not expected' })
  }
}

/** All values of a header: Node keeps the first of some repeated ones and says nothing of the others. */
function headerValues(request: FastifyRequest, name: string): readonly string[] {
  const { rawHeaders, headers } = request.raw
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  }
  const parsed = headers[name]
  return values.length === 0 && typeof parsed === 'string' ? [parsed] : values
}
