/**
 * The log itself and the server's own state: checkpoint, identity, health, metrics, this API's
 * description. DESIGN 4.7, 7.2.
 */
import { createHash } from 'node:crypto'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { jsonAnswer } from '../answers.js'
import type { ApiDeps } from '../deps.js'
import { METRICS_MEDIA_TYPE } from '../metrics.js'
import { arrayOf, objectOf, VALUES } from '../schemas.js'
import { type Answer, publicRoute, type Route } from '../spec.js'

const TAG = 'log'
const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'
/** c2sp.org/tlog-tiles: the checkpoint must not be cached for long; it changes at most once a second. */
const CHECKPOINT_CACHE = 'public, max-age=1, must-revalidate'

const checkpoint = publicRoute(
  {
    method: 'GET',
    url: '/checkpoint',
    tag: TAG,
    operationId: 'getCheckpoint',
    summary: 'The published checkpoint',
    description:
      "A signed note, c2sp.org/tlog-checkpoint: the log's Ed25519 line, its ML-DSA-44 line and the cosignatures of its witnesses. Where the operator's policy asks for witnesses, it moves only when enough have cosigned.",
    answers: {
      200: { description: 'The signed note.', mediaType: TEXT_TYPE, schema: VALUES.text },
      304: { description: 'Still the one named in If-None-Match.' },
    },
    codes: ['CHECKPOINT_NOT_PUBLISHED'],
  },
  ({ headers }, { ledger }) => {
    const body = ledger.publishedCheckpoint()
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
    const known = headers['if-none-match'] === etag
    const sent = { etag, 'cache-control': CHECKPOINT_CACHE }
    return {
      status: known ? 304 : 200,
      body: known ? '' : body,
      mediaType: TEXT_TYPE,
      headers: sent,
    }
  },
)

const identity = publicRoute(
  {
    method: 'GET',
    url: '/v1/ledger',
    tag: TAG,
    operationId: 'getLedger',
    summary: 'Which ledger this is',
    description: 'The server says so; a policy file from the operator is what to trust.',
    answers: {
      200: {
        description: 'Origin, log key, registrar.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          origin: {
            ...VALUES.text,
            description: 'Name of the log; `aud` of statements and tokens.',
          },
          vkey: { ...VALUES.text, description: 'Verifier key of the log, c2sp.org/signed-note.' },
          registrar: VALUES.party,
          size: { ...VALUES.count, description: 'Entries in the log.' },
          time: { ...VALUES.seconds, description: "The server's clock, seconds since 1970." },
          version: { ...VALUES.text, description: 'Version of Waybill.' },
        }),
      },
    },
    codes: [],
  },
  (_call, { ledger, now, version }) =>
    jsonAnswer({
      origin: ledger.origin,
      vkey: ledger.vkey,
      registrar: ledger.registrar ?? null,
      size: ledger.size,
      time: Math.floor(now() / 1000),
      version,
    }),
)

const live = publicRoute(
  {
    method: 'GET',
    url: '/livez',
    tag: 'operation',
    operationId: 'getLiveness',
    summary: 'Does the process answer?',
    answers: { 200: { description: 'It does.', mediaType: TEXT_TYPE, schema: VALUES.text } },
    codes: [],
  },
  () => textAnswer('ok\n'),
)

