/** The head file: every changed byte is noticed; power loss leaves the old head or the new. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import {
  decodeHead,
  encodeHead,
  HEAD_FILE_NAME,
  type Head,
  type HeadFs,
  memoryHeadFile,
  openHeadFile,
} from '../../ledger/store/head-file.js'
import { withBitFlipped } from './flip.js'

const RUNS = process.env['SLOW'] === '1' ? 5_000 : 200
const HASH = 'ab'.repeat(32)
const NOTE =
  'example.org/log\n2\nqINS1GRFhWHwdkUeqLEoP4yEMkTBBzxBkGwGQlVlVcs=\n\n' +
  '— example.org/log AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH\n'
const OLD: Head = { checkpoint: NOTE, inbox: { base: 3, seq: 17, hash: HASH } }
const NEW: Head = {
  checkpoint: NOTE.replace('\n2\n', '\n3\n'),
  inbox: { base: 3, seq: 18, hash: 'cd'.repeat(32) },
}
const unreadable = expect.objectContaining({ code: 'HEAD_UNREADABLE' })

describe('the bytes of the head file', () => {
  test('are this JSON, members in order, and a line feed', () => {
    const head = { checkpoint: 'note\n', inbox: { base: 1, seq: 2, hash: HASH } }

    expect(utf8Decode(encodeHead(head))).toBe(
      '{"checkpoint":"note\\n",' +
        '"digest":"3864a366f6719f27d8f5ddb9ff87d59aab67d09196ff3f90e6cdc702cacb56ba",' +
        `"inbox":{"base":1,"hash":"${HASH}","seq":2}}\n`,
    )
  })

  test('give back the head', () => {
    const count = fc.nat(1_000_000)
    fc.assert(
      fc.property(
        fc.string(),
        count,
        count,
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (checkpoint, base, more, hash) => {
          const head = { checkpoint, inbox: { base, seq: base + more, hash: toHex(hash) } }

          expect(decodeHead(encodeHead(head))).toEqual(head)
        },
      ),
      { numRuns: RUNS },
    )
  })

  test('with any bit flipped are HEAD_UNREADABLE', () => {
    const bytes = encodeHead(OLD)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      expect(() => decodeHead(withBitFlipped(bytes, bit))).toThrow(unreadable)
    }
  })

  test('with any byte set to any other value are HEAD_UNREADABLE', () => {
    const bytes = encodeHead(OLD)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice()
        changed[at] = value
        fc.pre(bytes[at] !== value)

        expect(() => decodeHead(changed)).toThrow(unreadable)
      }),
      { numRuns: 10 * RUNS },
    )
  })

  test('cut at any place, or with a byte left out or said twice, are HEAD_UNREADABLE', () => {
    const bytes = encodeHead(OLD)
    for (let at = 0; at < bytes.length; at++) {
      const rest = [...bytes.subarray(at + 1)]
      const begin = [...bytes.subarray(0, at)]
      for (const changed of [
        begin,
        [...begin, ...rest],
        [...bytes.subarray(0, at + 1), ...bytes.subarray(at)],
      ]) {
        expect(() => decodeHead(Uint8Array.from(changed))).toThrow(unreadable)
      }
    }
  })

  const good = utf8Decode(encodeHead(OLD))
  test.each([
    ['nothing', ''],
    ['zero bytes', '\0'.repeat(400)],
    ['no line feed', good.trimEnd()],
    ['CRLF', good.replace('}}\n', '}}\r\n')],
    ['white space', good.replace('":', '": ')],
    ['a byte order mark', `\ufeff${good}`],
    ['something after it', `${good}\n`],
    ['two heads', good + good],
    ['another member', good.replace('{"checkpoint"', '{"a":1,"checkpoint"')],
    ['a member twice', good.replace('{"checkpoint"', '{"checkpoint":"x","checkpoint"')],
    ['a member of the prototype', good.replace('{"checkpoint"', '{"__proto__":{},"checkpoint"')],
    ['no digest', good.replace(/"digest":"[0-9a-f]*",/, '')],
    ['a digest in capitals', good.replace(/"digest":"[0-9a-f]*"/, (text) => text.toUpperCase())],
    [
      'another order',
      `{"inbox":${good.slice(good.indexOf('{"base"'), -2)},${good.slice(1, good.indexOf(',"inbox"'))}}\n`,
    ],
    ['an array', '[]\n'],
    ['null', 'null\n'],
    ['a checkpoint that is no text', good.replace(/"checkpoint":"[^"]*"/, '"checkpoint":1')],
    ['an inbox that is no object', good.replace(/"inbox":\{.*\}\}/, '"inbox":1}')],
    ['a seq of text', good.replace('"seq":17', '"seq":"17"')],
    ['a seq below zero', good.replace('"seq":17', '"seq":-1')],
    ['a seq that is no integer', good.replace('"seq":17', '"seq":17.5')],
    ['a seq written as a float', good.replace('"seq":17', '"seq":17.0')],
    ['a base after its seq', good.replace('"base":3', '"base":18')],
    ['a short hash', good.replace(HASH, 'ab')],
    ['a hash in capitals', good.replace(HASH, HASH.toUpperCase())],
    ['a megabyte', good.replace('example.org', 'e'.repeat(1_048_576))],
  ])('%s is HEAD_UNREADABLE', (_, text) => {
    expect(() => decodeHead(utf8Encode(text))).toThrow(unreadable)
  })

  test('a head too large to be read again is a bug of the writer', () => {
    expect(() => encodeHead({ ...OLD, checkpoint: 'x'.repeat(70_000) })).toThrow('invariant broken')
  })
})

describe('a head file on disk', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-head-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  test('has no head before the first write, and creates nothing', () => {
    expect(openHeadFile(folder).read()).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
  })

  test('gives back the last head that was written, to another reader too', async () => {
    const file = openHeadFile(folder)

    await file.write(OLD)
    expect(file.read()).toEqual(OLD)
    await file.write(NEW)

    expect(openHeadFile(folder).read()).toEqual(NEW)
    expect(readdirSync(folder)).toEqual([HEAD_FILE_NAME])
  })

  test('passes over what a crashed write left behind', async () => {
    await openHeadFile(folder).write(OLD)
    writeFileSync(join(folder, `${HEAD_FILE_NAME}.tmp`), 'torn')

    expect(openHeadFile(folder).read()).toEqual(OLD)
    await openHeadFile(folder).write(NEW)

    expect(openHeadFile(folder).read()).toEqual(NEW)
    expect(readdirSync(folder)).toEqual([HEAD_FILE_NAME])
  })

  test('that was changed is HEAD_UNREADABLE', async () => {
    await openHeadFile(folder).write(OLD)
    const path = join(folder, HEAD_FILE_NAME)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"seq":17', '"seq":16'))

    expect(() => openHeadFile(folder).read()).toThrow(unreadable)
  })

  test('that is a folder is HEAD_UNREADABLE and not absent', async () => {
    mkdirSync(join(folder, HEAD_FILE_NAME))

    expect(() => openHeadFile(folder).read()).toThrow(unreadable)
    await expect(openHeadFile(folder).write(OLD)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  test('in a folder that is gone is STORE_FAILED on writing', async () => {
    const file = openHeadFile(join(folder, 'absent'))

    await expect(file.write(OLD)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    mkdirSync(join(folder, 'absent'))
    await expect(file.write(OLD)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(openHeadFile(join(folder, 'absent')).read()).toBeUndefined()
  })
})

/**
 * A file system that can lose power. What was not synced may be lost, torn or there: a crash gives
 * every disk that could then be found.
 */
