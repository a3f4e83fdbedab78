/**
 * Key state from evidence: lists of registry statements that were tampered with, parts of other
 * evidence mixed in, and a key's life by index.
 */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import { verifyParties } from '../../ledger/core/verify-registry.js'
import {
  EXPORTER,
  IMPORTER,
  INSURER,
  OPERATOR,
  type TestKey,
  type TestParty,
  testKey,
} from './support/parties.js'
import {
  collection,
  collectionDraft,
  enrolment,
  idOf,
  keyDraft,
  signed,
} from './support/statements.js'
import { FAST, TinyLog } from './support/tiny-log.js'
import { judge, logOf, said, saidOf, startWorld } from './support/world.js'

const WORLD = await startWorld()
const { log } = WORLD
const OF_TRANSFER = await log.evidence([WORLD.transfer])

describe('a list of registry statements', async () => {
  const [SECOND, THIRD] = [
    testKey('second key of the exporter'),
    testKey('third key of the exporter'),
  ]
  const own = await logOf(EXPORTER, IMPORTER)
  for (const key of [SECOND, THIRD]) {
    own.append(
      await signed(keyDraft(EXPORTER, key, 'add'), {
        holder: EXPORTER,
        subject: key,
        registrar: OPERATOR,
      }),
    )
  }
  const rides = await collection(EXPORTER)
  own.append(rides)
  own.append(
    await signed(keyDraft(EXPORTER, SECOND, 'retire'), { holder: EXPORTER, registrar: OPERATOR }),
  )
  const operatorKey = testKey('second key of the operator')
  own.append(
    await signed(keyDraft(OPERATOR, operatorKey, 'add'), {
      holder: OPERATOR,
      subject: operatorKey,
      registrar: OPERATOR,
    }),
  )
  own.append(await enrolment(INSURER, operatorKey))
  const honest = await own.evidence([rides])
  const stranger = await signed(keyDraft(EXPORTER, testKey('never admitted'), 'add'), {
    holder: EXPORTER,
    subject: testKey('never admitted'),
    registrar: OPERATOR,
  })

  function tampered(party: TestParty, change: (list: Envelope[]) => void): string {
    const parties = honest.parties.map((item) => {
      const statements = [...item.statements]
      if (item.party === party.id) change(statements)
      return { ...item, statements }
    })
    const registry = honest.registry.map((item) => {
      const list = parties.find(({ party: id }) => id === item.party)?.statements ?? []
      // A liar also adapts the counts to the list that is shown.
      const before =
        honest.parties.find(({ party: id }) => id === item.party)?.statements.length ?? 0
      return { ...item, count: item.count + list.length - before }
    })
    const plain = judge({ ...honest, parties }, own.policy)
    const adapted = judge({ ...honest, parties, registry }, own.policy)

    expect(plain.verdict).toBe('FAILED')
    expect(adapted.verdict).toBe('FAILED')
    return said(plain)
  }

  test('is accepted when complete', () => {
    expect(said(judge(honest, own.policy))).toBe('VERIFIED')
    expect(honest.parties.map(({ statements }) => statements.length).sort()).toEqual([2, 4])
  })

  test.each([0, 1, 2, 3])('with the exporter’s statement %i left out is refused', (position) => {
    tampered(EXPORTER, (list) => list.splice(position, 1))
  })

  test.each([0, 1])('with the registrar’s statement %i left out is refused', (position) => {
    tampered(OPERATOR, (list) => list.splice(position, 1))
  })

  test.each([0, 1, 2, 3, 4])('with a well-signed statement added at %i is refused', (position) => {
    tampered(EXPORTER, (list) => list.splice(position, 0, stranger))
  })

  test.each([
    [0, 1],
    [1, 2],
    [2, 3],
    [1, 3],
  ])('with statements %i and %i exchanged is refused', (one, two) => {
    tampered(EXPORTER, (list) => {
      const [first, second] = [list[one], list[two]]
      if (first === undefined || second === undefined) throw new Error('four statements')
      list[one] = second
      list[two] = first
    })
  })

  test('with a statement twice is refused', () => {
    tampered(EXPORTER, (list) => list.push(...list.slice(-1)))
  })

  test('of another party is refused, and so is one party twice', () => {
    const lists = honest.parties.map(({ statements }) => statements)
    const parties = honest.parties.map(({ party }, at) => ({
      party,
      statements: lists[1 - at] ?? [],
    }))

    expect(judge({ ...honest, parties }, own.policy).verdict).toBe('FAILED')
    const twice = judge({ ...honest, parties: [...honest.parties, ...honest.parties] }, own.policy)
    expect(said(twice)).toBe('FAILED: failed RECEIPT_MALFORMED')
  })

  test('with one signature of it spoiled is refused', () => {
    const spoiled = tampered(EXPORTER, (list) => {
      const [enrolled] = list
      if (enrolled === undefined) throw new Error('enrolled')
      const signatures = enrolled.signatures.map((item) => ({ ...item, signature: 'A'.repeat(86) }))
      list[0] = { ...enrolled, signatures }
    })

    expect(spoiled).toContain('failed SIGNATURE_INVALID')
  })
})

