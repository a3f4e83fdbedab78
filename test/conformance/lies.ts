/**
 * Logs of operators who cheat or err: everything is committed and signed, and only a reader's own
 * verification can tell. Each lie is one receipt.
 */
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import type { EnvelopeSignature } from '../../ledger/core/envelope.js'
import type { ErrorCode } from '../../ledger/core/errors.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { ExampleKey } from '../docs/worked-example.js'
import type { Expected } from './pack.js'
import { failed, incomplete, judgedAs, type PackList } from './pack-list.js'
import {
  type AddOptions,
  ANNA,
  ANNA_NEXT,
  added,
  BORIS,
  BOTH,
  collection,
  digestOf,
  ended,
  enrolment,
  instrument,
  keyChange,
  keyOf,
  OPERATOR,
  OPERATOR_NEXT,
  outcome,
  refusal,
  respelled,
  Scene,
  START,
  seedOf,
  transfer,
} from './scene.js'

type Signers = Readonly<Record<string, ExampleKey>>
type Tell = (scene: Scene) => Promise<{ readonly id: StatementId; readonly index: number }>

const PARENT = { id: digestOf('a collection') as StatementId, n: 0 }
const MISSING = judgedAs(incomplete('EVIDENCE_MISSING'))
const fails = (...codes: readonly ErrorCode[]) => judgedAs(failed(...codes))
/** What a list with a defect takes with it. */
const listFails = (code: ErrorCode) =>
  judgedAs([...failed(code), ...incomplete('EVIDENCE_MISSING')])

export async function addLies(list: PackList): Promise<void> {
  const lie = async (
    name: string,
    description: string,
    expect: Expected,
    {
      tell,
      parties = [ANNA],
      more,
    }: { tell: Tell; parties?: readonly ExampleKey[]; more?: readonly number[] },
  ) => {
    const scene = await Scene.of(...parties)
    const made = await tell(scene)
    const receipt = await scene.receipt(made, more === undefined ? {} : { more })
    list.own(`lie-${name}`, description, receipt, { expect })
  }
  await roles(lie)
  await keys(lie)
  await lists(lie)
  await times(lie)
  await payloads(lie)
}

type Lie = (
  name: string,
  description: string,
  expect: Expected,
  made: { tell: Tell; parties?: readonly ExampleKey[]; more?: readonly number[] },
) => Promise<void>

async function roles(lie: Lie): Promise<void> {
  const parties = [ANNA, BORIS]
  const moved =
    (signers: Signers, options: AddOptions = {}): Tell =>
    (scene) =>
      scene.add(transfer([PARENT]), signers, options)
  const rows: readonly (readonly [string, string, Signers, Expected])[] = [
    ['one-side', 'The importer never signed.', { exporter: ANNA }, fails('SIGNATURE_MISSING')],
    [
      'registrar-for-both',
      'The registrar for both sides.',
      { registrar: OPERATOR },
      fails('ROLE_NOT_ALLOWED'),
    ],
    [
      'third-role',
      'A role that no transfer has.',
      { ...BOTH, observer: OPERATOR },
      fails('ROLE_NOT_ALLOWED'),
    ],
    [
      'sides-exchanged',
      'Each signed as the other.',
      { exporter: BORIS, importer: ANNA },
      fails('KEY_UNKNOWN'),
    ],
    [
      'by-another',
      'The operator in the importer’s place.',
      { exporter: ANNA, importer: OPERATOR },
      MISSING,
    ],
    [
      'by-nobody',
      'A key that no party has.',
      { exporter: ANNA, importer: keyOf('nobody') },
      MISSING,
    ],
  ]
  for (const [name, description, signers, expect] of rows) {
    await lie(name, description, expect, { tell: moved(signers), parties })
  }
  await lie('same-party', 'Both sides are one party.', fails('ROLES_SAME_PARTY'), {
    tell: (scene) =>
      scene.add(transfer([PARENT], { importer: ANNA.kid }), { exporter: ANNA, importer: ANNA }),
  })
  await lie(
    'signature-of-another',
    'A good signature over another statement.',
    fails('SIGNATURE_INVALID'),
    {
      tell: async (scene) => {
        const other = await scene.add(collection(), { collector: ANNA })
        const theirs = scene.log.entryOf(other.id).envelope.signatures
        return scene.add(
          collection(),
          { collector: ANNA },
          {
            reenvelope: (envelope) => ({ ...envelope, signatures: theirs }),
          },
        )
      },
    },
  )
  await lie(
    'refused-by-exporter',
    'A reason that only an importer has.',
    fails('ROLE_NOT_ALLOWED'),
    {
      tell: (scene) => scene.add(refusal('not-agreed'), { exporter: ANNA }),
    },
  )
  await lie('refused-by-both', 'One side refuses, not both.', fails('ROLE_NOT_ALLOWED'), {
    tell: (scene) => scene.add(refusal('other'), BOTH),
    parties,
  })
  await lie('refused-and-admitted', 'What it refuses is in the log.', fails('STATEMENT_ADMITTED'), {
    tell: async (scene) => {
      const { id } = await scene.add(transfer([PARENT]), BOTH)
      return scene.add({ ...refusal('other'), about: id }, { importer: BORIS })
    },
    parties,
    more: [3],
  })
  await lie(
    'collected-by-another',
    'The operator’s signature; the collector’s list is not shown.',
    MISSING,
    {
      tell: (scene) => scene.add(collection(), { collector: OPERATOR }),
    },
  )
}

