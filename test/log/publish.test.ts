/**
 * Publishing into a folder: what is written, in which order, what is refused, and what an interruption
 * at any point leaves behind. Whole folders are judged by the client of test/c2sp.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { ERRORS } from '../../ledger/core/error-table.js'
import type { PublicLog } from '../../ledger/log/public-log.js'
import { type PublishOptions, publishFolder } from '../../ledger/log/publish.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { LogClient } from '../c2sp/log-client.js'
import { crypto, SyntheticLog } from '../c2sp/synthetic-log.js'
import { codeOf } from './support/site.js'

const DIST = fileURLToPath(new URL('../../dist/ledger/index.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'waybill-publish-'))
afterAll(() => rmSync(root, { recursive: true }))
let folders = 0
function newFolder(): string {
  folders += 1
  return join(root, `out-${folders}`)
}

function publish(log: SyntheticLog, out: string, more: Partial<PublishOptions> = {}) {
  return publishFolder(log.publicLog, out, { policy: log.policy, crypto, ...more })
}

/** Every file with its bytes. */
function snapshot(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
  return new Map(
    files.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'hex')]),
  )
}

/** The size of the tree that the folder promises, after reading all of it. */
async function readWhole(folder: string, vkey: string): Promise<number> {
  const client = new LogClient(vkey, (path) => {
    const file = join(folder, path)
    return Promise.resolve(existsSync(file) ? readFileSync(file) : undefined)
  })
  const head = await client.checkpoint()
  return (await client.readAll(head)).length
}

/** A log whose n-th read of a tile or bundle fails, as if the process had ended there. */
function failingAt(log: PublicLog, count: number): PublicLog {
  let reads = 0
  const read = <Result>(work: () => Result): Result => {
    reads += 1
    if (reads === count) throw new Error('interrupted')
    return work()
  }
  return {
    ...log,
    tile: (level, index, width) => read(() => log.tile(level, index, width)),
    entries: (index, width) => read(() => log.entries(index, width)),
  }
}

describe('growing', () => {
  test('only what is new is written; an older size keeps its partial tiles', async () => {
    const [log, out] = [new SyntheticLog(), newFolder()]

    expect(await publish(await log.publish(300), out)).toEqual({
      previous: undefined,
      size: 300,
      written: 2 + 2 + 1,
      kept: 0,
    })
    const before = snapshot(out)
    const times = statSync(join(out, 'tile/0/000')).mtimeMs
    expect(await publish(await log.publish(301), out)).toMatchObject({
      previous: 300,
      size: 301,
      written: 2,
      kept: 0,
    })
    const after = snapshot(out)

    expect(statSync(join(out, 'tile/0/000')).mtimeMs).toBe(times)
    expect([...after.keys()].filter((path) => !before.has(path))).toEqual([
      'tile/0/001.p/45',
      'tile/entries/001.p/45',
    ])
    for (const [path, bytes] of before)
      if (path !== 'checkpoint') expect(after.get(path)).toBe(bytes)
    expect(await readWhole(out, log.vkey)).toBe(301)
  })

  test('step by step gives the files that one step gives, and older partial ones', async () => {
    const [log, inSteps] = [new SyntheticLog(), newFolder()]
    for (const size of [0, 1, 2, 255, 256, 257, 300, 512, 600])
      await publish(await log.publish(size), inSteps)
    const atOnce = newFolder()
    await publish(log, atOnce)
    const steps = snapshot(inSteps)

    for (const [path, bytes] of snapshot(atOnce)) expect(steps.get(path)).toBe(bytes)
    expect([...steps.keys()]).toContain('tile/0/000.p/255')
  })

  test('publishing again writes nothing', async () => {
    const [log, out] = [await new SyntheticLog().publish(300), newFolder()]
    await publish(log, out)
    const times = statSync(join(out, 'checkpoint')).mtimeMs

    expect(await publish(log, out)).toEqual({ previous: 300, size: 300, written: 0, kept: 0 })
    expect(statSync(join(out, 'checkpoint')).mtimeMs).toBe(times)
    expect(readdirSync(out).sort()).toEqual(['checkpoint', 'tile'])
  })

  test('other files beside a published log are left alone', async () => {
    const [log, out] = [await new SyntheticLog().publish(3), newFolder()]
    await publish(log, out)
    writeFileSync(join(out, 'index.html'), 'hello')
    await publish(await log.publish(4), out)

    expect(readFileSync(join(out, 'index.html'), 'utf8')).toBe('hello')
    expect(await readWhole(out, log.vkey)).toBe(4)
  })
})

