/** The LevelDB store: the contract, locks, damaged files, writes that the disk refuses. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLevelBeside, openLevelStore } from '../../ledger/store/level.js'
import type { Store } from '../../ledger/store/store.js'
import { batchOf, bytes, EVERYTHING, read, storeContract, text } from './contract.js'
import { withBitFlipped } from './flip.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SYNC = { sync: true }

storeContract('the LevelDB store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-store-'))
  return Promise.resolve({
    open: () => openLevelStore(folder, { create: true }),
    remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  })
})

let parent: string
let folder: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'waybill-level-'))
  folder = join(parent, 'ledger', 'store')
})

afterEach(() => {
  rmSync(parent, { recursive: true, force: true })
})

/** A store with some records that lie in table files, closed. */
async function makeStore(records = 400): Promise<void> {
  const store = await openLevelStore(folder, { create: true })
  const puts = Array.from({ length: records }, (_, n) => ({ key: keyOf(n), value: contentOf(n) }))
  await store.write({ puts }, SYNC)
  await store.close()
  // Recovery at the next opening turns the log into a table.
  await (await openLevelStore(folder)).close()
}

function keyOf(n: number): Uint8Array {
  return bytes(`key ${String(n).padStart(6, '0')}`)
}

/** 200 bytes that do not compress to nothing. */
function contentOf(n: number): Uint8Array {
  return Uint8Array.from({ length: 200 }, (_, at) => (n * 31 + at * at * 7) % 256)
}

function filesOf(ending: RegExp): string[] {
  return readdirSync(folder)
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
}

function each(ending: RegExp, damage: (path: string) => void): void {
  for (const path of filesOf(ending)) damage(path)
}

function flip(path: string, offset: number): void {
  writeFileSync(path, withBitFlipped(readFileSync(path), offset * 8 + 4))
}

describe('opening a LevelDB store', () => {
  test('a folder that does not exist is LEDGER_NOT_FOUND, and stays absent', async () => {
    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'LEDGER_NOT_FOUND' })

    expect(existsSync(folder)).toBe(false)
  })

  test('an empty folder is LEDGER_NOT_FOUND, and stays empty', async () => {
    mkdirSync(folder, { recursive: true })

    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'LEDGER_NOT_FOUND' })

    expect(readdirSync(folder)).toEqual([])
  })

  test('a new store lies in a folder that only its owner may read', async () => {
    const store = await openLevelStore(folder, { create: true })
    await store.close()

    expect(statSync(folder).mode % 0o1000).toBe(0o700)
  })

  test('a creation that crashed before there was a store can be done again', async () => {
    mkdirSync(folder, { recursive: true })
    for (const name of ['LOCK', 'LOG', 'MANIFEST-000001', '000001.dbtmp']) {
      writeFileSync(join(folder, name), '')
    }

    const store = await openLevelStore(folder, { create: true })

    expect(await read(store)).toEqual([])
    await store.close()
  })

  test('a path that is a file is STORE_UNREADABLE', async () => {
    const path = join(parent, 'file')
    writeFileSync(path, '')

    await expect(openLevelStore(path)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })

  test('records still in the log of LevelDB are there after a process that did not close', async () => {
    await makeStore(0)
    const child = holder()
    await child.ready
    await child.kill()

    const store = await openLevelStore(folder)

    expect(text(store.get(bytes('from the child')))).toBe('synced')
    await store.close()
  })
})

