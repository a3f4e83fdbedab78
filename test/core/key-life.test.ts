/**
 * A key's life in every verdict: who declared a compromise and when, who continues whom, whether the
 * registrar's key was active when it admitted, which times a signature may claim, log keys that ended.
 */
import { describe, expect, test } from 'vitest'
import { buildStatement, countersignEnvelope, signStatement } from '../../ledger/core/build.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import { ed25519NoteKey, formatNote, parseNote, signNote } from '../../ledger/core/note.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import { parseReceipt, receiptJson } from '../../ledger/core/receipt.js'
import {
  EXPORTER,
  IMPORTER,
  INSURER,
  OPERATOR,
  STRANGER,
  type TestKey,
  type TestParty,
  testKey,
} from './support/parties.js'
import {
  collection,
  collectionDraft,
  countingRandom,
  enrolment,
  idOf,
  keyDraft,
  NOW,
  partyDraft,
  signed,
} from './support/statements.js'
import type { TinyLog } from './support/tiny-log.js'
import { judge, logOf, said, saidOf } from './support/world.js'

function adding(party: TestParty, key: TestKey, use = 'statement', by: TestKey = party) {
  return signed(keyDraft(party, key, 'add', { use: [use] }), {
    holder: by,
    subject: key,
    registrar: OPERATOR,
  })
}

function compromising(party: TestParty, key: TestKey, by: TestKey, since: number) {
  return signed(keyDraft(party, key, 'compromised', { since }), {
    holder: by,
    registrar: OPERATOR,
  })
}

async function detailsOf(envelope: Envelope, log: TinyLog): Promise<readonly string[]> {
  const { findings } = judge(await log.evidence([envelope]), log.policy)
  return findings.map(({ detail }) => detail ?? '')
}

/** Evidence without the entries that only say where registry statements stand. */
function withoutPlaces(evidence: Evidence, index: number): Evidence {
  const kept = [0, index, evidence.entries.at(-1)?.index]
  return { ...evidence, entries: evidence.entries.filter((item) => kept.includes(item.index)) }
}

describe('a compromise', async () => {
  const SECOND = testKey('second key of the exporter')
  const log = await logOf(EXPORTER)
  log.append(await adding(EXPORTER, SECOND))
  const early = await signed(collectionDraft(EXPORTER, ['early']), { collector: SECOND })
  const doubted = await signed(collectionDraft(EXPORTER, ['doubted']), { collector: SECOND })
  log.append(early)
  log.append(doubted)
  const declaration = await compromising(EXPORTER, SECOND, EXPORTER, 4)
  const declaredAt = log.append(declaration)
  log.append(await collection(EXPORTER, ['later']))

  test('names who declared it, with which key, in which statement, and when', async () => {
    const [detail = ''] = await detailsOf(doubted, log)

    expect(await saidOf(doubted, log)).toBe('VERIFIED: note KEY_COMPROMISED')
    expect(detail).toContain('signed as collector')
    expect(detail).toContain('its signatures from entry 4 on')
    expect(detail).toContain(`by party ${EXPORTER.id.slice(0, 12)}`)
    expect(detail).toContain(`its key ${EXPORTER.kid.slice(0, 12)}`)
    expect(detail).toContain(`statement ${idOf(declaration).slice(0, 12)}, entry ${declaredAt}, 20`)
  })

  test('says nothing of a signature before it', async () => {
    expect(await saidOf(early, log)).toBe('VERIFIED')
  })

  test('says so where its entry is not shown, and never makes one up', async () => {
    const report = judge(withoutPlaces(await log.evidence([doubted]), 4), log.policy)

    expect(said(report)).toBe('VERIFIED: note KEY_COMPROMISED')
    expect(report.findings[0]?.detail).toContain('its entry is not shown')
  })

  test('declared with the compromised key itself says that', async () => {
    const own = await logOf(EXPORTER)
    const rides = await collection(EXPORTER)
    own.append(rides)
    own.append(await compromising(EXPORTER, EXPORTER, EXPORTER, 0))

    expect((await detailsOf(rides, own))[0]).toContain('with that very key')
  })

  test('ends the key: what it signs after the declaring entry is refused', async () => {
    const late = await signed(collectionDraft(EXPORTER, ['late']), { collector: SECOND })
    const cheat = await logOf(EXPORTER)
    cheat.append(await adding(EXPORTER, SECOND))
    cheat.append(await compromising(EXPORTER, SECOND, EXPORTER, 3))
    cheat.append(late)

    expect(await saidOf(late, cheat)).toMatch(/^FAILED: .*failed KEY_NOT_ACTIVE/)
  })

  test('travels in a receipt, with the entries that prove when', async () => {
    const evidence = await log.evidence([doubted])
    const json = receiptJson(evidence)

    expect(json['entries']).toHaveLength(3)
    expect(said(judge(parseReceipt(json), log.policy))).toBe('VERIFIED: note KEY_COMPROMISED')
    expect(() => parseReceipt({ ...json, entries: [] })).toThrow(
      expect.objectContaining({ code: 'RECEIPT_MALFORMED' }),
    )
    const twice = [...(json['entries'] as readonly []), ...(json['entries'] as readonly [])]
    expect(() => parseReceipt({ ...json, entries: twice })).toThrow(
      expect.objectContaining({ code: 'RECEIPT_MALFORMED' }),
    )
  })

  test('a receipt without one has no such member', async () => {
    const plain = await logOf(EXPORTER)
    const rides = await collection(EXPORTER)
    plain.append(rides)

    expect(receiptJson(await plain.evidence([rides]))).not.toHaveProperty('entries')
  })
})