describe('--full', () => {
  test('puts back what is missing or changed, and keeps the rest', async () => {
    const [log, out] = [await new SyntheticLog().publish(600), newFolder()]
    await publish(log, out)
    const whole = snapshot(out)
    rmSync(join(out, 'tile/0/001'))
    rmSync(join(out, 'tile/1'), { recursive: true })
    writeFileSync(join(out, 'tile/entries/000'), 'cut')

    expect(await publish(log, out)).toMatchObject({ written: 0 })
    expect(await publish(log, out, { full: true })).toMatchObject({ written: 3, kept: 4 })
    expect(snapshot(out)).toEqual(whole)
  })
})

describe('refused, and nothing is changed', () => {
  const refusal = async (log: SyntheticLog, out: string, policy = log.policy) => {
    const before = existsSync(out) ? snapshot(out) : undefined
    const code = await codeOf(() => publishFolder(log.publicLog, out, { policy, crypto }))
    expect(existsSync(out) ? snapshot(out) : undefined).toEqual(before)
    return code
  }

  test('a folder that is ahead: this log was restored from an old copy', async () => {
    const [log, out] = [new SyntheticLog(), newFolder()]
    const older = await new SyntheticLog().publish(299)
    await publish(await log.publish(300), out)

    expect(await refusal(older, out)).toBe('PUBLISH_FOLDER_AHEAD')
    expect(ERRORS.PUBLISH_FOLDER_AHEAD.exit).toBe(74)
  })

  test.each([
    [300, 300],
    [300, 301],
    [256, 300],
    [1, 300],
  ])('another history of the same key: %i published, then %i', async (published, now) => {
    const out = newFolder()
    const other = new SyntheticLog('log.example/synthetic', 'another history')
    await publish(await other.publish(published), out)

    expect(await refusal(await new SyntheticLog().publish(now), out)).toBe(
      'CHECKPOINT_INCONSISTENT',
    )
    expect(ERRORS.CHECKPOINT_INCONSISTENT.exit).toBe(5)
  })

  test('another log, another key, something that is no log', async () => {
    const log = await new SyntheticLog().publish(300)
    const [otherLog, otherKey, text, ledger] = [newFolder(), newFolder(), newFolder(), newFolder()]
    await publish(await new SyntheticLog('log.example/other').publish(2), otherLog)
    await publish(await new SyntheticLog(log.origin, '', 'another key').publish(2), otherKey)
    mkdirSync(text)
    writeFileSync(join(text, 'notes.txt'), 'mine')
    mkdirSync(ledger)
    writeFileSync(join(ledger, 'checkpoint'), '{"checkpoint":"…"}\n')

    for (const out of [otherLog, otherKey, text, ledger])
      expect(await refusal(log, out)).toBe('PUBLISH_FOLDER_FOREIGN')
  })

  test('a folder of another log under a policy that accepts both', async () => {
    const [log, other] = [await new SyntheticLog().publish(2), new SyntheticLog('log.example/b')]
    const out = newFolder()
    await publish(await other.publish(2), out)
    const both = { ...log.policy, logs: [...log.policy.logs, ...other.policy.logs] }

    expect(await refusal(log, out, both)).toBe('PUBLISH_FOLDER_FOREIGN')
  })

  test('what an interrupted first publication of another log left: its tiles are not these', async () => {
    const [log, out] = [await new SyntheticLog().publish(300), newFolder()]
    await publish(await new SyntheticLog('log.example/other').publish(600), out)
    rmSync(join(out, 'checkpoint'))
    const before = snapshot(out)

    expect(await codeOf(() => publish(log, out))).toBe('PUBLISH_FOLDER_FOREIGN')
    for (const [path, bytes] of before) expect(snapshot(out).get(path)).toBe(bytes)
    expect(existsSync(join(out, 'checkpoint'))).toBe(false)
  })

  test('a log that the policy does not know', async () => {
    const [log, stranger] = [await new SyntheticLog().publish(2), new SyntheticLog('log.example/s')]

    expect(await refusal(log, newFolder(), stranger.policy)).toBe('CHECKPOINT_UNTRUSTED')
  })

  test('a log whose tiles are not those of its checkpoint', async () => {
    const [log, other] = [new SyntheticLog(), new SyntheticLog(undefined, 'another history')]
    const [one, two] = [await log.publish(300), await other.publish(300)]
    const mixed = { ...two.publicLog, checkpoint: () => one.publicLog.checkpoint() }
    const out = newFolder()
    const options = { policy: log.policy, crypto }

    expect(await codeOf(() => publishFolder(mixed, out, options))).toBe('ENTRY_MISMATCH')
    expect(existsSync(out)).toBe(false)
  })

  test('somebody else published more meanwhile', async () => {
    const [log, out, more] = [new SyntheticLog(), newFolder(), newFolder()]
    const bigger = await new SyntheticLog().publish(400)
    await publish(await log.publish(300), out)
    await publish(bigger, more)
    await log.publish(350)
    const meanwhile: PublicLog = {
      ...log.publicLog,
      entries: (index, width) => {
        cpSync(more, out, { recursive: true })
        return log.publicLog.entries(index, width)
      },
    }
    const options = { policy: log.policy, crypto }

    expect(await codeOf(() => publishFolder(meanwhile, out, options))).toBe('PUBLISH_FOLDER_AHEAD')
    expect(await readWhole(out, log.vkey)).toBe(400)
  })

  test('a folder that cannot be made', async () => {
    const log = await new SyntheticLog().publish(2)
    const file = join(root, 'a-file')
    writeFileSync(file, '')

    expect(await codeOf(() => publish(log, join(file, 'out')))).toBe('INPUT_IO')
  })
})

