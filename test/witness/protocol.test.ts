/**
 * The witness protocol over HTTP: every status and body of c2sp.org/tlog-witness, in its order of
 * checks, and that a witness says nothing it has not seen.
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatAddCheckpoint } from '../../ledger/core/add-checkpoint.js'
import { toBase64 } from '../../ledger/core/bytes.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { emptyRoot } from '../../ledger/core/hash.js'
import { parseJson } from '../../ledger/core/json.js'
import {
  formatNote,
  formatVkey,
  parseNote,
  parseVkey,
  signNote,
  TYPE_COSIGNATURE,
  TYPE_ML_DSA_44,
} from '../../ledger/core/note.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import { judgeSplitView, parseSplitView } from '../../ledger/core/split-view.js'
import { mlDsaCheckpointSigner } from '../../ledger/crypto/checkpoint-signer.js'
import { mlDsaSignerFromSeed } from '../../ledger/crypto/ml-dsa.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { addLog } from '../../witness/folder.js'
import type { RunningWitness } from '../../witness/main.js'
import { verifySeen } from '../../witness/seen.js'
import { policyOf, post, replyOf, toyLog, Yard } from './support/toy-log.js'

const crypto = bestCrypto()
const yard = new Yard()
afterAll(() => yard.remove())

const TEXT = 'text/plain; charset=utf-8'
const SIZE = 'text/x.tlog.size'

function pathOf(origin: string): string {
  return `/${createHash('sha256').update(origin).digest('hex')}/checkpoint`
}

describe('add-checkpoint', () => {
  let witness: RunningWitness
  /** Each test has a log of its own, so that none depends on another. */
  const logs = Array.from({ length: 30 }, (_, i) => toyLog(`log${i}.example/toy`, { seed: i + 1 }))
  let next = 0
  const aLog = () => {
    next += 1
    const log = logs[next]
    if (log === undefined) throw new RangeError('more logs are needed')
    return log
  }
  /** A log of which the witness holds size 10. */
  const heldLog = async () => {
    const log = aLog()
    expect((await post(witness.url, await log.request(0, 10))).status).toBe(200)
    return log
  }
  const ask = async (path: string) => replyOf(await fetch(`${witness.url}${path}`))

  beforeAll(async () => {
    const { folder } = await yard.make(logs.map((log) => log.vkey))
    witness = await yard.start(folder)
  })

  test('200: the first checkpoint of a known log is cosigned by both keys of the witness', async () => {
    const log = aLog()
    const { status, type, body } = await post(witness.url, await log.request(0, 10))

    expect([status, type]).toEqual([200, TEXT])
    expect(body).toMatch(/^(— witness\.example\/w1 [A-Za-z0-9+/=]+\n){2}$/)
    const opened = openCheckpoint((await log.note(10)) + body, policyOf(log, witness.vkeys), crypto)
    expect(opened.quorum.met).toBe(true)
    expect(opened.cosigned.map(({ key, time }) => [key.type, time])).toEqual([
      [TYPE_COSIGNATURE, yard.time],
      [TYPE_ML_DSA_44, yard.time],
    ])
  })

  test('200: a larger tree with its proof, and the same size again with a new time', async () => {
    const log = await heldLog()
    expect((await post(witness.url, await log.request(10, 33))).status).toBe(200)
    const first = await post(witness.url, await log.request(33, 33))
    yard.time += 5
    const second = await post(witness.url, await log.request(33, 33))

    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body).not.toBe(first.body)
    const opened = openCheckpoint(
      (await log.note(33)) + second.body,
      policyOf(log, witness.vkeys),
      crypto,
    )
    expect(opened.cosigned.map(({ time }) => time)).toEqual([yard.time, yard.time])
  })

  test('200: an empty tree, and then the first leaf', async () => {
    const log = aLog()
    expect((await post(witness.url, await log.request(0, 0))).status).toBe(200)
    expect((await post(witness.url, await log.request(0, 1))).status).toBe(200)
  })

  test('200: signatures of unknown keys are ignored and not repeated', async () => {
    const log = aLog()
    const stranger = toyLog('stranger.example', { seed: 200 })
    const own = parseNote(await log.note(4))
    const foreign = parseNote(
      await signNote(own.text, 'stranger.example', stranger.signer.publicKey, stranger.signer.sign),
    )
    const note = formatNote({
      text: own.text,
      signatures: [...foreign.signatures, ...own.signatures],
    })
    const answer = await post(witness.url, formatAddCheckpoint({ old: 0, proof: [], note }))

    expect(answer.status).toBe(200)
    expect((await ask(pathOf(log.origin))).body).not.toContain('stranger')
  })

  test('404: an origin that is not in the list', async () => {
    const log = toyLog('unknown.example', { seed: 201 })

    expect(await post(witness.url, await log.request(0, 3))).toEqual({
      status: 404,
      type: TEXT,
      body: 'WITNESS_ORIGIN_UNKNOWN: the witness does not know this log\n',
    })
  })

  test('403: no signature by a trusted key, a wrong one, another key under the same name', async () => {
    const log = aLog()
    const note = await log.note(5)
    const thief = toyLog(log.origin, { seed: 202 })
    const untrusted = {
      status: 403,
      type: TEXT,
      body: 'CHECKPOINT_UNTRUSTED: no log key of the policy signed the checkpoint\n',
    }

    expect(await post(witness.url, await thief.request(0, 5))).toEqual(untrusted)
    const changed = note.replace('\n5\n', '\n6\n')
    expect(changed).not.toBe(note)
    expect((await post(witness.url, `old 0\n\n${changed}`)).status).toBe(403)
    // A log's signature on another log's checkpoint is not that other log's.
    const other = aLog()
    const borrowed = await signNote(
      other.text(5),
      log.origin,
      log.signer.publicKey,
      log.signer.sign,
    )
    expect(await post(witness.url, `old 0\n\n${borrowed}`)).toEqual(untrusted)
    expect((await ask(pathOf(log.origin))).status).toBe(404)
  })

  test('400: an old size above the size of the checkpoint', async () => {
    const log = await heldLog()

    expect(await post(witness.url, await log.request(11, 10))).toEqual({
      status: 400,
      type: TEXT,
      body: 'ADD_CHECKPOINT_OLD_SIZE: old size is above the size of the checkpoint\n',
    })
  })

  test('400: whatever is not of the form', async () => {
    const log = await heldLog()
    const note = await log.note(20)
    const hash = toBase64(new Uint8Array(32))
    const bodies = [
      '',
      '\n\n',
      note,
      `old\n\n${note}`,
      `old \n\n${note}`,
      `old -1\n\n${note}`,
      `old 010\n\n${note}`,
      `old 10 \n\n${note}`,
      `old  10\n\n${note}`,
      `Old 10\n\n${note}`,
      `old 10\r\n\r\n${note}`,
      `old 1e1\n\n${note}`,
      `old 9007199254740992\n\n${note}`,
      `old 10\n${note}`,
      `old 10\n\n\n${note}`,
      `old 10\n\n`,
      `old 10\n\n${note.slice(0, -1)}`,
      `old 10\n${hash.slice(0, -1)}\n\n${note}`,
      `old 10\n${hash.slice(4)}\n\n${note}`,
      `old 10\n ${hash}\n\n${note}`,
      `old 10\n${`${hash}\n`.repeat(64)}\n${note}`,
      `old 10\n\n${note.replace('—', '-')}`,
      `old 10\n\n${log.origin}\nnot signed\n`,
    ]
    const statuses = await Promise.all(
      bodies.map(async (body) => (await post(witness.url, body)).status),
    )

    expect(statuses).toEqual(bodies.map(() => 400))
    expect((await post(witness.url, Uint8Array.of(0xff, 0xfe, 0x0a))).status).toBe(400)
  })

  test('400: a signed text that is no checkpoint', async () => {
    const log = aLog()
    const texts = [
      `${log.origin}\n5\n`,
      `${log.origin}\n05\n${toBase64(log.root(5))}\n`,
      `${log.origin}\n5\nAAAA\n`,
    ]
    for (const text of texts) {
      const note = await signNote(text, log.origin, log.signer.publicKey, log.signer.sign)
      expect((await post(witness.url, `old 0\n\n${note}`)).status).toBe(400)
    }
  })

  test('409: the size that the witness holds, in its own media type', async () => {
    const log = await heldLog()

    for (const [old, size] of [
      [0, 20],
      [5, 20],
      [11, 20],
      [5, 10],
      [3, 7],
    ] as const) {
      const answer = await post(witness.url, await log.request(old, size))
      expect(answer).toEqual({ status: 409, type: SIZE, body: '10\n' })
    }
    const fresh = aLog()
    expect(await post(witness.url, await fresh.request(3, 7))).toEqual({
      status: 409,
      type: SIZE,
      body: '0\n',
    })
  })

  test('409: the same size with another root, and the evidence is kept', async () => {
    const log = await heldLog()
    const before = yard.evidence.length
    const answer = await post(witness.url, await log.fork(4).request(10, 10))

    expect(answer).toEqual({ status: 409, type: SIZE, body: '10\n' })
    const [path, ...more] = yard.evidence.slice(before)
    expect(more).toEqual([])
    const evidence = parseSplitView(parseJson(readFileSync(path ?? '', 'utf8')))
    const policy = parsePolicy(`log ${log.vkey}\nquorum none\n`)
    expect(judgeSplitView(evidence, { policy, crypto }).verdict).toBe('FAILED (split view)')
    // Not even a wrong old size hides it, and the second time is not kept again.
    await post(witness.url, await log.fork(4).request(3, 10))
    expect(yard.evidence).toHaveLength(before + 1)
  })

  test('422: proofs that do not lead from what it holds to the new tree', async () => {
    const log = await heldLog()
    const note = await log.note(20)
    const good = log.proof(10, 20)
    const [first, ...rest] = good
    if (first === undefined) throw new RangeError('a proof has hashes')
    const bad = [
      [],
      rest,
      good.slice(0, -1),
      [...good, first],
      [...good].reverse(),
      log.proof(9, 20),
    ]
    const before = yard.evidence.length
    for (const proof of bad) {
      expect(await post(witness.url, formatAddCheckpoint({ old: 10, proof, note }))).toEqual({
        status: 422,
        type: TEXT,
        body: 'WITNESS_PROOF: the checkpoint is not shown to continue the one cosigned before\n',
      })
    }
    // Anybody can send somebody else's checkpoint with a wrong proof: that accuses nobody.
    expect(yard.evidence).toHaveLength(before)
    // From nothing and to the same size, the only proof is the empty one.
    const fresh = aLog()
    const extra = formatAddCheckpoint({ old: 0, proof: [first], note: await fresh.note(5) })
    expect((await post(witness.url, extra)).status).toBe(422)
    const same = formatAddCheckpoint({ old: 10, proof: [first], note: await log.note(10) })
    expect((await post(witness.url, same)).status).toBe(422)
    expect((await post(witness.url, await log.request(10, 20))).status).toBe(200)
  })

  test('422: a second history with a proof of its own, and the evidence convinces', async () => {
    const log = await heldLog()
    const before = yard.evidence.length
    const answer = await post(witness.url, await log.fork(4).request(10, 20))

    expect(answer.status).toBe(422)
    const [path] = yard.evidence.slice(before)
    const evidence = parseSplitView(parseJson(readFileSync(path ?? '', 'utf8')))
    const policy = parsePolicy(`log ${log.vkey}\nquorum none\n`)
    expect(judgeSplitView(evidence, { policy, crypto }).verdict).toBe('FAILED (split view)')
    // The true log goes on.
    expect((await post(witness.url, await log.request(10, 20))).status).toBe(200)
  })

  test('422: an empty tree with another root', async () => {
    const log = aLog()
    const text = `${log.origin}\n0\n${toBase64(log.root(3))}\n`
    expect(log.root(0)).toEqual(emptyRoot())
    const note = await signNote(text, log.origin, log.signer.publicKey, log.signer.sign)

    expect((await post(witness.url, `old 0\n\n${note}`)).status).toBe(422)
  })

  test('413 and 405 and 404 for what is no request of the protocol', async () => {
    expect((await post(witness.url, 'x'.repeat(300_000))).status).toBe(413)
    const get = await fetch(`${witness.url}/add-checkpoint`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const put = await fetch(`${witness.url}${pathOf(logs[0]?.origin ?? '')}`, {
      method: 'PUT',
      body: 'x',
    })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await ask('/')).status).toBe(404)
    expect((await ask('/add-checkpoint/')).status).toBe(404)
    expect(await ask('/livez')).toEqual({ status: 200, type: TEXT, body: 'ok\n' })
  })

  test('what was sent is never repeated in an answer', async () => {
    const secret = 'a-secret-nobody-should-see'
    const answers = await Promise.all(
      [`old ${secret}\n\n${secret}\n`, `old 0\n\n${secret}\n0\n\n— ${secret} AAAAAAAA\n`].map(
        (body) => post(witness.url, body),
      ),
    )

    for (const { status, body } of answers) {
      expect([400, 404]).toContain(status)
      expect(body).not.toContain(secret)
    }
  })

  test('monitors see the newest cosigned checkpoint, and nothing before there is one', async () => {
    const log = aLog()
    const path = pathOf(log.origin)
    expect((await ask(path)).status).toBe(404)
    await post(witness.url, await log.request(0, 10))
    await post(witness.url, await log.request(10, 40))
    await post(witness.url, await log.fork(2).request(40, 50))
    const shown = await ask(path)

    expect([shown.status, shown.type]).toEqual([200, TEXT])
    const opened = openCheckpoint(shown.body, policyOf(log, witness.vkeys), crypto)
    expect([opened.checkpoint.size, opened.quorum.met]).toEqual([40, true])
    const head = await fetch(`${witness.url}${path}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

describe("logs that are not Waybill's", () => {
  test('an origin with spaces under a key of another name, extension lines, an ML-DSA-44 key', async () => {
    const { folder, vkeys } = await yard.make([])
    const sumdb = toyLog('go.sum database tree', { seed: 50, keyName: 'sum.example.org' })
    await addLog(folder, sumdb.vkey, sumdb.origin)
    const postQuantum = mlDsaCheckpointSigner(
      'pq.example/log',
      mlDsaSignerFromSeed(new Uint8Array(32).fill(9)),
    )
    const pqLog = toyLog('pq.example/log', { seed: 51 })
    await addLog(folder, formatVkey('pq.example/log', TYPE_ML_DSA_44, postQuantum.key.key))
    const { url, close } = await yard.start(folder)
    const text = `${sumdb.text(8)}an extension line\n`
    const note = await signNote(text, 'sum.example.org', sumdb.signer.publicKey, sumdb.signer.sign)
    const extended = await post(url, `old 0\n\n${note}`)
    const signature = await postQuantum.sign(pqLog.text(6), 0)
    const pqNote = formatNote({
      text: pqLog.text(6),
      signatures: [{ ...postQuantum.key, signature }],
    })
    const byPq = await post(url, `old 0\n\n${pqNote}`)
    const byOther = await post(url, await pqLog.request(0, 6))
    await close()

    expect([extended.status, byPq.status, byOther.status]).toEqual([200, 200, 403])
    // The Ed25519 cosignature covers the extension line, the ML-DSA-44 one does not.
    const keys = vkeys.map(parseVkey)
    expect(verifySeen(parseNote(`${text}\n${extended.body}`), keys, crypto)).toHaveLength(2)
    const shorter = parseNote(`${sumdb.text(8)}\n${extended.body}`)
    expect(() => verifySeen(shorter, keys.slice(0, 1), crypto)).toThrow('NOTE_SIGNATURE_INVALID')
    expect(verifySeen(shorter, keys.slice(1), crypto)).toHaveLength(1)
  })
})
