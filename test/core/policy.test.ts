/** Policy files: the specification's example, attack vectors, laws. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { parsePublicKey, publicKeyFromSeed } from '../../ledger/core/ed25519.js'
import {
  ed25519NoteKey,
  formatVkey,
  mlDsaNoteKey,
  type NoteKey,
  parseVkey,
} from '../../ledger/core/note.js'
import {
  formatPolicy,
  POLICY_CHARS_MAX,
  POLICY_LOGS_MAX,
  type Policy,
  type PolicyLog,
  parsePolicy,
} from '../../ledger/core/policy.js'
import { type PolicyGroup, quorumOf } from '../../ledger/core/quorum.js'
import { mutateByte, outcomeOf, RUNS, specExample, textOf, vectorsOf } from './c2sp-vectors.js'

type PolicyInput = { readonly policy?: string; readonly policyHex?: string }
type PolicyOutput = {
  readonly logs: readonly { readonly vkey: string; readonly url?: string }[]
  readonly witnesses?: readonly {
    readonly name: string
    readonly vkey: string
    readonly url?: string
  }[]
  readonly groups?: readonly PolicyGroup[]
  readonly quorum: string
}

function keyOf(seed: number, name = `log.example/${seed}`): NoteKey {
  return ed25519NoteKey(name, parsePublicKey(publicKeyFromSeed(new Uint8Array(32).fill(seed))))
}

/** Built without a check: what matters of these keys is that they differ. */
function witnessKey(seed: number): NoteKey {
  return mlDsaNoteKey(`witness.example/${seed}`, new Uint8Array(1_312).fill(seed))
}

const vkeyOf = ({ name, type, key }: NoteKey): string => formatVkey(name, type, key)
const KEYS = [1, 2, 3, 4, 5].map((seed) => keyOf(seed))
const REST = { witnesses: [], groups: [], quorum: 'none' } as const
const VKEY = vkeyOf(keyOf(1))

function plain({ logs, witnesses, groups, quorum }: Policy): PolicyOutput {
  const withVkey = <T extends { readonly key: NoteKey }>({ key, ...rest }: T) => ({
    ...rest,
    vkey: vkeyOf(key),
  })
  return {
    logs: logs.map(withVkey),
    ...(witnesses.length === 0 ? {} : { witnesses: witnesses.map(withVkey) }),
    ...(groups.length === 0 ? {} : { groups }),
    quorum,
  }
}

describe('policy vectors', () => {
  const vectors = vectorsOf<PolicyInput, PolicyOutput>('policy', () => true)

  test('there are many, most of them attacks or mistakes', () => {
    expect(vectors.length).toBeGreaterThan(80)
    expect(vectors.filter((vector) => vector.expect !== 'OK').length).toBeGreaterThan(50)
  })

  test.each(vectors)('$name: $expect', ({ input, expect: code, output }) => {
    const outcome = outcomeOf(() => plain(parsePolicy(textOf(input.policy, input.policyHex))))

    expect(outcome).toEqual(code === 'OK' ? { code, result: output } : { code })
  })

  test.each(vectors.filter((vector) => vector.expect === 'OK'))(
    '$name means the same after it is written back',
    ({ input }) => {
      const policy = parsePolicy(input.policy ?? '')

      expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
    },
  )
})

describe('example of the specification', () => {
  test('the placeholder in its first line is refused as POLICY_MALFORMED', (context) => {
    const example = specExample(context, 'tlog-policy.example.txt')

    expect(() => parsePolicy(example)).toThrow(
      expect.objectContaining({
        code: 'POLICY_MALFORMED',
        details: { reason: 'vkey', line: 1 },
        cause: expect.objectContaining({ code: 'VKEY_INVALID' }),
      }),
    )
  })

  test('with keys filled in, it is the policy that the specification explains', (context) => {
    let seed = 100
    const example = specExample(context, 'tlog-policy.example.txt').replaceAll('<vkey>', () => {
      seed += 1
      return seed === 101 ? VKEY : vkeyOf(witnessKey(seed))
    })

    const policy = parsePolicy(example)

    expect(policy.witnesses.map(({ name }) => name)).toEqual(['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'])
    expect(policy.groups).toEqual([
      { name: 'X-witnesses', threshold: 2, members: ['X1', 'X2', 'X3'] },
      { name: 'Y-witnesses', threshold: 1, members: ['Y1', 'Y2', 'Y3'] },
      { name: 'X-and-Y', threshold: 2, members: ['X-witnesses', 'Y-witnesses'] },
    ])
    expect(policy.quorum).toBe('X-and-Y')
    for (const [cosigned, met] of [
      ['X1 X3 Y2', true],
      ['X1 X2 X3', false],
      ['X1 Y1 Y2 Y3', false],
      ['X1 X2 X3 Y1 Y2 Y3', true],
      ['', false],
    ] as const) {
      expect([cosigned, quorumOf(policy, cosigned.split(' ')).met]).toEqual([cosigned, met])
    }
  })
})

