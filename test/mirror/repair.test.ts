import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '../../ledger/core/evidence.js'
import { rootFromNodes } from '../../ledger/core/merkle.js'
import { judgeSplitView } from '../../ledger/core/split-view.js'
import { type StatementId, statementId } from '../../ledger/core/statement.js'
import { tileNodes } from '../../ledger/core/tile.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { signCheckpoint } from '../../ledger/log/writer.js'
import { openHeadFile } from '../../ledger/store/head-file.js'
import {
  bodyKey,
  disclosureKey,
  disclosureRange,
  type KeyKind,
  kindRange,
  numberRange,
  PREFIX,
} from '../../ledger/store/layout.js'
import type { StoreRecord } from '../../ledger/store/store.js'
import type { Dump } from '../log/support/dump.js'
import { ACME } from '../log/support/firms.js'
import { buildTown } from '../log/support/ledger-town.js'
import { codeOf, LOG_KEY, POLICY } from '../log/support/site.js'
import { collection, crypto, idOf, ORIGIN, sign } from '../log/support/statements.js'
import { inStore, openFolder, Village } from './repair-world.js'
import { follow, sourceOf } from './world.js'

let village: Village
beforeAll(async () => {
  village = await Village.build()
})
afterAll(() => village.remove())

/** Questions that are answered otherwise than by the sound ledger, but for those about the inbox. */
function differing(answers: Dump): readonly string[] {
  const { waiting } = village.town.ids
  const isInbox = (question: string): boolean =>
    /^(?:inbox of|sent by) /.test(question) || waiting.some((id) => question.includes(id))
  return [...village.answers]
    .filter(([question, answer]) => answers.get(question) !== answer && !isInbox(question))
    .map(([question]) => question)
}

function flipAt(bytes: Uint8Array, place: number): Uint8Array {
  return bytes.map((byte, at) => (at === place ? 255 - byte : byte))
}

function remove(folder: string, ...keys: readonly Uint8Array[]): Promise<void> {
  return inStore(folder, (store) => store.write({ puts: [], deletes: keys }, { sync: true }))
}

/** Sets a folder back to an earlier size, as a backup has it; its inbox was empty then. */
async function cutTo(folder: string, size: number): Promise<void> {
  const log = openPublishedFolder(village.mirror)
  const nodes = tileNodes(village.town.size, (level, index, width) => log.tile(level, index, width))
  const checkpoint = await signCheckpoint(ORIGIN, size, rootFromNodes(size, nodes), LOG_KEY)
  await openHeadFile(folder).write({
    checkpoint,
    inbox: { base: 0, seq: 0, hash: '0'.repeat(64) },
  })
  await inStore(folder, async (store) => {
    const deletes: Uint8Array[] = []
    const ranges = [
      numberRange('entry', size),
      numberRange('body', size),
      disclosureRange(size, 1_000),
    ]
    for (const range of ranges) {
      for await (const chunk of store.scan(range)) deletes.push(...chunk.map(([key]) => key))
    }
    await store.write({ puts: [], deletes }, { sync: true })
  })
}

async function asked<T>(
  question: (ledger: Awaited<ReturnType<typeof openFolder>>) => T,
): Promise<T> {
  const ledger = await openFolder(village.sound)
  try {
    return question(ledger)
  } finally {
    await ledger.close()
  }
}

function evidenceOf(id: StatementId): Promise<Evidence> {
  return asked((ledger) => ledger.evidence([id]))
}

function indexOf(id: StatementId): Promise<number> {
  return asked((ledger) => ledger.indexOf(id) ?? -1)
}

/** The evidence with one disclosure of a statement and no other. */
function onlyDisclosure(evidence: Evidence, id: StatementId, ordinal: number): Evidence {
  const statements = evidence.statements.map((item) => {
    const { envelope } = item
    if (statementId(envelope.payloadBytes, crypto.sha256) !== id) return item
    const disclosures = envelope.disclosures.slice(ordinal, ordinal + 1)
    return { ...item, envelope: { ...envelope, disclosures } }
  })
  return { ...evidence, statements }
}

/** A record of a kind, somewhere in the middle. */
function recordOf(folder: string, kind: KeyKind): Promise<StoreRecord> {
  return inStore(folder, async (store) => {
    const all: StoreRecord[] = []
    for await (const chunk of store.scan(kindRange(kind))) all.push(...chunk)
    const record = all[Math.floor(all.length / 2)]
    if (record === undefined) throw new Error(`no ${kind}`)
    return record
  })
}

