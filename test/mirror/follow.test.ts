import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { toHex, utf8Decode } from '../../ledger/core/bytes.js'
import { ed25519NoteKey } from '../../ledger/core/note.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import { judgeSplitView } from '../../ledger/core/split-view.js'
import { publishFolder } from '../../ledger/log/publish.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { statementLines } from '../../ledger/log/statement-lines.js'
import { linesOf, type MirrorSource } from '../../ledger/mirror/follow.js'
import { bundleWidth, openMirrorFolder } from '../../ledger/mirror/mirror-folder.js'
import { keyOf } from '../log/support/firms.js'
import { codeOf, POLICY } from '../log/support/site.js'
import { crypto, ORIGIN } from '../log/support/statements.js'
import {
  type Asked,
  folderSource,
  follow,
  Grower,
  newFolder,
  publicOf,
  removeFolders,
  sourceOf,
} from './world.js'

/** Sizes that a bundle and a level of tiles begin and end at. */
const SIZES = [4, 255, 256, 300]

let grower: Grower
/** Published folders of two histories under one key, by size. Nonces are random, so they differ from entry 0 on. */
const histories = { first: new Map<number, string>(), twin: new Map<number, string>() }
const published: string[] = []

beforeAll(async () => {
  grower = await Grower.start()
  for (const [name, sizes] of [
    ['first', [256, 257, 300]],
    ['twin', [257, 300]],
  ] as const) {
    const other = await Grower.start()
    for (const size of sizes) {
      await other.growTo(size)
      const folder = mkdtempSync(join(tmpdir(), 'waybill-history-'))
      published.push(folder)
      await publishFolder(other.ledger.publicLog, folder, { policy: POLICY, crypto })
      histories[name].set(size, folder)
    }
    await other.ledger.close()
  }
})
afterAll(async () => {
  await grower.ledger.close()
  for (const folder of published) rmSync(folder, { recursive: true, force: true })
})
afterEach(removeFolders)

/** Everything in a folder, by its path. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, toHex(readFileSync(join(folder, name)))]),
  )
}

/** A folder whose mirroring ended before the last bundle. */
async function interrupted(): Promise<string> {
  const folder = newFolder()
  const source = sourceOf(grower.ledger)
  const failing: MirrorSource = {
    ...source,
    tile: (path) =>
      path === 'tile/entries/001.p/44' ? Promise.reject(new Error('cable cut')) : source.tile(path),
  }
  await expect(follow(failing, folder)).rejects.toThrow('cable cut')
  return folder
}