async function keys(lie: Lie): Promise<void> {
  const after =
    (change: Parameters<typeof keyChange>, signers: Signers, by = ANNA): Tell =>
    async (scene) => {
      await scene.add(keyChange(...change), signers)
      return scene.add(collection(), { collector: by })
    }
  const second = { by: ANNA_NEXT }
  await lie('key-retired', 'The key had retired.', fails('KEY_NOT_ACTIVE'), {
    tell: after(['retire', ANNA], ended()),
  })
  await lie('key-revoked', 'The registrar had revoked the key.', fails('KEY_NOT_ACTIVE'), {
    tell: after(['revoke', ANNA], { registrar: OPERATOR }),
  })
  await lie('key-compromised', 'The key had been declared compromised.', fails('KEY_NOT_ACTIVE'), {
    tell: after(['compromised', ANNA, { since: 9 }], ended()),
  })
  await lie('key-for-api', 'The key is for the API alone.', fails('KEY_USE_WRONG'), {
    tell: after(['add', ANNA_NEXT, { use: ['api'] }], added(ANNA_NEXT), second.by),
  })
  await lie('key-added-later', 'The key was added after it had signed.', fails('KEY_UNKNOWN'), {
    tell: async (scene) => {
      const made = await scene.add(collection(), { collector: ANNA_NEXT })
      await scene.add(keyChange('add', ANNA_NEXT), added(ANNA_NEXT))
      return made
    },
  })
  const broken: readonly (readonly [
    string,
    string,
    Parameters<typeof keyChange>,
    Signers,
    ErrorCode,
  ])[] = [
    [
      'without-holder',
      'A key that no key of the party admitted.',
      ['add', ANNA_NEXT],
      { registrar: OPERATOR, subject: ANNA_NEXT },
      'SIGNATURE_MISSING',
    ],
    [
      'without-subject',
      'A key that never signed.',
      ['add', ANNA_NEXT],
      ended(),
      'SIGNATURE_MISSING',
    ],
    [
      'without-registrar',
      'A key that nobody admitted.',
      ['add', ANNA_NEXT],
      { holder: ANNA, subject: ANNA_NEXT },
      'SIGNATURE_MISSING',
    ],
    [
      'retired-by-registrar',
      'The registrar alone may only revoke.',
      ['retire', ANNA],
      { registrar: OPERATOR },
      'SIGNATURE_MISSING',
    ],
    [
      'retired-with-subject',
      'Nobody brings a key to an end.',
      ['retire', ANNA],
      { ...ended(), subject: ANNA },
      'ROLE_NOT_ALLOWED',
    ],
    [
      'another-subject',
      'Another key proved that it exists.',
      ['add', ANNA_NEXT],
      { ...added(ANNA_NEXT), subject: OPERATOR_NEXT },
      'ROLE_KEY_WRONG',
    ],
    [
      'another-holder',
      'The new key admitted itself.',
      ['add', ANNA_NEXT],
      { ...added(ANNA_NEXT), holder: ANNA_NEXT },
      'KEY_UNKNOWN',
    ],
    [
      'another-registrar',
      'A firm plays the registrar.',
      ['retire', ANNA],
      { holder: ANNA, registrar: ANNA },
      'REGISTRAR_WRONG',
    ],
    ['added-again', 'A key that the party has.', ['add', ANNA], added(ANNA), 'KEY_EXISTS'],
    [
      'retired-unknown',
      'A key that the party never had.',
      ['retire', ANNA_NEXT],
      ended(),
      'KEY_UNKNOWN',
    ],
    [
      'use-of-ended-key',
      'Uses of a key that ends.',
      ['retire', ANNA, { use: ['api'] }],
      ended(),
      'CLAIM_INCONSISTENT',
    ],
    [
      'no-use',
      'A key for nothing.',
      ['add', ANNA_NEXT, { use: [] }],
      added(ANNA_NEXT),
      'CLAIM_INCONSISTENT',
    ],
    [
      'log-and-more',
      'A key for checkpoints is for nothing else.',
      ['add', ANNA_NEXT, { use: ['log', 'api'] }],
      added(ANNA_NEXT),
      'CLAIM_INCONSISTENT',
    ],
    [
      'since-of-retired-key',
      'An index of doubt without a doubt.',
      ['retire', ANNA, { since: 1 }],
      ended(),
      'CLAIM_INCONSISTENT',
    ],
    [
      'compromised-since-never',
      'A doubt without an index.',
      ['compromised', ANNA],
      ended(),
      'CLAIM_INCONSISTENT',
    ],
    [
      'use-unknown',
      'A use that no key has.',
      ['add', ANNA_NEXT, { use: ['signing'] }],
      added(ANNA_NEXT),
      'CLAIM_INVALID',
    ],
  ]
  for (const [name, description, change, signers, code] of broken) {
    await lie(`list-${name}`, description, listFails(code), { tell: after(change, signers) })
  }
}