class CrashingFs {
  /** What programs see: names and, in `files`, what a name leads to. */
  #names = new Map<string, number>()
  /** Names that a folder sync made durable. */
  #syncedNames = new Map<string, number>()
  readonly #files: { content: Uint8Array; synced: Uint8Array | undefined }[] = []
  #steps = 0
  readonly #failAt: number
  readonly #failHow: 'lost' | 'kept'
  /** The disks possible at each moment so far. */
  readonly moments: Map<string, Uint8Array>[][] = []

  constructor(failAt = 0, failHow: 'lost' | 'kept' = 'lost') {
    this.#failAt = failAt
    this.#failHow = failHow
  }

  get steps(): number {
    return this.#steps
  }

  /** A file that was there, durable, before. */
  put(name: string, content: Uint8Array): void {
    this.#files.push({ content, synced: content })
    this.#names.set(name, this.#files.length - 1)
    this.#syncedNames.set(name, this.#files.length - 1)
  }

  readonly port: HeadFs = {
    read: (path) => this.#contentOf(basename(path)),
    writeSynced: async (path, bytes) => {
      const name = basename(path)
      await this.#step(() => {
        this.#files.push({ content: new Uint8Array(0), synced: undefined })
        this.#names = new Map(this.#names).set(name, this.#files.length - 1)
      })
      await this.#step(() => this.#fileOf(name, (file) => (file.content = bytes)))
      await this.#step(() => this.#fileOf(name, (file) => (file.synced = file.content)))
    },
    rename: (from, to) =>
      this.#step(() => {
        const names = new Map(this.#names)
        const file = names.get(basename(from))
        names.delete(basename(from))
        if (file !== undefined) names.set(basename(to), file)
        this.#names = names
      }),
    syncFolder: (path) =>
      this.#step(() => {
        expect(dirname(join(path, 'x'))).toBe(path)
        this.#syncedNames = this.#names
      }),
  }

  async #step(act: () => void): Promise<void> {
    await Promise.resolve()
    this.#steps += 1
    const fails = this.#steps === this.#failAt
    if (!fails || this.#failHow === 'kept') act()
    this.moments.push(this.crash())
    if (fails) throw Object.assign(new Error('EIO'), { code: 'EIO' })
  }

  /** Every disk that a power loss now could leave: old or new names, old, torn or new content. */
  crash(): Map<string, Uint8Array>[] {
    return [this.#syncedNames, this.#names].flatMap((names) => {
      let disks = [new Map<string, Uint8Array>()]
      for (const [name, at] of names) {
        disks = disks.flatMap((disk) =>
          this.#contents(at).map((content) => new Map(disk).set(name, content)),
        )
      }
      return disks
    })
  }

  #contents(at: number): Uint8Array[] {
    const file = this.#files[at]
    if (file === undefined) return []
    if (file.synced !== undefined) return [file.synced]
    const { content } = file
    const zeroes = new Uint8Array(content.length)
    return [new Uint8Array(0), content, content.slice(0, content.length / 2), zeroes]
  }

  #contentOf(name: string): Uint8Array | undefined {
    const at = this.#names.get(name)
    return at === undefined ? undefined : this.#files[at]?.content
  }

  #fileOf(
    name: string,
    act: (file: { content: Uint8Array; synced: Uint8Array | undefined }) => void,
  ): void {
    const file = this.#files[this.#names.get(name) ?? -1]
    if (file !== undefined) act(file)
  }
}