describe('a store that another process has open', () => {
  test('is LEDGER_LOCKED until that process is gone, and unharmed', async () => {
    await makeStore(10)
    const child = holder()
    await child.ready

    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })

    await child.kill()
    const store = await openLevelStore(folder)
    expect((await read(store)).length).toBe(11)
    await store.close()
  })

  test('keeps its lock when this process tries to open it twice', async () => {
    const store = await openLevelStore(folder, { create: true })
    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })
    await expect(openLevelStore(join(parent, 'ledger', '.', 'store'))).rejects.toMatchObject({
      code: 'LEDGER_LOCKED',
    })

    await expect(holder().ready).rejects.toThrow('LEVEL_LOCKED')

    await store.close()
  })

  test('is read beside where it is shared, by nobody where it is not', async () => {
    const store = await openLevelStore(folder, { create: true, shared: true })
    await store.write(batchOf({ a: 'one' }), { sync: true })
    const beside = await openLevelBeside(store.sharedAt ?? '')

    expect(text(beside.get(bytes('a')))).toBe('one')
    await beside.close()
    expect(text(store.get(bytes('a')))).toBe('one')
    await expect(holder().ready).rejects.toThrow('LEVEL_LOCKED')
    await store.close()

    const own = await openLevelStore(folder)
    expect(own.sharedAt).toBeUndefined()
    await expect(openLevelBeside(folder)).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })
    await own.close()
  })
})

/** Another process that opens the folder with `level` itself, writes a record and stays. */
function holder(): { readonly ready: Promise<void>; readonly kill: () => Promise<void> } {
  const code = `
    const { Level } = require('level')
    const db = new Level(process.argv[1], { valueEncoding: 'utf8' })
    db.open()
      .then(() => db.put('from the child', 'synced', { sync: true }))
      .then(() => { console.log('ready'); setInterval(() => {}, 1000) })
      .catch((error) => { console.log(error.cause?.code ?? error.code); process.exit(1) })`
  const child = spawn(process.execPath, ['-e', code, folder], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const ready = once(child.stdout, 'data').then(([line]) => {
    if (String(line).trim() !== 'ready') throw new Error(String(line).trim())
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return { ready, kill }
}

describe('damaged files of LevelDB', () => {
  test('without CURRENT a store is STORE_UNREADABLE, and its files are left alone', async () => {
    await makeStore()
    rmSync(join(folder, 'CURRENT'))
    const before = readdirSync(folder).sort()

    for (const create of [false, true]) {
      await expect(openLevelStore(folder, { create })).rejects.toMatchObject({
        code: 'STORE_UNREADABLE',
      })
    }

    expect(readdirSync(folder).sort()).toEqual(before)
  })

  test.each([
    ['a CURRENT that names no manifest', () => writeFileSync(join(folder, 'CURRENT'), 'MANIFEST')],
    ['an empty CURRENT', () => truncateSync(join(folder, 'CURRENT'))],
    ['no manifest', () => each(/^MANIFEST/, (path) => rmSync(path))],
    ['an empty manifest', () => each(/^MANIFEST/, (path) => truncateSync(path))],
    ['a flipped manifest', () => each(/^MANIFEST/, (path) => flip(path, 20))],
    ['a missing table', () => each(/\.ldb$/, (path) => rmSync(path))],
  ])('%s is STORE_UNREADABLE at opening', async (_, damage) => {
    await makeStore()
    expect(filesOf(/\.ldb$/).length).toBeGreaterThan(0)

    damage()

    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
    await expect(openLevelStore(folder, { create: true })).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
    })
  })

  test('a folder that could not be opened is not left locked', async () => {
    await makeStore()
    const current = readFileSync(join(folder, 'CURRENT'))
    truncateSync(join(folder, 'CURRENT'))
    await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })

    writeFileSync(join(folder, 'CURRENT'), current)
    const store = await openLevelStore(folder)

    expect(store.get(keyOf(0))).toEqual(contentOf(0))
    await store.close()
  })

  test('reading a table that was cut is STORE_UNREADABLE, by key and by scan', async () => {
    await makeStore()
    const [table] = filesOf(/\.ldb$/)
    expect(table).toBeDefined()
    truncateSync(table ?? '', 1_000)

    const store = await openLevelStore(folder)

    const unreadable = expect.objectContaining({ code: 'STORE_UNREADABLE' })
    expect(() => store.get(keyOf(399))).toThrow(unreadable)
    await expect(read(store)).rejects.toEqual(unreadable)
    await store.close()
  })

  test('a flipped byte in a table never kills the process: an error, or bytes that differ', async () => {
    await makeStore()
    const [table] = filesOf(/\.ldb$/)
    const size = statSync(table ?? '').size

    for (let offset = 0; offset < size; offset += Math.ceil(size / 40)) {
      flip(table ?? '', offset)
      const verdict = await survey()
      flip(table ?? '', offset)
      expect(['unchanged', 'differs', 'STORE_UNREADABLE']).toContain(verdict)
    }

    expect(await survey()).toBe('unchanged')
  })
})

