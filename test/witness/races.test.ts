/**
 * Races and deaths of a witness: whatever happens between check and answer, its memory never goes
 * back, and nothing is answered that is not on disk.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { formatAddCheckpoint } from '../../ledger/core/add-checkpoint.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { diskFs } from '../../ledger/store/head-file.js'
import { ed25519Cosigner } from '../../witness/cosigner.js'
import { openWitnessFolder } from '../../witness/folder.js'
import { parseLogList } from '../../witness/log-list.js'
import { openWitnessMemory } from '../../witness/memory.js'
import { Witness } from '../../witness/witness.js'
import { policyOf, post, type ToyLog, toyLog, Yard } from './support/toy-log.js'

const crypto = bestCrypto()
const yard = new Yard()
afterAll(() => yard.remove())

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('races', () => {
  test('a thousand attempts at once never take the memory back', async () => {
    const log = toyLog('race.example/log', { seed: 3, size: 64 })
    const { folder } = await yard.make([log.vkey])
    const { witness } = await openWitnessFolder(folder, {
      now: () => yard.time,
      onEvidence: () => undefined,
    })
    const notes = await Promise.all(Array.from({ length: 65 }, (_, size) => log.note(size)))
    // Every attempt believes to know what the witness holds; nearly all are wrong, in any order.
    const bodies = Array.from({ length: 1_000 }, (_, i) => {
      const old = (i * 7) % 60
      const size = old + ((i * 13) % (64 - old)) + 1
      return formatAddCheckpoint({ old, proof: log.proof(old, size), note: notes[size] ?? '' })
    })
    const encoder = new TextEncoder()
    /** Sizes in the order of the answers. */
    const held: number[] = []
    const cosigned: number[] = []
    await Promise.all(
      bodies.map(async (body, i) => {
        const outcome = await witness.addCheckpoint(encoder.encode(body))
        if (outcome.kind === 'conflict') held.push(outcome.size)
        else if (outcome.kind === 'cosigned') {
          const old = (i * 7) % 60
          const size = old + ((i * 13) % (64 - old)) + 1
          held.push(size)
          cosigned.push(size)
        } else throw new Error(`refused: ${outcome.code}`)
      }),
    )
    const last = witness.latest(log.origin)
    await witness.close()

    expect(cosigned.length).toBeGreaterThan(2)
    expect(held).toHaveLength(1_000)
    expect([...held].sort((a, b) => a - b)).toEqual(held)
    expect(last).toContain(`\n${Math.max(...cosigned)}\n`)
    const again = await yard.start(folder)
    expect(await post(again.url, await log.request(0, 64))).toMatchObject({
      status: 409,
      body: `${Math.max(...cosigned)}\n`,
    })
  })

  test('two histories at once: one is cosigned, the other never', async () => {
    const log = toyLog('two.example/log', { seed: 4 })
    const fork = log.fork(15)
    const { folder, vkeys } = await yard.make([log.vkey])
    const { url } = await yard.start(folder)
    await post(url, await log.request(0, 10))
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const side = i % 2 === 0 ? log : fork
        return { side, ...(await post(url, await side.request(10, 20))) }
      }),
    )
    const winners = new Set(answers.filter(({ status }) => status === 200).map(({ side }) => side))

    expect(winners.size).toBe(1)
    const [winner] = winners
    const body = answers.find(({ status }) => status === 200)?.body ?? ''
    const opened = openCheckpoint(
      (await (winner ?? log).note(20)) + body,
      policyOf(log, vkeys),
      crypto,
    )
    expect(opened.quorum.met).toBe(true)
  })
})

/** `waybill witness serve` as a process of its own. */
class WitnessProcess {
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)))
  }

  static async start(folder: string): Promise<{ process: WitnessProcess; url: string }> {
    const argv = ['dist/cli/main.js', 'witness', 'serve', '--dir', folder, '--port', '0']
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
    const started = new WitnessProcess(child)
    let printed = ''
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', (chunk: Uint8Array) => {
        printed += new TextDecoder().decode(chunk)
        const found = /http:\/\/\S+:\d+/.exec(printed)
        if (found !== null) resolve(found[0])
      })
      child.once('close', () => reject(new Error(`ended: ${printed}`)))
    })
    return { process: started, url }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return await this.ended
  }
}