describe('interrupted', () => {
  test('at any tile: the older log stays whole, and going on gives the same as never interrupted', async () => {
    const log = await new SyntheticLog().publish(300)
    const [start, whole] = [newFolder(), newFolder()]
    await publish(log, start)
    await log.publish(900)
    cpSync(start, whole, { recursive: true })
    await publish(log, whole)
    const options = { policy: log.policy, crypto }
    const expected = snapshot(whole)
    let interruptions = 0
    for (let count = 1; ; count += 1) {
      const out = newFolder()
      cpSync(start, out, { recursive: true })
      const outcome = await publishFolder(failingAt(log.publicLog, count), out, options).catch(
        (error: Error) => error.message,
      )
      if (outcome !== 'interrupted') break
      interruptions += 1
      expect(await readWhole(out, log.vkey)).toBe(300)
      await publish(log, out)
      expect(snapshot(out)).toEqual(expected)
      expect(readdirSync(out).sort()).toEqual(['checkpoint', 'tile'])
    }

    // Two roots of the checkpoints are read before, then three bundles and four tiles.
    expect(interruptions).toBeGreaterThanOrEqual(8)
  })

  test('before the first checkpoint: there is none, and going on completes it', async () => {
    const log = await new SyntheticLog().publish(900)
    const out = newFolder()
    const options = { policy: log.policy, crypto }
    await expect(publishFolder(failingAt(log.publicLog, 9), out, options)).rejects.toThrow(
      'interrupted',
    )

    expect(existsSync(join(out, 'checkpoint'))).toBe(false)
    expect(readdirSync(join(out, 'tile/entries')).length).toBeGreaterThan(0)
    await publish(log, out)
    expect(await readWhole(out, log.vkey)).toBe(900)
  })

  test('what was half written aside is cleared away', async () => {
    const [log, out] = [await new SyntheticLog().publish(3), newFolder()]
    mkdirSync(join(out, '.publishing'), { recursive: true })
    writeFileSync(join(out, '.publishing', '1'), 'half')
    await publish(log, out)

    expect(readdirSync(out).sort()).toEqual(['checkpoint', 'tile'])
  })

  test('by SIGKILL at any time: the older log or the newer one, whole', {
    timeout: 60_000,
  }, async () => {
    const log = await new SyntheticLog().publish(300)
    const [start, source] = [newFolder(), newFolder()]
    await publish(log, start)
    await publish(await log.publish(6_000), source)
    const program = `
      import { bestCrypto, openPublishedFolder, parsePolicy, publishFolder } from ${JSON.stringify(DIST)}
      const [source, out, vkey] = process.argv.slice(1)
      const policy = parsePolicy('log ' + vkey + '\\nquorum none\\n')
      process.stdout.write('begin')
      await publishFolder(openPublishedFolder(source), out, { policy, crypto: bestCrypto() })
      process.stdout.write('end')`
    const sizes: number[] = []
    for (const delayMs of [0, 10, 40, undefined]) {
      const out = newFolder()
      cpSync(start, out, { recursive: true })
      const flags = ['--input-type=module', '-e', program, source, out, log.vkey]
      const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      if (delayMs !== undefined) setTimeout(() => child.kill('SIGKILL'), delayMs)
      await once(child, 'exit')
      sizes.push(await readWhole(out, log.vkey))
      await publish(log, out)
      expect(await readWhole(out, log.vkey)).toBe(6_000)
    }

    expect(new Set(sizes)).toEqual(new Set([300, 6_000]))
  })
})

test('a published folder can itself be published', async () => {
  const [log, first, second] = [await new SyntheticLog().publish(600), newFolder(), newFolder()]
  await publish(log, first)
  await publishFolder(openPublishedFolder(first), second, { policy: log.policy, crypto })

  expect(snapshot(second)).toEqual(snapshot(first))
})