async function expectRestored(folder: string): Promise<void> {
  const outcome = await village.repair(folder)

  expect(outcome.kind).toBe('repaired')
  expect(outcome.kind === 'repaired' && outcome.report.verdict).toBe('VERIFIED')
  expect(await village.answersOf(folder)).toEqual(village.answers)
}

const KINDS = (Object.keys(PREFIX) as readonly KeyKind[]).filter(
  // Sixty entries fill no tile, and nobody has asked a rule: repair-each.test.ts has both.
  (kind) => !['tile', 'rules'].includes(kind),
)
/** Kinds whose values are told apart in different ways: by the tree, the entry, the placeholder, a seal. */
const FLIPPED: readonly KeyKind[] = ['entry', 'body', 'disclosure', 'holder', 'inbox', 'proposal']

describe('one record of a kind', () => {
  test.each(KINDS)('%s: deleted', async (kind) => {
    const folder = village.copy()
    const [key] = await recordOf(folder, kind)
    await inStore(folder, (store) => store.write({ puts: [], deletes: [key] }, { sync: true }))

    await expectRestored(folder)
  })

  test.each(FLIPPED)('%s: a flipped bit', async (kind) => {
    const folder = village.copy()
    const [key, value] = await recordOf(folder, kind)
    const flipped = value.map((byte, at) =>
      at === Math.floor(value.length / 2) ? 255 - byte : byte,
    )
    const puts = [{ key, value: flipped }]
    await inStore(folder, (store) => store.write({ puts }, { sync: true }))

    await expectRestored(folder)
  })
})

describe('one file', () => {
  test('deleted or flipped, whichever it is: every answer is as before', async () => {
    const files = readdirSync(join(village.sound, 'store')).filter((name) => name !== 'LOCK')
    for (const name of [...files.map((file) => join('store', file)), 'checkpoint']) {
      for (const damage of ['delete', 'flip'] as const) {
        const folder = village.copy()
        const path = join(folder, name)
        const bytes = readFileSync(path)
        if (damage === 'delete') rmSync(path)
        else writeFileSync(path, flipAt(bytes, 30))
        const outcome = await village.repair(folder)

        expect([name, damage, ['repaired', 'sound'].includes(outcome.kind)]).toEqual([
          name,
          damage,
          true,
        ])
        expect([name, damage, await village.answersOf(folder)]).toEqual([
          name,
          damage,
          village.answers,
        ])
      }
    }
  })
})

describe('what is left of a ledger', () => {
  test('nothing but its keys and configuration: all of the log comes back from the mirror', async () => {
    const folder = village.copy()
    rmSync(join(folder, 'store'), { recursive: true })
    rmSync(join(folder, 'checkpoint'))
    const outcome = await village.repair(folder)

    expect(outcome).toMatchObject({ kind: 'repaired', size: village.town.size, kept: undefined })
    expect(differing(await village.answersOf(folder))).toEqual([])
  })

  test('a backup of some time ago: the entries since come back, and the head goes on with them', async () => {
    const folder = village.copy()
    await cutTo(folder, 40)
    const outcome = await village.repair(folder)

    expect(outcome).toMatchObject({ kind: 'repaired', before: 40, size: village.town.size })
    expect(differing(await village.answersOf(folder))).toEqual([])
  })

  test('a ledger that is in order is not touched', async () => {
    const folder = village.copy()

    expect((await village.repair(folder)).kind).toBe('sound')
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'store', 'waybill.json'])
  })

  test('a run that was interrupted while it changed places is finished by the next', async () => {
    const folder = village.copy()
    renameSync(join(folder, 'store'), join(folder, 'store.repaired'))

    expect((await village.repair(folder)).kind).toBe('sound')
    expect(await village.answersOf(folder)).toEqual(village.answers)
  })

  test('the old store is kept beside the new one', async () => {
    const folder = village.copy()
    const [key] = await recordOf(folder, 'entry')
    await remove(folder, key)
    await village.repair(folder)

    expect(readdirSync(folder).sort()).toEqual([
      'checkpoint',
      'store',
      'store.damaged-test',
      'waybill.json',
    ])
  })
})

