/**
 * Verification of evidence: what is proven, what is missing, what is wrong, and logs that cheat.
 * The log of these tests signs whatever it is told, so only the verifier stands between it and us.
 */
import { describe, expect, test } from 'vitest'
import { signStatement } from '../../ledger/core/build.js'
import { fromBase64url, toBase64url, utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import {
  type Evidence,
  type PartyEvidence,
  parseStatementEvidence,
} from '../../ledger/core/evidence.js'
import { exitCodeOf, type Finding, recordVerdict } from '../../ledger/core/finding.js'
import { encodeJcs, type Json, type JsonObject } from '../../ledger/core/json.js'
import type { Policy } from '../../ledger/core/policy.js'
import { verifyParties } from '../../ledger/core/verify-registry.js'
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
  datasetOf,
  enrolment,
  idOf,
  keyDraft,
  NOW,
  partyDraft,
  processing,
  refusalDraft,
  signed,
  transfer,
  transferDraft,
  withDisclosures,
} from './support/statements.js'
import { FAST, TinyLog } from './support/tiny-log.js'
import { judge, said, startWorld } from './support/world.js'

const MISSING = 'INCOMPLETE: incomplete EVIDENCE_MISSING'
const WORLD = await startWorld()
const { log } = WORLD
const ALL = [WORLD.collection, WORLD.transfer, WORLD.model, WORLD.report]
const OF_TRANSFER = await log.evidence([WORLD.transfer])

/** What the verifier says of a statement when its log hands out honest evidence about it. */
async function saidOf(envelope: Envelope, own: TinyLog = log): Promise<string> {
  return said(judge(await own.evidence([envelope]), own.policy))
}

/** A log with the operator and these parties enrolled. */
async function logOf(...parties: readonly TestParty[]): Promise<TinyLog> {
  const own = await TinyLog.start()
  for (const party of parties) own.append(await enrolment(party, OPERATOR))
  return own
}

function saidAbout(change: Partial<Evidence>, policy: Policy = log.policy): string {
  return said(judge({ ...OF_TRANSFER, ...change }, policy))
}

/** The evidence of the transfer with one party's list changed. */
function withList(
  party: TestParty,
  change: (statements: readonly Envelope[]) => readonly Envelope[],
): Partial<Evidence> {
  const parties = OF_TRANSFER.parties.map(
    (item): PartyEvidence =>
      item.party === party.id ? { ...item, statements: change(item.statements) } : item,
  )
  return { parties }
}

describe('honest evidence', () => {
  test.each(ALL.map((envelope, position) => [position + 4, envelope] as const))(
    'entry %i alone is verified, by each backend alike',
    async (index, envelope) => {
      const evidence = await log.evidence([envelope])
      const report = judge(evidence, log.policy)

      expect(said(report)).toBe('VERIFIED')
      expect([...report.statements.values()].map((statement) => statement.index)).toEqual([index])
      expect(judge(evidence, log.policy, portableCrypto)).toEqual(report)
    },
  )

  test('says who signed, with which key, for whom, when, and what became of the key', async () => {
    const report = judge(await log.evidence([WORLD.transfer]), log.policy)
    const statement = report.statements.get(idOf(WORLD.transfer))

    expect(statement?.signers).toEqual([
      {
        role: 'exporter',
        kid: EXPORTER.kid,
        iat: NOW + 1,
        party: EXPORTER.id,
        statusNow: 'active',
      },
      {
        role: 'importer',
        kid: IMPORTER.kid,
        iat: NOW + 2,
        party: IMPORTER.id,
        statusNow: 'active',
      },
    ])
    expect(statement?.time).toBe(NOW + 5)
    expect(report.registrar).toBe(OPERATOR.id)
    expect(report.headTime).toBe(NOW + 7)
    expect(report.checkpoint).toMatchObject({ origin: log.origin, size: 8 })
    expect(report.signedBy.map(({ name }) => name)).toEqual([log.origin])
  })

  test('covers many statements at once, enrolments and the registrar’s own among them', async () => {
    const everything = Array.from({ length: log.size }, (_, index) => log.envelope(index))
    const report = judge(await log.evidence(everything), log.policy)

    expect(said(report)).toBe('VERIFIED')
    expect(report.statements.size).toBe(8)
  })

  test('holds at every later size of the log', async () => {
    for (let size = 6; size <= log.size; size += 1) {
      const evidence = await log.evidence([WORLD.transfer], { size })

      expect(said(judge(evidence, log.policy)), `size ${size}`).toBe('VERIFIED')
    }
  })

  test('of a log with nothing but its operator is verified', async () => {
    const own = await TinyLog.start()

    expect(await saidOf(own.envelope(0), own)).toBe('VERIFIED')
  })
})

