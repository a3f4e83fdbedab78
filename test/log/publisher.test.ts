/**
 * Published checkpoints: the second line, witnesses over HTTP, what is shown when they are away, and
 * what a restart shows. The witnesses are real ones on loopback, except those that misbehave.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openCheckpoint, parseCheckpoint } from '../../ledger/core/checkpoint.js'
import { formatVkey, parseNote, TYPE_ED25519 } from '../../ledger/core/note.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { mlDsaCheckpointSigner } from '../../ledger/crypto/checkpoint-signer.js'
import { mlDsaSignerFromSeed } from '../../ledger/crypto/ml-dsa.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import type { Publishing } from '../../ledger/log/publishing.js'
import {
  decodePublished,
  encodePublished,
  memoryPublishedFile,
  openPublishedFile,
} from '../../ledger/store/published-file.js'
import { withBitFlipped } from '../store/flip.js'
import { toyLog, Yard } from '../witness/support/toy-log.js'
import { ACME, BOLT } from './support/firms.js'
import { collect } from './support/scene.js'
import { codeOf, LOG_KEY, Site } from './support/site.js'
import { crypto, ORIGIN } from './support/statements.js'

const LOG_VKEY = formatVkey(ORIGIN, TYPE_ED25519, LOG_KEY.publicKey)
const signer = mlDsaCheckpointSigner(ORIGIN, mlDsaSignerFromSeed(new Uint8Array(32).fill(5)))
const SECOND = { ...signer, close: async () => undefined }
const PQ_VKEY = formatVkey(ORIGIN, signer.key.type, signer.key.key)

const yard = new Yard()
const servers: Server[] = []
const ledgers: Ledger[] = []
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()))
})
afterAll(async () => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
  await yard.remove()
})

/** A witness that answers as it is told. */
async function badWitness(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Asked = { readonly url: string; readonly vkeys: readonly string[] }

/** Asks every key of these witnesses; all of them, or as many as told, are the quorum. */
function policyOf(witnesses: readonly Asked[], enough: string = 'all'): Policy {
  const lines = witnesses.flatMap(({ url, vkeys }, w) =>
    vkeys.map((vkey, k) => ({ name: `w${w}k${k}`, line: `witness w${w}k${k} ${vkey} ${url}` })),
  )
  return parsePolicy(
    [
      `log ${LOG_VKEY}`,
      ...lines.map(({ line }) => line),
      `group quorum-of-them ${enough} ${lines.map(({ name }) => name).join(' ')}`,
      'quorum quorum-of-them',
      '',
    ].join('\n'),
  )
}

async function witness(): Promise<Asked & { readonly folder: string; close(): Promise<void> }> {
  const { folder, vkeys } = await yard.make([LOG_VKEY], `witness.example/w${Math.random()}`)
  const { url, close } = await yard.start(folder)
  return { folder, vkeys, url, close }
}

/** Publishes when the test says so. */
const asked = (publishing: Publishing): Publishing => ({
  when: 'asked',
  random: () => 0,
  ...publishing,
})

async function started(site: Site, publishing: Publishing): Promise<Ledger> {
  const ledger = await site.start([ACME], { publishing: asked(publishing) })
  ledgers.push(ledger)
  return ledger
}

async function reopened(site: Site, publishing: Publishing): Promise<Ledger> {
  const ledger = await site.open({ publishing: asked(publishing) })
  ledgers.push(ledger)
  return ledger
}

function more(ledger: Ledger): Promise<unknown> {
  return collect(ledger, ACME)
}

/** What a backup of this moment holds; the log goes on where it was. */
async function backedUp(
  site: Site,
  ledger: Ledger,
  publishing: Publishing,
): Promise<{ readonly backup: Site; readonly ledger: Ledger }> {
  await ledger.close()
  return { backup: await site.copy(), ledger: await reopened(site, publishing) }
}

const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size

describe('a log without witnesses', () => {
  test('shows its commit checkpoint as it is', async () => {
    const ledger = await started(new Site(), {})
    await ledger.publisher.publish()

    expect(ledger.publishedCheckpoint()).toBe(ledger.headCheckpoint())
    expect(ledger.health().quorum).toEqual({ state: 'none', witnesses: [] })
  })

  test('adds its post-quantum line, which a policy can demand beside the other', async () => {
    const ledger = await started(new Site(), { second: SECOND })
    expect(await codeOf(() => ledger.publishedCheckpoint())).toBe('CHECKPOINT_NOT_PUBLISHED')
    await ledger.publisher.publish()
    const policy = parsePolicy(`log ${LOG_VKEY}\nwitness pq ${PQ_VKEY}\nquorum pq\n`)
    const opened = openCheckpoint(ledger.publishedCheckpoint(), policy, crypto)

    expect([opened.quorum.met, opened.checkpoint.size]).toEqual([true, ledger.size])
    expect(openCheckpoint(ledger.headCheckpoint(), policy, crypto).quorum.met).toBe(false)
    // Alone, too: a reader that trusts the post-quantum key only.
    const alone = parsePolicy(`log ${PQ_VKEY}\nquorum none\n`)
    expect(openCheckpoint(ledger.publishedCheckpoint(), alone, crypto).signedBy).toHaveLength(1)
  })

  test('publishes by itself within seconds, and tells who waits for it', async () => {
    const site = new Site()
    const ledger = await site.start([ACME], { publishing: { second: SECOND } })
    ledgers.push(ledger)
    await ledger.waitPublished(ledger.size, AbortSignal.timeout(8_000))

    expect(sizeOf(ledger.publishedCheckpoint())).toBe(ledger.size)
    expect(ledger.health()).toMatchObject({ ready: true, publishedSize: ledger.size })
    const stop = new AbortController()
    const waiting = ledger.waitPublished(ledger.size + 1, stop.signal)
    stop.abort()
    await waiting
    const closed = ledger.waitPublished(ledger.size + 1, new AbortController().signal)
    await ledger.close()
    await closed
  })
})

describe('a log with witnesses', () => {
  test('shows what two witnesses with two keys each cosigned, and evidence under it', async () => {
    const policy = policyOf([await witness(), await witness()])
    const ledger = await started(new Site(), { policy, second: SECOND })
    expect(await codeOf(() => ledger.publishedCheckpoint())).toBe('CHECKPOINT_NOT_PUBLISHED')
    await ledger.publisher.publish()
    const note = ledger.publishedCheckpoint()

    const { quorum, cosigned } = openCheckpoint(note, policy, crypto)
    expect([quorum.met, cosigned.length, parseNote(note).signatures.length]).toEqual([true, 4, 6])
    expect(ledger.health().quorum).toMatchObject({ state: 'met' })
    const { id } = ledger.statementAt(1)
    const before = ledger.size
    await more(ledger)
    // Evidence for what is published stands under that, also when the log has grown.
    const evidence = ledger.evidence([id])
    expect(evidence.checkpoint).toBe(note)
    const report = verifyEvidence(evidence, { policy, crypto })
    expect([report.verdict, report.findings]).toEqual(['VERIFIED', []])
    expect(before).toBe(sizeOf(note))
    // What is newer stands under the commit checkpoint until the next publication.
    const newest = ledger.statementAt(before).id
    expect(ledger.evidence([newest]).checkpoint).toBe(ledger.headCheckpoint())
    await ledger.publisher.publish()
    expect(ledger.evidence([newest]).checkpoint).toBe(ledger.publishedCheckpoint())
  })

  test('evidence of an older tree says nothing of what came later', async () => {
    const ledger = await started(new Site(), {})
    await ledger.publisher.publish()
    const { id } = ledger.statementAt(1)
    const before = JSON.stringify(ledger.evidence([id]))
    await more(ledger)
    await more(ledger)

    expect(JSON.stringify(ledger.evidence([id]))).toBe(before)
  })

  test('without its quorum nothing new is shown, and statements are taken all the same', async () => {
    const [north, south] = [await witness(), await witness()]
    const policy = policyOf([north, south])
    const site = new Site()
    const ledger = await started(site, { policy })
    await ledger.publisher.publish()
    const note = ledger.publishedCheckpoint()
    await south.close()
    site.nowS += 100
    await more(ledger)

    expect(await codeOf(() => ledger.publisher.publish())).toBe('CHECKPOINT_NOT_PUBLISHED')
    expect(ledger.publishedCheckpoint()).toBe(note)
    const health = ledger.health()
    expect(health).toMatchObject({ ready: true, quorum: { state: 'missing', since: site.nowS } })
    expect(health.quorum.missing).toContain('w1k0')
    const [up, down] = health.quorum.witnesses
    expect([up?.failures, down?.failures]).toEqual([0, 1])
    expect(down?.trouble).toContain('WITNESS_UNAVAILABLE')
    // It comes back on its old port, and is asked again after its pause.
    await yard.start(south.folder, Number(new URL(south.url).port))
    const again = await reachable(() => ledger.publisher.publish())
    expect(again).toBe(true)
    expect(sizeOf(ledger.publishedCheckpoint())).toBe(ledger.size)
    expect(ledger.health().quorum.state).toBe('met')
  })

  test('two of three are enough, and the dead one is not waited for', async () => {
    const dead = { ...(await witness()) }
    await dead.close()
    const policy = policyOf([await witness(), dead, await witness()].map(oneKey), '2')
    const ledger = await started(new Site(), { policy })
    await ledger.publisher.publish()

    expect(openCheckpoint(ledger.publishedCheckpoint(), policy, crypto).cosigned).toHaveLength(2)
  })

  test('a restart shows the same, and learns by a 409 what the witnesses hold', async () => {
    const policy = policyOf([await witness()])
    const site = new Site()
    const file = memoryPublishedFile()
    const first = await started(site, { policy, file })
    await first.publisher.publish()
    const note = first.publishedCheckpoint()
    await more(first)
    await first.close()
    const second = await reopened(site, { policy, file })

    expect(second.publishedCheckpoint()).toBe(note)
    await second.publisher.publish()
    expect(sizeOf(second.publishedCheckpoint())).toBe(second.size)
  })

  test('a policy that asks for more than what was published shows nothing until it has it', async () => {
    const [north, south] = [await witness(), await witness()]
    const site = new Site()
    const file = memoryPublishedFile()
    const first = await started(site, { policy: policyOf([north]), file })
    await first.publisher.publish()
    await first.close()
    const second = await reopened(site, { policy: policyOf([north, south]), file })

    expect(await codeOf(() => second.publishedCheckpoint())).toBe('CHECKPOINT_NOT_PUBLISHED')
    await second.publisher.publish()
    expect(sizeOf(second.publishedCheckpoint())).toBe(second.size)
  })

  test('a policy of another log, or an address that is none, is refused at the start', async () => {
    const other = toyLog('other.example', { seed: 77 })
    const { url, vkeys } = await witness()
    const foreign = parsePolicy(`log ${other.vkey}\nwitness w ${vkeys[0]} ${url}\nquorum w\n`)
    expect(await codeOf(() => new Site().open({ publishing: { policy: foreign } }))).toBe(
      'CONFIG_INVALID',
    )
    for (const bad of [
      'ftp://x/',
      'file:///etc/passwd',
      'http://user:pw@x/',
      'http://x/?q',
      'no-url',
    ]) {
      const policy = parsePolicy(`log ${LOG_VKEY}\nwitness w ${vkeys[0]} ${bad}\nquorum w\n`)
      expect(await codeOf(() => new Site().open({ publishing: { policy } }))).toBe('CONFIG_INVALID')
    }
  })
})

describe('witnesses that misbehave', () => {
  const rows: readonly (readonly [string, RequestListener, string])[] = [
    ['an error', (_, answer) => answer.writeHead(500).end(), 'status 500'],
    ['an unknown log', (_, answer) => answer.writeHead(404).end(), 'status 404'],
    ['no cosignature', (_, answer) => answer.end('\n'), 'not good'],
    ['a cosignature of nobody', (_, answer) => answer.end('— a AAAAAAAAAA==\n'), 'no cosignature'],
    ['an endless answer', (_, answer) => endless(answer), 'too long'],
    [
      'a conflict without a size',
      (_, answer) => answer.writeHead(409).end('ten\n'),
      'without a size',
    ],
    ['a size that never fits', alternating(), 'changes its mind'],
    ['a refused proof', (_, answer) => answer.writeHead(422).end(), 'WITNESS_PROOF'],
    ['not UTF-8', (_, answer) => answer.end(Buffer.from([0xff, 0xfe])), 'WITNESS_UNAVAILABLE'],
    ['a broken connection', (request) => request.socket.destroy(), 'no connection'],
  ]

  test.each(rows)(
    '%s: nothing is shown, the reason is, and nothing else stops',
    async (_name, listener, reason) => {
      const { vkeys } = await yard.make([])
      const url = await badWitness((request, answer) => {
        request.resume()
        listener(request, answer)
      })
      const ledger = await started(new Site(), { policy: policyOf([{ url, vkeys }]) })

      expect(await codeOf(() => ledger.publisher.publish())).toBe('CHECKPOINT_NOT_PUBLISHED')
      expect(ledger.health().quorum.witnesses[0]?.trouble).toContain(reason)
      expect(ledger.health().ready).toBe(true)
      await more(ledger)
    },
  )

  test('a redirect is not followed, wherever it leads', async () => {
    const visited: string[] = []
    const target = await badWitness((request, answer) => {
      visited.push(request.url ?? '')
      answer.end()
    })
    const url = await badWitness((_, answer) =>
      answer.writeHead(307, { location: `${target}/add-checkpoint` }).end(),
    )
    const { vkeys } = await yard.make([])
    const ledger = await started(new Site(), { policy: policyOf([{ url, vkeys }]) })
    await codeOf(() => ledger.publisher.publish())

    expect(visited).toEqual([])
    expect(ledger.health().quorum.witnesses[0]?.trouble).toContain('redirect')
  })

  test('a cosignature for another checkpoint, replayed, counts for nothing', async () => {
    const good = await witness()
    const first = await started(new Site(), { policy: policyOf([good]) })
    await first.publisher.publish()
    const lines = parseNoteLines(first.publishedCheckpoint())
    const url = await badWitness((_, answer) => answer.end(lines))
    const policy = policyOf([{ ...good, url }])
    const site = new Site()
    site.nowS += 10
    const ledger = await site.start([ACME, BOLT], { publishing: asked({ policy }) })
    ledgers.push(ledger)

    expect(await codeOf(() => ledger.publisher.publish())).toBe('CHECKPOINT_NOT_PUBLISHED')
    expect(ledger.health().quorum.witnesses[0]?.trouble).toContain('not good')
  })

  test('who fails is left alone for longer each time', async () => {
    let calls = 0
    const url = await badWitness((_, answer) => {
      calls += 1
      answer.writeHead(503).end()
    })
    const { vkeys } = await yard.make([])
    const ledger = await started(new Site(), {
      policy: policyOf([{ url, vkeys }]),
      random: () => 0.99,
    })
    for (let round = 0; round < 5; round += 1) await codeOf(() => ledger.publisher.publish())

    expect(calls).toBe(1)
  })
})

describe('a log that was rolled back', () => {
  test('is found out by a witness before anything is signed, and while it runs', async () => {
    const one = await witness()
    const policy = policyOf([one])
    const site = new Site()
    const first = await started(site, { policy })
    const { backup, ledger } = await backedUp(site, first, { policy })
    await more(ledger)
    await ledger.publisher.publish()
    await ledger.close()
    const restored = await reopened(backup, { policy })

    expect(await codeOf(() => restored.publisher.refuseRollback())).toBe('LEDGER_ROLLED_BACK')
    // And without that look: the first conflict ends the writing.
    await codeOf(() => restored.publisher.publish())
    expect(await codeOf(() => more(restored))).toBe('LEDGER_ROLLED_BACK')
    expect(restored.health()).toMatchObject({
      ready: false,
      reason: 'writing failed: LEDGER_ROLLED_BACK',
    })
  })

  test('a witness that only says so stops nobody: it must show our own signature', async () => {
    const { vkeys } = await yard.make([])
    const thief = toyLog(ORIGIN, { seed: 66 })
    const shown = await thief.note(60)
    const url = await badWitness((request, answer) => {
      request.resume()
      if (request.method === 'GET') answer.end(shown)
      else answer.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('60\n')
    })
    const ledger = await started(new Site(), { policy: policyOf([{ url, vkeys }]) })
    await ledger.publisher.refuseRollback()
    await codeOf(() => ledger.publisher.publish())

    await more(ledger)
    expect(ledger.health().ready).toBe(true)
  })

  test('the file of what was published knows more than a restored store', async () => {
    const site = new Site()
    const file = memoryPublishedFile()
    const first = await started(site, { file })
    const { backup, ledger } = await backedUp(site, first, { file })
    await more(ledger)
    await ledger.publisher.publish()

    expect(await codeOf(() => backup.open({ publishing: { file } }))).toBe('LEDGER_BEHIND_HEAD')
  })
})

describe('the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-published-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('gives back what was written, byte for byte, and refuses every flipped bit', async () => {
    const note = 'ledger.example/test\n3\nAAAA\n\n— ledger.example/test AAAAAAAA\n'
    const file = openPublishedFile(folder)
    expect(file.read()).toBeUndefined()
    await file.write(note)

    expect(openPublishedFile(folder).read()).toBe(note)
    const bytes = new Uint8Array(readFileSync(join(folder, 'published')))
    expect(encodePublished(note)).toEqual(bytes)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      expect(() => decodePublished(withBitFlipped(bytes, bit))).toThrow('PUBLISHED_UNREADABLE')
    }
    for (let end = 0; end < bytes.length; end += 1) {
      expect(() => decodePublished(bytes.slice(0, end))).toThrow('PUBLISHED_UNREADABLE')
    }
    writeFileSync(join(folder, 'published.tmp'), bytes.slice(0, 9))
    expect(openPublishedFile(folder).read()).toBe(note)
  })

  test('of another log, or not signed by this one, is refused at the start', async () => {
    const thief = toyLog(ORIGIN, { seed: 66 })
    const other = toyLog('other.example', { seed: 67 })
    for (const log of [thief, other]) {
      const file = memoryPublishedFile(await log.note(1))
      expect(await codeOf(() => new Site().open({ publishing: { file } }))).toBe(
        'PUBLISHED_UNREADABLE',
      )
    }
  })

  test('a disk that fails ends publishing, and the process is told', async () => {
    const site = new Site()
    const file = openPublishedFile(join(folder, 'not-there'))
    const ledger = await site.start([ACME], { publishing: asked({ file, second: SECOND }) })
    ledgers.push(ledger)

    expect(await codeOf(() => ledger.publisher.publish())).toBe('STORE_FAILED')
    expect(site.failures).toHaveLength(1)
    expect(ledger.health()).toMatchObject({
      ready: false,
      reason: 'publishing failed: STORE_FAILED',
    })
    expect(await codeOf(() => ledger.publishedCheckpoint())).toBe('CHECKPOINT_NOT_PUBLISHED')
  })
})

function oneKey({ url, vkeys }: Asked): Asked {
  return { url, vkeys: vkeys.slice(0, 1) }
}

function parseNoteLines(note: string): string {
  return note.slice(note.lastIndexOf('\n\n') + 2)
}

function endless(answer: { write(text: string): boolean }): void {
  for (let i = 0; i < 40; i += 1) answer.write('x'.repeat(10_000))
}

function alternating(): RequestListener {
  let size = 0
  return (_, answer) => {
    size = 1 - size
    answer.writeHead(409).end(`${size}\n`)
  }
}

/** Tries until it works, for some seconds. */
async function reachable(attempt: () => Promise<void>): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await codeOf(attempt)) === undefined) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
