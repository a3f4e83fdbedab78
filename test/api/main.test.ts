import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../api/main.js'
import { buildStatement, countersignEnvelope, signStatement } from '../../ledger/core/build.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Signer } from '../../ledger/crypto/signer.js'
import { initLedgerFolder, openLedgerFolder, operatorSigners } from '../../ledger/index.js'
import { exampleClaims, keyOf, ORIGIN } from './world.js'

const SECRET = 'Geheimnis-4711'
const MAIN = fileURLToPath(new URL('../../dist/api/main.js', import.meta.url))
const collector = keyOf('collector')

let folder = ''
let running: RunningServer | undefined
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-serve-'))
  await initLedgerFolder(folder, { origin: ORIGIN, name: 'Operator', country: 'DE' })
})
afterEach(async () => {
  await running?.close()
  running = undefined
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<RunningServer> {
  running = await startServer({ folder, port: 0, log: () => undefined })
  return running
}

function random(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count))
}

async function enrol(url: string): Promise<void> {
  const { registrar } = await operatorSigners(folder)
  const now = Math.floor(Date.now() / 1000)
  const party = { key: { ...jwkOf(collector.publicKey) }, uses: ['api', 'statement'] }
  const claims = { party, name: 'Collector', country: 'DE' }
  const draft = {
    type: 'party/1',
    origin: ORIGIN,
    iat: now,
    countersignBy: now + 600,
    claims,
  } as const
  const one = await signStatement(buildStatement(draft, random), 'party', collector, now)
  const both = await countersignEnvelope(one, 'registrar', registrar, now)
  expect((await submit(url, both)).status).toBe(201)
}

function collection(signer: Signer = collector): Promise<Envelope> {
  const iat = Math.floor(Date.now() / 1000)
  const claims = { ...exampleClaims('collection'), collector: signer.kid }
  const built = buildStatement({ type: 'collection/1', origin: ORIGIN, iat, claims }, random)
  return signStatement(built, 'collector', signer, iat)
}

async function submit(
  url: string,
  envelope: Envelope,
): Promise<{ status: number; body: JsonObject }> {
  const answer = await fetch(`${url}/v1/statements`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(envelopeJson(envelope)),
  })
  return { status: answer.status, body: (await answer.json()) as JsonObject }
}

describe('a server', () => {
  test('opens a folder, listens on loopback and takes statements', async () => {
    const { url } = await start()
    await enrol(url)
    const { status, body } = await submit(url, await collection())

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect([status, body['status'], body['index']]).toEqual([201, 'admitted', 3])
  })

  test('closes more than once and leaves the folder to the next', async () => {
    const first = await start()
    await Promise.all([first.close(), first.close()])
    await first.ended
    const second = await start()

    expect((await fetch(`${second.url}/livez`)).status).toBe(200)
  })

  test('a folder that a server has open is refused to a second', async () => {
    await start()

    await expect(startServer({ folder, port: 0 })).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })
  })

  test('an address that is taken is refused, and the folder is free again', async () => {
    const { url } = await start()
    const other = mkdtempSync(join(tmpdir(), 'waybill-other-'))
    await initLedgerFolder(other, { origin: ORIGIN, name: 'Operator', country: 'DE' })
    const port = Number(new URL(url).port)

    await expect(startServer({ folder: other, port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
    })
    const { ledger } = await openLedgerFolder(other)
    await ledger.close()
    rmSync(other, { recursive: true })
  })

  test('a folder that is no ledger is refused', async () => {
    await expect(startServer({ folder: tmpdir(), port: 0 })).rejects.toMatchObject({
      code: 'LEDGER_NOT_FOUND',
    })
  })

  test('half a request does not hold up its end for long, and a whole one is answered', async () => {
    const { url, close } = await start()
    await enrol(url)
    const { port } = new URL(url)
    const half = connect(Number(port), '127.0.0.1')
    half.on('error', () => undefined)
    await once(half, 'connect')
    half.write('GET /livez HTTP/1.1\r\nhost: a\r\n')
    const answers = Array.from({ length: 20 }, async () => submit(url, await collection()))
    await Promise.race(answers)
    const closed = close()
    half.destroy()
    const outcomes = await Promise.allSettled(answers)
    await closed

    const admitted = outcomes.flatMap((item) =>
      item.status === 'fulfilled' && item.value.status === 201
        ? [item.value.body['id'] as StatementId]
        : [],
    )
    const { ledger } = await openLedgerFolder(folder)
    const lost = admitted.filter((id) => ledger.statement(id) === undefined)
    await ledger.close()
    expect(admitted.length).toBeGreaterThan(0)
    expect(lost).toEqual([])
  })
})

describe('a server process', () => {
  /** Runs a server in a process of its own; `also` is code that runs beside it. */
  async function spawnServer(
    also = '',
  ): Promise<{ child: ChildProcess; url: string; said: () => string }> {
    const script = `
      import { startServer } from ${JSON.stringify(MAIN)}
      const server = await startServer({ folder: ${JSON.stringify(folder)}, port: 0, ownProcess: true })
      console.log(server.url)
      ${also}`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
    })
    if (child.stdout === null) throw new Error('a pipe was asked for')
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
    return { child, url, said: () => said }
  }

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s under load ends it with 0 and loses nothing',
    async (signal) => {
      const { child, url, said } = await spawnServer()
      const exited = once(child, 'exit')
      await enrol(url)
      const acknowledged: StatementId[] = []
      let refused = 0
      const load = Array.from({ length: 8 }, async () => {
        for (;;) {
          const answer = await submit(url, await collection()).catch(() => undefined)
          if (answer === undefined) return
          if (answer.status === 201) acknowledged.push(answer.body['id'] as StatementId)
          else {
            refused += 1
            expect(answer.body['code']).toBe('LEDGER_CLOSED')
          }
        }
      })
      await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(50)
      child.kill(signal)
      const [status] = (await exited) as [number]
      await Promise.all(load)

      const { ledger } = await openLedgerFolder(folder)
      const lost = acknowledged.filter((id) => ledger.statement(id) === undefined)
      await ledger.close()
      expect([status, lost, said()]).toEqual([0, [], ''])
      expect(refused).toBeGreaterThanOrEqual(0)
    },
  )

  test.each([
    ['an exception that nobody caught', `setTimeout(() => { throw new Error('${SECRET}') }, 20)`],
    [
      'a rejection that nobody caught',
      `setTimeout(() => Promise.reject(new Error('${SECRET}')), 20)`,
    ],
  ])('%s ends it with 70, and its words stay inside', async (_what, also) => {
    const { child, said } = await spawnServer(also)
    const [status] = (await once(child, 'exit')) as [number]

    expect(status).toBe(70)
    expect(said()).toContain('INTERNAL')
    expect(said()).not.toContain(SECRET)
  })

  test('two processes cannot serve one folder', async () => {
    const { child } = await spawnServer()
    await expect(startServer({ folder, port: 0 })).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })
    const exited = once(child, 'exit')
    child.kill('SIGTERM')

    expect((await exited)[0]).toBe(0)
  })
})