describe('parts of other evidence mixed in', async () => {
  // The same parties, with the same keys, on another ledger and in another history of this one.
  const foreign = await startWorld(await TinyLog.start('other.example/log'))
  const fork = await startWorld()
  fork.log.append(await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), { registrar: OPERATOR }))
  const ofForeign = await foreign.log.evidence([foreign.transfer])
  const ofFork = await fork.log.evidence([fork.transfer])
  const ofOther = await log.evidence([WORLD.model])

  const parts = ['checkpoint', 'entries', 'statements', 'parties', 'registry'] as const
  const sources = [
    ['another ledger', ofForeign],
    ['another history', ofFork],
    ['another statement', ofOther],
  ] as const
  const mixes = sources.flatMap(([name, source]) =>
    Array.from({ length: 2 ** parts.length - 2 }, (_, choice) => {
      const taken = parts.filter((_part, bit) => Math.floor((choice + 1) / 2 ** bit) % 2 === 1)
      return [`${taken.join(', ')} of ${name}`, taken, source] as const
    }),
  )

  test.each(mixes)('%s', (_, taken, source) => {
    const mixed = Object.fromEntries(
      parts.map((part) => [part, (taken.includes(part) ? source : OF_TRANSFER)[part]]),
    ) as unknown as Evidence
    const report = judge(mixed, log.policy)
    const from = (part: (typeof parts)[number]): boolean => taken.includes(part)
    // One checkpoint covers all statements of a log; the transfer's lists include the model's.
    const whole =
      from('entries') === from('statements') &&
      from('parties') === from('registry') &&
      (from('entries') || !from('parties'))

    if (source === ofOther && whole) expect(said(report)).toBe('VERIFIED')
    else expect(report.verdict).not.toBe('VERIFIED')
  })

  test('a statement for another ledger, admitted here, is refused', async () => {
    const cheat = await logOf(EXPORTER)
    const draft = { ...collectionDraft(EXPORTER, ['rides']), origin: 'other.example/log' }
    const envelope = await signed(draft, { collector: EXPORTER })
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toBe('FAILED: failed AUDIENCE_WRONG')
  })
})

