/**
 * The stage of the attack tests: people with memories of their own, an operator who serves whatever
 * history it likes under its real key, and witnesses. All keys are test keys.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBase64 } from '../../../ledger/core/bytes.js'
import { cosignatureLine, cosignatureMessage } from '../../../ledger/core/cosignature.js'
import type { Envelope } from '../../../ledger/core/envelope.js'
import type { Evidence } from '../../../ledger/core/evidence.js'
import type { NodeHash } from '../../../ledger/core/hash.js'
import { encodeJcs, type Json } from '../../../ledger/core/json.js'
import { buildConsistencyProof } from '../../../ledger/core/merkle.js'
import {
  cosignatureNoteKey,
  ed25519NoteKey,
  formatVkey,
  type NoteKey,
  parseNote,
  TYPE_ED25519,
} from '../../../ledger/core/note.js'
import { formatPolicy, type Policy, policyOfLogs } from '../../../ledger/core/policy.js'
import { receiptJson } from '../../../ledger/core/receipt.js'
import { Person } from '../../cli/harness.js'
import { EXPORTER, IMPORTER, OPERATOR, type TestKey, testKey } from '../../core/support/parties.js'
import { collection, enrolment, idOf, NOW, ORIGIN } from '../../core/support/statements.js'
import { TinyLog } from '../../core/support/tiny-log.js'
import { growTree } from '../../reference/grown-tree.js'

export { NOW }

/** A witness with a test key of its name. */
export type Witness = { readonly name: string; readonly signer: TestKey; readonly key: NoteKey }

export const WITNESSES: readonly [Witness, Witness, Witness] = [
  witness('north'),
  witness('south'),
  witness('west'),
]

/** A witness with a test key that follows from its name. */
export function witness(name: string): Witness {
  const signer = testKey(`witness ${name}`)
  return {
    name,
    signer,
    key: cosignatureNoteKey(`${name.replaceAll(' ', '-')}.example/w`, signer.key),
  }
}

/** Signed by the log alone. */
const LOG_ALONE: Policy = policyOfLogs(ed25519NoteKey(ORIGIN, new TinyLog().logKey.key))

/** Two of the three witnesses must have cosigned. */
export const TWO_OF_THREE: Policy = {
  ...LOG_ALONE,
  witnesses: WITNESSES.map(({ name, key }) => ({ name, key })),
  groups: [{ name: 'regulators', threshold: 2, members: WITNESSES.map(({ name }) => name) }],
  quorum: 'regulators',
}

/**
 * A log with two firms enrolled (entries 0 to 2), and a collection by the first for each content. No
 * two are alike, since every statement has its own nonce; see `copyOf`.
 */
export async function history(...contents: readonly string[]): Promise<TinyLog> {
  const log = await TinyLog.start()
  for (const party of [EXPORTER, IMPORTER]) log.append(await enrolment(party, OPERATOR))
  await grow(log, ...contents)
  return log
}

export async function grow(log: TinyLog, ...contents: readonly string[]): Promise<void> {
  for (const content of contents) log.append(await collection(EXPORTER, [content]))
}

/** Another log with the same first entries, byte for byte. */
export function copyOf(log: TinyLog, size: number = log.size): TinyLog {
  const copy = new TinyLog()
  for (let index = 0; index < size; index += 1) copy.append(log.envelope(index))
  return copy
}

/** The note with a cosignature line of each witness. */
export async function cosign(note: string, by: readonly Witness[], time = NOW): Promise<string> {
  const { text } = parseNote(note)
  const lines = by.map(async ({ signer, key }) =>
    cosignatureLine(key, time, await signer.sign(cosignatureMessage(text, time))),
  )
  return note + (await Promise.all(lines)).join('')
}

/** A receipt of the entry at `index`, under the checkpoint of the whole log or the note given. */
export async function receiptOf(log: TinyLog, index: number, note?: string): Promise<Evidence> {
  const evidence = await log.evidence([log.envelope(index)])
  return note === undefined ? evidence : { ...evidence, checkpoint: note }
}

/** People and servers of one test file. */
export class Stage {
  readonly #root = mkdtempSync(join(tmpdir(), 'waybill-attack-'))
  readonly #servers: Server[] = []

