/**
 * Good receipts: every type of statement, every state of a key in which a signature counts, trees of
 * many sizes.
 */
import type { JsonObject } from '../../ledger/core/json.js'
import { incomplete, judgedAs, noted, type PackList } from './pack-list.js'
import {
  ANNA,
  ANNA_NEXT,
  added,
  BORIS,
  BOTH,
  collection,
  dataset,
  ended,
  instrument,
  keyChange,
  keyOf,
  OPERATOR,
  OPERATOR_NEXT,
  outcome,
  processing,
  refusal,
  Scene,
  START,
  transfer,
} from './scene.js'

const DPV = 'https://w3id.org/dpv#'

export async function addReceipts(list: PackList): Promise<void> {
  await byType(list)
  await richClaims(list)
  await keyStates(list)
  await registrarKeys(list)
  await logKeys(list)
  await sizes(list)
}

async function byType(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA, BORIS)
  const collected = await scene.add(collection(), { collector: ANNA })
  const agreed = await scene.add(instrument(), BOTH)
  const parents = [{ id: collected.id, n: 0 }]
  const moved = await scene.add(transfer(parents, { instrument: agreed.id }), BOTH)
  const own = [{ id: moved.id, n: 0 }]
  const made = await scene.add(processing(own), { performer: BORIS })
  const report = await scene.add(outcome([{ id: made.id, n: 0 }]), { performer: BORIS })
  const corrected = await scene.add({ ...transfer(parents), supersedes: moved.id }, BOTH)
  const all = { collected, agreed, moved, made, report, corrected }
  for (const [name, added] of Object.entries(all)) {
    const type = added === agreed ? 'instrument' : name
    list.own(`receipt-${type}`, `A statement of ${type}, one file.`, await scene.receipt(added))
  }
  const first = { id: scene.log.logged[0]?.id ?? collected.id, index: 0 }
  list.own('receipt-operator', 'The statement of entry 0.', await scene.receipt(first))
  const second = { id: scene.log.logged[1]?.id ?? collected.id, index: 1 }
  list.own('receipt-enrolment', 'A party enrols.', await scene.receipt(second))
  for (const [code, role] of [
    ['not-agreed', 'importer'],
    ['withdrawn', 'exporter'],
    ['other', 'importer'],
  ] as const) {
    const by = role === 'importer' ? BORIS : ANNA
    const refused = await scene.add(refusal(code), { [role]: by })
    list.own(`receipt-refusal-${code}`, `A refusal by the ${role}.`, await scene.receipt(refused))
  }
}

async function richClaims(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA, BORIS)
  const drafts: Readonly<Record<string, JsonObject>> = {
    'claims-unicode': {
      datasets: [{ ...dataset(0, []), name: 'Fahrten – 乗車 🚲', records: 9007199254740991 }],
      ext: { a: [1, { b: 'x' }], é: true, '\u{1f600}': 1, '\uffee': 2 },
    },
    'claims-many-datasets': {
      datasets: Array.from({ length: 8 }, (_, n) => dataset(n * 7, [], `content ${n}`)),
      subjects: [`${DPV}Customer`, `${DPV}Employee`],
    },
    'claims-counts': {
      datasets: [
        {
          ...dataset(0, []),
          subjects: {
            band: { min: 10, max: 20 },
            sensitive: 20,
            volumes: [{ category: 'biometric', persons: 5 }],
          },
        },
      ],
      retention: { duration: 'P1Y6M', startEvent: 'collection-end', startDate: '2026-02-28' },
    },
    'claims-leap-day': {
      period: { begin: '2024-02-29T23:59:59.5Z', end: '2024-02-29T23:59:59.500000000Z' },
      retention: { until: '2028-02-29' },
      onward: { allowed: false, countriesExcluded: ['US', 'CN'] },
    },
    'claims-terms': {
      purposes: [
        `${DPV}ServiceOptimisation`,
        'https://xn--bcher-kva.example/a?b#c',
        'https://a.de#é',
      ],
      legalBasis: [{ basis: `${DPV}LegitimateInterest`, regime: 'uk-gdpr', law: 'Art. 6(1)(f)' }],
    },
    'claims-fields': {
      fields: [
        { n: 0, name: 'postcode', category: `${DPV}Location`, special: [], identifier: 'indirect' },
        { n: 0, name: 'Postcode', category: `${DPV}Location`, source: [] },
      ],
    },
  }
  for (const [name, claims] of Object.entries(drafts)) {
    const made = await scene.add(collection(claims), { collector: ANNA })
    list.own(name, 'Values at the edge of their form.', await scene.receipt(made))
  }
}

