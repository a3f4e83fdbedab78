/** Signed notes and verifier keys: the specification's example, attack vectors, laws. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import {
  parsePublicKey,
  portableCrypto,
  publicKeyFromSeed,
  signEd25519,
} from '../../ledger/core/ed25519.js'
import {
  ed25519NoteKey,
  formatNote,
  formatVkey,
  NOTE_SIGNATURES_MAX,
  type NoteKey,
  type NoteSignature,
  noteKeyId,
  parseNote,
  parseVkey,
  signNote,
  TYPE_COSIGNATURE,
  TYPE_ED25519,
  TYPE_ML_DSA_44,
  verifyNote,
} from '../../ledger/core/note.js'
import { mutateByte, outcomeOf, RUNS, specExample, textOf, vectorsOf } from './c2sp-vectors.js'

type NoteInput = {
  readonly note?: string
  readonly noteHex?: string
  readonly repeat?: number
  readonly end?: string
  readonly vkeys: readonly string[]
}
type NoteOutput = { readonly text: string; readonly verified: readonly string[] }
type VkeyInput = { readonly vkey: string }
type VkeyOutput = {
  readonly name: string
  readonly keyIdHex: string
  readonly type: number
  readonly keyHex: string
}

const NAME = 'log.example/test'
const SEED = new Uint8Array(32).fill(7)
const PUBLIC_KEY = parsePublicKey(publicKeyFromSeed(SEED))
const KEY = ed25519NoteKey(NAME, PUBLIC_KEY)
const TEXT = 'first\n\nthird\n'

const sign = async (message: Uint8Array): Promise<Uint8Array> => signEd25519(SEED, message)
const labelOf = (key: NoteKey): string => `${key.name}+${toHex(key.keyId)}`

function noteText(input: NoteInput): string {
  return textOf(input.note, input.noteHex).repeat(input.repeat ?? 1) + (input.end ?? '')
}

describe('note vectors', () => {
  const vectors = vectorsOf<NoteInput, NoteOutput>('note', (input) => 'vkeys' in input)

  test('there are many, most of them attacks', () => {
    expect(vectors.length).toBeGreaterThan(60)
    expect(vectors.filter((vector) => vector.expect !== 'OK').length).toBeGreaterThan(40)
  })

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => {
      const note = parseNote(noteText(input))
      const verified = verifyNote(note, input.vkeys.map(parseVkey), portableCrypto)
      return { text: note.text, verified: verified.map(({ key }) => labelOf(key)) }
    })

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors.filter((vector) => vector.expect === 'OK'))(
    '$name is written back byte for byte',
    ({ input }) => {
      expect(formatNote(parseNote(noteText(input)))).toBe(noteText(input))
    },
  )
})

describe('vkey vectors', () => {
  const vectors = vectorsOf<VkeyInput, VkeyOutput>('note', (input) => 'vkey' in input)

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => {
      const { name, keyId, type, key } = parseVkey(input.vkey)
      return { name, keyIdHex: toHex(keyId), type, keyHex: toHex(key) }
    })

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors.filter((vector) => vector.expect === 'OK'))(
    '$name is written back letter for letter',
    ({ input }) => {
      const { name, type, key } = parseVkey(input.vkey)

      expect(formatVkey(name, type, key)).toBe(input.vkey)
    },
  )

  test('only an Ed25519 key, a log’s or a witness’s, has a public key to verify with', () => {
    const cosigner = parseVkey(formatVkey(NAME, 4, PUBLIC_KEY))
    const postQuantum = parseVkey(formatVkey(NAME, 6, new Uint8Array(1_312)))
    const later = parseVkey(formatVkey(NAME, 7, PUBLIC_KEY))

    expect(KEY.publicKey).toEqual(PUBLIC_KEY)
    expect(cosigner.publicKey).toEqual(PUBLIC_KEY)
    expect(postQuantum.publicKey).toBeUndefined()
    expect(later.publicKey).toBeUndefined()
  })

  test('a vkey of more than 16,384 characters is refused as VKEY_INVALID before it is decoded', () => {
    const long = formatVkey(NAME, 9, new Uint8Array(20_000))

    expect(() => parseVkey(long)).toThrow(
      expect.objectContaining({
        code: 'VKEY_INVALID',
        details: { reason: 'too long', limit: 16_384 },
      }),
    )
  })

  test('a type of more than one byte is our own mistake', () => {
    expect(() => noteKeyId(NAME, 256, PUBLIC_KEY)).toThrow(TypeError)
    expect(() => formatVkey(NAME, TYPE_ED25519, new Uint8Array())).toThrow(TypeError)
  })
})

describe('examples of the specification', () => {
  test('the signed note verifies with its verifier key', (context) => {
    const note = parseNote(specExample(context, 'signed-note.note'))
    const key = parseVkey(specExample(context, 'signed-note.vkey').trimEnd())

    const verified = verifyNote(note, [key], portableCrypto)

    expect(note.text).toBe('This is an example message.\n')
    expect(verified.map((signature) => labelOf(signature.key))).toEqual([
      'example.com/foo+530d903a',
    ])
  })

  test('the signed note and its key are written back byte for byte', (context) => {
    const vkey = specExample(context, 'signed-note.vkey').trimEnd()
    const { name, type, key } = parseVkey(vkey)
    const note = specExample(context, 'signed-note.note')

    expect(formatNote(parseNote(note))).toBe(note)
    expect(formatVkey(name, type, key)).toBe(vkey)
  })

  test('the cosigned checkpoint has a log line of 64 bytes and a witness line of 72', (context) => {
    const { signatures } = parseNote(specExample(context, 'cosigned-checkpoint.note'))

    expect(
      signatures.map(({ name, keyId, signature }) => [name, toHex(keyId), signature.length]),
    ).toEqual([
      ['example.com/behind-the-sofa', '033de0ae', 64],
      ['witness.example.com/w1', '8d66cf3f', 72],
    ])
  })

  test('a log line whose key id is unknown is ignored, though another key bears its name', (context) => {
    const note = parseNote(specExample(context, 'cosigned-checkpoint.note'))
    const other = ed25519NoteKey('example.com/behind-the-sofa', PUBLIC_KEY)

    expect(verifyNote(note, [other], portableCrypto)).toEqual([])
  })

  test('elided signatures are refused as NOTE_MALFORMED', (context) => {
    const request = specExample(context, 'sign-subtree.request.txt')

    const { code } = outcomeOf(() => parseNote(request.slice(request.indexOf('\n\n') + 2)))

    expect(code).toBe('NOTE_MALFORMED')
  })
})

describe('signing', () => {
  test('a signed note verifies with the key that signed it', async () => {
    const note = parseNote(await signNote(TEXT, NAME, PUBLIC_KEY, sign))

    const [signature] = verifyNote(note, [KEY], portableCrypto)

    expect(note.text).toBe(TEXT)
    expect(signature?.key).toBe(KEY)
  })

  test('the key is given exactly the bytes of the text', async () => {
    const seen: Uint8Array[] = []

    await signNote(TEXT, NAME, PUBLIC_KEY, (message) => {
      seen.push(message)
      return sign(message)
    })

    expect(seen).toEqual([utf8Encode(TEXT)])
  })

  test.each([
    ['without a final newline', 'text'],
    ['empty', ''],
    ['with a tab', 'a\tb\n'],
    ['with CR LF line ends', 'a\r\n'],
    ['with a byte order mark', '\ufeffa\n'],
    ['with half of a surrogate pair', 'a\ud800\n'],
  ])('a text %s is refused as NOTE_MALFORMED before the key is asked', async (_, text) => {
    let asked = false
    const watched = (message: Uint8Array): Promise<Uint8Array> => {
      asked = true
      return sign(message)
    }

    await expect(signNote(text, NAME, PUBLIC_KEY, watched)).rejects.toMatchObject({
      code: 'NOTE_MALFORMED',
    })
    expect(asked).toBe(false)
  })

  test('a name with a space is refused as VKEY_INVALID before the key is asked', async () => {
    const never = () => Promise.reject(new Error('asked'))

    await expect(signNote(TEXT, 'my log', PUBLIC_KEY, never)).rejects.toMatchObject({
      code: 'VKEY_INVALID',
    })
  })

  test('a signer that answers 63 bytes is refused as NOTE_SIGNATURE_INVALID', async () => {
    const short = async () => new Uint8Array(63)

    await expect(signNote(TEXT, NAME, PUBLIC_KEY, short)).rejects.toMatchObject({
      code: 'NOTE_SIGNATURE_INVALID',
      details: { expected: 64, received: 63 },
    })
  })

  test('an error of the signer reaches the caller unchanged', async () => {
    const failure = new Error('the key is locked')

    await expect(signNote(TEXT, NAME, PUBLIC_KEY, () => Promise.reject(failure))).rejects.toBe(
      failure,
    )
  })
})

describe('writing and verifying notes made by hand', () => {
  const line: NoteSignature = { name: NAME, keyId: KEY.keyId, signature: new Uint8Array(64) }

  test.each<[string, NoteSignature[]]>([
    ['no signature', []],
    ['65 signatures', Array.from({ length: NOTE_SIGNATURES_MAX + 1 }, () => line)],
    ['a name with a plus sign', [{ ...line, name: 'a+b' }]],
    ['a name with a newline', [{ ...line, name: 'a\nb' }]],
    ['an empty name', [{ ...line, name: '' }]],
    ['a key id of 5 bytes', [{ ...line, keyId: new Uint8Array(5) }]],
    ['an empty signature', [{ ...line, signature: new Uint8Array() }]],
  ])('a note with %s has no text form: NOTE_MALFORMED', (_, signatures) => {
    expect(() => formatNote({ text: TEXT, signatures })).toThrow(
      expect.objectContaining({ code: 'NOTE_MALFORMED' }),
    )
  })

  test('a note whose signatures make it longer than the limit is refused as NOTE_MALFORMED', () => {
    const long = { ...line, signature: new Uint8Array(1_000_000) }

    expect(() => formatNote({ text: TEXT, signatures: [long] })).toThrow(
      expect.objectContaining({ code: 'NOTE_MALFORMED' }),
    )
  })

  test('more than 64 signatures are not verified: NOTE_MALFORMED', () => {
    const signatures = Array.from({ length: NOTE_SIGNATURES_MAX + 1 }, () => line)

    expect(() => verifyNote({ text: TEXT, signatures }, [KEY], portableCrypto)).toThrow(
      expect.objectContaining({ code: 'NOTE_MALFORMED' }),
    )
  })

  test('a failing line is named by its place', async () => {
    const note = parseNote(await signNote(TEXT, NAME, PUBLIC_KEY, sign))
    const stranger = { ...line, name: 'stranger' }
    const forged = { ...note, signatures: [stranger, ...note.signatures, line] }

    expect(() => verifyNote(forged, [KEY], portableCrypto)).toThrow(
      expect.objectContaining({ code: 'NOTE_SIGNATURE_INVALID', details: { signature: 3 } }),
    )
  })

  test('a key that signed twice in different ways is reported with its first line', () => {
    const accepting = { ...portableCrypto, verify: () => true }
    const other = { ...line, signature: new Uint8Array(64).fill(1) }

    const verified = verifyNote({ text: TEXT, signatures: [line, other] }, [KEY], accepting)

    expect(verified).toEqual([{ ...line, key: KEY }])
  })

  test('an error never repeats what was submitted', () => {
    const secret = 'secret-value'
    const refusals = [
      () => parseNote(`${secret}\u0000\n\n`),
      () => parseNote(`text\n\n${secret}\n`),
      () => parseNote(`text\n\n— ${secret}+ AAAA\n`),
      () => parseNote(`text\n\n— ${secret} ${secret}!\n`),
      () => parseVkey(`${secret}+${secret}+${secret}`),
    ]

    for (const refusal of refusals) {
      expect(refusal).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(secret) }),
      )
    }
  })
})

describe('laws', () => {
  const letter = fc.constantFrom('a', 'B', '9', ' ', '\n', '\n', '—', '+', '=', 'é', '真', '😀')
  const text = fc.string({ unit: letter, maxLength: 40 }).map((body) => `${body}\n`)
  const name = fc.string({
    unit: fc.constantFrom('a', '.', '/', '—', 'é', '😀', '='),
    minLength: 1,
    maxLength: 12,
  })
  const signature = fc.record({
    name,
    keyId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  })
  const note = fc.record({
    text,
    signatures: fc.array(signature, { minLength: 1, maxLength: NOTE_SIGNATURES_MAX }),
  })

  test('parsing a formatted note gives the note back', () => {
    fc.assert(
      fc.property(note, (made) => {
        expect(parseNote(formatNote(made))).toEqual(made)
      }),
      { numRuns: RUNS },
    )
  })

  test('parsing a formatted vkey gives its parts back', () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 60 })
    const known = [TYPE_ED25519, TYPE_COSIGNATURE, TYPE_ML_DSA_44]
    const type = fc.integer({ min: 0, max: 255 }).filter((value) => !known.includes(value))
    fc.assert(
      fc.property(name, type, key, (keyName, keyType, bytes) => {
        expect(parseVkey(formatVkey(keyName, keyType, bytes))).toMatchObject({
          name: keyName,
          type: keyType,
          key: bytes,
        })
      }),
      { numRuns: RUNS },
    )
  })

  test('a changed note is refused with a LedgerError, or it is the same text signed by the same key', async () => {
    const bytes = utf8Encode(await signNote(TEXT, NAME, PUBLIC_KEY, sign))
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 }), (place, kind, value) => {
        const { result } = outcomeOf(() => {
          const changed = utf8Decode(mutateByte(bytes, place, kind, value))
          const parsed = parseNote(changed)
          // Whatever is accepted has exactly one spelling.
          expect(formatNote(parsed)).toBe(changed)
          return { parsed, verified: verifyNote(parsed, [KEY], portableCrypto) }
        })

        if (result !== undefined && result.verified.length > 0)
          expect(result.parsed.text).toBe(TEXT)
      }),
      { numRuns: RUNS * 2 },
    )
  })

  test('any bytes at all are read or refused with a LedgerError', () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    const nearly = fc.string({ unit: letter, maxLength: 200 }).map(utf8Encode)
    fc.assert(
      fc.property(fc.oneof(bytes, nearly), (input) => {
        outcomeOf(() => parseNote(utf8Decode(input)))
        outcomeOf(() => parseVkey(utf8Decode(input)))
      }),
      { numRuns: RUNS * 4 },
    )
  })

  test('any changed vkey is refused with a LedgerError or is another key', () => {
    const vkey = utf8Encode(formatVkey(NAME, TYPE_ED25519, PUBLIC_KEY))
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 }), (place, kind, value) => {
        const changed = mutateByte(vkey, place, kind, value)
        const { code } = outcomeOf(() => parseVkey(utf8Decode(changed)))

        expect(code === 'OK').toBe(toHex(changed) === toHex(vkey))
      }),
      { numRuns: RUNS },
    )
  })
})