describe('refusals', () => {
  test.each([
    ['log line', `# one\n\nlog ${VKEY} url more\nquorum none\n`, 3],
    ['second quorum', `quorum none\nlog ${VKEY}\n\n# x\nquorum none\n`, 5],
    ['quorum line', `log ${VKEY}\nquorum\n`, 2],
    ['unknown word', `log ${VKEY}\nlogs\n`, 2],
    ['control character', `log ${VKEY}\n# fine\n# bad \u0001\nquorum none\n`, 3],
  ])('a wrong %s is named by its line', (_, text, line) => {
    expect(() => parsePolicy(text)).toThrow(
      expect.objectContaining({
        code: 'POLICY_MALFORMED',
        details: expect.objectContaining({ line }),
      }),
    )
  })

  test('the log that is one too many is named by its line, before its key is read', () => {
    const logs = Array.from({ length: POLICY_LOGS_MAX }, (_, seed) => vkeyOf(keyOf(seed)))
    const text = [...logs, 'not-a-vkey'].map((vkey) => `log ${vkey}\n`).join('')

    expect(() => parsePolicy(text)).toThrow(
      expect.objectContaining({
        code: 'POLICY_MALFORMED',
        details: { reason: 'too many logs', line: 65 },
      }),
    )
  })

  test('an error never repeats what was submitted', () => {
    const secret = 'secret-value'
    const lines = [
      secret,
      `log ${secret}`,
      `log ${VKEY} ${secret} x`,
      `quorum ${secret}`,
      `witness ${secret} ${secret}`,
      `group ${secret} any ${secret}`,
    ]

    for (const line of lines) {
      expect(() => parsePolicy(`${line}\nquorum none\n`)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(secret) }),
      )
    }
  })

  test('a file longer than the limit is refused as POLICY_MALFORMED', () => {
    const text = `${'#\n'.repeat(POLICY_CHARS_MAX / 2)}log ${VKEY}\nquorum none\n`

    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'POLICY_MALFORMED' }))
  })
})

describe('writing', () => {
  test('logs come in order, with their URLs, and the quorum last', () => {
    const policy: Policy = {
      logs: [{ key: keyOf(2), url: 'https://log.example/2' }, { key: keyOf(1) }],
      ...REST,
    }

    expect(formatPolicy(policy)).toBe(
      `log ${vkeyOf(keyOf(2))} https://log.example/2\nlog ${VKEY}\nquorum none\n`,
    )
  })

  test.each<[string, PolicyLog[]]>([
    ['no log', []],
    ['the same key twice', [{ key: keyOf(1) }, { key: keyOf(1, 'other.example') }]],
    ['an empty url', [{ key: keyOf(1), url: '' }]],
    ['a url of two words', [{ key: keyOf(1), url: 'a b' }]],
    ['a url of two lines', [{ key: keyOf(1), url: 'a\nquorum' }]],
    ['a url with an escape', [{ key: keyOf(1), url: '\u001b[2J' }]],
    ['a url with half of a surrogate pair', [{ key: keyOf(1), url: '\ud800' }]],
    ['a log name with U+007F', [{ key: keyOf(1, 'log\u007f') }]],
  ])('%s is refused as POLICY_MALFORMED', (_, logs) => {
    expect(() => formatPolicy({ logs, ...REST })).toThrow(
      expect.objectContaining({ code: 'POLICY_MALFORMED' }),
    )
  })

  test('65 logs are refused as POLICY_MALFORMED', () => {
    const logs = Array.from({ length: POLICY_LOGS_MAX + 1 }, (_, seed) => ({ key: keyOf(seed) }))

    expect(() => formatPolicy({ logs, ...REST })).toThrow(
      expect.objectContaining({ code: 'POLICY_MALFORMED' }),
    )
  })

  test('log keys that nobody can verify with are refused as POLICY_UNSUPPORTED', () => {
    const key = parseVkey(formatVkey('log.example', 0x77, new Uint8Array(1_312)))

    expect(() => formatPolicy({ logs: [{ key }], ...REST })).toThrow(
      expect.objectContaining({ code: 'POLICY_UNSUPPORTED' }),
    )
  })
})

