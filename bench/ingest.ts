/**
 * Ingest over HTTP, durable, against a server in a process of its own on loopback.
 *
 * Statements are signed before the clock starts, a block at a time, and only the time of the calls
 * counts. The client runs on the same cores as the server.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bench, standardText } from './fixtures.js'

export type IngestFigures = {
  readonly ingest_single_per_s: number
  readonly ingest_bulk_per_s: number
  /** Most resident memory of the server, MiB. */
  readonly rss_mb: number
  /** Entries in the ledger afterwards. */
  readonly size: number
}

const SINGLES = 2_000
const SINGLES_AT_ONCE = 32
const BLOCK = 8_000
const BULK_ITEMS = 500
const BULKS_AT_ONCE = 4

export async function measureIngest(
  bench: Bench,
  entries: number,
  say: (text: string) => void,
): Promise<IngestFigures> {
  const server = await startServer(bench.folder)
  try {
    const singles = await texts(bench, SINGLES)
    const singleMs = await inParallel(singles, SINGLES_AT_ONCE, (text) =>
      post(`${server.url}/v1/statements`, 'application/json', text, 201),
    )
    let bulkMs = 0
    let bulkCount = 0
    for (let left = entries - SINGLES; left > 0; left -= BLOCK) {
      const block = await texts(bench, Math.min(BLOCK, left))
      const bodies = chunks(block, BULK_ITEMS).map((chunk) => chunk.join('\n'))
      bulkMs += await inParallel(bodies, BULKS_AT_ONCE, (body) =>
        post(`${server.url}/v1/statements`, 'application/x-ndjson', body, 200),
      )
      bulkCount += block.length
      say(
        `  ${bulkCount + SINGLES} of ${entries} entries, ${Math.round((bulkCount / bulkMs) * 1_000)}/s in bulk`,
      )
    }
    const info = (await (await fetch(`${server.url}/v1/ledger`)).json()) as {
      readonly size: number
    }
    return {
      ingest_single_per_s: Math.round((singles.length / singleMs) * 1_000),
      ingest_bulk_per_s: Math.round((bulkCount / bulkMs) * 1_000),
      rss_mb: peakMib(server.child),
      size: info.size,
    }
  } finally {
    await stop(server.child)
  }
}

type Server = { readonly child: ChildProcess; readonly url: string }

/** Starts `waybill serve` on a free port and waits for its address. */
export function startServer(folder: string): Promise<Server> {
  const main = join(fileURLToPath(new URL('..', import.meta.url)), 'cli', 'main.js')
  const child = spawn(process.execPath, [main, 'serve', '--dir', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (data: Buffer): void => {
      output += data.toString('utf8')
      const url = /https?:\/\/[\w.:[\]]+/.exec(output)?.[0]
      if (url !== undefined) resolve({ child, url: url.replace(/\/$/, '') })
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${String(code)}: ${output}`)),
    )
  })
}

export async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

async function texts(bench: Bench, count: number): Promise<readonly string[]> {
  const made: string[] = []
  for (let at = 0; at < count; at += 1) made.push(await standardText(bench))
  return made
}

/** Milliseconds that it takes to have every item done. */
async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<number> {
  const start = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return performance.now() - start
}

async function post(url: string, type: string, body: string, expected: number): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  const text = await answer.text()
  if (answer.status !== expected || text.includes('"rejected"')) {
    throw new Error(`the server answered ${answer.status}: ${text.slice(0, 500)}`)
  }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

/** Peak resident set of a process on Linux; 0 where the system does not say. */
function peakMib(child: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8')
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024)
  } catch {
    return 0
  }
}