/** What a ledger that opens on a disk finds. */
function headOn(disk: ReadonlyMap<string, Uint8Array>): Head | undefined {
  const bytes = disk.get(HEAD_FILE_NAME)
  return bytes === undefined ? undefined : decodeHead(bytes)
}

describe('power loss while a head is written', () => {
  test.each([
    ['over an older head', OLD],
    ['for the first time', undefined],
  ])('%s leaves the old head or the new one, whole, at every moment', async (_, before) => {
    const fs = new CrashingFs()
    if (before !== undefined) fs.put(HEAD_FILE_NAME, encodeHead(before))
    fs.put(`${HEAD_FILE_NAME}.tmp`, utf8Encode('torn by a crash before'))

    await openHeadFile('/ledger', fs.port).write(NEW)

    const found = fs.moments.flat().map(headOn)
    expect(fs.steps).toBe(5)
    expect(found).toContainEqual(before)
    expect(found).toContainEqual(NEW)
    for (const head of found) expect([before, NEW]).toContainEqual(head)
  })

  test('after the write has resolved leaves the new head', async () => {
    const fs = new CrashingFs()
    fs.put(HEAD_FILE_NAME, encodeHead(OLD))

    await openHeadFile('/ledger', fs.port).write(NEW)

    for (const disk of fs.crash()) expect(headOn(disk)).toEqual(NEW)
  })

  test.each(['lost', 'kept'] as const)(
    'with the N-th step failed (%s): STORE_FAILED, nothing written after, the old head or the new',
    async (how) => {
      for (let failAt = 1; failAt <= 5; failAt++) {
        const fs = new CrashingFs(failAt, how)
        fs.put(HEAD_FILE_NAME, encodeHead(OLD))
        const file = openHeadFile('/ledger', fs.port)

        await expect(file.write(NEW)).rejects.toMatchObject({ code: 'STORE_FAILED' })
        await expect(file.write(NEW)).rejects.toMatchObject({ code: 'STORE_FAILED' })

        expect(fs.steps).toBe(failAt)
        for (const disk of fs.crash()) expect([OLD, NEW]).toContainEqual(headOn(disk))
        expect([OLD, NEW]).toContainEqual(file.read())
      }
    },
  )
})

test('a read that the operating system refuses is HEAD_UNREADABLE', () => {
  const fs = new CrashingFs()
  const read = (): never => {
    throw Object.assign(new Error('EIO'), { code: 'EIO' })
  }

  expect(() => openHeadFile('/ledger', { ...fs.port, read }).read()).toThrow(unreadable)
})

describe('a head in memory', () => {
  test('is absent, then what was written last', async () => {
    const file = memoryHeadFile()
    expect(file.read()).toBeUndefined()

    await file.write(OLD)
    await file.write(NEW)

    expect(file.read()).toEqual(NEW)
  })

  test('may begin with one', () => {
    expect(memoryHeadFile(OLD).read()).toEqual(OLD)
  })
})