describe('a party that continues another', async () => {
  const log = await logOf(EXPORTER)
  log.append(await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), { registrar: OPERATOR }))
  const again = partyDraft(STRANGER, { continues: EXPORTER.id })
  log.append(await signed(again, { party: STRANGER, registrar: OPERATOR }))
  const rides = await collection(STRANGER)
  log.append(rides)

  test('is named in the verdict of whatever it signs, with whom it continues', async () => {
    const report = judge(await log.evidence([rides]), log.policy)

    expect(said(report)).toBe('VERIFIED: note PARTY_CONTINUES')
    expect(report.findings[0]?.at).toBe(`party ${STRANGER.id}`)
    expect(report.findings[0]?.detail).toContain(EXPORTER.id)
  })
})

describe('the order of two parties’ lists', async () => {
  const NEXT = testKey('second key of the operator')
  const log = await logOf(EXPORTER)
  log.append(await adding(OPERATOR, NEXT))
  log.append(await enrolment(IMPORTER, NEXT))
  const byOld = await collection(IMPORTER)
  log.append(byOld)
  log.append(
    await signed(keyDraft(OPERATOR, OPERATOR, 'retire'), { holder: NEXT, registrar: NEXT }),
  )
  const ofExporter = await collection(EXPORTER)
  log.append(ofExporter)

  test('shows that each admission was by a key that was the registrar’s then', async () => {
    expect(await saidOf(byOld, log)).toBe('VERIFIED')
    expect(await saidOf(ofExporter, log)).toBe('VERIFIED')
  })

  test('that is not shown leaves the admitted party’s keys unknown', async () => {
    const index = log.indexOf(idOf(byOld))
    const report = judge(withoutPlaces(await log.evidence([byOld]), index), log.policy)

    expect(said(report)).toBe('INCOMPLETE: incomplete EVIDENCE_MISSING')
  })

  test.each([
    ['after the key has retired', 'KEY_NOT_ACTIVE', [OPERATOR, NEXT]],
    ['before the key was added', 'KEY_UNKNOWN', [NEXT, OPERATOR]],
  ] as const)('refutes an admission %s', async (when, code, [registrar, other]) => {
    const cheat = await logOf()
    const enrolled = await enrolment(INSURER, registrar)
    if (when.startsWith('before')) cheat.append(enrolled)
    cheat.append(await adding(OPERATOR, NEXT))
    if (when.startsWith('after')) {
      const draft = keyDraft(OPERATOR, OPERATOR, 'retire')
      cheat.append(await signed(draft, { holder: other, registrar: other }))
      cheat.append(enrolled)
    }
    const rides = await collection(INSURER)
    cheat.append(rides)

    expect(await saidOf(rides, cheat)).toContain(`failed ${code}`)
  })

  test('needs no entries while the registrar has had one key', async () => {
    const plain = await logOf(EXPORTER, IMPORTER)
    const rides = await collection(IMPORTER)
    plain.append(rides)
    plain.append(await collection(EXPORTER))

    expect((await plain.evidence([rides])).entries.map(({ index }) => index)).toEqual([0, 3, 4])
    expect(await saidOf(rides, plain)).toBe('VERIFIED')
  })

  test('contradicted by the entries is refused', async () => {
    const own = await logOf(EXPORTER)
    const second = testKey('second key of the exporter')
    const third = testKey('third key of the exporter')
    const [one, two] = [await adding(EXPORTER, second), await adding(EXPORTER, third)]
    // The map is made to list the statements in the order in which they were not admitted.
    const twin = await logOf(EXPORTER)
    for (const statement of [two, one]) twin.append(statement)
    own.append(one)
    own.append(two, { map: twin.registryMap() })
    own.append(await compromising(EXPORTER, second, EXPORTER, 0))
    const rides = await collection(EXPORTER)
    own.append(rides, { map: twin.registryMap() })
    const evidence = await own.evidence([rides])
    const parties = evidence.parties.map((item) =>
      item.party === EXPORTER.id
        ? { ...item, statements: twin.partyEvidence(EXPORTER.id).statements }
        : item,
    )
    const registry = evidence.registry.map((item) =>
      item.party === EXPORTER.id ? { ...item, count: 3 } : item,
    )

    const { findings } = judge({ ...evidence, parties, registry }, own.policy)
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: 'REGISTRY_MISMATCH',
        detail: 'the entries stand in another order',
      }),
    )
  })
})