describe('what is missing makes it incomplete, never verified and never failed', () => {
  test('nothing at all', () => {
    expect(saidAbout({ statements: [] })).toBe('INCOMPLETE: incomplete NOTHING_TO_VERIFY')
    expect(saidAbout({ statements: [], entries: [], parties: [], registry: [] })).toBe(
      'INCOMPLETE: incomplete EVIDENCE_MISSING, incomplete NOTHING_TO_VERIFY',
    )
  })

  test('the empty log', async () => {
    const own = new TinyLog()
    const evidence = {
      checkpoint: await own.checkpoint(),
      entries: [],
      statements: [],
      parties: [],
      registry: [],
    }

    expect(said(judge(evidence, own.policy))).toBe('INCOMPLETE: incomplete NOTHING_TO_VERIFY')
  })

  test.each(OF_TRANSFER.entries.map(({ index }, position) => [index, position] as const))(
    'entry %i',
    (_, position) => {
      expect(saidAbout({ entries: OF_TRANSFER.entries.toSpliced(position, 1) })).toBe(MISSING)
    },
  )

  test.each(OF_TRANSFER.parties.map((_, position) => [position]))('party list %i', (position) => {
    expect(saidAbout({ parties: OF_TRANSFER.parties.toSpliced(position, 1) })).toBe(MISSING)
  })

  test.each(OF_TRANSFER.registry.map((_, position) => [position]))(
    'registry path %i',
    (position) => {
      expect(saidAbout({ registry: OF_TRANSFER.registry.toSpliced(position, 1) })).toBe(MISSING)
    },
  )

  test('the registrar’s list alone does not make a party a registrar', () => {
    const parties = [{ party: STRANGER.id, statements: [] }]
    const report = judge({ ...OF_TRANSFER, entries: [], parties, registry: [] }, log.policy)

    expect(report.registrar).toBeUndefined()
    expect(report.verdict).not.toBe('VERIFIED')
  })

  test('a value', () => {
    for (const position of WORLD.transfer.disclosures.keys()) {
      const envelope = withDisclosures(WORLD.transfer, (_, at) => at !== position)

      expect(saidAbout({ statements: [{ form: 'envelope', envelope }] })).toBe(
        'INCOMPLETE: incomplete CLAIM_WITHHELD',
      )
    }
  })

  test('every value: the shape is still proven', () => {
    const envelope = withDisclosures(WORLD.transfer, () => false)
    const report = judge(
      { ...OF_TRANSFER, statements: [{ form: 'envelope', envelope }] },
      log.policy,
    )

    expect(said(report)).toBe('INCOMPLETE: incomplete CLAIM_WITHHELD')
    expect(report.findings[0]?.detail).toContain('exporter, ext, fields, importer')
    // The keys say who signed, although the names are withheld.
    expect(report.statements.get(idOf(WORLD.transfer))?.signers.map(({ party }) => party)).toEqual([
      EXPORTER.id,
      IMPORTER.id,
    ])
  })

  test('signatures, in a stub', async () => {
    const stubs = new Map([[idOf(WORLD.transfer), () => false]])
    const report = judge(await log.evidence([WORLD.transfer], { stubs }), log.policy)
    const statement = report.statements.get(idOf(WORLD.transfer))

    expect(said(report)).toBe('INCOMPLETE: incomplete STATEMENT_STUB')
    expect(statement).toMatchObject({ form: 'stub', index: 5, signers: [] })
    expect(statement?.facts.parents).toEqual([datasetOf(WORLD.collection)])
  })

  test('a stub among verified statements leaves the whole incomplete', async () => {
    const stubs = new Map([[idOf(WORLD.collection), () => true]])
    const report = judge(await log.evidence(ALL, { stubs }), log.policy)

    expect(said(report)).toBe('INCOMPLETE: incomplete STATEMENT_STUB')
    expect(report.statements.size).toBe(4)
  })

  test('values of a registry statement that decide: the keys of that party are unknown', () => {
    const closed = withList(EXPORTER, (statements) =>
      statements.map((envelope) => withDisclosures(envelope, () => false)),
    )

    expect(saidAbout(closed)).toBe(MISSING)
  })

  test('but the name of a party may be withheld', () => {
    const [enrolled] = log.partyEvidence(EXPORTER.id).statements
    const name = enrolled?.disclosures.find((text) =>
      utf8Decode(fromBase64url(text)).includes(EXPORTER.name),
    )
    const nameless = withList(EXPORTER, (statements) =>
      statements.map((envelope) => withDisclosures(envelope, (text) => text !== name)),
    )

    expect(name).toBeDefined()
    expect(saidAbout(nameless)).toBe('VERIFIED')
  })
})

