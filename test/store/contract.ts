/**
 * What every store must do: the guarantees of ledger/store/store.ts, one test each.
 *
 * A backend's test file calls `storeContract` with a place that outlives the stores opened on it.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '../../ledger/core/bytes.js'
import type { Range, Store, WriteBatch } from '../../ledger/store/store.js'
import { SCAN_BYTES, SCAN_RECORDS_MAX } from '../../ledger/store/store.js'

/** Somewhere a store can be opened, closed and opened again. */
export type Place = {
  readonly open: () => Promise<Store>
  readonly remove: () => Promise<void>
}

const RUNS = process.env['SLOW'] === '1' ? 200 : 25
const SYNC = { sync: true }

/** Bytes of a short text. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : String.fromCharCode(...value)
}

/** A batch of puts from `key: value` pairs. */
export function batchOf(
  records: Readonly<Record<string, string>>,
  ...deletes: string[]
): WriteBatch {
  const puts = Object.entries(records).map(([key, value]) => ({
    key: bytes(key),
    value: bytes(value),
  }))
  return { puts, deletes: deletes.map(bytes) }
}

/** Everything a range gives, as `key=value`. */
export async function read(store: Store, range: Range = EVERYTHING): Promise<string[]> {
  const found: string[] = []
  for await (const chunk of store.scan(range)) {
    for (const [key, value] of chunk) found.push(`${text(key)}=${text(value)}`)
  }
  return found
}

/** Keys of text, whole. */
export const EVERYTHING: Range = { from: Uint8Array.of(0), to: Uint8Array.of(0xff, 0xff) }