async function lists(lie: Lie): Promise<void> {
  const collected: Tell = (scene) => scene.add(collection(), { collector: ANNA })
  const enrolled =
    (signers: Signers, claims = {}): Tell =>
    async (scene) => {
      await scene.add(enrolment(ANNA, claims), signers)
      return collected(scene)
    }
  const none = { parties: [] }
  await lie(
    'enrolled-by-nobody',
    'No registrar admitted the party.',
    listFails('SIGNATURE_MISSING'),
    { tell: enrolled({ party: ANNA }), ...none },
  )
  await lie('enrolled-by-another', 'Another party admitted it.', listFails('REGISTRAR_WRONG'), {
    tell: enrolled({ party: ANNA, registrar: BORIS }),
    ...none,
  })
  await lie('enrolled-by-itself', 'It admitted itself.', listFails('REGISTRAR_WRONG'), {
    tell: enrolled({ party: ANNA, registrar: ANNA }),
    ...none,
  })
  await lie(
    'enrolled-with-other-key',
    'It signed with a key that it does not bring.',
    listFails('ROLE_KEY_WRONG'),
    { tell: enrolled({ party: BORIS, registrar: OPERATOR }), ...none },
  )
  await lie('enrolled-without-uses', 'A first key for nothing.', listFails('CLAIM_INVALID'), {
    tell: enrolled({ party: ANNA, registrar: OPERATOR }, { party: { key: ANNA.jwk, uses: [] } }),
    ...none,
  })
  await lie('enrolled-for-api', 'Its first key is for the API alone.', fails('KEY_USE_WRONG'), {
    tell: enrolled(
      { party: ANNA, registrar: OPERATOR },
      { party: { key: ANNA.jwk, uses: ['api'] } },
    ),
    ...none,
  })
  await lie('enrolled-twice', 'A party enrols twice.', listFails('PARTY_EXISTS'), {
    tell: async (scene) => {
      await scene.enrol(ANNA)
      return collected(scene)
    },
  })
  await lie('key-of-another', 'A party takes another’s key.', listFails('KEY_EXISTS'), {
    tell: async (scene) => {
      await scene.add(keyChange('add', ANNA, {}, BORIS), added(ANNA, BORIS))
      return scene.add(transfer([PARENT]), BOTH)
    },
    parties: [ANNA, BORIS],
  })
  const next = async (scene: Scene, use = 'statement') =>
    scene.add(
      keyChange('add', OPERATOR_NEXT, { use: [use] }, OPERATOR),
      added(OPERATOR_NEXT, OPERATOR),
    )
  await lie(
    'registrar-api-key',
    'Admitted with the operator’s API key.',
    listFails('KEY_USE_WRONG'),
    {
      tell: async (scene) => {
        await next(scene, 'api')
        return enrolled({ party: ANNA, registrar: OPERATOR_NEXT })(scene)
      },
      ...none,
      more: [1, 2],
    },
  )
  await lie(
    'registrar-key-too-early',
    'Admitted with a key that the operator had not added yet.',
    listFails('KEY_UNKNOWN'),
    {
      tell: async (scene) => {
        await scene.add(enrolment(ANNA), { party: ANNA, registrar: OPERATOR_NEXT })
        await next(scene)
        return collected(scene)
      },
      ...none,
      more: [1, 2],
    },
  )
  await lie(
    'registrar-key-too-late',
    'Admitted with a key that had retired.',
    listFails('KEY_NOT_ACTIVE'),
    {
      tell: async (scene) => {
        await next(scene)
        await scene.add(keyChange('retire', OPERATOR, {}, OPERATOR), ended(OPERATOR_NEXT))
        return enrolled({ party: ANNA, registrar: OPERATOR })(scene)
      },
      ...none,
      more: [1, 2, 3],
    },
  )
  await lie('registrar-key-order-not-shown', 'Nothing shows which came first.', MISSING, {
    tell: async (scene) => {
      await next(scene)
      return enrolled({ party: ANNA, registrar: OPERATOR_NEXT })(scene)
    },
    ...none,
  })
}

