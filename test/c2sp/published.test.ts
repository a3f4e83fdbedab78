/**
 * What a ledger publishes, read by a client written only from C2SP: from a live server and from a
 * static folder, at sizes where tiles begin and become full, and at random ones.
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiLedger } from '../../api/deps.js'
import { buildServer } from '../../api/server.js'
import { publishFolder } from '../../ledger/log/publish.js'
import { type Fetch, LogClient, tilesOf } from './log-client.js'
import type { TreeHead } from './signed-note.js'
import { crypto, SyntheticLog } from './synthetic-log.js'

const SIZES = [
  ...[1, 2, 255, 256, 257, 65_535, 65_536, 65_537],
  ...[randomInt(258, 700), randomInt(700, 9_000)],
].sort((a, b) => a - b)
const SMALL = SIZES.filter((size) => size < 1_000)

const folder = mkdtempSync(join(tmpdir(), 'waybill-c2sp-'))
const log = new SyntheticLog()
let server: FastifyInstance
let url: string
beforeAll(async () => {
  // A server of a log asks its ledger for nothing else.
  const ledger = {
    publicLog: log.publicLog,
    publishedCheckpoint: () => log.publicLog.checkpoint(),
  } as Partial<ApiLedger> as ApiLedger
  const deps = { ledger, auditors: [], crypto, now: Date.now, version: 'test' }
  server = await buildServer(deps)
  url = await server.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const fetchFromServer: Fetch = async (path) => {
  const answer = await fetch(`${url}/${path}`)
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

const fetchFromFolder: Fetch = (path) => {
  try {
    return Promise.resolve(readFileSync(join(folder, path)))
  } catch {
    return Promise.resolve(undefined)
  }
}

describe(`published at ${SIZES.join(', ')}`, { timeout: 120_000 }, () => {
  const heads: TreeHead[] = []

  test.each(SIZES)('a tree of %i, whole, from the server and from the folder', async (size) => {
    await log.publish(size)
    await publishFolder(log.publicLog, folder, { policy: log.policy, crypto })
    for (const source of [fetchFromServer, fetchFromFolder]) {
      const client = new LogClient(log.vkey, source)
      const head = await client.checkpoint()
      const entries = await client.readAll(head)

      expect(head).toMatchObject({ origin: log.origin, size })
      expect(entries).toHaveLength(size)
      for (const index of new Set([0, Math.floor(size / 2), randomInt(size), size - 1]))
        await client.checkInclusion(entries[index] ?? Buffer.of(), index, head)
      for (const first of heads) await client.checkConsistency(first, head)
      if (source === fetchFromFolder) heads.push(head)
    }
    expect(heads.at(-1)?.size).toBe(size)
  })

  test('afterwards every tile of every published size is there, on both', async () => {
    const paths = new Set(SIZES.flatMap((size) => tilesOf(size).map(({ path }) => path)))
    const partial = [...paths].filter((path) => path.includes('.p/'))

    expect(partial.length).toBeGreaterThanOrEqual(2 * SIZES.length)
    for (const path of partial) {
      const [fromServer, fromFolder] = [await fetchFromServer(path), await fetchFromFolder(path)]
      expect(fromServer?.length, path).toBeGreaterThan(0)
      expect(Buffer.compare(fromServer ?? Buffer.of(), fromFolder ?? Buffer.of()), path).toBe(0)
    }
  })

  test('a tree of an older checkpoint can still be read whole', async () => {
    for (const source of [fetchFromServer, fetchFromFolder]) {
      for (const head of heads.filter(({ size }) => SMALL.includes(size)))
        expect(await new LogClient(log.vkey, source).readAll(head)).toHaveLength(head.size)
    }
  })

  test('in the folder is what the specification names, and the checkpoint, and nothing else', async () => {
    const { readdirSync } = await import('node:fs')
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => join(item.parentPath, item.name).slice(folder.length + 1))
    const named = new Set(SIZES.flatMap((size) => tilesOf(size).map(({ path }) => path)))

    expect(files.sort()).toEqual([...named, 'checkpoint'].sort())
  })
})

describe('the client is not easily pleased', () => {
  const changed = (source: Fetch, wanted: string, change: (bytes: Buffer) => Uint8Array): Fetch => {
    return async (path) => {
      const bytes = await source(path)
      return bytes === undefined || path !== wanted ? bytes : change(Buffer.from(bytes))
    }
  }
  const flip = (bytes: Buffer): Uint8Array => bytes.fill(bytes[40] === 0 ? 1 : 0, 40, 41)

  test.each(['tile/0/000', 'tile/1/000.p/3', 'tile/entries/001', 'tile/0/003.p/10'])(
    'one byte changed in %s',
    async (path) => {
      const small = await new SyntheticLog().publish(778)
      const out = mkdtempSync(join(tmpdir(), 'waybill-c2sp-'))
      await publishFolder(small.publicLog, out, { policy: small.policy, crypto })
      const source: Fetch = (name) => Promise.resolve(readFileSync(join(out, name)))
      const honest = new LogClient(small.vkey, source)
      await honest.readAll(await honest.checkpoint())
      const lied = new LogClient(small.vkey, changed(source, path, flip))

      await expect(lied.readAll(await lied.checkpoint())).rejects.toThrow(/root|fit|leaf/)
      const noted = new LogClient(small.vkey, changed(source, 'checkpoint', flip))
      await expect(noted.checkpoint()).rejects.toThrow()
      rmSync(out, { recursive: true })
    },
  )

  test('another log is not the beginning of this one', async () => {
    const other = await new SyntheticLog(log.origin, 'other entries').publish(100)
    const head = await new LogClient(log.vkey, () =>
      Promise.resolve(Buffer.from(other.publicLog.checkpoint())),
    ).checkpoint()
    const client = new LogClient(log.vkey, fetchFromServer)
    const now = await client.checkpoint()

    await expect(client.checkConsistency(head, now)).rejects.toThrow('not the beginning')
  })
})
