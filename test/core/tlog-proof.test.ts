/** Proof files: the specification's example, attack vectors, laws. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { parseNodeHash } from '../../ledger/core/hash.js'
import { parseNote } from '../../ledger/core/note.js'
import {
  EXTRA_BYTES_MAX,
  formatTlogProof,
  PATH_HASHES_MAX,
  parseTlogProof,
  type TlogProof,
} from '../../ledger/core/tlog-proof.js'
import { mutateByte, outcomeOf, RUNS, specExample, vectorsOf } from './c2sp-vectors.js'

type ProofInput = { readonly proof: string }
type ProofOutput = {
  readonly extraHex?: string
  readonly index: number
  readonly pathHex: readonly string[]
  readonly checkpoint: string
}

const HASH = parseNodeHash(new Uint8Array(32).fill(0xcd))
const PROOF: TlogProof = { index: 3, path: [HASH, HASH], checkpoint: 'checkpoint\n' }

function plain({ extra, index, path, checkpoint }: TlogProof): ProofOutput {
  const rest = { index, pathHex: path.map(toHex), checkpoint }
  return extra === undefined ? rest : { extraHex: toHex(extra), ...rest }
}

describe('proof vectors', () => {
  const vectors = vectorsOf<ProofInput, ProofOutput>('tlog-proof', () => true)

  test('there are many, most of them attacks', () => {
    expect(vectors.length).toBeGreaterThan(30)
    expect(vectors.filter((vector) => vector.expect !== 'OK').length).toBeGreaterThan(25)
  })

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => plain(parseTlogProof(input.proof)))

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors.filter((vector) => vector.expect === 'OK'))(
    '$name is written back byte for byte',
    ({ input }) => {
      expect(formatTlogProof(parseTlogProof(input.proof))).toBe(input.proof)
    },
  )
})

describe('examples of the specification', () => {
  test('the example is read and written back byte for byte', (context) => {
    const example = specExample(context, 'tlog-proof.example.txt')

    const proof = parseTlogProof(example)

    expect(proof.index).toBe(73_894)
    expect(proof.extra).toHaveLength(39)
    expect(proof.path).toHaveLength(5)
    expect(proof.checkpoint.startsWith('example.com/fancylog\n109482\n')).toBe(true)
    expect(formatTlogProof(proof)).toBe(example)
  })

  test('the elided signatures of its checkpoint are refused only when it is opened', (context) => {
    const { checkpoint } = parseTlogProof(specExample(context, 'tlog-proof.example.txt'))

    expect(() => parseNote(checkpoint)).toThrow(expect.objectContaining({ code: 'NOTE_MALFORMED' }))
  })
})

describe('refusals name the line', () => {
  const text = formatTlogProof({ ...PROOF, extra: Uint8Array.of(1) })

  test.each([
    ['the first line', text.replace('@v1', '@v9'), 1],
    ['the extra line', text.replace('AQ==', 'AR=='), 2],
    ['the index line after an extra line', text.replace('index 3', 'index 03'), 3],
    ['the second hash after an extra line', text.replace(/zc0=\n\n/, 'zc0\n\n'), 5],
    ['the index line', formatTlogProof(PROOF).replace('index 3', 'index'), 2],
    ['the first hash', formatTlogProof(PROOF).replace('\nz', '\n='), 3],
  ])('in %s', (_, broken, line) => {
    expect(() => parseTlogProof(broken)).toThrow(
      expect.objectContaining({
        code: 'PROOF_MALFORMED',
        details: expect.objectContaining({ line }),
      }),
    )
  })
})

describe('limits', () => {
  test('the longest extra data and the longest path are read', () => {
    const proof: TlogProof = {
      extra: new Uint8Array(EXTRA_BYTES_MAX),
      index: Number.MAX_SAFE_INTEGER,
      path: Array.from({ length: PATH_HASHES_MAX }, () => HASH),
      checkpoint: 'checkpoint\n',
    }

    expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof)
  })

  test.each<[string, TlogProof]>([
    ['empty extra data', { ...PROOF, extra: new Uint8Array() }],
    ['too much extra data', { ...PROOF, extra: new Uint8Array(EXTRA_BYTES_MAX + 1) }],
    ['64 hashes', { ...PROOF, path: Array.from({ length: 64 }, () => HASH) }],
    ['an empty checkpoint', { ...PROOF, checkpoint: '' }],
    ['a checkpoint without its last newline', { ...PROOF, checkpoint: 'checkpoint' }],
    ['too long a checkpoint', { ...PROOF, checkpoint: `${'x'.repeat(2 ** 20)}\n` }],
  ])('%s has no text form: PROOF_MALFORMED', (_, proof) => {
    expect(() => formatTlogProof(proof)).toThrow(
      expect.objectContaining({ code: 'PROOF_MALFORMED' }),
    )
  })

  test('one byte too much of extra data is refused as PROOF_MALFORMED', () => {
    const extra = 'A'.repeat(((EXTRA_BYTES_MAX + 2) / 3) * 4)
    const text = formatTlogProof(PROOF).replace('\n', `\nextra ${extra}\n`)

    expect(() => parseTlogProof(text)).toThrow(expect.objectContaining({ code: 'PROOF_MALFORMED' }))
  })

  test('a head that no proof can have is refused before it is split into lines', () => {
    const text = formatTlogProof(PROOF).replace('\n\n', `${'\nx'.repeat(100_000)}\n\n`)

    expect(() => parseTlogProof(text)).toThrow(
      expect.objectContaining({ details: { reason: 'too long', limit: 92_160 } }),
    )
  })

  test.each([-1, 0.5, 2 ** 53])('an index of %s is our own mistake', (index) => {
    expect(() => formatTlogProof({ ...PROOF, index })).toThrow(TypeError)
  })
})

describe('laws', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(parseNodeHash)
  const proof: fc.Arbitrary<TlogProof> = fc.record(
    {
      extra: fc.uint8Array({ minLength: 1, maxLength: 60 }),
      index: fc.maxSafeNat(),
      path: fc.array(hash, { maxLength: PATH_HASHES_MAX }),
      checkpoint: fc
        .string({ unit: fc.constantFrom('a', '\n', '—'), maxLength: 30 })
        .map((s) => `${s}\n`),
    },
    { requiredKeys: ['index', 'path', 'checkpoint'] },
  )

  test('parsing a formatted proof gives the proof back', () => {
    fc.assert(
      fc.property(proof, (made) => {
        expect(parseTlogProof(formatTlogProof(made))).toEqual(made)
      }),
      { numRuns: RUNS },
    )
  })

  test('a changed proof is refused with a LedgerError or says something else', () => {
    fc.assert(
      fc.property(
        proof,
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.nat({ max: 255 }),
        (made, place, kind, value) => {
          const bytes = utf8Encode(formatTlogProof(made))
          outcomeOf(() => {
            const changed = utf8Decode(mutateByte(bytes, place, kind, value))
            // Whatever is accepted has exactly one spelling.
            expect(formatTlogProof(parseTlogProof(changed))).toBe(changed)
          })
        },
      ),
      { numRuns: RUNS * 4 },
    )
  })
})