describe('the inbox, where no mirror has it', () => {
  let mirrors: readonly string[]
  beforeAll(() => {
    const mirror = join(village.root, 'without inbox')
    cpSync(village.mirror, mirror, { recursive: true })
    rmSync(join(mirror, 'inbox'), { recursive: true })
    mirrors = [mirror]
  })

  test('an event that is lost: the proposals wait still, in a list that begins anew', async () => {
    const folder = village.copy()
    const [key] = await recordOf(folder, 'inbox')
    await remove(folder, key)
    const outcome = await village.repair(folder, { mirrors })
    const ledger = await openFolder(folder)
    const waiting = village.town.ids.waiting.map((id) => ledger.proposal(id)?.id)
    await ledger.close()

    expect(outcome).toMatchObject({ kind: 'repaired', inbox: { lost: [], rewritten: true } })
    expect(waiting).toEqual(village.town.ids.waiting)
  })

  test('a proposal that is lost is named, and its ledger goes on without it', async () => {
    const folder = village.copy()
    const [key] = await recordOf(folder, 'proposal')
    await remove(folder, key)
    const outcome = await village.repair(folder, { mirrors })

    expect(outcome.kind).toBe('repaired')
    const lost = outcome.kind === 'repaired' ? outcome.inbox.lost : []
    expect(village.town.ids.waiting).toEqual(expect.arrayContaining([...lost]))
    expect(lost).toHaveLength(1)
  })
})

describe('parts from receipts', () => {
  test('a statement comes back from its receipt alone, without a mirror', async () => {
    const folder = village.copy()
    const { transfer } = village.town.ids
    const evidence = await evidenceOf(transfer)
    await remove(folder, bodyKey(await indexOf(transfer)))
    const lost = await codeOf(() => village.repair(folder, { mirrors: [] }))
    const outcome = await village.repair(folder, { mirrors: [], evidence: [evidence] })

    expect(lost).toBe('REPAIR_INCOMPLETE')
    expect(outcome).toMatchObject({ kind: 'repaired', restored: { statements: 1 } })
    expect(differing(await village.answersOf(folder))).toEqual([])
  })

  test('a claim that the receipt withholds, and the store still has, is put together with it', async () => {
    const folder = village.copy()
    const { transfer } = village.town.ids
    const index = await indexOf(transfer)
    await remove(folder, disclosureKey(index, 1))
    const evidence = await evidenceOf(transfer)
    const only = onlyDisclosure(evidence, transfer, 1)
    const outcome = await village.repair(folder, { mirrors: [], evidence: [only] })

    expect(outcome).toMatchObject({ kind: 'repaired', restored: { statements: 1 } })
    expect(differing(await village.answersOf(folder))).toEqual([])
  })

  test('a statement that was never in the log is left out, and named', async () => {
    const folder = village.copy()
    const { transfer } = village.town.ids
    await remove(folder, bodyKey(await indexOf(transfer)))
    const forged = await sign(collection(ACME, 'never submitted'), [['collector', ACME.signer]])
    const evidence = await evidenceOf(transfer)
    const more = { form: 'envelope', envelope: forged } as const
    const outcome = await village.repair(folder, {
      evidence: [{ ...evidence, statements: [...evidence.statements, more] }],
    })

    expect(outcome).toMatchObject({ kind: 'repaired', foreign: [idOf(forged)] })
    expect(differing(await village.answersOf(folder))).toEqual([])
  })

  test.each([
    [
      'another claim under a true signature',
      (text: string) => text.replace(/"disclosures":\["Wy...../, '"disclosures":["WyJAAAA'),
    ],
    ['another signature', (text: string) => text.replace(/"signature":"..../, '"signature":"AAAA')],
    ['another payload', (text: string) => text.replace(/"payload":"....../, '"payload":"eyJfX2')],
  ])('a mirror that was forged gives nothing: %s', async (_what, forge) => {
    const folder = village.copy()
    const { transfer } = village.town.ids
    const index = await indexOf(transfer)
    await remove(folder, bodyKey(index))
    const mirror = join(village.root, `forged ${_what}`)
    cpSync(village.mirror, mirror, { recursive: true })
    const file = join(mirror, 'statements', `000.p/${village.town.size}`)
    const lines = readFileSync(file, 'utf8').split('\n')
    lines[index] = forge(lines[index] ?? '')
    writeFileSync(file, lines.join('\n'))

    expect(await codeOf(() => village.repair(folder, { mirrors: [mirror] }))).toBe(
      'REPAIR_INCOMPLETE',
    )
  })
})

describe('two histories', () => {
  test('a mirror of another one is not repaired from: evidence, and nothing is touched', async () => {
    const other = await buildTown()
    const ledger = await other.site.open()
    const mirror = join(village.root, 'other')
    await follow(sourceOf(ledger), mirror)
    await ledger.close()
    const folder = village.copy()
    const [key] = await recordOf(folder, 'search')
    await remove(folder, key)
    const outcome = await village.repair(folder, { mirrors: [mirror] })

    expect(outcome.kind).toBe('split')
    if (outcome.kind !== 'split') return
    expect(judgeSplitView(outcome.evidence, { policy: POLICY, crypto }).verdict).toBe(
      'FAILED (split view)',
    )
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'store', 'waybill.json'])
  })
})
