/** The witness protocol's one request as bytes: the specification's example, laws, noise. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatAddCheckpoint,
  formatTlogSize,
  monitoringPath,
  parseAddCheckpoint,
  parseTlogSize,
} from '../../ledger/core/add-checkpoint.js'
import { utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { parseNodeHash } from '../../ledger/core/hash.js'
import { parseNote } from '../../ledger/core/note.js'
import { mutateByte, outcomeOf, RUNS, specExample } from './c2sp-vectors.js'

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(parseNodeHash)
const request = fc.record({
  old: fc.maxSafeNat(),
  proof: fc.array(hash, { maxLength: 63 }),
  note: fc.string({ maxLength: 200 }).map((text) => `${text}\n`),
})

describe('add-checkpoint', () => {
  test("the specification's example is read", (context) => {
    const body = specExample(context, 'add-checkpoint.request.txt')
    const { old, proof, note } = parseAddCheckpoint(body)

    expect([old, proof.length]).toEqual([20_852_014, 4])
    expect(parseNote(note).signatures).toHaveLength(2)
    expect(formatAddCheckpoint({ old, proof, note })).toBe(body)
  })

  test('what is written is read back', () => {
    fc.assert(
      fc.property(request, (parts) => {
        expect(parseAddCheckpoint(formatAddCheckpoint(parts))).toEqual(parts)
      }),
      { numRuns: RUNS },
    )
  })

  test('noise is refused with its code, and what is accepted has one form', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 255 }),
    )
    fc.assert(
      fc.property(request, edit, (parts, [place, kind, value]) => {
        const bytes = mutateByte(utf8Encode(formatAddCheckpoint(parts)), place, kind, value)
        const outcome = outcomeOf(() => {
          const body = utf8Decode(bytes)
          return formatAddCheckpoint(parseAddCheckpoint(body)) === body
        })

        expect([
          { code: 'OK', result: true },
          { code: 'UTF8_INVALID' },
          { code: 'ADD_CHECKPOINT_MALFORMED' },
        ]).toContainEqual(outcome)
      }),
      { numRuns: RUNS },
    )
  })

  test('the size of a conflict has one form', () => {
    expect(parseTlogSize(formatTlogSize(20_852_014))).toBe(20_852_014)
    for (const body of [
      '',
      '\n',
      '5',
      '5\n\n',
      '05\n',
      '-1\n',
      '5 \n',
      '1e3\n',
      '9007199254740992\n',
    ]) {
      expect(parseTlogSize(body)).toBeUndefined()
    }
  })

  test('monitors find a log by the hash of its origin', () => {
    expect(monitoringPath('')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/checkpoint',
    )
    expect(monitoringPath('example.com/log')).toMatch(/^[0-9a-f]{64}\/checkpoint$/)
  })
})
