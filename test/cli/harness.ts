/**
 * The command line in-process: people with folders of their own, a ledger in a folder, a server on
 * loopback, and drafts of a small story (rides collected in Germany, sent to India, a report made).
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type RunningServer, startServer } from '../../api/main.js'
import { readEnvironment } from '../../cli/config.js'
import type { ExitCode } from '../../cli/io.js'
import { run } from '../../cli/run.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'

export const ORIGIN = 'ledger.example/test'
export const REPORT = 'the report: rides per hour\n'
const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'

export type Ran = {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
  readonly json: () => JsonObject
}

export type RunOptions = {
  readonly stdin?: string | Uint8Array
  /** What the person at the terminal types; without it there is no terminal. */
  readonly answer?: string
  readonly stdoutTty?: boolean
  readonly signal?: AbortSignal
  readonly nowMs?: () => number
}

/** Somebody with a home, keys and a memory of their own. */
export class Person {
  readonly home: string
  readonly environment: Record<string, string>

  constructor(home: string) {
    this.home = home
    mkdirSync(home, { recursive: true })
    this.environment = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
    }
  }

  path(name: string): string {
    return join(this.home, name)
  }

  write(name: string, content: Json | string): string {
    const path = this.path(name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  configure(settings: Json): void {
    const folder = join(this.home, 'config', 'waybill')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'config.json'), JSON.stringify(settings))
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    let out = ''
    let err = ''
    const { answer, stdin = answer ?? '' } = options
    const code = await run(argv, {
      stdin: { bytes: streamOf(stdin), isTty: answer !== undefined },
      stdout: {
        write: (data) => {
          out += typeof data === 'string' ? data : new TextDecoder().decode(data)
        },
        isTty: options.stdoutTty === true,
      },
      stderr: {
        write: (text) => {
          err += text
        },
        isTty: false,
      },
      environment: readEnvironment(this.environment),
      ownProcess: false,
      now: options.nowMs ?? Date.now,
      random: (count) => Uint8Array.from(randomBytes(count)),
      untilInterrupted: () => options.signal ?? new AbortController().signal,
    })
    return { code, out, err, json: () => JSON.parse(out) as JsonObject }
  }

  /** As `run`; a test that goes on must not do so after a failure. */
  async must(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const ran = await this.run(argv, options)
    if (ran.code !== 0)
      throw new Error(`waybill ${argv.join(' ')}: exit ${ran.code}\n${ran.out}${ran.err}`)
    return ran
  }
}

/** Input of a command, as one chunk. */
export function streamOf(data: string | Uint8Array): AsyncIterable<Uint8Array> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return Readable.from(bytes.length === 0 ? [] : [bytes])
}

/** A ledger in a folder with its operator, and whoever is wanted. */
export class Town {
  readonly root = mkdtempSync(join(tmpdir(), 'waybill-cli-'))
  readonly operator = new Person(join(this.root, 'operator'))
  readonly folder = join(this.root, 'ledger')
  readonly policy = join(this.root, 'policy.txt')
  #server: RunningServer | undefined

  person(name: string): Person {
    return new Person(join(this.root, name))
  }

  async init(): Promise<void> {
    const flags = ['--origin', ORIGIN, '--name', 'Hafenamt Ledger GmbH', '--country', 'DE']
    await this.operator.must(['init', this.folder, ...flags, '--policy-out', this.policy])
  }

  get url(): string {
    if (this.#server === undefined) throw new Error('no server runs')
    return this.#server.url
  }

  async serve(folder: string = this.folder): Promise<string> {
    this.#server = await startServer({ folder, port: 0, workers: 0 })
    return this.#server.url
  }

  /** Until all that was logged is published: evidence stands under that, and it is up to a second old. */
  async published(): Promise<void> {
    const ledger = this.#server?.ledger
    await ledger?.waitPublished(ledger.size, AbortSignal.timeout(10_000))
  }

  async stop(): Promise<void> {
    await this.#server?.close()
    this.#server = undefined
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.root, { recursive: true, force: true })
  }

  /** A person with an enrolled and admitted key, over the server that runs. */
  async enrolled(
    name: string,
    legalName: string,
    country: string,
  ): Promise<Person & { readonly party: string }> {
    const person = this.person(name)
    const key = person.path('key.pem')
    const { kid } = (await person.must(['keygen', key, '--json'])).json()
    person.configure({ server: this.url, key })
    await person.must(['party', 'enrol', '--name', legalName, '--country', country, '--yes'])
    await this.operator.must([
      'party',
      'admit',
      '--all',
      '--yes',
      '--server',
      this.url,
      '--operator',
      this.folder,
    ])
    return Object.assign(person, { party: String(kid) })
  }
}

export function sha256Hex(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

export function dataset(content: string, from: readonly number[] = []): Json {
  return { n: 0, name: content, digest: sha256Hex(content), from: [...from] }
}

export function collectionDraft(collector: string, content = 'rides'): JsonObject {
  return {
    type: 'collection/1',
    claims: {
      collector,
      place: { jurisdiction: 'DE', subjectCountries: ['DE'] },
      purposes: [PURPOSE],
      datasets: [dataset(content)],
      period: { begin: '2026-11-01T00:00:00Z' },
    },
  }
}

export function transferDraft(exporter: string, importer: string, parent: string): JsonObject {
  return {
    type: 'transfer/1',
    parents: [{ id: parent, n: 0 }],
    claims: {
      exporter,
      importer,
      route: { from: 'DE', to: 'IN', storage: ['IN'], mode: 'copy' },
      purposes: [PURPOSE],
      datasets: [dataset('rides', [0])],
      terms: {
        exporter: {
          role: 'https://w3id.org/dpv#DataController',
          legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-f', regime: 'eu-gdpr' }],
        },
        importer: { role: 'https://w3id.org/dpv#DataProcessor', onBehalfOf: exporter },
        endUse: { statement: 'service-to-exporter' },
      },
      period: { begin: '2026-11-14T00:00:00Z' },
    },
  }
}

export function outcomeDraft(performer: string, parent: string, report = REPORT): JsonObject {
  return {
    type: 'outcome/1',
    parents: [{ id: parent, n: 0 }],
    claims: {
      performer,
      kind: 'report',
      artefact: { digest: sha256Hex(report), name: 'rides.txt' },
      purposes: [PURPOSE],
      personalData: 'anonymous',
      period: { begin: '2026-11-14T02:00:00Z' },
    },
  }
}

/** Signs a draft and submits it, keeping the receipt in `receipts`; answers the statement's id. */
export async function log(person: Person, name: string, draft: Json): Promise<string> {
  const signed = person.path(`${name}.signed.json`)
  await person.must(['sign', person.write(`${name}.json`, draft), '--out', signed])
  const { items } = (
    await person.must(['submit', signed, '--json', '--receipts', person.path('receipts')])
  ).json()
  return String((items as readonly JsonObject[])[0]?.['id'])
}