describe('what a later version wrote is incomplete, never failed', () => {
  /** The log with a statement that this version cannot read, in an entry of its own. */
  async function later(edit: (payload: { [name: string]: Json }) => void): Promise<string> {
    const own = await logOf(EXPORTER)
    const known = await collection(EXPORTER)
    const payload = JSON.parse(utf8Decode(known.payloadBytes)) as { [name: string]: Json }
    edit(payload)
    const payloadBytes = utf8Encode(encodeJcs(payload))
    const envelope = await signed({ payloadBytes, disclosures: [] }, { collector: EXPORTER })
    own.appendUnread(envelope)
    return said(judge(await own.evidence([envelope]), own.policy))
  }

  test('a type', async () => {
    expect(await later((payload) => Object.assign(payload, { type: 'audit/1' }))).toBe(
      'INCOMPLETE: incomplete STATEMENT_TYPE_UNKNOWN',
    )
  })

  test('a version of the payload', async () => {
    expect(await later((payload) => Object.assign(payload, { v: 2 }))).toBe(
      'INCOMPLETE: incomplete STATEMENT_VERSION_UNKNOWN',
    )
  })

  test.each<[string, (json: JsonObject) => JsonObject, string]>([
    [
      'a form of envelope',
      (json) => ({ payload: json['payload'] ?? null, disclosures: [], batch: { index: 0 } }),
      'ENVELOPE_FORM_UNKNOWN',
    ],
    [
      'an algorithm',
      (json) => {
        const header = {
          alg: 'ML-DSA-44',
          iat: 1,
          kid: EXPORTER.kid,
          role: 'exporter',
          typ: 'waybill+sd-jwt',
        }
        const [first, second] = json['signatures'] as JsonObject[]
        const changed = { ...first, protected: toBase64url(utf8Encode(encodeJcs(header))) }
        return { ...json, signatures: [changed, second ?? null] }
      },
      'SIGNATURE_ALG_UNKNOWN',
    ],
  ])('%s: id and inclusion are proven, the signatures are not read', (_, edit, code) => {
    const item = parseStatementEvidence(edit(envelopeJson(WORLD.transfer)))
    const report = judge({ ...OF_TRANSFER, statements: [item] }, log.policy)

    expect(said(report)).toBe(`INCOMPLETE: incomplete ${code}`)
    expect(report.statements.get(idOf(WORLD.transfer))).toMatchObject({ index: 5, signers: [] })
  })

  test('a registry statement: that party’s keys are unknown', () => {
    const parties = OF_TRANSFER.parties.map(
      (item): PartyEvidence =>
        item.party === EXPORTER.id
          ? {
              party: item.party,
              statements: [],
              unread: { code: 'SIGNATURE_ALG_UNKNOWN', json: [] },
            }
          : item,
    )

    expect(saidAbout({ parties })).toBe(
      'INCOMPLETE: incomplete EVIDENCE_MISSING, incomplete SIGNATURE_ALG_UNKNOWN',
    )
  })
})

describe('checkpoint and policy', async () => {
  const other = await TinyLog.start('other.example/log')

  test('a log that the policy does not name is refused', () => {
    expect(saidAbout({}, other.policy)).toBe('FAILED: failed CHECKPOINT_UNTRUSTED')
  })

  test('a checkpoint of another size under the same signature is refused', () => {
    const checkpoint = OF_TRANSFER.checkpoint.replace('\n8\n', '\n7\n')

    expect(saidAbout({ checkpoint })).toBe('FAILED: failed NOTE_SIGNATURE_INVALID')
  })

  test('no checkpoint is no evidence', () => {
    expect(saidAbout({ checkpoint: '' })).toBe('FAILED: failed NOTE_MALFORMED')
  })

  test('a good checkpoint of another log of the policy proves nothing here', async () => {
    const policy: Policy = { logs: [...log.policy.logs, ...other.policy.logs], quorum: 'none' }

    expect(saidAbout({ checkpoint: await other.checkpoint() }, policy)).toMatch(/^FAILED/)
  })

  test('an older checkpoint of the same log proves nothing of later entries', async () => {
    expect(saidAbout({ checkpoint: await log.checkpoint(5) })).toMatch(/^FAILED: failed PROOF_/)
  })
})

