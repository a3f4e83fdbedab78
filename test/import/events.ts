/**
 * Events for tests, written shortly: who, when, what was read and what was written.
 */
import type { JsonObject } from '../../ledger/core/json.js'

const DAY = '2026-11-20T'

/** `a` to `f` and so on become run ids that can be told apart by their first digits. */
export function runId(letter: string): string {
  const digit = (letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')
  return `${digit.repeat(4)}-0000-4000-8000-000000000000`
}

export type Said = {
  readonly type?: string
  /** Time of day, or a whole time. */
  readonly at: string
  readonly run: string
  /** `namespace name`; the namespace is `acme` if left out. */
  readonly job?: string
  /** Names of datasets, or whole datasets. */
  readonly in?: readonly (string | JsonObject)[]
  readonly out?: readonly (string | JsonObject)[]
}

export function event({
  type = 'COMPLETE',
  at,
  run,
  job = `job-${run}`,
  ...said
}: Said): JsonObject {
  const [namespace, name] = job.includes(' ') ? job.split(' ') : ['acme', job]
  return {
    eventType: type,
    eventTime: at.includes('T') ? at : `${DAY}${at.padEnd(8, ':00')}Z`,
    run: { runId: run.length === 1 ? runId(run) : run },
    job: { namespace: namespace ?? '', name: name ?? '' },
    ...(said.in === undefined ? {} : { inputs: said.in.map(dataset) }),
    ...(said.out === undefined ? {} : { outputs: said.out.map(dataset) }),
    producer: 'https://example.com/test',
  }
}

/** A dataset by its name; `namespace name` where the namespace is another than `acme`. */
function dataset(name: string | JsonObject): JsonObject {
  if (typeof name !== 'string') return name
  const [first = '', second] = name.split(' ')
  return second === undefined ? { namespace: 'acme', name } : { namespace: first, name: second }
}

export function ndjson(events: readonly JsonObject[]): string {
  return events.map((item) => `${JSON.stringify(item)}\n`).join('')
}

/** One file with these events. */
export function fileOf(
  ...said: readonly Said[]
): { readonly name: string; readonly text: string }[] {
  return [{ name: 'events.ndjson', text: ndjson(said.map(event)) }]
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
