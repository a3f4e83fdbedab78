/** The full check of one statement, as a countersigner or a ledger makes it before it signs or admits. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildStatement, type StatementDraft } from '../../ledger/core/build.js'
import { toBase64url } from '../../ledger/core/bytes.js'
import {
  type CheckContext,
  checkStatement,
  claimIssues,
  missingRoles,
  openStatement,
  throwIssues,
} from '../../ledger/core/check.js'
import { disclosureDigest, encodeDisclosure } from '../../ledger/core/disclosure.js'
import { type Crypto, portableCrypto } from '../../ledger/core/ed25519.js'
import {
  type Envelope,
  envelopeDigest,
  envelopeJson,
  parseEnvelope,
} from '../../ledger/core/envelope.js'
import { factsOf } from '../../ledger/core/facts.js'
import { encodeJcs, type Json, parseJson } from '../../ledger/core/json.js'
import type { KeyId } from '../../ledger/core/jwk.js'
import { codeOf, refusalOf, runs } from './support/outcomes.js'
import { EXPORTER, IMPORTER, INSURER, OPERATOR, STRANGER, testKey } from './support/parties.js'
import {
  collection,
  collectionDraft,
  countingRandom,
  dataset,
  datasetOf,
  digestOf,
  enrolment,
  idOf,
  instrumentDraft,
  keyDraft,
  NOW,
  ORIGIN,
  outcome,
  outcomeDraft,
  partyDraft,
  processing,
  refusalDraft,
  signed,
  transfer,
  transferDraft,
  withDisclosures,
} from './support/statements.js'
import { FAST } from './support/tiny-log.js'

const ENROLLED = [OPERATOR, EXPORTER, IMPORTER, INSURER]
const CONTEXT: CheckContext = {
  origin: ORIGIN,
  crypto: FAST,
  keyOf: (kid: KeyId) => ENROLLED.find((party) => party.kid === kid)?.key,
}
const COLLECTION = await collection(EXPORTER)
const PARENTS = [datasetOf(COLLECTION)]
const TRANSFER = await transfer(EXPORTER, IMPORTER, PARENTS)
const NEW_KEY = testKey('second key of the exporter')

function check(envelope: Envelope, context: Partial<CheckContext> = {}): string {
  return codeOf(() => checkStatement(envelope, { ...CONTEXT, ...context }))
}

async function checkDraft(
  draft: StatementDraft,
  signers: Parameters<typeof signed>[1],
): Promise<string> {
  return check(await signed(draft, signers))
}

describe('good statements of every type', async () => {
  const model = await processing(IMPORTER, [datasetOf(TRANSFER)])
  const both = { exporter: EXPORTER, importer: IMPORTER }
  const statements: readonly (readonly [string, Envelope])[] = [
    ['party/1', await enrolment(STRANGER, OPERATOR)],
    [
      'key/1 add',
      await signed(keyDraft(EXPORTER, NEW_KEY, 'add'), {
        holder: EXPORTER,
        subject: NEW_KEY,
        registrar: OPERATOR,
      }),
    ],
    [
      'key/1 retire',
      await signed(keyDraft(EXPORTER, EXPORTER, 'retire'), {
        holder: EXPORTER,
        registrar: OPERATOR,
      }),
    ],
    [
      'key/1 revoke, by the registrar alone',
      await signed(keyDraft(EXPORTER, EXPORTER, 'revoke'), { registrar: OPERATOR }),
    ],
    [
      'key/1 compromised',
      await signed(keyDraft(EXPORTER, EXPORTER, 'compromised'), {
        holder: EXPORTER,
        registrar: OPERATOR,
      }),
    ],
    ['instrument/1', await signed(instrumentDraft(EXPORTER, IMPORTER), both)],
    ['collection/1', COLLECTION],
    ['transfer/1', TRANSFER],
    ['processing/1', model],
    ['outcome/1', await outcome(IMPORTER, [datasetOf(model)])],
    ['refusal/1', await signed(refusalDraft(idOf(TRANSFER), 'not-agreed'), { importer: IMPORTER })],
  ]

  test.each(statements)('%s passes with both backends and all roles signed', (_, envelope) => {
    const checked = checkStatement(envelope, CONTEXT)

    expect(missingRoles(checked, checked.facts)).toEqual([])
    expect(checked.envelopeDigest).toEqual(envelopeDigest(envelope))
    expect(checkStatement(envelope, { ...CONTEXT, crypto: portableCrypto })).toEqual(checked)
  })

  test.each(statements)('%s passes again after a trip through its JSON form', (_, envelope) => {
    const text = encodeJcs(envelopeJson(envelope))

    expect(parseEnvelope(parseJson(text))).toEqual(envelope)
    expect(check(parseEnvelope(parseJson(text)))).toBe('OK')
  })

  test.each(statements)('%s is refused with any one claim withheld', (_, envelope) => {
    for (const position of envelope.disclosures.keys()) {
      const withheld = withDisclosures(envelope, (_text, at) => at !== position)

      expect(check(withheld)).toBe('CLAIM_NOT_OPENED')
    }
  })

  test.each(statements)('%s is refused for another ledger', (_, envelope) => {
    expect(check(envelope, { origin: 'another.example/log' })).toBe('AUDIENCE_WRONG')
  })
})

describe('a countersigner is shown', () => {
  test('nothing opened: every claim is named, nothing else is said', () => {
    const error = refusalOf(() =>
      checkStatement(
        withDisclosures(TRANSFER, () => false),
        CONTEXT,
      ),
    )

    expect(error.code).toBe('CLAIM_NOT_OPENED')
    expect(error.details['issues']).toHaveLength(13)
  })

  test('a claim opened twice', () => {
    const [first = ''] = TRANSFER.disclosures
    const twice = { ...TRANSFER, disclosures: [...TRANSFER.disclosures, first] }

    expect(check(twice)).toBe('DISCLOSURE_REPEATED')
  })

  test('a second value for a claim, beside or instead of the signed one', () => {
    const other = encodeDisclosure(toBase64url(countingRandom('other')(16)), { allowed: true })
    const beside = { ...TRANSFER, disclosures: [...TRANSFER.disclosures, other] }
    const instead = { ...TRANSFER, disclosures: [other, ...TRANSFER.disclosures.slice(1)] }

    expect(check(beside)).toBe('DISCLOSURE_UNMATCHED')
    expect(check(instead)).toBe('DISCLOSURE_UNMATCHED')
  })

  test('a payload whose claims share a salt', async () => {
    const fresh = countingRandom('fresh')
    let asked = 0
    const random = (count: number): Uint8Array => {
      asked += 1
      return asked <= 2 ? new Uint8Array(count) : fresh(count)
    }
    const built = buildStatement(collectionDraft(EXPORTER, ['rides']), random)

    expect(check(await signed(built, { collector: EXPORTER }))).toBe('DISCLOSURE_REPEATED')
  })
})

describe('signatures', () => {
  const [first, second] = TRANSFER.signatures
  if (first === undefined || second === undefined) throw new Error('two signed')

  test('one side alone passes, and the other is missing', () => {
    const half = { ...TRANSFER, signatures: [first] }
    const checked = checkStatement(half, CONTEXT)

    expect(missingRoles(checked, checked.facts)).toEqual(['importer'])
  })

  test('each must verify under the key that it names', () => {
    const swapped = [
      { ...first, signature: second.signature },
      { ...second, signature: first.signature },
    ]
    const moved = { ...second, signature: toBase64url(new Uint8Array(64)) }

    expect(check({ ...TRANSFER, signatures: swapped })).toBe('SIGNATURE_INVALID')
    expect(check({ ...TRANSFER, signatures: [first, moved] })).toBe('SIGNATURE_INVALID')
    expect(
      refusalOf(() => checkStatement({ ...TRANSFER, signatures: [first, moved] }, CONTEXT)).details[
        'at'
      ],
    ).toBe('signatures[1]')
  })

  test('of another statement do not fit', async () => {
    const other = await transfer(EXPORTER, IMPORTER, PARENTS)

    expect(check({ ...TRANSFER, signatures: other.signatures })).toBe('SIGNATURE_INVALID')
  })

  test('by a key that nobody enrolled are refused', async () => {
    expect(
      await checkDraft(transferDraft(EXPORTER, IMPORTER, PARENTS), {
        exporter: STRANGER,
        importer: IMPORTER,
      }),
    ).toBe('KEY_UNKNOWN')
  })

  test.each<[string, StatementDraft, Parameters<typeof signed>[1]]>([
    [
      'a transfer by a third role',
      transferDraft(EXPORTER, IMPORTER, PARENTS),
      { exporter: EXPORTER, importer: IMPORTER, observer: INSURER },
    ],
    [
      'a transfer by a made-up role alone',
      transferDraft(EXPORTER, IMPORTER, PARENTS),
      { aaa: INSURER },
    ],
    [
      'a transfer by the registrar',
      transferDraft(EXPORTER, IMPORTER, PARENTS),
      { registrar: OPERATOR },
    ],
    ['a collection by its importer', collectionDraft(EXPORTER, ['rides']), { importer: EXPORTER }],
    [
      'a collection by two collectors',
      collectionDraft(EXPORTER, ['rides']),
      { collector: EXPORTER, performer: EXPORTER },
    ],
    [
      'a retirement by the registrar and the new key',
      keyDraft(EXPORTER, EXPORTER, 'retire'),
      { registrar: OPERATOR, subject: EXPORTER },
    ],
    [
      'a revocation with a subject',
      keyDraft(EXPORTER, EXPORTER, 'revoke'),
      { holder: EXPORTER, registrar: OPERATOR, subject: EXPORTER },
    ],
    [
      'a withdrawal by the importer',
      refusalDraft(idOf(TRANSFER), 'withdrawn'),
      { importer: IMPORTER },
    ],
    [
      'a lapsed deadline recorded by the importer',
      refusalDraft(idOf(TRANSFER), 'deadline-lapsed'),
      { importer: IMPORTER },
    ],
    [
      'a decline by the exporter',
      refusalDraft(idOf(TRANSFER), 'not-agreed'),
      { exporter: EXPORTER },
    ],
    [
      'a refusal by both',
      refusalDraft(idOf(TRANSFER), 'other'),
      { exporter: EXPORTER, importer: IMPORTER },
    ],
  ])('%s is refused', async (_, draft, signers) => {
    expect(await checkDraft(draft, signers)).toBe('ROLE_NOT_ALLOWED')
  })

  test('roles that fit no set can never be completed', async () => {
    const odd = await signed(transferDraft(EXPORTER, IMPORTER, PARENTS), { aaa: INSURER })
    const opened = openStatement(odd, FAST)

    expect(codeOf(() => missingRoles(opened, factsOf(opened)))).toBe('ROLE_NOT_ALLOWED')
  })

  test.each<[string, StatementDraft, Parameters<typeof signed>[1], readonly string[]]>([
    [
      'an added key, by its holder',
      keyDraft(EXPORTER, NEW_KEY, 'add'),
      { holder: EXPORTER },
      ['registrar', 'subject'],
    ],
    [
      'an added key, by itself',
      keyDraft(EXPORTER, NEW_KEY, 'add'),
      { subject: NEW_KEY },
      ['holder', 'registrar'],
    ],
    [
      'an added key, by the registrar',
      keyDraft(EXPORTER, NEW_KEY, 'add'),
      { registrar: OPERATOR },
      ['holder', 'subject'],
    ],
    [
      'a retired key, by the registrar',
      keyDraft(EXPORTER, EXPORTER, 'retire'),
      { registrar: OPERATOR },
      ['holder'],
    ],
    [
      'a compromised key, by the registrar',
      keyDraft(EXPORTER, EXPORTER, 'compromised'),
      { registrar: OPERATOR },
      ['holder'],
    ],
    [
      'a revoked key, by its holder',
      keyDraft(EXPORTER, EXPORTER, 'revoke'),
      { holder: EXPORTER },
      ['registrar'],
    ],
    [
      'a revoked key, by the registrar',
      keyDraft(EXPORTER, EXPORTER, 'revoke'),
      { registrar: OPERATOR },
      [],
    ],
    ['an enrolment, by the party', partyDraft(STRANGER), { party: STRANGER }, ['registrar']],
    ['an enrolment, by the registrar', partyDraft(STRANGER), { registrar: OPERATOR }, ['party']],
  ])('%s waits for the others', async (_, draft, signers, missing) => {
    const checked = checkStatement(await signed(draft, signers), CONTEXT)

    expect(missingRoles(checked, checked.facts)).toEqual(missing)
  })
})

describe('keys that a statement brings', () => {
  test('an enrolment is signed with the key it enrols, not with another', async () => {
    expect(await checkDraft(partyDraft(STRANGER), { party: EXPORTER, registrar: OPERATOR })).toBe(
      'ROLE_KEY_WRONG',
    )
  })

  test('a new key signs for itself', async () => {
    const signers = { holder: EXPORTER, registrar: OPERATOR, subject: EXPORTER }

    expect(await checkDraft(keyDraft(EXPORTER, NEW_KEY, 'add'), signers)).toBe('ROLE_KEY_WRONG')
  })

  test.each([
    ['the identity', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a point of small order', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a number above p', '7v_______________________________________38'],
    ['no point of the curve', 'AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ])('%s is no key', async (_, x) => {
    const draft = partyDraft(STRANGER, {
      party: { key: { crv: 'Ed25519', kty: 'OKP', x }, uses: ['statement'] },
    })

    expect(await checkDraft(draft, { party: STRANGER, registrar: OPERATOR })).toBe('KEY_INVALID')
  })
})

describe('claims', () => {
  const retention = { until: '2027-12-31', duration: 'P1Y' }
  test.each<[string, string, Json, string]>([
    ['of wrong type', 'route', 'DE to IN', 'CLAIM_INVALID'],
    ['that is required and null', 'route', null, 'CLAIM_MISSING'],
    ['that is required and an empty list', 'purposes', [], 'CLAIM_MISSING'],
    ['with a required member missing', 'route', { from: 'DE', to: 'IN' }, 'CLAIM_MISSING'],
    ['with an unknown member', 'onward', { allowed: false, secret: 1 }, 'CLAIM_UNKNOWN_MEMBER'],
    [
      'with a member named __proto__',
      'onward',
      JSON.parse('{"allowed":false,"__proto__":1}') as Json,
      'CLAIM_UNKNOWN_MEMBER',
    ],
    ['that contradicts itself', 'retention', retention, 'CLAIM_INCONSISTENT'],
    ['that names one party twice', 'importer', EXPORTER.id, 'ROLES_SAME_PARTY'],
    ['with a list where one value is due', 'onward', [{ allowed: false }], 'CLAIM_INVALID'],
    ['with a placeholder inside', 'ext', { a: { '...': digestOf('x') } }, 'CLAIM_INVALID'],
    ['with a hidden digest inside', 'ext', { _sd: ['x'] }, 'CLAIM_INVALID'],
    ['with a string of 1,025 characters', 'ext', { a: 'x'.repeat(1_025) }, 'CLAIM_INVALID'],
    [
      'with 65 datasets',
      'datasets',
      Array.from({ length: 65 }, (_, n) => dataset('rides', [0], n)),
      'CLAIM_INVALID',
    ],
    [
      'with an element that is an empty list',
      'purposes',
      ['https://w3id.org/dpv#ServiceOptimisation', []],
      'CLAIM_INVALID',
    ],
  ])('a claim %s is refused', async (_, name, value, code) => {
    const draft = transferDraft(EXPORTER, IMPORTER, PARENTS, { [name]: value })

    expect(await checkDraft(draft, { exporter: EXPORTER, importer: IMPORTER })).toBe(code)
  })

  test('1,000 fields are too many for a payload only by one', async () => {
    const field = (n: number): Json => ({
      n: 0,
      name: `f${n}`,
      category: 'https://w3id.org/dpv#NonPersonalData',
    })
    const draft = (count: number): StatementDraft => {
      const base = collectionDraft(EXPORTER, ['rides'])
      return {
        ...base,
        claims: { ...base.claims, fields: Array.from({ length: count }, (_, n) => field(n)) },
      }
    }

    expect(await checkDraft(draft(1_000), { collector: EXPORTER })).toBe('OK')
    expect(await checkDraft(draft(1_001), { collector: EXPORTER })).toBe('CLAIM_INVALID')
  })

  test('all that is wrong is reported at once, by place, without a value', async () => {
    const draft = transferDraft(EXPORTER, IMPORTER, PARENTS, {
      route: { from: 'Deutschland-geheim', to: 'IN', mode: 'copy' },
      onward: null,
      terms: null,
      period: { begin: 'gestern-geheim' },
    })
    const envelope = await signed(draft, { exporter: EXPORTER })

    const issues = claimIssues(openStatement(envelope, FAST))
    expect(issues.map(({ code, at }) => `${code} ${at}`)).toEqual([
      'CLAIM_INVALID claims.route.from',
      'CLAIM_MISSING claims.terms',
      'CLAIM_INVALID claims.period.begin',
    ])
    expect(JSON.stringify(refusalOf(() => throwIssues(issues)).details)).not.toContain('geheim')
  })

  test('throwing no issues throws nothing', () => {
    expect(codeOf(() => throwIssues([]))).toBe('OK')
  })
})

describe('claims that the parties keep', async () => {
  const change = await signed(keyDraft(EXPORTER, EXPORTER, 'retire'), {
    holder: EXPORTER,
    registrar: OPERATOR,
  })
  const opened = openStatement(change, FAST)
  const reason = opened.open.claims.get('reason')?.values[0]
  const dropped = withDisclosures(
    change,
    (text) => disclosureDigest(text) !== opened.payload.claims.get('reason')?.[0],
  )

  test('must be opened before anyone signs or admits', () => {
    expect(reason).toEqual({ code: 'routine' })
    expect(check(dropped)).toBe('CLAIM_NOT_OPENED')
  })

  test('are gone from a store, and nothing else may be', () => {
    expect(dropped.disclosures).toHaveLength(change.disclosures.length - 1)
    expect(check(dropped, { stored: true })).toBe('OK')
    expect(
      check(
        withDisclosures(dropped, (_, at) => at > 0),
        { stored: true },
      ),
    ).toBe('CLAIM_NOT_OPENED')
  })

  test('do not keep the other claims from being compared with each other', async () => {
    const draft = keyDraft(EXPORTER, EXPORTER, 'retire', { since: 5 })
    const odd = await signed(draft, { holder: EXPORTER, registrar: OPERATOR })
    const digest = openStatement(odd, FAST).payload.claims.get('reason')?.[0]
    const without = withDisclosures(odd, (text) => disclosureDigest(text) !== digest)

    expect(check(without, { stored: true })).toBe('CLAIM_INCONSISTENT')
  })
})

describe('facts', () => {
  test('of a transfer: parties, parents, datasets, instrument', async () => {
    const instrument = digestOf('instrument')
    const envelope = await transfer(EXPORTER, IMPORTER, PARENTS, { instrument })
    const { facts } = checkStatement(envelope, CONTEXT)

    expect(facts).toEqual({
      id: idOf(envelope),
      type: 'transfer/1',
      iat: NOW,
      countersignBy: NOW + 86_400,
      parents: PARENTS,
      signers: [
        { role: 'exporter', kid: EXPORTER.kid, iat: NOW + 1 },
        { role: 'importer', kid: IMPORTER.kid, iat: NOW + 2 },
      ],
      parties: { exporter: EXPORTER.id, importer: IMPORTER.id },
      ownKeys: {},
      datasets: [{ n: 0, digest: digestOf('rides'), from: [0], transformed: false }],
      instrument,
    })
  })

  test.each<[string, Json, boolean]>([
    ['no minimization', null, false],
    ['none of them', [], false],
    ['of this dataset', [{ kind: 'mask', datasets: [0] }], true],
    ['of another dataset', [{ kind: 'mask', datasets: [1] }], false],
    ['of all datasets', [{ kind: 'mask', datasets: [1] }, { kind: 'drop' }], true],
  ])(
    'a dataset counts as transformed by declared transformations: %s',
    async (_, transformations, expected) => {
      const two = [datasetOf(COLLECTION), { ...datasetOf(COLLECTION), n: 1 }]
      const minimization =
        transformations === null
          ? null
          : { droppedCount: 0, sourceFieldsCount: 1, transformations, claim: 'none' }
      const { facts } = checkStatement(
        await transfer(EXPORTER, IMPORTER, two, { minimization }),
        CONTEXT,
      )

      expect(facts.datasets[0]?.transformed).toBe(expected)
    },
  )

  test('of an enrolment: the party is its key’s thumbprint, and the change says so', async () => {
    const envelope = await signed(partyDraft(STRANGER, { continues: EXPORTER.id }), {
      party: STRANGER,
      registrar: OPERATOR,
    })
    const { facts } = checkStatement(envelope, CONTEXT)

    expect(facts.parties).toEqual({ party: STRANGER.id })
    expect(facts.ownKeys).toEqual({ party: { kid: STRANGER.kid, key: STRANGER.key } })
    expect(facts.change).toEqual({
      kind: 'enrol',
      party: STRANGER.id,
      key: { kid: STRANGER.kid, key: STRANGER.key, uses: ['statement', 'api'], status: 'active' },
      continues: EXPORTER.id,
    })
  })

  test.each(['retire', 'revoke', 'compromised'] as const)(
    'of a key that ends: %s',
    async (action) => {
      const envelope = await signed(keyDraft(EXPORTER, NEW_KEY, action), {
        holder: EXPORTER,
        registrar: OPERATOR,
      })
      const { facts } = checkStatement(envelope, CONTEXT)
      const status = { retire: 'retired', revoke: 'revoked', compromised: 'compromised' }[action]
      const since = action === 'compromised' ? { since: 0 } : {}

      expect(facts.change).toEqual({
        kind: 'end',
        party: EXPORTER.id,
        kid: NEW_KEY.kid,
        status,
        ...since,
      })
      expect(facts.ownKeys).toEqual({})
    },
  )

  test('what is withheld is left out', () => {
    const facts = factsOf(
      openStatement(
        withDisclosures(TRANSFER, () => false),
        FAST,
      ),
    )

    expect(facts.parties).toEqual({})
    expect(facts.datasets).toEqual([])
    expect(facts.parents).toEqual(PARENTS)
  })

  test('of a refusal: what it is about and why', async () => {
    const envelope = await signed(refusalDraft(idOf(TRANSFER), 'data-wrong'), {
      importer: IMPORTER,
    })
    const { facts } = checkStatement(envelope, CONTEXT)

    expect([facts.about, facts.refusal, facts.parties]).toEqual([idOf(TRANSFER), 'data-wrong', {}])
  })
})

describe('laws', () => {
  test('a statement with any one character of its JSON changed is refused, or only its text is another', () => {
    const text = encodeJcs(envelopeJson(TRANSFER))
    const backends: readonly Crypto[] = [FAST, { ...FAST, codec: portableCrypto.codec } as Crypto]
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom(...'AQgwBab01-_={}",:\\ é'),
        (place, character) => {
          const other = text.slice(0, place) + character + text.slice(place + 1)
          if (other === text) return
          for (const crypto of backends) {
            expect(
              codeOf(() =>
                checkStatement(parseEnvelope(parseJson(other), crypto.codec), {
                  ...CONTEXT,
                  crypto,
                }),
              ),
            ).not.toBe('OK')
          }
        },
      ),
      { numRuns: runs(400) },
    )
  })

  test('an outcome is refused whatever single claim is replaced by another JSON value', () => {
    const names = Object.keys(outcomeDraft(IMPORTER, PARENTS).claims)
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), (name, value) => {
        const draft = outcomeDraft(IMPORTER, PARENTS)
        const json = value as Json
        const claims = { ...draft.claims, [name]: json }
        const built = codeOf(() => buildStatement({ ...draft, claims }, countingRandom('law')))
        if (built !== 'OK') expect(built).toBe('CLAIM_INVALID')
        else {
          const { payloadBytes, disclosures } = buildStatement(
            { ...draft, claims },
            countingRandom('law'),
          )
          const envelope = {
            payload: toBase64url(payloadBytes),
            payloadBytes,
            signatures: [],
            disclosures,
          }
          const code = codeOf(() => throwIssues(claimIssues(openStatement(envelope, FAST))))
          expect(code).toMatch(
            /^(CLAIM_INVALID|CLAIM_MISSING|CLAIM_UNKNOWN_MEMBER|JSON_NOT_CANONICAL|CLAIM_INCONSISTENT)$/,
          )
        }
      }),
      { numRuns: runs(200) },
    )
  })
})