async function keyStates(list: PackList): Promise<void> {
  const change = async (
    name: string,
    description: string,
    make: (scene: Scene) => Promise<JsonObject>,
    notes = judgedAs([]),
  ) => list.own(name, description, await make(await Scene.of(ANNA, BORIS)), { expect: notes })
  const doubted = judgedAs(noted('KEY_COMPROMISED'))

  await change('key-second-signs', 'A key that was added signs.', async (scene) => {
    await scene.add(keyChange('add', ANNA_NEXT), added(ANNA_NEXT))
    return scene.receipt(await scene.add(collection(), { collector: ANNA_NEXT }))
  })
  for (const action of ['retire', 'revoke'] as const) {
    await change(`key-${action}d-later`, 'A key ended after it signed.', async (scene) => {
      const made = await scene.add(collection(), { collector: ANNA })
      await scene.add(keyChange(action, ANNA), ended())
      return scene.receipt(made)
    })
  }
  await change(
    'key-revoked-by-registrar-later',
    'The registrar alone may revoke.',
    async (scene) => {
      const made = await scene.add(collection(), { collector: ANNA })
      await scene.add(keyChange('revoke', ANNA), { registrar: OPERATOR })
      return scene.receipt(made)
    },
  )
  const compromised = async (scene: Scene, since: number) => {
    const made = await scene.add(collection(), { collector: ANNA })
    await scene.add(keyChange('compromised', ANNA, { since }), ended())
    return scene.receipt(made, { more: [4] })
  }
  await change(
    'key-compromised-from-then',
    'In doubt from this entry on.',
    (s) => compromised(s, 3),
    doubted,
  )
  await change(
    'key-compromised-from-0',
    'In doubt from the beginning.',
    (s) => compromised(s, 0),
    doubted,
  )
  await change('key-compromised-after', 'In doubt after this entry only.', (s) => compromised(s, 4))
  await change(
    'key-retired-then-compromised',
    'A retired key may still turn out to be compromised.',
    async (scene) => {
      await scene.add(keyChange('add', ANNA_NEXT), added(ANNA_NEXT))
      const made = await scene.add(collection(), { collector: ANNA })
      await scene.add(keyChange('retire', ANNA), ended(ANNA_NEXT))
      await scene.add(keyChange('compromised', ANNA, { since: 1 }), ended(ANNA_NEXT))
      return scene.receipt(made, { more: [5, 6] })
    },
    doubted,
  )
  await change('key-retired-by-other-key', 'The second key retires the first.', async (scene) => {
    await scene.add(keyChange('add', ANNA_NEXT), added(ANNA_NEXT))
    return scene.receipt(await scene.add(keyChange('retire', ANNA), ended(ANNA_NEXT)))
  })
  await change('key-for-all-uses', 'A key for several uses signs statements.', async (scene) => {
    const claims = { use: ['statement', 'api', 'witness'] }
    await scene.add(keyChange('add', ANNA_NEXT, claims), added(ANNA_NEXT))
    return scene.receipt(await scene.add(collection(), { collector: ANNA_NEXT }))
  })
  await change(
    'party-continues',
    'A party goes on after one that lost its keys, and the reader is told.',
    async (scene) => {
      const heir = keyOf('anna, after the loss')
      await scene.enrol(heir, {}, { continues: ANNA.kid })
      return scene.receipt(await scene.add(collection({}, heir), { collector: heir }))
    },
    judgedAs(noted('PARTY_CONTINUES')),
  )
  await change(
    'key-reason-kept',
    'The reason of a key statement stays with its party.',
    async (scene) => {
      const claims = { reason: { code: 'routine' } }
      return scene.receipt(await scene.add(keyChange('add', ANNA_NEXT, claims), added(ANNA_NEXT)))
    },
  )
  await change('signed-before-the-clock', 'Clocks may differ by 300 seconds.', async (scene) => {
    const made = await scene.add(
      { ...collection(), iat: START + 300 },
      { collector: ANNA },
      { signed: START },
    )
    return scene.receipt(made)
  })
  await change('signed-after-the-clock', 'Nor may a signature be much later.', async (scene) =>
    scene.receipt(await scene.add(collection(), { collector: ANNA }, { signed: START + 300 })),
  )
  await change('deadline-this-second', 'Admitted in its last second.', async (scene) => {
    const draft = { ...instrument(), countersignBy: START + 5 }
    return scene.receipt(await scene.add(draft, BOTH, { time: START + 5 }))
  })
}