const ready = publicRoute(
  {
    method: 'GET',
    url: '/readyz',
    tag: 'operation',
    operationId: 'getReadiness',
    summary: 'Does the ledger take statements?',
    description:
      'Ready means: the writer works, its clock is right and publishing goes on. Missing witnesses hold back the published checkpoint, never the taking of statements; `quorum` says who is missing and since when.',
    answers: {
      200: {
        description: 'It does.',
        mediaType: JSON_TYPE,
        schema: objectOf({
          ready: { type: 'boolean' },
          size: VALUES.count,
          queue: VALUES.count,
          published_at: {
            ...VALUES.seconds,
            description: 'When the published checkpoint was last renewed; 0 when there is none.',
          },
          published_size: { ...VALUES.count, description: 'Its tree size; 0 when there is none.' },
          quorum: {
            type: 'string',
            enum: ['none', 'met', 'missing'],
            description:
              "Whether enough witnesses cosign; `none` when the ledger's policy asks for none.",
          },
          quorum_missing: {
            ...VALUES.text,
            description: 'Whose cosignatures are missing; empty when none are.',
          },
          quorum_missing_since: { ...VALUES.seconds, description: '0 when none are missing.' },
          rules: {
            type: 'string',
            enum: ['ready', 'building'],
            description:
              'While the index of the rules is being built, new statements and questions about rules wait for some seconds, then get 503 RULES_NOT_READY; all else is answered as ever.',
          },
          rules_done: { ...VALUES.count, description: 'Entries that the index has, of `size`.' },
          notes: {
            ...arrayOf(
              objectOf({
                code: VALUES.text,
                id: VALUES.id,
                index: VALUES.index,
                title: VALUES.text,
              }),
            ),
            description:
              'What the operator should know, and no reason not to be ready: rulesets in the log that this version passes over (RULESET_UNREAD), each with its entry. `waybill explain CODE` says what to do.',
          },
        }),
      },
    },
    codes: ['NOT_READY'],
  },
  (_call, deps) => readiness(deps),
)

/** What the server knows and the routes below show. */
export type ServerState = {
  /** The OpenAPI document as JSON text. */
  readonly openapi: () => string
  readonly metrics: () => string
}

/** The routes of this file, in the order in which they are documented. */
export function logRoutes(state: ServerState): readonly Route[] {
  const metrics = publicRoute(
    {
      method: 'GET',
      url: '/metrics',
      tag: 'operation',
      operationId: 'getMetrics',
      summary: 'Counts and times in the Prometheus text format',
      description: 'For the operator: do not let a proxy show it to others.',
      answers: {
        200: { description: 'Metrics.', mediaType: METRICS_MEDIA_TYPE, schema: VALUES.text },
      },
      codes: [],
    },
    () => textAnswer(state.metrics(), METRICS_MEDIA_TYPE),
  )
  const openapi = publicRoute(
    {
      method: 'GET',
      url: '/openapi.json',
      tag: 'operation',
      operationId: 'getOpenApi',
      summary: 'This description, OpenAPI 3.1',
      answers: {
        200: { description: 'The document.', mediaType: JSON_TYPE, schema: { type: 'object' } },
      },
      codes: [],
    },
    () => textAnswer(state.openapi(), 'application/json; charset=utf-8'),
  )
  return [checkpoint, identity, live, ready, metrics, openapi]
}

function textAnswer(body: string, mediaType: string = TEXT_TYPE): Answer {
  return { status: 200, body, mediaType }
}

function readiness({ ledger, log }: ApiDeps): Answer {
  const health = ledger.health()
  const { ready: able, reason, queue, quorum } = health
  if (able) {
    return jsonAnswer({
      ready: true,
      size: ledger.size,
      queue,
      published_at: health.publishedAt,
      published_size: health.publishedSize ?? 0,
      quorum: quorum.state,
      quorum_missing: quorum.missing ?? '',
      quorum_missing_since: quorum.since ?? 0,
      rules: health.building === undefined ? 'ready' : 'building',
      rules_done: health.building?.done ?? ledger.size,
      notes: health.unread.map(({ id, index }) => ({
        code: 'RULESET_UNREAD',
        id,
        index,
        title: ERRORS.RULESET_UNREAD.title,
      })),
    })
  }
  // Why is the operator's business, not that of whoever can reach the port.
  log?.({ code: 'NOT_READY', at: 'GET /readyz', ...(reason === undefined ? {} : { note: reason }) })
  throw new LedgerError('NOT_READY')
}