describe('laws', () => {
  const url = fc.string({
    unit: fc.constantFrom('a', '/', '#', ':', 'é'),
    minLength: 1,
    maxLength: 20,
  })
  const logs = fc
    .shuffledSubarray(KEYS, { minLength: 1 })
    .chain((keys) =>
      fc.tuple(
        ...keys.map((key) =>
          fc
            .option(url, { nil: undefined })
            .map((to) => (to === undefined ? { key } : { key, url: to })),
        ),
      ),
    )

  test('parsing a formatted policy gives the policy back', () => {
    fc.assert(
      fc.property(logs, (list) => {
        const policy: Policy = { logs: list, ...REST }

        expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
      }),
      { numRuns: RUNS },
    )
  })

  test('comments, empty lines and white space change nothing', () => {
    const white = fc.string({ unit: fc.constantFrom(' ', '\t'), minLength: 1, maxLength: 4 })
    const aside = fc.constantFrom('', '\n', ' \t\n', '# note\n', '\t# log x\n')
    fc.assert(
      fc.property(white, white, aside, aside, (one, other, before, after) => {
        const spaced = `${before}${one}log${other}${VKEY}${one}\n${after}quorum${one}none${other}\n${before}`

        expect(parsePolicy(spaced)).toEqual(parsePolicy(`log ${VKEY}\nquorum none\n`))
      }),
      { numRuns: RUNS },
    )
  })

  const NAMES = ['a', 'b', 'c', 'log', 'all', '#', 'é+']
  /** Groups take their members from the names before them that are free, as the format demands. */
  const witnessed = fc
    .tuple(
      fc.integer({ min: 1, max: NAMES.length }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 3 })), { maxLength: 4 }),
      fc.nat(),
    )
    .map(([count, shapes, which]): Policy => {
      const witnesses = NAMES.slice(0, count).map((name, seed) => ({ name, key: witnessKey(seed) }))
      const free = witnesses.map(({ name }) => name)
      const groups: PolicyGroup[] = []
      for (const [position, [take, threshold]] of shapes.entries()) {
        const members = free.splice(0, take)
        groups.push({ name: `g${position}`, threshold: 1 + (threshold % members.length), members })
        free.push(`g${position}`)
      }
      const names = ['none', ...witnesses.map(({ name }) => name), ...groups.map((g) => g.name)]
      return {
        logs: [{ key: keyOf(1) }],
        witnesses,
        groups,
        quorum: names[which % names.length] ?? 'none',
      }
    })

  test('parsing a formatted policy with witnesses gives the policy back', () => {
    fc.assert(
      fc.property(witnessed, (policy) => {
        expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
      }),
      { numRuns: RUNS },
    )
  })

  test('a changed quorum is refused with a LedgerError or asks for witnesses that are there', () => {
    const rules = 'group g 2 a b c\ngroup h any g d\nquorum h\n'
    const head = ['a', 'b', 'c', 'd'].map((name, seed) => {
      return `witness ${name} ${vkeyOf(witnessKey(seed))}\n`
    })
    const before = `log ${VKEY}\n${head.join('')}`
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 127 }), (place, kind, value) => {
        const { result } = outcomeOf(() =>
          parsePolicy(before + utf8Decode(mutateByte(utf8Encode(rules), place, kind, value))),
        )
        if (result === undefined || result.quorum === 'none') return

        expect(quorumOf(result, []).met).toBe(false)
        expect(quorumOf(result, ['a', 'b', 'c', 'd']).met).toBe(true)
      }),
      { numRuns: RUNS * 4 },
    )
  })

  test('a changed policy is refused with a LedgerError or trusts only keys it trusted before', () => {
    const bytes = utf8Encode(`# ours\nlog ${VKEY} https://log.example\nquorum none\n`)
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 255 }), (place, kind, value) => {
        const { result } = outcomeOf(() =>
          parsePolicy(utf8Decode(mutateByte(bytes, place, kind, value))),
        )

        if (result !== undefined) expect(result.logs.map(({ key }) => vkeyOf(key))).toEqual([VKEY])
      }),
      { numRuns: RUNS * 4 },
    )
  })
})