  /** Somebody with nothing but a key to sign in with. */
  async person(name: string): Promise<Person> {
    const person = new Person(join(this.#root, name))
    await person.must(['keygen', person.path('key.pem')])
    return person
  }

  path(name: string): string {
    return join(this.#root, name)
  }

  /** A server that shows what `operator` wants to show now. */
  async serve(operator: Operator): Promise<string> {
    const server = createServer((request, response) => {
      void operator.answer(new URL(request.url ?? '/', 'http://x'), response)
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(this.#root, { recursive: true, force: true })
  }
}

/** Evidence files that a person's Waybill has kept. */
export function evidenceFiles(person: Person): readonly string[] {
  const ledgers = person.path('state/waybill/ledgers')
  if (!existsSync(ledgers)) return []
  return readdirSync(ledgers, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.split-view.json'))
    .map((name) => join(ledgers, name))
    .sort()
}

export function policyFile(person: Person, policy: Policy = LOG_ALONE): string {
  return person.write('policy.txt', formatPolicy(policy))
}

export function writeReceipt(person: Person, name: string, receipt: Evidence): string {
  return person.write(`${name}.receipt.json`, encodeJcs(receiptJson(receipt)))
}

/** Fetches and judges the receipt of a statement, as this person. */
export function fetchReceipt(person: Person, url: string, envelope: Envelope, policy: string) {
  const out = person.path(`${idOf(envelope).slice(0, 12)}.receipt.json`)
  const key = ['--key', person.path('key.pem')]
  const flags = ['--server', url, ...key, '--policy', policy, '-o', out]
  return person.run(['receipt', idOf(envelope), ...flags])
}

/** An operator with the log's real key, who may change history between two calls. */
export class Operator {
  log: TinyLog
  /** Signs, and lets witnesses sign, what is shown. */
  note: (log: TinyLog) => Promise<string> = (log) => log.checkpoint()
  /** Shows statements with two values fewer. */
  withholds = false
  /** Has never heard of any statement. */
  forgets = false
  /** Gives no proofs. */
  silent = false

  constructor(log: TinyLog) {
    this.log = log
  }

  async answer(url: URL, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#answerOf(url)
    const type = status === 200 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type }).end(body)
  }

  async #answerOf({
    pathname,
    searchParams,
  }: URL): Promise<{ readonly status: number; readonly body: string }> {
    const { log } = this
    const number = (name: string): number => Number(searchParams.get(name))
    if (pathname === '/checkpoint') return { status: 200, body: await this.note(log) }
    if (pathname === '/v1/ledger') {
      const vkey = formatVkey(ORIGIN, TYPE_ED25519, log.logKey.key)
      return good({ origin: ORIGIN, vkey, registrar: OPERATOR.id, size: log.size })
    }
    if (pathname === '/v1/proofs/consistency') {
      return this.#proof(number('second'), () =>
        this.consistency(number('first'), number('second')).map(toBase64),
      )
    }
    if (pathname === '/v1/proofs/inclusion') {
      return this.#proof(number('size'), () => {
        const { path } = log.entryEvidence(number('index'), number('size'))
        return path.map(toBase64)
      })
    }
    const [, id = ''] = /^\/v1\/statements\/([0-9a-f]+)\/receipt$/.exec(pathname) ?? []
    const index = Array.from({ length: log.size }, (_, i) => i).find((i) =>
      idOf(log.envelope(i)).startsWith(id),
    )
    if (id === '' || index === undefined || this.forgets) return problem('STATEMENT_NOT_FOUND')
    const receipt = await receiptOf(log, index, await this.note(log))
    return good(receiptJson(this.withholds ? withLess(receipt) : receipt))
  }

  #proof(size: number, path: () => Json): { readonly status: number; readonly body: string } {
    if (this.silent) return problem('INTERNAL')
    return size > this.log.size ? problem('PROOF_INDEX_RANGE') : good({ path: path() })
  }

  consistency(first: number, second: number): readonly NodeHash[] {
    const entries = Array.from({ length: second }, (_, i) => this.log.entryBytes(i))
    return buildConsistencyProof(first, second, growTree(entries).getNode)
  }
}

/** The receipt with two values fewer. */
function withLess(receipt: Evidence): Evidence {
  const statements = receipt.statements.map((item) => {
    const { envelope } = item
    return { ...item, envelope: { ...envelope, disclosures: envelope.disclosures.slice(2) } }
  })
  return { ...receipt, statements }
}

function good(value: Json): { readonly status: number; readonly body: string } {
  return { status: 200, body: JSON.stringify(value) }
}

function problem(code: string): { readonly status: number; readonly body: string } {
  return { status: 404, body: JSON.stringify({ code, status: 404, title: code }) }
}