describe('a mirror that follows a growing log', () => {
  test('has the published folder of every size, byte for byte, and the statements beside it', async () => {
    const folder = newFolder()
    for (const size of SIZES) {
      await grower.growTo(size)
      const outcome = await follow(sourceOf(grower.ledger), folder)
      const published = newFolder()
      await publishFolder(grower.ledger.publicLog, published, { policy: POLICY, crypto })
      const mirrored = filesOf(folder)

      expect(outcome.kind).toBe('followed')
      expect(openPublishedFolder(folder).checkpoint()).toBe(grower.ledger.publishedCheckpoint())
      for (const [name, bytes] of filesOf(published))
        expect([name, mirrored.get(name)]).toEqual([name, bytes])
      expect(linesIn(folder, size)).toEqual(await statementLines(grower.ledger, 0, size))
    }
  })

  test('asks for what is new and for nothing else', async () => {
    const folder = newFolder()
    const asked: Asked = []
    const source = sourceOf(grower.ledger, asked)
    await follow(source, folder)
    asked.length = 0
    const outcome = await follow(source, folder)

    expect(outcome).toMatchObject({ kind: 'followed', entries: 0, statements: 0 })
    expect(asked.filter((path) => path.startsWith('tile/entries'))).toEqual([])
    expect(asked.filter((path) => path.startsWith('statements'))).toEqual([])
  })

  test('goes on where a run was interrupted', async () => {
    const folder = await interrupted()
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
    const asked: Asked = []
    await follow(sourceOf(grower.ledger, asked), folder)

    expect(linesIn(folder, grower.ledger.size)).toHaveLength(grower.ledger.size)
    expect(asked).not.toContain('tile/entries/000')
    expect(asked).not.toContain('statements 0-256')
    expect(asked).toContain('tile/entries/001.p/44')
  })

  test('replaces what an interrupted run left half written', async () => {
    const folder = await interrupted()
    writeFileSync(join(folder, 'tile/entries/000'), 'half')
    const asked: Asked = []
    await follow(sourceOf(grower.ledger, asked), folder)

    expect(asked).toContain('tile/entries/000')
    expect(openPublishedFolder(folder).entries(0, 256)).toEqual(
      grower.ledger.publicLog.entries(0, 256),
    )
  })

  test('fetches again what somebody deleted from it', async () => {
    const folder = newFolder()
    await follow(sourceOf(grower.ledger), folder)
    const before = filesOf(folder)
    rmSync(join(folder, 'tile/entries/000'))
    rmSync(join(folder, 'statements/001.p/44'))
    const outcome = await follow(sourceOf(grower.ledger), folder)

    expect(outcome).toMatchObject({ kind: 'followed', statements: 44 })
    expect(filesOf(folder)).toEqual(before)
  })

  test('takes the statements of what it has when a key comes later', async () => {
    const folder = newFolder()
    const source = sourceOf(grower.ledger)
    await follow(publicOf(source), folder)
    expect(existsSync(join(folder, 'statements'))).toBe(false)
    const outcome = await follow(source, folder)

    expect(outcome).toMatchObject({ entries: 0, statements: grower.ledger.size })
  })

  test('keeps statements from others on the same machine', async () => {
    const folder = newFolder()
    await follow(sourceOf(grower.ledger), folder)

    expect(statSync(join(folder, 'statements')).mode % 0o1000).toBe(0o700)
    expect(statSync(join(folder, 'statements/000')).mode % 0o1000).toBe(0o600)
  })
})