export function storeContract(name: string, makePlace: () => Promise<Place>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let place: Place
    let store: Store

    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
    })

    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    describe('reading and writing', () => {
      test('a written value is read back', async () => {
        await store.write(batchOf({ a: 'one', b: 'two' }), SYNC)

        expect(text(store.get(bytes('a')))).toBe('one')
        expect(text(store.get(bytes('b')))).toBe('two')
      })

      test('a key that was never written has no value', () => {
        expect(store.get(bytes('a'))).toBeUndefined()
      })

      test('an empty value is a value', async () => {
        await store.write(batchOf({ a: '' }), SYNC)

        expect(store.get(bytes('a'))).toEqual(new Uint8Array(0))
      })

      test('writing a key again replaces its value', async () => {
        await store.write(batchOf({ a: 'one' }), SYNC)
        await store.write(batchOf({ a: 'two' }), SYNC)

        expect(text(store.get(bytes('a')))).toBe('two')
      })

      test('a deleted key has no value, and deleting it again is nothing', async () => {
        await store.write(batchOf({ a: 'one', b: 'two' }), SYNC)

        await store.write(batchOf({}, 'a'), SYNC)
        await store.write(batchOf({}, 'a'), SYNC)

        expect(await read(store)).toEqual(['b=two'])
      })

      test('in one batch deletes are applied before puts', async () => {
        await store.write(batchOf({ a: 'one' }), SYNC)

        await store.write(batchOf({ a: 'two' }, 'a'), SYNC)

        expect(text(store.get(bytes('a')))).toBe('two')
      })

      test('an empty batch changes nothing', async () => {
        await store.write({ puts: [] }, SYNC)

        expect(await read(store)).toEqual([])
      })

      test('many values come in the order of their keys, absent ones as undefined', async () => {
        await store.write(batchOf({ a: 'one', c: 'three' }), SYNC)

        const values = store.getMany([bytes('c'), bytes('b'), bytes('a'), bytes('c')])

        expect(values.map(text)).toEqual(['three', undefined, 'one', 'three'])
      })

      test('values that are text are read as text, a byte order mark and all', async () => {
        const texts = ['', 'plain', 'Zürich – 東京', '\uFEFF😀', 'a\u0000b']
        const puts = texts.map((value, at) => ({
          key: Uint8Array.of(at),
          value: new TextEncoder().encode(value),
        }))
        await store.write({ puts }, SYNC)
        const found: string[] = []
        for await (const chunk of store.scanTexts(EVERYTHING))
          found.push(...chunk.map(([key, value]) => `${key[0]} ${value}`))

        expect(found).toEqual(texts.map((value, at) => `${at} ${value}`))
      })

      test('a value that is not UTF-8 has a replacement character when it is read as text', async () => {
        const values = [[0xff], [0x22, 0xc3, 0x22], [0xed, 0xa0, 0x80]]
        const puts = values.map((value, at) => ({
          key: Uint8Array.of(at),
          value: Uint8Array.from(value),
        }))
        await store.write({ puts }, SYNC)

        for await (const chunk of store.scanTexts(EVERYTHING))
          for (const [, value] of chunk) expect(value).toContain('\uFFFD')
      })

      test('keys and values hold any bytes', async () => {
        const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)

        await store.write({ puts: [{ key: all, value: all }] }, SYNC)

        expect(store.get(all)).toEqual(all)
      })

      test('a value of a mebibyte is read back', async () => {
        const value = Uint8Array.from({ length: 1_048_576 }, (_, at) => (at * 7919) % 251)

        await store.write({ puts: [{ key: bytes('a'), value }] }, SYNC)

        expect(toHex(store.get(bytes('a')) ?? value.subarray(1))).toBe(toHex(value))
      })

      test('a batch that is not synced is read back too', async () => {
        await store.write(batchOf({ a: 'one' }), { sync: false })

        expect(text(store.get(bytes('a')))).toBe('one')
      })

      test('writes are applied in the order of the calls, without waiting in between', async () => {
        const writes = Array.from({ length: 200 }, (_, n) =>
          store.write(batchOf({ a: String(n) }), { sync: n % 50 === 0 }),
        )
        await Promise.all(writes)

        expect(text(store.get(bytes('a')))).toBe('199')
      })
    })

    describe('whose bytes they are', () => {
      test('values and keys that are changed after a write do not change the store', async () => {
        const key = bytes('a')
        const value = bytes('one')
        await store.write({ puts: [{ key, value }] }, SYNC)

        key.fill(0)
        value.fill(0)

        expect(await read(store)).toEqual(['a=one'])
      })

      test('changing what was read does not change the store', async () => {
        await store.write(batchOf({ a: 'one' }), SYNC)

        store.get(bytes('a'))?.fill(0)
        for await (const chunk of store.scan(EVERYTHING)) {
          for (const part of chunk.flat()) part.fill(0)
        }

        expect(await read(store)).toEqual(['a=one'])
      })

      test('bytes come as Uint8Array and not as Buffer', async () => {
        await store.write(batchOf({ a: 'one' }), SYNC)

        const parts = [store.get(bytes('a'))]
        for await (const chunk of store.scan(EVERYTHING)) parts.push(...chunk.flat())

        expect(parts.map((part) => part?.constructor)).toEqual([Uint8Array, Uint8Array, Uint8Array])
      })
    })

    describe('scanning', () => {
      const letters = { a: '1', b: '2', c: '3', d: '4', e: '5' }

      test('a range begins with its first key and ends before its last', async () => {
        await store.write(batchOf(letters), SYNC)

        expect(await read(store, { from: bytes('b'), to: bytes('d') })).toEqual(['b=2', 'c=3'])
      })

      test('a range in reverse gives the same records, the greatest key first', async () => {
        await store.write(batchOf(letters), SYNC)

        const range = { from: bytes('b'), to: bytes('e'), reverse: true }

        expect(await read(store, range)).toEqual(['d=4', 'c=3', 'b=2'])
      })

      test('a limit cuts a range off, from either end', async () => {
        await store.write(batchOf(letters), SYNC)
        const range = { from: bytes('a'), to: bytes('z'), limit: 2 }

        expect(await read(store, range)).toEqual(['a=1', 'b=2'])
        expect(await read(store, { ...range, reverse: true })).toEqual(['e=5', 'd=4'])
        expect(await read(store, { ...range, limit: 0 })).toEqual([])
      })

      test('a range that holds nothing, or ends before it begins, gives no chunk', async () => {
        await store.write(batchOf(letters), SYNC)

        expect(await read(store, { from: bytes('x'), to: bytes('z') })).toEqual([])
        expect(await read(store, { from: bytes('d'), to: bytes('b') })).toEqual([])
        expect(await read(store, { from: bytes('b'), to: bytes('b') })).toEqual([])
      })

      test('keys come in the order of their bytes, a prefix before what it begins', async () => {
        const keys = [[0x80], [0x7f, 0xff], [0x00], [0xff], [0x00, 0x00], [0x80, 0x00]]
        const puts = keys.map((key) => ({ key: Uint8Array.from(key), value: bytes('') }))
        await store.write({ puts }, SYNC)

        const found: string[] = []
        for await (const chunk of store.scan(EVERYTHING)) {
          found.push(...chunk.map(([key]) => toHex(key)))
        }

        expect(found).toEqual(['00', '0000', '7fff', '80', '8000', 'ff'])
      })

      test('many records come in chunks of bounded count', async () => {
        const puts = Array.from({ length: 2_500 }, (_, n) => ({
          key: bytes(String(n).padStart(5, '0')),
          value: bytes('v'),
        }))
        await store.write({ puts }, SYNC)

        const lengths: number[] = []
        for await (const chunk of store.scan(EVERYTHING)) lengths.push(chunk.length)

        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(2_500)
        expect(Math.max(...lengths)).toBeLessThanOrEqual(SCAN_RECORDS_MAX)
        expect(Math.min(...lengths)).toBeGreaterThan(0)
      })

      test('large records come in chunks of bounded size', async () => {
        const value = new Uint8Array(100_000).fill(1)
        const puts = Array.from({ length: 40 }, (_, n) => ({ key: Uint8Array.of(n), value }))
        await store.write({ puts }, SYNC)

        const sizes: number[] = []
        for await (const chunk of store.scan(EVERYTHING)) {
          sizes.push(chunk.reduce((sum, [, bytesOf]) => sum + bytesOf.length, 0))
        }

        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(4_000_000)
        expect(Math.max(...sizes)).toBeLessThanOrEqual(SCAN_BYTES + 100_000)
      })

      test('a scan shows the store as it was when its first chunk came', async () => {
        const puts = Array.from({ length: 1_500 }, (_, n) => ({
          key: bytes(String(n).padStart(5, '0')),
          value: bytes('old'),
        }))
        await store.write({ puts }, SYNC)

        const found: (string | undefined)[] = []
        for await (const chunk of store.scan(EVERYTHING)) {
          found.push(...chunk.map(([, value]) => text(value)))
          await store.write(batchOf({ '01499': 'new', '01499x': 'new' }, '01498'), SYNC)
        }

        expect(found.length).toBe(1_500)
        expect(new Set(found)).toEqual(new Set(['old']))
      })

      test('a scan that is left early lets the store close', async () => {
        const puts = Array.from({ length: 1_500 }, (_, n) => ({
          key: bytes(String(n).padStart(5, '0')),
          value: bytes(''),
        }))
        await store.write({ puts }, SYNC)

        for await (const chunk of store.scan(EVERYTHING)) {
          expect(chunk.length).toBe(SCAN_RECORDS_MAX)
          break
        }

        await expect(store.close()).resolves.toBeUndefined()
      })
    })

    describe('closing and opening', () => {
      test('what was written is there after closing and opening', async () => {
        await store.write(batchOf({ a: 'one' }), SYNC)
        await store.write(batchOf({ b: 'two' }), { sync: false })

        await store.close()
        store = await place.open()

        expect(await read(store)).toEqual(['a=one', 'b=two'])
      })

      test('a place that is open cannot be opened again: LEDGER_LOCKED', async () => {
        await expect(place.open()).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })
        await expect(place.open()).rejects.toMatchObject({ code: 'LEDGER_LOCKED' })

        await store.write(batchOf({ a: 'one' }), SYNC)
        expect(text(store.get(bytes('a')))).toBe('one')
      })

      test('a closed store refuses everything: LEDGER_CLOSED', async () => {
        await store.close()

        const closed = expect.objectContaining({ code: 'LEDGER_CLOSED' })
        expect(() => store.get(bytes('a'))).toThrow(closed)
        expect(() => store.getMany([bytes('a')])).toThrow(closed)
        await expect(store.write(batchOf({ a: 'one' }), SYNC)).rejects.toEqual(closed)
        await expect(read(store)).rejects.toEqual(closed)
      })

      test('a scan that is under way when the store closes ends with LEDGER_CLOSED', async () => {
        const puts = Array.from({ length: 1_500 }, (_, n) => ({
          key: bytes(String(n).padStart(5, '0')),
          value: bytes(''),
        }))
        await store.write({ puts }, SYNC)

        const scanned = (async () => {
          for await (const chunk of store.scan(EVERYTHING)) {
            expect(chunk.length).toBeGreaterThan(0)
            await store.close()
          }
        })()

        await expect(scanned).rejects.toMatchObject({ code: 'LEDGER_CLOSED' })
      })

      test('closing twice is closing once', async () => {
        await Promise.all([store.close(), store.close()])

        await expect(store.close()).resolves.toBeUndefined()
      })

      test('closing waits for the writes that were taken', async () => {
        const writes = Array.from({ length: 20 }, (_, n) =>
          store.write(batchOf({ [`k${String(n).padStart(2, '0')}`]: 'v' }), { sync: true }),
        )
        await store.close()
        await Promise.all(writes)
        store = await place.open()

        expect((await read(store)).length).toBe(20)
      })
    })

    test('any history of writes reads as the same history on a plain sorted list', async () => {
      const key = fc.uint8Array({ minLength: 1, maxLength: 3 })
      const value = fc.uint8Array({ maxLength: 8 })
      const step = fc.record({
        puts: fc.array(fc.record({ key, value }), { maxLength: 8 }),
        deletes: fc.array(key, { maxLength: 4 }),
        sync: fc.boolean(),
        reopen: fc.nat(9).map((n) => n === 0),
      })
      const bound = fc.uint8Array({ minLength: 1, maxLength: 3 })

      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), bound, bound, async (steps, a, b) => {
          const own = await makePlace()
          let under = await own.open()
          try {
            const model = new Map<string, string>()
            for (const { puts, deletes, sync, reopen } of steps) {
              await under.write({ puts, deletes }, { sync })
              for (const gone of deletes) model.delete(toHex(gone))
              for (const put of puts) model.set(toHex(put.key), toHex(put.value))
              if (!reopen) continue
              await under.close()
              under = await own.open()
            }

            const expected = [...model]
              .filter(([name]) => name >= toHex(a) && name < toHex(b))
              .sort(([left], [right]) => (left < right ? -1 : 1))
            const forward: string[][] = []
            for await (const chunk of under.scan({ from: a, to: b })) {
              forward.push(...chunk.map((record) => record.map(toHex)))
            }
            const backward: string[][] = []
            for await (const chunk of under.scan({ from: a, to: b, reverse: true })) {
              backward.push(...chunk.map((record) => record.map(toHex)))
            }

            expect(forward).toEqual(expected)
            expect(backward).toEqual([...expected].reverse())
          } finally {
            await under.close()
            await own.remove()
          }
        }),
        { numRuns: RUNS },
      )
    })
  })
}
