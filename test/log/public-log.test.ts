/** The public side of a log: every width up to what is published, and nothing beyond it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { equalBytes } from '../../ledger/core/bytes.js'
import { hashLeaf } from '../../ledger/core/hash.js'
import { decodeEntryBundle, decodeTile, tilesBetween } from '../../ledger/core/tile.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import type { PublicLog } from '../../ledger/log/public-log.js'
import { publishFolder } from '../../ledger/log/publish.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { TreeNodes } from '../../ledger/log/tree.js'
import { crypto, SyntheticLog } from '../c2sp/synthetic-log.js'
import { Site } from './support/site.js'

const PUBLISHED = 700
const notFound = expect.objectContaining({ code: 'TILE_NOT_FOUND' })

describe(`published at ${PUBLISHED}, committed to 1,100`, () => {
  let log: PublicLog
  beforeAll(async () => {
    log = (await new SyntheticLog().publish(PUBLISHED)).append(1_100).publicLog
  })

  test('every width of every tile up to the published size is a prefix of the widest', () => {
    for (const { level, index, width: widest } of tilesBetween(0, PUBLISHED)) {
      const read = (width: number): Uint8Array =>
        level === 'entries' ? log.entries(index, width) : log.tile(level, index, width)
      const whole = read(widest)
      for (let width = 1; width <= widest; width++) {
        const part = read(width)
        expect(equalBytes(part, whole.subarray(0, part.length))).toBe(true)
        expect(part.length).toBe(width * (level === 'entries' ? 145 : 32))
      }
      if (widest < 256) expect(() => read(widest + 1)).toThrow(notFound)
    }
  })

  test('entries are the leaves', () => {
    for (const [index, width] of [
      [0, 256],
      [1, 256],
      [2, 188],
    ] as const) {
      const hashes = decodeTile(log.tile(0, index, width), width)
      const entries = decodeEntryBundle(log.entries(index, width), width)
      for (const [at, entry] of entries.entries())
        expect(equalBytes(hashLeaf(entry, crypto.sha256), hashes[at] ?? new Uint8Array())).toBe(
          true,
        )
    }
  })

  test.each([
    [0, 2, 189],
    [0, 2, 256],
    [0, 3, 1],
    [0, 4, 1],
    [0, Number.MAX_SAFE_INTEGER, 1],
    [1, 0, 3],
    [1, 0, 256],
    [1, 1, 1],
    [2, 0, 1],
    [63, 0, 1],
    [0, 0, 0],
    [0, 0, -1],
    [0, 0, 257],
    [0, 0, 1.5],
    [0, 0, Number.NaN],
    [0, -1, 1],
    [0, 0.5, 1],
    [0, Number.NaN, 1],
  ])('level %d, tile %d, width %d is not there', (level, index, width) => {
    expect(() => log.tile(level, index, width)).toThrow(notFound)
    if (level === 0) expect(() => log.entries(index, width)).toThrow(notFound)
  })

  test('an empty log has a checkpoint and no tile', async () => {
    const empty = (await new SyntheticLog().publish(0)).publicLog

    expect(empty.checkpoint()).toContain('\n0\n')
    expect(() => empty.tile(0, 0, 1)).toThrow(notFound)
    expect(() => empty.entries(0, 1)).toThrow(notFound)
  })
})

describe('of a real ledger', () => {
  const site = new Site()
  let ledger: Ledger
  beforeAll(async () => {
    ledger = await site.start()
    await ledger.close()
    // Opened again, so that what is published is what is there.
    ledger = await site.open()
  })
  afterAll(() => ledger.close())

  test('its entries and their hashes', () => {
    const { size, publicLog } = ledger
    const entries = decodeEntryBundle(publicLog.entries(0, size), size)

    expect(size).toBeGreaterThan(2)
    expect(publicLog.origin).toBe(ledger.origin)
    expect(publicLog.checkpoint()).toBe(ledger.publishedCheckpoint())
    expect(entries).toEqual(Array.from({ length: size }, (_, index) => ledger.entry(index)))
    expect(decodeTile(publicLog.tile(0, 0, size), size)).toEqual(
      entries.map((entry) => hashLeaf(entry)),
    )
    expect(() => publicLog.entries(0, size + 1)).toThrow(notFound)
  })
})

test('a stored tile that is not what the tree above it says is damage, not an answer', async () => {
  const grown = await new SyntheticLog().publish(300)
  const tile = grown.publicLog.tile(0, 0, 256)
  tile.fill(0, 0, 1)
  const nodes = new TreeNodes(grown.state, () => tile, crypto.sha256)

  expect(() => nodes.tile({ level: 0, index: 0, width: 5 })).toThrow(
    expect.objectContaining({ code: 'ENTRY_MISMATCH' }),
  )
})

describe('a published folder as a log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-public-'))
  let log: SyntheticLog
  beforeAll(async () => {
    log = await new SyntheticLog().publish(PUBLISHED)
    await publishFolder(log.publicLog, folder, { policy: log.policy, crypto })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('has the same tiles', () => {
    const read = openPublishedFolder(folder)

    expect(read.origin).toBe(log.origin)
    expect(read.checkpoint()).toBe(log.publicLog.checkpoint())
    for (const { level, index, width } of tilesBetween(0, PUBLISHED)) {
      if (level === 'entries')
        expect(read.entries(index, width)).toEqual(log.publicLog.entries(index, width))
      else expect(read.tile(level, index, width)).toEqual(log.publicLog.tile(level, index, width))
    }
  })

  test('a partial tile that is gone is cut from the full one', () => {
    const read = openPublishedFolder(folder)

    expect(read.tile(0, 1, 77)).toEqual(log.publicLog.tile(0, 1, 77))
    expect(read.entries(1, 77)).toEqual(log.publicLog.entries(1, 77))
    expect(() => read.tile(0, 2, 77)).toThrow(notFound)
    expect(() => read.entries(9, 77)).toThrow(notFound)
  })

  test('a folder without a checkpoint is none', () => {
    expect(() => openPublishedFolder(join(folder, 'tile'))).toThrow(
      expect.objectContaining({ code: 'INPUT_NOT_FOUND' }),
    )
  })
})
