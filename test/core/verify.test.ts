/**
 * Verification of evidence: what is proven, what is missing, what is wrong, and logs that cheat.
 * The log of these tests signs whatever it is told, so only the verifier stands between it and us.
 */
import { describe, expect, test } from 'vitest'
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
import { signNote } from '../../ledger/core/note.js'
import type { Policy } from '../../ledger/core/policy.js'
import {
  EXPORTER,
  IMPORTER,
  OPERATOR,
  STRANGER,
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
  processing,
  refusalDraft,
  signed,
  withDisclosures,
} from './support/statements.js'
import { TinyLog } from './support/tiny-log.js'
import { judge, logOf, said, saidOf, startWorld } from './support/world.js'

const MISSING = 'INCOMPLETE: incomplete EVIDENCE_MISSING'
const WORLD = await startWorld()
const { log } = WORLD
const ALL = [WORLD.collection, WORLD.transfer, WORLD.model, WORLD.report]
const OF_TRANSFER = await log.evidence([WORLD.transfer])

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

  test('what an added key may be used for', async () => {
    const own = await logOf(EXPORTER)
    const key = testKey('another key of the exporter')
    const signers = { holder: EXPORTER, subject: key, registrar: OPERATOR }
    own.append(await signed(keyDraft(EXPORTER, key, 'add'), signers))
    const envelope = await signed(collectionDraft(EXPORTER, ['rides']), { collector: key })
    own.append(envelope)
    const evidence = await own.evidence([envelope])
    const parties = evidence.parties.map((item) => ({
      ...item,
      statements: item.statements.map((statement) =>
        withDisclosures(
          statement,
          (text) => !utf8Decode(fromBase64url(text)).endsWith(',"statement"]'),
        ),
      ),
    }))

    expect(said(judge(evidence, own.policy))).toBe('VERIFIED')
    expect(said(judge({ ...evidence, parties }, own.policy))).toBe(MISSING)
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
    expect(await later((payload) => Object.assign(payload, { type: 'mandate/1' }))).toBe(
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

  test('a checkpoint of the log’s key that names another log, or says more than it may', async () => {
    const { key, sign } = log.logKey
    const root = log.text().split('\n')[2] ?? ''
    for (const [text, code] of [
      [`other.example/log\n8\n${root}\n`, 'CHECKPOINT_ORIGIN'],
      [`${log.origin}\n8\n${root}\nextension\n`, 'CHECKPOINT_MALFORMED'],
    ] as const) {
      const checkpoint = await signNote(text, log.origin, key, sign)

      expect(saidAbout({ checkpoint })).toBe(`FAILED: failed ${code}`)
    }
  })

  test('no checkpoint is no evidence', () => {
    expect(saidAbout({ checkpoint: '' })).toBe('FAILED: failed NOTE_MALFORMED')
  })

  test('a good checkpoint of another log of the policy proves nothing here', async () => {
    const policy = { ...log.policy, logs: [...log.policy.logs, ...other.policy.logs] }

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

  test('and what they refuse is nowhere in the log', async () => {
    const own = await startWorld()
    const refusal = await signed(refusalDraft(idOf(own.transfer), 'not-agreed'), {
      importer: IMPORTER,
    })
    own.log.append(refusal)

    expect(said(judge(await own.log.evidence([own.transfer, refusal]), own.log.policy))).toBe(
      'FAILED: failed STATEMENT_ADMITTED',
    )
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