async function times(lie: Lie): Promise<void> {
  const collected =
    (draft: { iat?: number }, options: AddOptions): Tell =>
    (scene) =>
      scene.add({ ...collection(), ...draft }, { collector: ANNA }, options)
  await lie('ahead', 'Made 301 seconds after its entry.', fails('STATEMENT_FROM_FUTURE'), {
    tell: collected({ iat: START + 301 }, { signed: START }),
  })
  await lie('signed-ahead', 'Signed 301 seconds after its entry.', fails('SIGNATURE_TIME_WRONG'), {
    tell: collected({}, { signed: START + 301 }),
  })
  await lie(
    'signed-early',
    'Signed 301 seconds before it was made.',
    fails('SIGNATURE_TIME_WRONG'),
    { tell: collected({}, { signed: START - 301 }) },
  )
  await lie('too-late', 'Admitted a second after its deadline.', fails('STATEMENT_EXPIRED'), {
    tell: (scene) => scene.add(instrument(), BOTH, { time: START + 86_401 }),
    parties: [ANNA, BORIS],
  })
  await lie(
    'link',
    'The entry says something else of the one before it.',
    fails('ENTRY_CHAIN_BROKEN'),
    {
      tell: collected({}, { previous: seedOf('elsewhere') }),
      more: [1],
    },
  )
  await lie('time-goes-back', 'Older than an entry far before it.', fails('ENTRY_CHAIN_BROKEN'), {
    tell: async (scene) => {
      await scene.add(collection(), { collector: ANNA })
      return collected({ iat: START - 60 }, { time: START - 1 })(scene)
    },
  })
  await lie('twice', 'One statement in two places.', fails('STATEMENT_ADMITTED'), {
    tell: async (scene) => {
      const made = await scene.add(collection(), { collector: ANNA })
      scene.log.append(scene.log.entryOf(made.id).envelope, START)
      return made
    },
  })
}