describe('entries', () => {
  const [first, own, head] = OF_TRANSFER.entries
  if (first === undefined || own === undefined || head === undefined)
    throw new Error('three entries')

  test.each<[string, Evidence['entries'], RegExp]>([
    [
      'another entry in its place',
      [first, { ...own, entry: head.entry }, head],
      /^FAILED: failed PROOF_ROOT_MISMATCH/,
    ],
    ['another index', [first, { ...own, index: 4 }, head], /^FAILED: failed PROOF_ROOT_MISMATCH/],
    [
      'an index beyond the tree',
      [first, { ...own, index: 8 }, head],
      /^FAILED: .*failed PROOF_INDEX_RANGE/,
    ],
    [
      'a hash too few',
      [first, { ...own, path: own.path.slice(1) }, head],
      /^FAILED: .*failed PROOF_LENGTH/,
    ],
    [
      'a hash too many',
      [first, { ...own, path: [...own.path, ...own.path.slice(0, 1)] }, head],
      /^FAILED: .*failed PROOF_LENGTH/,
    ],
    [
      'another layout',
      [first, { ...own, entry: own.entry.with(0, 0x97) }, head],
      /^FAILED: failed ENTRY_MALFORMED/,
    ],
  ])('%s is refused', (_, entries, expected) => {
    expect(saidAbout({ entries })).toMatch(expected)
  })

  test('a link that does not hold is found wherever both ends are shown', async () => {
    const cheat = await logOf(EXPORTER)
    cheat.append(await collection(EXPORTER), { previous: new Uint8Array(32) })
    const last = await collection(EXPORTER)
    cheat.append(last)
    const shown = [cheat.envelope(1), cheat.envelope(2), last]

    expect(said(judge(await cheat.evidence(shown), cheat.policy))).toBe(
      'FAILED: failed ENTRY_CHAIN_BROKEN',
    )
    // With only one end of the link at hand there is nothing to compare.
    expect(await saidOf(last, cheat)).toBe('VERIFIED')
  })

  test('entry 0 must begin this log and no other', async () => {
    const cheat = new TinyLog()
    const begin = await enrolment(OPERATOR, OPERATOR)
    cheat.append(begin, { previous: new Uint8Array(32) })

    expect(await saidOf(begin, cheat)).toBe('FAILED: failed ENTRY_CHAIN_BROKEN')
  })

  test('time never goes backwards, also between entries that are not neighbours', async () => {
    const cheat = await logOf(EXPORTER, IMPORTER)
    const early = await collection(EXPORTER)
    cheat.append(early, { time: NOW + 1_000 })
    cheat.append(await collection(EXPORTER), { time: NOW + 900 })
    cheat.append(await collection(EXPORTER), { time: NOW + 950 })

    expect(await saidOf(early, cheat)).toBe('FAILED: failed ENTRY_CHAIN_BROKEN')
  })

  test('an id stands in a log once', async () => {
    const cheat = await logOf(EXPORTER)
    const twice = await collection(EXPORTER)
    cheat.append(twice)
    cheat.append(twice)
    const evidence = await cheat.evidence([twice])

    expect(said(judge(evidence, cheat.policy))).toBe('FAILED: failed STATEMENT_ADMITTED')
  })
})

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