describe('deaths', () => {
  test('SIGKILL between check and answer: what was answered is remembered, at whatever moment', async () => {
    const log = toyLog('kill.example/log', { seed: 5, size: 70 })
    const { folder } = await yard.make([log.vkey])
    let acknowledged = 0
    for (let round = 0; round < 6; round += 1) {
      const { process: child, url } = await WitnessProcess.start(folder)
      const { status, body } = await post(url, await log.request(70, 70))
      const held = status === 409 ? Number(body) : 70
      // At least what was answered, and at most what was ever sent.
      expect(held).toBeGreaterThanOrEqual(acknowledged)
      acknowledged = held
      const killAt = Math.min(held + 2 + round, 68)
      for (let size = held; size < 69; size += 1) {
        const asked = post(url, await log.request(size, size + 1)).catch(() => undefined)
        // Killed while this one is under way: it may or may not have been stored.
        if (size === killAt) {
          // Early rounds kill while it arrives, later ones while it is checked, stored or answered.
          await new Promise((resolve) => setTimeout(resolve, 2 * round))
          await child.kill()
        }
        const answer = await asked
        if (answer?.status !== 200) break
        acknowledged = size + 1
      }
      await child.kill()
    }
    const { process: child, url } = await WitnessProcess.start(folder)
    const { body } = await post(url, await log.request(70, 70))
    expect(Number(body)).toBeGreaterThanOrEqual(acknowledged)
    expect(await child.stop()).toBe(0)
  })

  test('a write that fails answers nothing good, and the witness cosigns no more', async () => {
    const log = toyLog('full.example/log', { seed: 6 })
    const { folder } = await yard.make([log.vkey])
    const signer = toyLog('any', { seed: 99 }).signer
    const cosigner = ed25519Cosigner('witness.example/w1', signer)
    let full = false
    const memory = await openWitnessMemory(folder, {
      keys: [cosigner.key],
      crypto,
      fs: {
        ...diskFs,
        writeSynced: (path, bytes) =>
          full ? Promise.reject(new Error('no space')) : diskFs.writeSynced(path, bytes),
      },
    })
    const witness = new Witness({
      logs: parseLogList(`log ${log.vkey}\n`),
      cosigners: [cosigner],
      memory,
      evidence: { compare: async () => false },
      crypto,
      now: () => yard.time,
    })
    const encode = async (old: number, size: number) =>
      new TextEncoder().encode(await log.request(old, size))
    expect((await witness.addCheckpoint(await encode(0, 10))).kind).toBe('cosigned')
    full = true
    await expect(witness.addCheckpoint(await encode(10, 20))).rejects.toThrow('WITNESS_FAILED')
    full = false
    await expect(witness.addCheckpoint(await encode(10, 20))).rejects.toThrow('WITNESS_FAILED')
    await witness.close()
  })
})

describe('what it remembers', () => {
  const opened = async (log: ToyLog) => {
    const { folder } = await yard.make([log.vkey])
    const first = await yard.start(folder)
    await post(first.url, await log.request(0, 10))
    await post(first.url, await log.request(10, 20))
    await first.close()
    const [head] = readdirSync(join(folder, 'heads'))
    return { folder, head: join(folder, 'heads', head ?? '') }
  }

  test('a lost or old head file does not take it back: the store knows', async () => {
    const log = toyLog('lost.example/log', { seed: 8 })
    const { folder, head } = await opened(log)
    rmSync(head)
    const { url, close } = await yard.start(folder)
    expect(await post(url, await log.request(0, 5))).toMatchObject({ status: 409, body: '20\n' })
    await close()
  })

  test('a lost store is refused, not begun again', async () => {
    const log = toyLog('store.example/log', { seed: 9 })
    const { folder } = await opened(log)
    rmSync(join(folder, 'store'), { recursive: true })
    await expect(yard.start(folder)).rejects.toThrow('WITNESS_STATE_DAMAGED')
  })

  test('a changed head file is refused, and the log gets no cosignature', async () => {
    const log = toyLog('changed.example/log', { seed: 10 })
    const { folder, head } = await opened(log)
    const text = readFileSync(head, 'utf8')
    writeFileSync(head, text.replace('\n20\n', '\n10\n'))
    const { url, close } = await yard.start(folder)
    const answer = await post(url, await log.request(10, 30))
    expect(answer).toMatchObject({ status: 500 })
    expect(answer.body).toContain('WITNESS_STATE_DAMAGED')
    expect(yard.logged).toContain('WITNESS_STATE_DAMAGED')
    await close()
  })

  test('two processes never share a witness', async () => {
    const log = toyLog('locked.example/log', { seed: 11 })
    const { folder } = await opened(log)
    const { close } = await yard.start(folder)
    await expect(yard.start(folder)).rejects.toThrow('WITNESS_LOCKED')
    await close()
  })
})
