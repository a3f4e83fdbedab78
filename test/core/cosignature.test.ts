/** Cosignatures: vectors made by another implementation, the specification's example, laws. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex, u64be, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { openCheckpoint, parseCheckpoint } from '../../ledger/core/checkpoint.js'
import {
  checkpointSubtree,
  cosignatureLine,
  cosignatureMessage,
  cosignatureTime,
  subtreeMessage,
  timestampedSignature,
  verifyCosignature,
} from '../../ledger/core/cosignature.js'
import { portableCrypto, publicKeyFromSeed, signEd25519 } from '../../ledger/core/ed25519.js'
import { mlDsa44FromSeed } from '../../ledger/core/ml-dsa.js'
import {
  cosignatureNoteKey,
  ed25519NoteKey,
  formatNote,
  mlDsaNoteKey,
  type NoteKey,
  parseNote,
} from '../../ledger/core/note.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { mutateByte, outcomeOf, RUNS, specExample, vectorsOf } from './c2sp-vectors.js'

type OpenInput = { readonly note: string; readonly policy: string }
type OpenOutput = {
  readonly origin: string
  readonly size: number
  readonly rootHex: string
  readonly signedBy: readonly string[]
  readonly cosigned: readonly { readonly name: string; readonly time: number }[]
  readonly quorumMet: boolean
}
type SubtreeInput = {
  readonly cosigner: string
  readonly time: number
  readonly origin: string
  readonly start: number
  readonly end: number
  readonly root: string
}
type MessageInput =
  | { readonly text: string; readonly time: number }
  | { readonly subtree: SubtreeInput }

const ORIGIN = 'log.example/test'
const TEXT = `${ORIGIN}\n3\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n`
const CHECKPOINT = parseCheckpoint(TEXT)
const TIME = 1_790_000_000

const LOG_SEED = new Uint8Array(32).fill(1)
const ED_SEED = new Uint8Array(32).fill(2)
const PQ = mlDsa44FromSeed(new Uint8Array(32).fill(3))
const LOG = ed25519NoteKey(ORIGIN, publicKeyFromSeed(LOG_SEED))
const NORTH = cosignatureNoteKey('north.example/w', publicKeyFromSeed(ED_SEED))
const EAST = mlDsaNoteKey('east.example/w', PQ.publicKey)

const labelOf = (key: NoteKey): string => `${key.name}+${toHex(key.keyId)}`

function opened({ note, policy }: OpenInput): OpenOutput {
  const { checkpoint, signedBy, cosigned, quorum } = openCheckpoint(
    note,
    parsePolicy(policy),
    portableCrypto,
  )
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    rootHex: toHex(checkpoint.root),
    signedBy: signedBy.map(labelOf),
    cosigned: cosigned.map(({ name, time }) => ({ name, time })),
    quorumMet: quorum.met,
  }
}

/** Zeros make it deterministic: the vectors of this file need no other. */
const signPq = (message: Uint8Array): Uint8Array => PQ.sign(message, new Uint8Array(32))

const northBytes = (text = TEXT): Uint8Array =>
  timestampedSignature(TIME, signEd25519(ED_SEED, cosignatureMessage(text, TIME)))
const eastBytes = timestampedSignature(
  TIME,
  signPq(subtreeMessage(checkpointSubtree(EAST.name, CHECKPOINT, TIME))),
)

function noteWith(...lines: readonly string[]): string {
  const signature = signEd25519(LOG_SEED, utf8Encode(TEXT))
  return (
    formatNote({ text: TEXT, signatures: [{ name: LOG.name, keyId: LOG.keyId, signature }] }) +
    lines.join('')
  )
}

const POLICY: Policy = {
  logs: [{ key: LOG }],
  witnesses: [
    { name: 'north', key: NORTH },
    { name: 'east', key: EAST },
  ],
  groups: [{ name: 'both', threshold: 2, members: ['north', 'east'] }],
  quorum: 'both',
}

describe('opening vectors', () => {
  const vectors = vectorsOf<OpenInput, OpenOutput>('cosignature', (input) => 'note' in input)

  test('there are many, half of them attacks', () => {
    expect(vectors.length).toBeGreaterThan(60)
    expect(vectors.filter(({ expect: code }) => code !== 'OK').length).toBeGreaterThan(30)
    expect(vectors.filter(({ output }) => output?.quorumMet === false).length).toBeGreaterThan(10)
  })

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => opened(input))

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors)('$name: the native backend says the same', ({ input }) => {
    const open = (crypto: typeof portableCrypto) =>
      outcomeOf(() => openCheckpoint(input.note, parsePolicy(input.policy), crypto))

    expect(open(bestCrypto())).toEqual(open(portableCrypto))
  })
})

describe('message vectors', () => {
  const vectors = vectorsOf<MessageInput, { readonly messageHex: string }>(
    'cosignature',
    (input) => !('note' in input),
  )

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => {
      const message =
        'text' in input
          ? cosignatureMessage(input.text, input.time)
          : subtreeMessage({ ...input.subtree, root: fromHex(input.subtree.root) })
      return { messageHex: toHex(message) }
    })

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })
})