/** Opens the store and compares everything with what `makeStore` wrote. */
async function survey(): Promise<string> {
  let store: Store | undefined
  try {
    store = await openLevelStore(folder)
    let count = 0
    let equal = true
    for await (const chunk of store.scan(EVERYTHING)) {
      for (const [key, value] of chunk) {
        equal &&= text(key) === text(keyOf(count)) && text(value) === text(contentOf(count))
        count += 1
      }
    }
    return equal && count === 400 ? 'unchanged' : 'differs'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    await store?.close()
  }
}

describe('a write that the operating system refuses', () => {
  /** LevelDB begins a new log file after 8 MiB; in a folder that is gone it cannot. */
  async function writeUntilRefused(store: Store): Promise<unknown> {
    rmSync(folder, { recursive: true })
    const value = new Uint8Array(1_048_576)
    for (let n = 0; n < 40; n++) {
      try {
        await store.write({ puts: [{ key: keyOf(n), value }] }, SYNC)
      } catch (error) {
        return error
      }
    }
    return undefined
  }

  test('is STORE_FAILED, and so is every later write', async () => {
    const store = await openLevelStore(folder, { create: true })
    await store.write(batchOf({ a: 'one' }), SYNC)

    const failure = await writeUntilRefused(store)

    const failed = { code: 'STORE_FAILED' }
    expect(failure).toMatchObject(failed)
    await expect(store.write(batchOf({ b: 'two' }), SYNC)).rejects.toMatchObject(failed)
    await expect(store.write(batchOf({ b: 'two' }), { sync: false })).rejects.toMatchObject(failed)
    await expect(store.write({ puts: [] }, SYNC)).rejects.toMatchObject(failed)
    expect(store.get(bytes('b'))).toBeUndefined()
    expect(text(store.get(bytes('a')))).toBe('one')
    await store.close()
  })

  test('takes with it the writes that were queued behind it', async () => {
    const store = await openLevelStore(folder, { create: true })
    rmSync(folder, { recursive: true })
    const value = new Uint8Array(1_048_576)

    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        store.write({ puts: [{ key: keyOf(n), value }] }, { sync: false }),
      ),
    )

    const refused = results.findIndex(({ status }) => status === 'rejected')
    expect(refused).toBeGreaterThan(0)
    expect(results.slice(refused).every(({ status }) => status === 'rejected')).toBe(true)
    expect(store.get(keyOf(39))).toBeUndefined()
    await store.close()
  })
})

test('LevelDB stops reading its log at a record that is torn, and the rest is lost without a word', async () => {
  // Why the log cannot rely on the store alone: the signed head says how much must be there.
  const store = await openLevelStore(folder, { create: true })
  for (let n = 0; n < 20; n++) {
    await store.write({ puts: [{ key: keyOf(n), value: contentOf(n) }] }, SYNC)
  }
  await store.close()
  for (const path of filesOf(/\.log$/)) flip(path, Math.floor(statSync(path).size / 2))

  const reopened = await openLevelStore(folder)

  const found = await read(reopened)
  expect(found.length).toBeLessThan(20)
  await reopened.close()
})

test('files that LevelDB does not know are no store', async () => {
  mkdirSync(folder, { recursive: true })
  appendFileSync(join(folder, 'notes.txt'), 'nothing')

  await expect(openLevelStore(folder)).rejects.toMatchObject({ code: 'LEDGER_NOT_FOUND' })
})
