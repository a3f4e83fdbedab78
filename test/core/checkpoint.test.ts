/** Checkpoints: the specification's example, attack vectors, opening under a policy, laws. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import {
  type Checkpoint,
  formatCheckpoint,
  ORIGIN_BYTES_MAX,
  openCheckpoint,
  parseCheckpoint,
  parseDecimal,
} from '../../ledger/core/checkpoint.js'
import {
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../../ledger/core/ed25519.js'
import { emptyRoot, parseRootHash } from '../../ledger/core/hash.js'
import { ed25519NoteKey, parseNote, signNote } from '../../ledger/core/note.js'
import { parsePolicy, policyOfLogs } from '../../ledger/core/policy.js'
import { mutateByte, outcomeOf, RUNS, specExample, vectorsOf } from './c2sp-vectors.js'

type TextInput = { readonly text: string }
type OpenInput = { readonly note: string; readonly policy: string }
type CheckpointOutput = {
  readonly origin: string
  readonly size: number
  readonly rootHex: string
  readonly signedBy?: readonly string[]
}

const ORIGIN = 'log.example/test'
const SEED = new Uint8Array(32).fill(9)
const PUBLIC_KEY = parsePublicKey(publicKeyFromSeed(SEED))
const POLICY = policyOfLogs(ed25519NoteKey(ORIGIN, PUBLIC_KEY))
const ROOT = parseRootHash(new Uint8Array(32).fill(0xab))

const sign = async (message: Uint8Array): Promise<Uint8Array> => signEd25519(SEED, message)

function plain({ origin, size, root }: Checkpoint): CheckpointOutput {
  return { origin, size, rootHex: toHex(root) }
}

describe('checkpoint vectors', () => {
  const vectors = vectorsOf<TextInput, CheckpointOutput>('checkpoint', (input) => 'text' in input)

  test('there are many, most of them attacks', () => {
    expect(vectors.length).toBeGreaterThan(40)
    expect(vectors.filter((vector) => vector.expect !== 'OK').length).toBeGreaterThan(30)
  })

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => plain(parseCheckpoint(input.text)))

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors.filter((vector) => vector.expect === 'OK'))(
    '$name is written back byte for byte',
    ({ input }) => {
      expect(formatCheckpoint(parseCheckpoint(input.text))).toBe(input.text)
    },
  )
})

describe('opening vectors', () => {
  const vectors = vectorsOf<OpenInput, CheckpointOutput>('checkpoint', (input) => 'note' in input)

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => {
      const opened = openCheckpoint(input.note, parsePolicy(input.policy), portableCrypto)
      const signedBy = opened.signedBy.map((key) => `${key.name}+${toHex(key.keyId)}`)
      return { ...plain(opened.checkpoint), signedBy }
    })

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })
})

describe('examples of the specification', () => {
  test('the cosigned checkpoint is read and written back byte for byte', (context) => {
    const { text } = parseNote(specExample(context, 'cosigned-checkpoint.note'))

    const checkpoint = parseCheckpoint(text)

    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 })
    expect(formatCheckpoint(checkpoint)).toBe(text)
  })

  test('the cosigned message ends in the text of the cosigned checkpoint', (context) => {
    const { text } = parseNote(specExample(context, 'cosigned-checkpoint.note'))

    expect(specExample(context, 'cosignature-v1.message.txt').trimEnd()).toContain(text.trimEnd())
  })

  test('the checkpoint of a witness request is read', (context) => {
    const request = specExample(context, 'add-checkpoint.request.txt')
    const note = parseNote(request.slice(request.indexOf('\n\n') + 2))

    expect(parseCheckpoint(note.text).size).toBe(20_852_163)
    expect(note.signatures).toHaveLength(2)
  })

  test('the cosigned checkpoint is CHECKPOINT_UNTRUSTED under another key of the same name', (context) => {
    const noteText = specExample(context, 'cosigned-checkpoint.note')
    const key = ed25519NoteKey('example.com/behind-the-sofa', PUBLIC_KEY)
    const policy = policyOfLogs(key)

    expect(() => openCheckpoint(noteText, policy, portableCrypto)).toThrow(
      expect.objectContaining({
        code: 'CHECKPOINT_UNTRUSTED',
        details: { signatures: 2, logs: 1 },
      }),
    )
  })
})

describe('writing', () => {
  test.each([
    ['empty', ''],
    ['of two lines', 'a\nb'],
    ['with a control character', 'a\u0007'],
    ['with half of a surrogate pair', '\udc00'],
    ['of 256 bytes', 'é'.repeat(128)],
  ])('an origin %s is refused as CHECKPOINT_MALFORMED', (_, origin) => {
    expect(() => formatCheckpoint({ origin, size: 1, root: ROOT })).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MALFORMED' }),
    )
  })

  test('an origin as long as a cosignature can hold is written', () => {
    const origin = 'o'.repeat(ORIGIN_BYTES_MAX)

    expect(parseCheckpoint(formatCheckpoint({ origin, size: 1, root: ROOT })).origin).toBe(origin)
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('a size of %s is our own mistake', (size) => {
    expect(() => formatCheckpoint({ origin: ORIGIN, size, root: ROOT })).toThrow(TypeError)
  })

  test('the empty tree with another root is our own mistake', () => {
    expect(() => formatCheckpoint({ origin: ORIGIN, size: 0, root: ROOT })).toThrow(TypeError)
    expect(formatCheckpoint({ origin: ORIGIN, size: 0, root: emptyRoot() })).toContain('\n0\n')
  })
})

describe('refusals', () => {
  test.each([
    ['the origin', `\n7\n${'A'.repeat(43)}=\n`, 1],
    ['the size', `${ORIGIN}\n07\n${'A'.repeat(43)}=\n`, 2],
    ['the root', `${ORIGIN}\n7\nAAAA\n`, 3],
    ['an extension', `${ORIGIN}\n7\n${'A'.repeat(43)}=\nx\n`, 4],
  ])('a fault in %s is named by its line', (_, text, line) => {
    expect(() => parseCheckpoint(text)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ line }) }),
    )
  })

  test('a root of the wrong length keeps the first error as its cause', () => {
    const { error } = caught(() => parseCheckpoint(`${ORIGIN}\n7\nAAAA\n`))

    expect(error).toMatchObject({
      code: 'CHECKPOINT_MALFORMED',
      cause: { code: 'HASH_LENGTH', details: { expected: 32, received: 3 } },
    })
  })
})

function caught(action: () => unknown): { readonly error: unknown } {
  try {
    action()
  } catch (error) {
    return { error }
  }
  return { error: undefined }
}

describe('opening', () => {
  test('a text without any signature of the policy is not read, however it looks', async () => {
    const stranger = ed25519NoteKey('stranger.example', PUBLIC_KEY)
    const note = await signNote('anything\n', ORIGIN, PUBLIC_KEY, sign)

    expect(() => openCheckpoint(note, policyOfLogs(stranger), portableCrypto)).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_UNTRUSTED' }),
    )
  })

  test('a policy of no logs trusts nothing', async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 3, root: ROOT })
    const note = await signNote(text, ORIGIN, PUBLIC_KEY, sign)

    expect(() => openCheckpoint(note, policyOfLogs(), portableCrypto)).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_UNTRUSTED' }),
    )
  })

  test('the note is handed back with its text and all its lines', async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 3, root: ROOT })
    const noteText = await signNote(text, ORIGIN, PUBLIC_KEY, sign)

    const { note } = openCheckpoint(noteText, POLICY, portableCrypto)

    expect(note).toEqual(parseNote(noteText))
  })
})

describe('laws', () => {
  const checkpoint = fc.record({
    origin: fc.string({
      unit: fc.constantFrom('a', '/', '.', ' ', 'é', '😀'),
      minLength: 1,
      maxLength: 40,
    }),
    size: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(parseRootHash),
  })

  test('parsing a formatted checkpoint gives the checkpoint back', () => {
    fc.assert(
      fc.property(checkpoint, (made) => {
        expect(parseCheckpoint(formatCheckpoint(made))).toEqual(made)
      }),
      { numRuns: RUNS },
    )
  })

  test('a changed checkpoint text is refused with a LedgerError or says something else', () => {
    fc.assert(
      fc.property(
        checkpoint,
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.nat({ max: 255 }),
        (made, place, kind, value) => {
          const bytes = utf8Encode(formatCheckpoint(made))
          outcomeOf(() => {
            const changed = utf8Decode(mutateByte(bytes, place, kind, value))
            // Whatever is accepted has exactly one spelling.
            expect(formatCheckpoint(parseCheckpoint(changed))).toBe(changed)
          })
        },
      ),
      { numRuns: RUNS * 4 },
    )
  })

  test('a changed signed checkpoint never opens as another checkpoint', async () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 20_852_163, root: ROOT })
    const bytes = utf8Encode(await signNote(text, ORIGIN, PUBLIC_KEY, sign))
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 }), (place, kind, value) => {
        const { result } = outcomeOf(() => {
          const changed = utf8Decode(mutateByte(bytes, place, kind, value))
          return openCheckpoint(changed, POLICY, portableCrypto)
        })

        if (result !== undefined) expect(formatCheckpoint(result.checkpoint)).toBe(text)
      }),
      { numRuns: RUNS * 2 },
    )
  })

  test('a number is read exactly if writing it gives the same text', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+-.eEnx _ '), maxLength: 18 })
    fc.assert(
      fc.property(fc.oneof(digits, fc.string(), fc.maxSafeNat().map(String)), (input) => {
        const value = parseDecimal(input)
        const canonical = /^(0|[1-9][0-9]*)$/.test(input) && BigInt(input) < 2n ** 53n

        expect(value).toBe(canonical ? Number(input) : undefined)
      }),
      { numRuns: RUNS * 4 },
    )
  })
})
