/**
 * Logs that cheat: whatever their operator commits to and signs, only the verifier stands between
 * it and us. Each of these lies is in a real entry under a real checkpoint.
 */
import { describe, expect, test } from 'vitest'
import { signStatement } from '../../ledger/core/build.js'
import { utf8Decode, utf8Encode } from '../../ledger/core/bytes.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import {
  EXPORTER,
  IMPORTER,
  INSURER,
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
  keyDraft,
  NOW,
  partyDraft,
  signed,
  transfer,
  transferDraft,
} from './support/statements.js'
import { TinyLog } from './support/tiny-log.js'
import { judge, logOf, said, saidOf, startWorld } from './support/world.js'

const MISSING = 'INCOMPLETE: incomplete EVIDENCE_MISSING'
const WORLD = await startWorld()

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
    ['just not too far ahead', { iat: NOW + 302 }, 'VERIFIED'],
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

  test('a party that enrolled twice', async () => {
    const cheat = await logOf(EXPORTER, EXPORTER)
    const envelope = await collection(EXPORTER)
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed PARTY_EXISTS/)
  })

  test('an enrolment signed with another key than it enrols', async () => {
    const cheat = await logOf(EXPORTER)
    const envelope = await signed(partyDraft(STRANGER), { party: EXPORTER, registrar: OPERATOR })
    cheat.append(envelope)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed ROLE_KEY_WRONG/)
  })

  test('a key that is no key', async () => {
    const cheat = await logOf(EXPORTER)
    const x = 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const key = { crv: 'Ed25519', kty: 'OKP', x }
    const draft = partyDraft(STRANGER, { party: { key, uses: ['statement'] } })
    const envelope = await signed(draft, { party: STRANGER, registrar: OPERATOR })
    cheat.appendUnread(envelope)

    expect(await saidOf(envelope, cheat)).toBe('FAILED: failed KEY_INVALID')
  })

  test('a payload, or a value, of a form that is never admitted', async () => {
    const cheat = await logOf(EXPORTER)
    const good = await collection(EXPORTER)
    const text = utf8Decode(good.payloadBytes).replace(/"nonce":"[^"]+"/, '"nonce":"AA"')
    const bad = await signed(
      { payloadBytes: utf8Encode(text), disclosures: [] },
      { collector: EXPORTER },
    )
    cheat.appendUnread(bad)
    cheat.append(good)
    const evidence = await cheat.evidence([good])
    const disclosures = [...good.disclosures, ...WORLD.transfer.disclosures.slice(0, 1)]
    const twice = [...good.disclosures, ...good.disclosures.slice(0, 1)]
    const showing = (list: readonly string[]): Evidence => ({
      ...evidence,
      statements: [{ form: 'envelope', envelope: { ...good, disclosures: list } }],
    })

    expect(await saidOf(bad, cheat)).toBe('FAILED: failed PAYLOAD_INVALID')
    expect(said(judge(showing(disclosures), cheat.policy))).toBe(
      'FAILED: failed DISCLOSURE_UNMATCHED',
    )
    expect(said(judge(showing(twice), cheat.policy))).toBe('FAILED: failed DISCLOSURE_REPEATED')
  })

  test('entry 0 that is not the operator’s own enrolment', async () => {
    const cheat = new TinyLog()
    cheat.append(await signed(partyDraft(OPERATOR), { party: OPERATOR, registrar: STRANGER }))
    const envelope = cheat.envelope(0)

    expect(await saidOf(envelope, cheat)).toMatch(/^FAILED: failed REGISTRAR_WRONG/)
  })
})