async function payloads(lie: Lie): Promise<void> {
  const rewritten =
    (from: string, to: string, draft = collection()): Tell =>
    (scene) =>
      scene.add(draft, draft.type === 'collection/1' ? { collector: ANNA } : { performer: ANNA }, {
        rewrite: respelled(from, to),
      })
  const report = outcome([PARENT], ANNA)
  const invalid = fails('PAYLOAD_INVALID')
  const rows: readonly (readonly [string, string, string, string, Expected])[] = [
    [
      'type-later',
      'A later version of its type.',
      'collection/1',
      'collection/2',
      judgedAs(incomplete('STATEMENT_TYPE_UNKNOWN')),
    ],
    [
      'v-2',
      'A later version of payloads.',
      '"v":1',
      '"v":2',
      judgedAs(incomplete('STATEMENT_VERSION_UNKNOWN')),
    ],
    [
      'v-text',
      'A version that is no number.',
      '"v":1',
      '"v":"1"',
      judgedAs(incomplete('STATEMENT_VERSION_UNKNOWN')),
    ],
    [
      'other-ledger',
      'Meant for another ledger.',
      'ledger.example/packs',
      'other.example/packs',
      fails('AUDIENCE_WRONG'),
    ],
    [
      'aud-text',
      'An audience that is no list.',
      '["ledger.example/packs"]',
      '"ledger.example/packs"',
      invalid,
    ],
    [
      'aud-two',
      'Meant for two ledgers.',
      '["ledger.example/packs"]',
      '["ledger.example/packs","x"]',
      invalid,
    ],
    ['member-more', 'A member that no payload has.', '"v":1', '"v":1,"zz":1', invalid],
    [
      'about',
      'It is about nothing.',
      '{"_sd_alg":"sha-256",',
      `{"_sd_alg":"sha-256","about":"${digestOf('x')}",`,
      invalid,
    ],
    ['countersign', 'Nobody countersigns.', '"iat"', `"countersign_by":${START},"iat"`, invalid],
    ['iat-negative', 'A time before all times.', `"iat":${START}`, '"iat":-1', invalid],
    [
      'iat-exponent',
      'A number in another notation.',
      `"iat":${START}`,
      '"iat":1.795392e9',
      fails('JSON_NOT_CANONICAL'),
    ],
    ['space', 'A space more.', '"v":1', '"v": 1', fails('JSON_NOT_CANONICAL')],
    ['escape', 'A letter in an escape.', '"type"', '"typ\\u0065"', fails('JSON_NOT_CANONICAL')],
    ['no-json', 'A brace less.', '"v":1}', '"v":1', fails('JSON_INVALID')],
    ['claim-renamed', 'A claim that the type does not have.', '"period":', '"perioe":', invalid],
    ['claim-open', 'A claim in clear.', '"ext":[{', '"ext":[1,{', invalid],
    ['sd-alg', 'Another hash.', 'sha-256', 'sha-512', invalid],
  ]
  for (const [name, description, from, to, expect] of rows) {
    await lie(`payload-${name}`, description, expect, { tell: rewritten(from, to) })
  }
  await lie('payload-parent-elsewhere', 'A parent in another ledger: reserved.', invalid, {
    tell: rewritten('"n":0}]', '"n":0,"origin":"x"}]', report),
  })
  await lie('payload-no-parents', 'Of nothing.', invalid, {
    tell: rewritten(`"parents":[{"id":"${PARENT.id}","n":0}]`, '"parents":[]', report),
  })
  await lie(
    'algorithm-later',
    'Signed by an algorithm of later days.',
    judgedAs(incomplete('SIGNATURE_ALG_UNKNOWN')),
    {
      tell: (scene) =>
        scene.add(
          collection(),
          { collector: ANNA },
          {
            reenvelope: (envelope) => ({
              ...envelope,
              signatures: envelope.signatures.map((signature) => {
                const head = Buffer.from(signature.protected, 'base64url').toString()
                const later = toBase64url(utf8Encode(head.replace('"Ed25519"', '"ML-DSA-44"')))
                return { ...signature, protected: later } as EnvelopeSignature
              }),
            }),
          },
        ),
    },
  )
}
