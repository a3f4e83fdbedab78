/** Lineages: who held what when it was used, and whether copies are copies. */

import type { ErrorCode } from '../../ledger/core/errors.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { Expected } from './pack.js'
import { failed, incomplete, judgedAs, type PackList } from './pack-list.js'
import {
  type Added,
  ANNA,
  BORIS,
  BOTH,
  collection,
  dataset,
  digestOf,
  instrument,
  outcome,
  processing,
  Scene,
  transfer,
} from './scene.js'

const of = ({ id }: Added, n = 0) => ({ id, n })
const fails = (...codes: readonly ErrorCode[]) => judgedAs(failed(...codes))
const MASKED = { droppedCount: 0, sourceFieldsCount: 1, claim: 'none' }

type Story = (scene: Scene) => Promise<readonly Added[]>

export async function addCustody(list: PackList): Promise<void> {
  const tell = async (
    name: string,
    description: string,
    story: Story,
    expect: Expected = judgedAs([]),
  ) => {
    const scene = await Scene.of(ANNA, BORIS)
    const bundle = await scene.bundle(await story(scene))
    list.own(`lineage-${name}`, description, bundle, { kind: 'lineage', expect })
  }
  await good(tell)
  await bad(tell)
  await withheld(list)
}

type Teller = (name: string, description: string, story: Story, expect?: Expected) => Promise<void>

const collect = (scene: Scene, claims: JsonObject = {}) =>
  scene.add(collection(claims), { collector: ANNA })

async function good(tell: Teller): Promise<void> {
  await tell('own', 'An outcome of what its performer collected.', async (scene) => {
    const first = await collect(scene)
    return [first, await scene.add(outcome([of(first)], ANNA), { performer: ANNA })]
  })
  await tell('diamond', 'Two ways from one collection to one outcome.', async (scene) => {
    const first = await collect(scene, { datasets: [dataset(3, []), dataset(5, [], 'more')] })
    const parents = [of(first, 3), of(first, 5)]
    const copies = [dataset(0, [0]), dataset(1, [1], 'more')]
    const moved = await scene.add(transfer(parents, { datasets: copies }), BOTH)
    const left = await scene.add(processing([of(moved)]), { performer: BORIS })
    const right = await scene.add(processing([of(moved, 1)]), { performer: BORIS })
    const report = await scene.add(outcome([of(left), of(right), of(moved)]), { performer: BORIS })
    return [first, moved, left, right, report]
  })
  await tell('chain', 'Twenty steps of processing.', async (scene) => {
    const all = [await collect(scene)]
    for (let step = 0; step < 20; step += 1) {
      const parent = all.at(-1) as Added
      all.push(await scene.add(processing([of(parent)], ANNA), { performer: ANNA }))
    }
    return all
  })
  await tell('back-and-forth', 'There and back again.', async (scene) => {
    const first = await collect(scene)
    const there = await scene.add(transfer([of(first)]), BOTH)
    const back = await scene.add(
      transfer([of(there)], { exporter: BORIS.kid, importer: ANNA.kid }),
      { exporter: BORIS, importer: ANNA },
    )
    return [first, there, back]
  })
  for (const [name, transformation] of [
    ['explained', { kind: 'mask', datasets: [0] }],
    ['explained-for-all', { kind: 'mask' }],
  ] as const) {
    await tell(`copy-${name}`, 'Another digest, and why.', async (scene) => {
      const first = await collect(scene)
      const minimization = { ...MASKED, transformations: [transformation] }
      const datasets = [dataset(0, [0], 'masked')]
      return [first, await scene.add(transfer([of(first)], { minimization, datasets }), BOTH)]
    })
  }
}