describe('nothing is stored that was not verified', () => {
  const altered = (what: RegExp, change: (bytes: Uint8Array) => Uint8Array): MirrorSource => {
    const source = sourceOf(grower.ledger)
    return {
      ...source,
      tile: async (path) => (what.test(path) ? change(await source.tile(path)) : source.tile(path)),
    }
  }
  const flip = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, at) => (at === 20 ? 255 - byte : byte))

  test.each([
    ['a flipped bit in a bundle', /^tile\/entries\/000$/, flip],
    ['a bundle that is cut', /^tile\/entries\/000$/, (bytes: Uint8Array) => bytes.slice(0, -1)],
    [
      'a bundle with something after it',
      /^tile\/entries\/000$/,
      (bytes: Uint8Array) => Uint8Array.of(...bytes, 0),
    ],
    ['a partial bundle of other entries', /^tile\/entries\/001\.p/, flip],
    ['a flipped bit in a partial tile', /^tile\/0\/001\.p/, flip],
    ['a tile of another level', /^tile\/1\//, flip],
    ['an empty answer', /^tile\/1\//, () => new Uint8Array(0)],
  ])('%s', async (_what, path, change) => {
    const folder = newFolder()

    expect(await codeOf(() => follow(altered(path, change), folder))).toBe('MIRROR_MISMATCH')
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
  })

  const lines = (change: (lines: string[], from: number) => string[]): MirrorSource => {
    const source = sourceOf(grower.ledger)
    return {
      ...source,
      statementLines: async (from, to) => {
        const text = await source.statementLines(from, to)
        return `${change(text.slice(0, -1).split('\n'), from).join('\n')}\n`
      },
    }
  }

  test.each([
    [
      'the statement of another entry',
      (all: string[]) => [all[1] ?? '', ...all.slice(1)],
      'STATEMENT_LINE_MISMATCH',
    ],
    [
      'a statement under a false index',
      (all: string[]) => [(all[1] ?? '').replace('"index":1,', '"index":0,'), ...all.slice(1)],
      'STATEMENT_LINE_MISMATCH',
    ],
    [
      'a signature by somebody else',
      (all: string[]) => all.map((line) => line.replace(/"signature":"..../, '"signature":"AAAA')),
      'STATEMENT_LINE_MISMATCH',
    ],
    [
      'a claim that is missing',
      (all: string[]) =>
        all.map((line) => line.replace(/"disclosures":\["[^"]*",/, '"disclosures":[')),
      'STATEMENT_LINE_MISMATCH',
    ],
    [
      'a member more',
      (all: string[]) => all.map((line) => line.replace('{', '{"a":1,')),
      'STATEMENT_LINE_MALFORMED',
    ],
    [
      'white space',
      (all: string[]) => all.map((line) => line.replace(':', ': ')),
      'STATEMENT_LINE_MALFORMED',
    ],
    ['words that are no JSON', () => ['<html>'], 'STATEMENT_LINE_MALFORMED'],
    [
      'more lines than were asked for',
      (all: string[]) => [...all, ...all, ...all],
      'STATEMENT_LINE_MALFORMED',
    ],
  ])('%s', async (_what, change, code) => {
    const folder = newFolder()

    expect(await codeOf(() => follow(lines(change), folder))).toBe(code)
    expect(existsSync(join(folder, 'statements'))).toBe(false)
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false)
  })

  test('an answer without lines ends the run, and is not asked for ever', async () => {
    const source = { ...sourceOf(grower.ledger), statementLines: () => Promise.resolve('') }

    expect(await codeOf(() => follow(source, newFolder()))).toBe('STATEMENT_LINE_MALFORMED')
  })

  test('the log of a key that the policy does not name', async () => {
    const policy = policyOfLogs(ed25519NoteKey(ORIGIN, keyOf('somebody').publicKey))
    const code = await codeOf(() => follow(sourceOf(grower.ledger), newFolder(), { policy }))

    expect(code).toBe('CHECKPOINT_UNTRUSTED')
  })

  test('a folder with something else in it is left alone', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'thesis.txt'), 'years of work')

    expect(await codeOf(() => follow(sourceOf(grower.ledger), folder))).toBe(
      'MIRROR_FOLDER_INVALID',
    )
    expect(readdirSync(folder)).toEqual(['thesis.txt'])
  })
})

function at(history: keyof typeof histories, size: number): MirrorSource {
  return folderSource(histories[history].get(size) ?? 'no such size')
}

describe('two histories under one key', () => {
  test.each([
    ['a larger tree', 257, 300],
    ['a smaller tree', 300, 257],
    ['a tree of the same size', 300, 300],
    ['a larger tree than one full subtree', 256, 300],
  ])('are caught by %s, with evidence that convinces others', async (_what, held, shown) => {
    const folder = newFolder()
    const [first, second] = [at('first', held), at('twin', shown)]
    expect((await follow(first, folder)).kind).toBe('followed')
    const before = filesOf(folder)
    const outcome = await follow(second, folder)

    expect(outcome.kind).toBe('split')
    if (outcome.kind !== 'split') return
    expect(judgeSplitView(outcome.evidence, { policy: POLICY, crypto }).verdict).toBe(
      'FAILED (split view)',
    )
    expect(filesOf(folder)).toEqual(before)
  })

  test('an older tree of the same history is told, and changes nothing', async () => {
    const folder = newFolder()
    const older = at('first', 257)
    await follow(at('first', 300), folder)
    const before = filesOf(folder)

    expect((await follow(older, folder)).kind).toBe('older')
    expect(filesOf(folder)).toEqual(before)
  })
})

/** What the mirror holds of statements. */
function linesIn(folder: string, size: number): readonly string[] {
  const store = openMirrorFolder(folder)
  const lines: string[] = []
  for (let index = 0; index * 256 < size; index += 1) {
    const bytes = store.lines(index, bundleWidth(index, size))
    if (bytes !== undefined) lines.push(...linesOf(utf8Decode(bytes)))
  }
  return lines
}