describe('example of the specification', () => {
  test('the message of the cosigned checkpoint is made byte for byte', (context) => {
    const { text, signatures } = parseNote(specExample(context, 'cosigned-checkpoint.note'))
    const line = signatures[1]

    expect(line?.signature.length).toBe(72)
    expect(cosignatureTime(line?.signature ?? new Uint8Array())).toBe(1_679_315_147)
    expect(utf8Decode(cosignatureMessage(text, 1_679_315_147)).trimEnd()).toBe(
      specExample(context, 'cosignature-v1.message.txt').trimEnd(),
    )
  })
})

describe('verifying', () => {
  const of = { checkpoint: CHECKPOINT, text: TEXT }

  test('a good cosignature of either type answers its time', () => {
    expect(verifyCosignature(NORTH, of, northBytes(), portableCrypto)).toBe(TIME)
    expect(verifyCosignature(EAST, of, eastBytes, portableCrypto)).toBe(TIME)
  })

  test('a line is what a note takes, and opens under the policy', () => {
    const lines = [
      cosignatureLine(NORTH, TIME, northBytes().subarray(8)),
      cosignatureLine(EAST, TIME, eastBytes.subarray(8)),
    ]
    const { cosigned, quorum } = openCheckpoint(noteWith(...lines), POLICY, portableCrypto)

    expect(cosigned.map(({ name, key, time }) => [name, key, time])).toEqual([
      ['north', NORTH, TIME],
      ['east', EAST, TIME],
    ])
    expect(quorum).toEqual({ name: 'both', met: true })
  })

  test('a log’s plain key cosigns nothing, whatever it is asked', () => {
    const signature = timestampedSignature(
      TIME,
      signEd25519(LOG_SEED, cosignatureMessage(TEXT, TIME)),
    )

    expect(verifyCosignature(LOG, of, signature, portableCrypto)).toBeUndefined()
  })

  test('the time is read from eight bytes, and from no fewer', () => {
    expect(cosignatureTime(u64be(5))).toBeUndefined()
    expect(cosignatureTime(Uint8Array.of(...u64be(5), 0))).toBe(5)
    expect(cosignatureTime(Uint8Array.of(...u64be(2 ** 53 - 1), 0))).toBe(2 ** 53 - 1)
    expect(cosignatureTime(fromHex(`0020000000000000${'00'}`))).toBeUndefined()
    expect(cosignatureTime(fromHex(`${'ff'.repeat(8)}00`))).toBeUndefined()
  })

  test('only times that can be read are written', () => {
    for (const time of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => cosignatureMessage(TEXT, time)).toThrow(TypeError)
      expect(() => timestampedSignature(time, new Uint8Array(64))).toThrow(TypeError)
    }
    expect(() => timestampedSignature(0, new Uint8Array(65))).toThrow(TypeError)
  })
})

describe('laws', () => {
  const bytesOf = [northBytes(), eastBytes] as const
  const keyOf = [NORTH, EAST] as const

  test('a cosignature that is changed anywhere does not verify', () => {
    const of = { checkpoint: CHECKPOINT, text: TEXT }
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1),
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.nat({ max: 255 }),
        (which, place, kind, value) => {
          const good = bytesOf[which]
          const bad = mutateByte(good, place, kind, value)
          fc.pre(toHex(bad) !== toHex(good))

          expect(verifyCosignature(keyOf[which], of, bad, portableCrypto)).toBeUndefined()
        },
      ),
      { numRuns: RUNS },
    )
  })

  test('a cosignature of one checkpoint is one of no other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1),
        fc.record({
          origin: fc.constantFrom(ORIGIN, `${ORIGIN}2`),
          size: fc.constantFrom(2, 3, 4),
          root: fc.constantFrom(0xab, 0xac),
        }),
        (which, { origin, size, root }) => {
          const checkpoint = { origin, size, root: new Uint8Array(32).fill(root) }
          const text = `${origin}\n${size}\n${Buffer.from(checkpoint.root).toString('base64')}\n`
          const same = text === TEXT
          const time = verifyCosignature(
            keyOf[which],
            { checkpoint, text },
            bytesOf[which],
            portableCrypto,
          )

          expect(time).toBe(same ? TIME : undefined)
        },
      ),
      { numRuns: RUNS },
    )
  })

  test('a changed note is refused, or says nothing that was not signed', () => {
    const note = utf8Encode(noteWith(cosignatureLine(NORTH, TIME, northBytes().subarray(8))))
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 }), (place, kind, value) => {
        const { result } = outcomeOf(() => {
          const text = utf8Decode(mutateByte(note, place, kind, value))
          return openCheckpoint(text, POLICY, portableCrypto)
        })
        if (result === undefined) return

        expect(result.checkpoint).toEqual(CHECKPOINT)
        expect(result.quorum.met).toBe(false)
        for (const { name, time } of result.cosigned) expect([name, time]).toEqual(['north', TIME])
      }),
      { numRuns: RUNS * 2 },
    )
  })
})