async function bad(tell: Teller): Promise<void> {
  const gap = judgedAs(incomplete('LINEAGE_GAP'))
  await tell(
    'gap',
    'The parent is not shown.',
    async (scene) => [
      await scene.add(outcome([{ id: digestOf('elsewhere') as StatementId, n: 0 }]), {
        performer: BORIS,
      }),
    ],
    gap,
  )
  await tell(
    'held-by-another',
    'Who used it never had it.',
    async (scene) => {
      const first = await collect(scene)
      return [first, await scene.add(outcome([of(first)], BORIS), { performer: BORIS })]
    },
    fails('LINEAGE_CUSTODY'),
  )
  await tell(
    'sent-by-another',
    'Who sent it never had it.',
    async (scene) => {
      const first = await collect(scene)
      const claims = { exporter: BORIS.kid, importer: ANNA.kid }
      return [
        first,
        await scene.add(transfer([of(first)], claims), { exporter: BORIS, importer: ANNA }),
      ]
    },
    fails('LINEAGE_CUSTODY'),
  )
  await tell(
    'number-unknown',
    'There is no such dataset.',
    async (scene) => {
      const first = await collect(scene)
      return [first, await scene.add(outcome([of(first, 1)], ANNA), { performer: ANNA })]
    },
    fails('LINEAGE_CUSTODY'),
  )
  await tell(
    'of-an-outcome',
    'An outcome is an end.',
    async (scene) => {
      const first = await collect(scene)
      const report = await scene.add(outcome([of(first)], ANNA), { performer: ANNA })
      return [first, report, await scene.add(outcome([of(report)], ANNA), { performer: ANNA })]
    },
    fails('LINEAGE_CUSTODY'),
  )
  await tell(
    'of-an-instrument',
    'An agreement is no data, and no beginning.',
    async (scene) => {
      const agreed = await scene.add(instrument(), BOTH)
      return [agreed, await scene.add(outcome([of(agreed)], ANNA), { performer: ANNA })]
    },
    judgedAs([...failed('LINEAGE_CUSTODY'), ...incomplete('LINEAGE_GAP')]),
  )
  await tell(
    'parent-later',
    'The parent came after its child.',
    async (scene) => {
      const other = await Scene.of(ANNA, BORIS)
      const future = await collect(other)
      const envelope = other.log.entryOf(future.id).envelope
      const child = await scene.add(outcome([of(future)], ANNA), { performer: ANNA })
      return [scene.log.append(envelope, 1_795_392_000), child]
    },
    fails('LINEAGE_ORDER'),
  )
  await tell(
    'copy-changed',
    'Another digest, and no reason.',
    async (scene) => {
      const first = await collect(scene)
      const datasets = [dataset(0, [0], 'fewer')]
      return [first, await scene.add(transfer([of(first)], { datasets }), BOTH)]
    },
    fails('DATASET_DIGEST_CHANGED'),
  )
  await tell(
    'copy-explained-elsewhere',
    'The reason is about another copy.',
    async (scene) => {
      const first = await collect(scene, { datasets: [dataset(0, []), dataset(1, [])] })
      const minimization = { ...MASKED, transformations: [{ kind: 'mask', datasets: [1] }] }
      const datasets = [dataset(0, [0], 'fewer'), dataset(1, [1], 'masked')]
      return [
        first,
        await scene.add(transfer([of(first), of(first, 1)], { minimization, datasets }), BOTH),
      ]
    },
    fails('DATASET_DIGEST_CHANGED'),
  )
}

/** One transfer of a changed copy, with one value or another withheld. */
async function withheld(list: PackList): Promise<void> {
  const scene = await Scene.of(ANNA, BORIS)
  const first = await collect(scene)
  const minimization = { ...MASKED, transformations: [{ kind: 'mask' }] }
  const datasets = [dataset(0, [0], 'masked')]
  const moved = await scene.add(transfer([of(first)], { minimization, datasets }), BOTH)
  const bundle = await scene.bundle([first, moved])
  const file = list.file('lineage-masked.json', bundle)
  const closed = (
    name: string,
    description: string,
    [position, shows]: readonly [statement: number, value: string],
    codes: readonly ErrorCode[] = [],
  ) => {
    const path = ['statements', position, 'signatures', 0, 'header', 'disclosures']
    const texts = path.reduce((value: Json, step) => (value as never)[step] as Json, bundle)
    const at = (texts as readonly string[]).findIndex((text) =>
      Buffer.from(text, 'base64url').toString().includes(shows),
    )
    if (at < 0) throw new RangeError('no such value')
    const edits = [{ path: [...path, at], remove: true as const }]
    const expect = judgedAs(incomplete('CLAIM_WITHHELD', ...codes))
    list.pack(`lineage-${name}-withheld`, description, { file, edits, expect, kind: 'lineage' })
  }
  const anna = `"${ANNA.kid}"`
  closed('holder', 'Who held it is withheld.', [0, anna], ['LINEAGE_CUSTODY'])
  closed('user', 'Who used it is withheld.', [1, anna], ['LINEAGE_CUSTODY'])
  closed('datasets', 'What was held is withheld.', [0, '"dataset 0"'], ['LINEAGE_CUSTODY'])
  closed(
    'explanation',
    'Why the digest changed is withheld.',
    [1, 'droppedCount'],
    ['DATASET_DIGEST_CHANGED'],
  )
  closed('purpose', 'A value that custody does not ask for.', [1, 'ServiceOptimisation'])
}