/** The registrar has another key; where each key statement stands must be shown, and is. */
async function registrarKeys(list: PackList): Promise<void> {
  const scene = await Scene.of()
  await scene.add(keyChange('add', OPERATOR_NEXT, {}, OPERATOR), added(OPERATOR_NEXT, OPERATOR))
  await scene.enrol(ANNA, { registrar: OPERATOR_NEXT })
  await scene.add(keyChange('retire', OPERATOR, {}, OPERATOR), ended(OPERATOR_NEXT))
  await scene.enrol(BORIS, { registrar: OPERATOR_NEXT })
  const made = await scene.add(collection(), { collector: ANNA })
  const more = [1, 2, 3, 4]
  const receipt = await scene.receipt(made, { more })
  list.own('registrar-second-key', 'The operator admits with its second key.', receipt)
  const early = await Scene.of(ANNA)
  await early.add(keyChange('add', OPERATOR_NEXT, {}, OPERATOR), added(OPERATOR_NEXT, OPERATOR))
  const collected = await early.add(collection(), { collector: ANNA })
  await early.add(keyChange('retire', OPERATOR, {}, OPERATOR), ended(OPERATOR_NEXT))
  const shown = await early.receipt(collected, { more: [1, 2, 4] })
  list.own('registrar-first-key-retired', 'The key that admitted has retired since.', shown)
}

/** The key that signs the checkpoint was ended by the operator, in the log itself. */
async function logKeys(list: PackList): Promise<void> {
  const log = keyOf('the log')
  const rows = [
    ['retired', keyChange('retire', log, {}, OPERATOR), noted('LOG_KEY_ENDED')],
    ['revoked', keyChange('revoke', log, {}, OPERATOR), incomplete('LOG_KEY_ENDED')],
    ['stolen', keyChange('compromised', log, { since: 2 }, OPERATOR), incomplete('LOG_KEY_ENDED')],
    ['doubted', keyChange('compromised', log, { since: 5 }, OPERATOR), noted('LOG_KEY_ENDED')],
  ] as const
  for (const [name, draft, findings] of rows) {
    const scene = await Scene.of(ANNA)
    await scene.add(keyChange('add', log, { use: ['log'] }, OPERATOR), added(log, OPERATOR))
    const made = await scene.add(collection(), { collector: ANNA })
    await scene.add(draft, ended(OPERATOR))
    const receipt = await scene.receipt(made, { more: [1, 2, 4] })
    const expect = judgedAs(findings)
    list.own(`log-key-${name}`, 'The key of this checkpoint was ended by it.', receipt, { expect })
  }
}

/** Sizes around powers of two: paths of every shape. */
async function sizes(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA)
  for (let at = 2; at < 33; at += 1) {
    await scene.add(collection({ ext: { at } }), { collector: ANNA })
  }
  for (const [index, size] of [
    [2, 3],
    [2, 4],
    [3, 5],
    [6, 7],
    [4, 8],
    [8, 9],
    [13, 16],
    [16, 17],
    [11, 31],
    [31, 32],
    [20, 33],
    [32, 33],
  ] as const) {
    const entry = scene.log.logged[index]
    if (entry === undefined) throw new RangeError('no such entry')
    const receipt = await scene.receipt({ id: entry.id, index }, { size })
    list.own(`tree-${index}-of-${size}`, `Entry ${index} in a tree of ${size}.`, receipt)
  }
  const other = await Scene.of(ANNA)
  const history = await other.add(collection({ ext: { another: 'history' } }), { collector: ANNA })
  const shown = await other.receipt(history)
  list.own('receipt-split', 'Good alone; beside tree-2-of-3 it is a split view.', shown)
  const alone = new Scene()
  const only = await alone.enrol(OPERATOR)
  list.own('tree-0-of-1', 'A log of one entry.', await alone.receipt(only))
}