describe('an operator who cheats', () => {
  const parents = [datasetOf(WORLD.collection)]

  async function admitted(
    draft: Parameters<typeof signed>[0],
    signers: Parameters<typeof signed>[1],
    ...parties: readonly TestParty[]
  ): Promise<string> {
    const cheat = await logOf(...parties)
    const envelope = await signed(draft, signers)
    cheat.append(envelope)
    return saidOf(envelope, cheat)
  }

  const two = transferDraft(EXPORTER, IMPORTER, parents)
  const BOTH = [EXPORTER, IMPORTER, INSURER]
  test.each<[string, Parameters<typeof signed>[1], RegExp]>([
    ['with one side only', { exporter: EXPORTER }, /^FAILED: failed SIGNATURE_MISSING$/],
    ['in a role made up', { aaa: INSURER }, /^FAILED: failed ROLE_NOT_ALLOWED$/],
    ['by the registrar', { registrar: OPERATOR }, /^FAILED: failed ROLE_NOT_ALLOWED$/],
    [
      'with a witness of its own beside both',
      { exporter: EXPORTER, importer: IMPORTER, witness: INSURER },
      /^FAILED: failed ROLE_NOT_ALLOWED$/,
    ],
    [
      'with the sides exchanged',
      { exporter: IMPORTER, importer: EXPORTER },
      /^FAILED: failed KEY_UNKNOWN$/,
    ],
    [
      'signed by a third party for one of them',
      { exporter: EXPORTER, importer: INSURER },
      /^INCOMPLETE: incomplete EVIDENCE_MISSING$/,
    ],
    [
      'signed by one for both',
      { exporter: EXPORTER, importer: EXPORTER },
      /^INCOMPLETE: incomplete EVIDENCE_MISSING$/,
    ],
    [
      'signed by a stranger',
      { exporter: EXPORTER, importer: STRANGER },
      /^INCOMPLETE: incomplete EVIDENCE_MISSING$/,
    ],
  ])('a transfer %s', async (_, signers, expected) => {
    expect(await admitted(two, signers, ...BOTH)).toMatch(expected)
  })

  test('a transfer signed by a third party is wrong once everybody’s keys are shown', async () => {
    const cheat = await logOf(...BOTH)
    const envelope = await signed(two, { exporter: EXPORTER, importer: INSURER })
    cheat.append(envelope)
    const other = await transfer(EXPORTER, IMPORTER, parents)
    cheat.append(other)

    expect(said(judge(await cheat.evidence([envelope, other]), cheat.policy))).toBe(
      'FAILED: failed KEY_UNKNOWN',
    )
  })

  test('a transfer from a party to itself', async () => {
    const draft = transferDraft(EXPORTER, EXPORTER, parents)

    expect(await admitted(draft, { exporter: EXPORTER, importer: EXPORTER }, EXPORTER)).toBe(
      'FAILED: failed ROLES_SAME_PARTY',
    )
  })

  test.each([
    ['from the future', { iat: NOW + 310 }, 'FAILED: failed STATEMENT_FROM_FUTURE'],
    ['just not too far ahead', { iat: NOW + 304 }, 'VERIFIED'],
    ['after its deadline', { countersignBy: NOW + 3 }, 'FAILED: failed STATEMENT_EXPIRED'],
    ['at its deadline', { countersignBy: NOW + 4 }, 'VERIFIED'],
  ])('a transfer admitted %s', async (_, change, expected) => {
    const later = 'iat' in change ? { countersignBy: NOW + 86_400 } : {}
    const draft = { ...two, ...later, ...change }

    expect(await admitted(draft, { exporter: EXPORTER, importer: IMPORTER }, ...BOTH)).toBe(
      expected,
    )
  })

  test('a claim that no schema allows', async () => {
    const draft = transferDraft(EXPORTER, IMPORTER, parents, {
      route: { from: 'XX', to: 'IN', mode: 'copy' },
    })

    expect(await admitted(draft, { exporter: EXPORTER, importer: IMPORTER }, ...BOTH)).toBe(
      'FAILED: failed CLAIM_INVALID',
    )
  })

  test('another envelope than the entry’s', async () => {
    const cheat = await logOf(EXPORTER)
    const envelope = await collection(EXPORTER)
    cheat.append(envelope, { digest: new Uint8Array(32) })

    expect(await saidOf(envelope, cheat)).toBe('FAILED: failed ENTRY_MISMATCH')
  })

  test('other valid signatures over the same payload than those that were admitted', async () => {
    const cheat = await logOf(EXPORTER)
    const envelope = await collection(EXPORTER)
    cheat.append(envelope)
    const evidence = await cheat.evidence([envelope])
    const resigned = await signStatement(envelope, 'collector', EXPORTER, NOW + 99)
    const statements = [{ form: 'envelope' as const, envelope: resigned }]

    expect(said(judge({ ...evidence, statements }, cheat.policy))).toBe(
      'FAILED: failed ENTRY_MISMATCH',
    )
  })

  test('a receipt for a revocation that its registry never took in', async () => {
    const cheat = await logOf(EXPORTER)
    const revocation = await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), {
      holder: EXPORTER,
      registrar: OPERATOR,
    })
    cheat.append(revocation, { registry: false })

    expect(await saidOf(revocation, cheat)).toBe('FAILED: failed REGISTRY_MISMATCH')
  })

  test('a receipt for a revocation by the registrar alone that its registry never took in', async () => {
    const cheat = await logOf(EXPORTER)
    const revocation = await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), { registrar: OPERATOR })
    cheat.append(revocation, { registry: false })
    const evidence = await cheat.evidence([revocation])
    const parties = evidence.parties.filter(({ party }) => party === OPERATOR.id)
    const registry = evidence.registry.filter(({ party }) => party === OPERATOR.id)

    expect(said(judge(evidence, cheat.policy))).toBe('FAILED: failed REGISTRY_MISMATCH')
    expect(said(judge({ ...evidence, parties, registry }, cheat.policy))).toBe(MISSING)
  })

  test('a registry that forgets a revocation for one entry', async () => {
    const cheat = await logOf(EXPORTER)
    const before = cheat.registryMap()
    cheat.append(
      await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), {
        holder: EXPORTER,
        registrar: OPERATOR,
      }),
    )
    const revocation = cheat.envelope(2)
    const after = cheat.registryMap()
    const late = await collection(EXPORTER)
    cheat.append(late, { map: before })
    cheat.append(await enrolment(IMPORTER, OPERATOR), { map: after })
    const evidence = await cheat.evidence([late, revocation])

    expect(said(judge(evidence, cheat.policy))).toMatch(/^FAILED: .*failed REGISTRY_MISMATCH/)
  })

  test('an enrolment that the registrar did not sign, or another signed as registrar', async () => {
    for (const signers of [{ party: STRANGER, registrar: EXPORTER }, { party: STRANGER }]) {
      const cheat = await logOf(EXPORTER)
      cheat.append(await signed(partyDraft(STRANGER), signers))
      const envelope = await collection(STRANGER)
      cheat.append(envelope)

      expect(await saidOf(envelope, cheat)).toMatch(
        /^FAILED: failed (REGISTRAR_WRONG|SIGNATURE_MISSING)/,
      )
    }
  })

  test('an enrolment admitted with a key of the registrar that is for API calls', async () => {
    const cheat = await TinyLog.start()
    const api = testKey('api key of the operator')
    cheat.append(
      await signed(keyDraft(OPERATOR, api, 'add', { use: ['api'] }), {
        holder: OPERATOR,
        subject: api,
        registrar: OPERATOR,
      }),
    )
    cheat.append(await enrolment(EXPORTER, api))
    const envelope = await collection(EXPORTER)
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed KEY_USE_WRONG/)
    expect(await saidOf(cheat.envelope(2), cheat)).toMatch(/^FAILED: .*failed KEY_USE_WRONG/)
  })

  test('a key added to the registrar by a key of it that was revoked', async () => {
    const cheat = await TinyLog.start()
    const [second, third] = [testKey('operator 2'), testKey('operator 3')]
    cheat.append(
      await signed(keyDraft(OPERATOR, second, 'add'), {
        holder: OPERATOR,
        subject: second,
        registrar: OPERATOR,
      }),
    )
    cheat.append(await signed(keyDraft(OPERATOR, OPERATOR, 'revoke'), { registrar: second }))
    const stolen = await signed(keyDraft(OPERATOR, third, 'add'), {
      holder: second,
      subject: third,
      registrar: OPERATOR,
    })
    cheat.append(stolen)
    cheat.append(await enrolment(EXPORTER, third))
    const envelope = await collection(EXPORTER)
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed KEY_NOT_ACTIVE/)
    expect(await saidOf(stolen, cheat)).toMatch(/^FAILED: failed KEY_NOT_ACTIVE/)
  })

  test('one key for two parties', async () => {
    const cheat = await logOf(EXPORTER, IMPORTER)
    cheat.append(
      await signed(keyDraft(IMPORTER, EXPORTER, 'add'), {
        holder: IMPORTER,
        subject: EXPORTER,
        registrar: OPERATOR,
      }),
    )
    const envelope = await transfer(EXPORTER, IMPORTER, parents)
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed KEY_EXISTS/)
  })

  test('a list with a statement whose claims no schema allows', async () => {
    const cheat = await TinyLog.start()
    const odd = partyDraft(EXPORTER, {
      party: { key: EXPORTER.jwk, uses: ['statement', 'everything'] },
    })
    cheat.append(await signed(odd, { party: EXPORTER, registrar: OPERATOR }))
    const envelope = await collection(EXPORTER)
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed CLAIM_INVALID/)
  })

  test('a list that begins before the party enrolled', async () => {
    const cheat = await TinyLog.start()
    const key = testKey('first of all')
    cheat.append(
      await signed(keyDraft(EXPORTER, key, 'add'), {
        holder: key,
        subject: key,
        registrar: OPERATOR,
      }),
    )
    const envelope = await signed(collectionDraft(EXPORTER, ['rides']), { collector: key })
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed PARTY_UNKNOWN/)
  })

  test('entry 0 that is not the operator’s own enrolment', async () => {
    const cheat = new TinyLog()
    cheat.append(await signed(partyDraft(OPERATOR), { party: OPERATOR, registrar: STRANGER }))
    const envelope = cheat.envelope(0)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed REGISTRAR_WRONG/)
  })
})