describe('a key’s life by index', async () => {
  const SECOND = testKey('second key of the exporter')
  const own = await logOf(EXPORTER)
  const by = async (key: TestKey): Promise<Envelope> => {
    const envelope = await signed(collectionDraft(EXPORTER, ['rides']), { collector: key })
    own.append(envelope)
    return envelope
  }
  const tooEarly = await by(SECOND)
  own.append(
    await signed(keyDraft(EXPORTER, SECOND, 'add'), {
      holder: EXPORTER,
      subject: SECOND,
      registrar: OPERATOR,
    }),
  )
  const withSecond = await by(SECOND)
  const withFirst = await by(EXPORTER)
  own.append(
    await signed(keyDraft(EXPORTER, EXPORTER, 'retire'), { holder: SECOND, registrar: OPERATOR }),
  )
  const afterRetirement = await by(EXPORTER)
  const stillSecond = await by(SECOND)
  const revocation = await signed(keyDraft(EXPORTER, SECOND, 'revoke'), { registrar: OPERATOR })
  own.append(revocation)
  const afterRevocation = await by(SECOND)
  const compromised = await signed(keyDraft(EXPORTER, SECOND, 'compromised', { since: 4 }), {
    holder: SECOND,
    registrar: OPERATOR,
  })

  test.each([
    ['before it was added', tooEarly, 'FAILED: failed KEY_UNKNOWN'],
    ['after it was added', withSecond, 'VERIFIED'],
    ['before another key retires it', withFirst, 'VERIFIED'],
    ['after it retired', afterRetirement, 'FAILED: failed KEY_NOT_ACTIVE'],
    ['of the other key, which goes on', stillSecond, 'VERIFIED'],
    ['that revokes, by the registrar alone', revocation, 'VERIFIED'],
    ['after it was revoked', afterRevocation, 'FAILED: failed KEY_NOT_ACTIVE'],
  ])('a statement %s', async (_, envelope, expected) => {
    expect(await saidOf(envelope, own)).toBe(expected)
  })

  test('a statement before the end stays verified, and its signer’s key is shown as ended', async () => {
    const report = judge(await own.evidence([withSecond]), own.policy)

    expect(report.statements.get(idOf(withSecond))?.signers[0]?.statusNow).toBe('revoked')
    const earlier = judge(await own.evidence([withSecond], { size: 5 }), own.policy)
    expect(earlier.statements.get(idOf(withSecond))?.signers[0]?.statusNow).toBe('active')
  })

  test('a compromise declared by a key that was revoked is no compromise', async () => {
    own.append(compromised)

    expect(await saidOf(compromised, own)).toMatch(/^FAILED/)
  })

  test.each([
    ['of the entry before', 4, 'VERIFIED: note KEY_COMPROMISED'],
    ['of this very entry', 5, 'VERIFIED: note KEY_COMPROMISED'],
    ['of the next entry', 6, 'VERIFIED'],
  ])('a compromise as %s never invalidates', async (_, since, expected) => {
    const later = await logOf(EXPORTER)
    later.append(
      await signed(keyDraft(EXPORTER, SECOND, 'add'), {
        holder: EXPORTER,
        subject: SECOND,
        registrar: OPERATOR,
      }),
    )
    later.append(await collection(EXPORTER))
    later.append(await collection(EXPORTER))
    const fifth = await signed(collectionDraft(EXPORTER, ['rides']), { collector: SECOND })
    expect(later.append(fifth)).toBe(5)
    later.append(
      await signed(keyDraft(EXPORTER, SECOND, 'compromised', { since }), {
        holder: EXPORTER,
        registrar: OPERATOR,
      }),
    )

    expect(await saidOf(fifth, later)).toBe(expected)
  })
})

describe('parties on their own', () => {
  test('without entry 0 nobody is the registrar, and nobody’s admission can be judged', () => {
    const result = verifyParties([log.partyEvidence(OPERATOR.id)], {
      genesis: undefined,
      origin: log.origin,
      crypto: FAST,
    })

    expect(result.registrar).toBeUndefined()
    expect(result.parties.size).toBe(0)
    expect(result.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'incomplete EVIDENCE_MISSING',
    ])
  })

  test('states are given after each statement, none before the first', () => {
    const genesis = idOf(log.envelope(0))
    const lists = [OPERATOR, EXPORTER].map(({ id }) => log.partyEvidence(id))
    const { parties } = verifyParties(lists, { genesis, origin: log.origin, crypto: FAST })

    expect(parties.get(EXPORTER.id)?.states.map((state) => state?.keys.size)).toEqual([
      undefined,
      1,
    ])
  })
})
