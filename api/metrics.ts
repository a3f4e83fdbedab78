/**
 * Metrics in the Prometheus text format 0.0.4, for the operator's own eyes: counts and times by
 * route, never by party. DESIGN 7.2.
 *
 * Routes are the documented patterns, so the number of series is fixed. No library: a counter is a
 * map entry.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { ErrorCode } from '../ledger/core/errors.js'
import type { Health, WitnessStatus } from '../ledger/index.js'
import type { ApiLedger } from './deps.js'

export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Upper bounds of the duration buckets, in seconds. */
const BUCKETS_S = [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

type Durations = { readonly buckets: number[]; sum: number; count: number }

/** What is measured while the server runs; one per server. */
export class Metrics {
  readonly #answers = new Map<string, number>()
  readonly #problems = new Map<ErrorCode, number>()
  readonly #durations = new Map<string, Durations>()
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 })
  #running = 0

  constructor() {
    this.#loopDelay.enable()
  }

  begin(): void {
    this.#running += 1
  }

  /** A request ended. `route` is a documented pattern, or `-`. */
  end(route: string, status: number, seconds: number): void {
    this.#running -= 1
    increment(this.#answers, `route="${route}",status="${status}"`)
    const known = this.#durations.get(route) ?? {
      buckets: BUCKETS_S.map(() => 0),
      sum: 0,
      count: 0,
    }
    for (const [position, bound] of BUCKETS_S.entries()) {
      if (seconds <= bound) known.buckets[position] = (known.buckets[position] ?? 0) + 1
    }
    known.sum += seconds
    known.count += 1
    this.#durations.set(route, known)
  }

  problem(code: ErrorCode): void {
    increment(this.#problems, code)
  }

  /** Stops measuring. */
  close(): void {
    this.#loopDelay.disable()
  }

  /** The text of `/metrics`. */
  text(ledger: Pick<ApiLedger, 'size' | 'health' | 'counters'>): string {
    const health = ledger.health()
    const loop = this.#loopDelay
    const lines = [
      ...series(
        'waybill_http_answers_total',
        'counter',
        'Answers by route and status.',
        this.#answers,
      ),
      ...series(
        'waybill_http_problems_total',
        'counter',
        'Refusals by code.',
        labelled('code', this.#problems),
      ),
      ...this.#durationLines(),
      ...gauge('waybill_http_running', 'Requests being answered.', this.#running),
      ...gauge('waybill_ledger_entries', 'Entries in the log.', ledger.size),
      ...gauge('waybill_ledger_ready', '1 when the ledger takes statements.', health.ready ? 1 : 0),
      ...gauge('waybill_ledger_queue', 'Statements that wait to be written.', health.queue),
      ...gauge(
        'waybill_event_loop_delay_p99_seconds',
        'Since the last look.',
        loop.percentile(99) / 1e9,
      ),
      ...gauge('waybill_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
      ...publishingLines(health),
      ...Object.entries(ledger.counters()).flatMap(([name, value]) =>
        gauge(`waybill_ledger_${snake(name)}`, 'Counted by the ledger.', value),
      ),
    ]
    loop.reset()
    return `${lines.join('\n')}\n`
  }

  #durationLines(): readonly string[] {
    const name = 'waybill_http_duration_seconds'
    const lines = [`# HELP ${name} Time to answer.`, `# TYPE ${name} histogram`]
    for (const [route, { buckets, sum, count }] of this.#durations) {
      for (const [position, bound] of BUCKETS_S.entries()) {
        lines.push(`${name}_bucket{route="${route}",le="${bound}"} ${buckets[position] ?? 0}`)
      }
      lines.push(`${name}_bucket{route="${route}",le="+Inf"} ${count}`)
      lines.push(`${name}_sum{route="${route}"} ${sum}`, `${name}_count{route="${route}"} ${count}`)
    }
    return lines
  }
}

/** How publishing does, and each witness under the names that the ledger's policy gives it. */
function publishingLines({ publishedAt, publishedSize, quorum }: Health): readonly string[] {
  const labels = quorum.witnesses.map(({ names }) => `witness="${escaped(names.join(' '))}"`)
  const byWitness = (value: (witness: WitnessStatus) => number): ReadonlyMap<string, number> =>
    new Map(quorum.witnesses.map((witness, at) => [labels[at] ?? '', value(witness)]))
  const missing = quorum.state === 'missing'
  return [
    ...gauge('waybill_published_entries', 'Size of the published tree.', publishedSize ?? 0),
    ...gauge('waybill_published_time_seconds', 'When it was last renewed.', publishedAt),
    ...gauge('waybill_quorum_missing', '1 when too few witnesses cosign.', missing ? 1 : 0),
    ...gauge('waybill_quorum_missing_since_seconds', '0 when enough do.', quorum.since ?? 0),
    ...series(
      'waybill_witness_failures',
      'gauge',
      'Failures in a row.',
      byWitness(({ failures }) => failures),
    ),
    ...series(
      'waybill_witness_cosigned_time_seconds',
      'gauge',
      'When it last cosigned; 0 for never.',
      byWitness(({ cosignedAt }) => cosignedAt ?? 0),
    ),
  ]
}

/** A label's value in the text format. */
function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&')
}

function series(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  values: ReadonlyMap<string, number>,
): readonly string[] {
  const samples = [...values].map(([labels, value]) => `${name}{${labels}} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples]
}

function gauge(name: string, help: string, value: number): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`]
}

function labelled(label: string, values: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...values].map(([value, count]) => [`${label}="${value}"`, count]))
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/[^a-z0-9_]/g, '_')
}