describe('refusals', () => {
  test('are verified as what they are: a word of the party that has the key', async () => {
    const own = await logOf(EXPORTER, IMPORTER)
    const refusal = await signed(refusalDraft(idOf(WORLD.transfer), 'not-agreed'), {
      importer: IMPORTER,
    })
    own.append(refusal)
    const report = judge(await own.evidence([refusal]), own.policy)

    expect(said(report)).toBe('VERIFIED')
    expect(report.statements.get(idOf(refusal))?.signers[0]?.party).toBe(IMPORTER.id)
  })
})

describe('parties on their own', () => {
  test('without entry 0 nobody is the registrar, and nobody’s admission can be judged', () => {
    const result = verifyParties([log.partyEvidence(OPERATOR.id)], undefined, log.origin, FAST)

    expect(result.registrar).toBeUndefined()
    expect(result.parties.size).toBe(0)
    expect(result.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'incomplete EVIDENCE_MISSING',
    ])
  })

  test('states are given after each statement, none before the first', () => {
    const genesis = idOf(log.envelope(0))
    const lists = [OPERATOR, EXPORTER].map(({ id }) => log.partyEvidence(id))
    const { parties } = verifyParties(lists, genesis, log.origin, FAST)

    expect(parties.get(EXPORTER.id)?.states.map((state) => state?.keys.size)).toEqual([
      undefined,
      1,
    ])
  })
})