describe('the time of a signature', () => {
  const TIME = NOW + 1_000

  test.each([
    ['301 seconds before its statement', TIME, TIME - 301, 'FAILED: failed SIGNATURE_TIME_WRONG'],
    ['300 seconds before its statement', TIME, TIME - 300, 'VERIFIED'],
    ['301 seconds after its entry', NOW, TIME + 301, 'FAILED: failed SIGNATURE_TIME_WRONG'],
    ['300 seconds after its entry', NOW, TIME + 300, 'VERIFIED'],
  ])('%s', async (_, iat, signedAt, expected) => {
    const log = await logOf(EXPORTER)
    const draft = { ...collectionDraft(EXPORTER, ['rides']), iat }
    const built = buildStatement(draft, countingRandom())
    const rides = await signStatement(built, 'collector', EXPORTER, signedAt)
    log.append(rides, { time: TIME })

    expect(await saidOf(rides, log)).toBe(expected)
  })

  test.each([
    [NOW - 301, 'FAILED: failed SIGNATURE_TIME_WRONG'],
    [NOW - 300, 'VERIFIED'],
  ])('is judged in a registry statement too', async (signedAt, expected) => {
    const log = await logOf()
    const built = buildStatement(partyDraft(EXPORTER), countingRandom())
    const alone = await signStatement(built, 'party', EXPORTER, signedAt)
    log.append(await countersignEnvelope(alone, 'registrar', OPERATOR, NOW))
    const rides = await collection(EXPORTER)
    log.append(rides)

    expect(await saidOf(rides, log)).toContain(expected)
  })
})

describe('a log key that the operator has ended', async () => {
  const log = await logOf(EXPORTER)
  const OTHER = testKey('other log key')
  log.append(await adding(OPERATOR, log.logKey, 'log'))
  log.append(await adding(OPERATOR, OTHER, 'log'))
  const rides = await collection(EXPORTER)
  log.append(rides)
  const ended = async (action: 'retire' | 'revoke' | 'compromised', since?: number) => {
    const own = await logOf(EXPORTER)
    own.append(await adding(OPERATOR, own.logKey, 'log'))
    own.append(rides)
    const draft = keyDraft(OPERATOR, own.logKey, action, since === undefined ? {} : { since })
    own.append(await signed(draft, { holder: OPERATOR, registrar: OPERATOR }))
    return own
  }

  test('is not mentioned while it is active', async () => {
    expect(await saidOf(rides, log)).toBe('VERIFIED')
  })

  test.each([
    ['retired', 'retire', undefined, 'VERIFIED: note LOG_KEY_ENDED'],
    ['revoked', 'revoke', undefined, 'INCOMPLETE: incomplete LOG_KEY_ENDED'],
    ['compromised before this tree', 'compromised', 2, 'INCOMPLETE: incomplete LOG_KEY_ENDED'],
    ['compromised after this tree', 'compromised', 5, 'VERIFIED: note LOG_KEY_ENDED'],
  ] as const)('%s', async (_, action, since, expected) => {
    expect(await saidOf(rides, await ended(action, since))).toBe(expected)
  })

  test('is no finding where another key of the policy signed as well', async () => {
    const own = await ended('revoke')
    const evidence = await own.evidence([rides])
    const second = await signNote(own.text(), own.origin, OTHER.key, OTHER.sign)
    const checkpoint = formatNote({
      text: own.text(),
      signatures: [evidence.checkpoint, second].flatMap((note) => parseNote(note).signatures),
    })
    const both = policyOfLogs(
      ...[own.logKey, OTHER].map(({ key }) => ed25519NoteKey(own.origin, key)),
    )

    expect(said(judge({ ...evidence, checkpoint }, both))).toBe('VERIFIED')
    expect(said(judge({ ...evidence, checkpoint }, own.policy))).toContain('LOG_KEY_ENDED')
  })
})