describe('the verdict', () => {
  const finding = (
    severity: Finding['severity'],
    code: Finding['code'] = 'EVIDENCE_MISSING',
  ): Finding => ({
    severity,
    code,
    at: 'here',
  })
  test.each([
    ['nothing verified', [], 0, 'INCOMPLETE', 3],
    ['all verified', [], 1, 'VERIFIED', 0],
    ['a note', [finding('note')], 1, 'VERIFIED', 0],
    ['a gap', [finding('note'), finding('incomplete')], 1, 'INCOMPLETE', 3],
    ['a defect', [finding('incomplete'), finding('failed')], 1, 'FAILED', 1],
    ['a defect and nothing verified', [finding('failed')], 0, 'FAILED', 1],
    [
      'a split view above all',
      [finding('failed'), finding('failed', 'CHECKPOINT_INCONSISTENT')],
      1,
      'FAILED (split view)',
      5,
    ],
  ] as const)('of %s', (_, findings, count, ...expected) => {
    const verdict = recordVerdict(findings, count)

    expect([verdict, exitCodeOf(verdict)]).toEqual(expected)
  })

  test('findings name parties, statements and entries, and repeat no claim', () => {
    const withheld = withDisclosures(WORLD.transfer, () => false)
    const { findings } = judge(
      { ...OF_TRANSFER, statements: [{ form: 'envelope', envelope: withheld }], parties: [] },
      log.policy,
    )

    expect(findings.length).toBeGreaterThan(0)
    for (const { at, detail } of findings) expect(`${at} ${detail}`).toMatch(/^[ -~…]+$/)
  })
})

test('processing by a party that holds the data is verified whoever else is enrolled', async () => {
  const own = await startWorld()
  const envelope = await processing(IMPORTER, [datasetOf(own.transfer)], 'second model')
  own.log.append(envelope)

  expect(await saidOf(envelope, own.log)).toBe('VERIFIED')
})
