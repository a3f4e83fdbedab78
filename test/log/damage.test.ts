/**
 * Damage: a store behind its head is refused, a changed record is never an answer, and nothing is
 * signed after either was noticed. DESIGN 9, dangers 8 and 11.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, equalBytes, fromHex, toHex } from '../../ledger/core/bytes.js'
import { formatCheckpoint } from '../../ledger/core/checkpoint.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { hashLeaf, type RootHash } from '../../ledger/core/hash.js'
import { signNote } from '../../ledger/core/note.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { LedgerOptions } from '../../ledger/log/ledger.js'
import { type Head, memoryHeadFile } from '../../ledger/store/head-file.js'
import {
  encodeIndex,
  encodeMeta,
  entryKey,
  type KeyKind,
  META_KEY,
  parseKey,
  registryKey,
  searchKey,
} from '../../ledger/store/layout.js'
import { MemoryDisk, openMemoryStore } from '../../ledger/store/memory.js'
import type { StoreRecord } from '../../ledger/store/store.js'
import { withBitFlipped } from '../store/flip.js'
import { type Dump, dumpOf, type Questions } from './support/dump.js'
import { ACME, BOLT, CORAL, keyOf, OPERATOR } from './support/firms.js'
import { audited } from './support/oracle.js'
import { recordsOf, setRecord } from './support/records.js'
import { BOTH, collect, move } from './support/scene.js'
import { admit, codeOf, gatedStore, LOG_KEY, Site } from './support/site.js'
import {
  collection,
  dataset,
  enrolment,
  hexDigest,
  idOf,
  instrument,
  json,
  keyChange,
  ORIGIN,
  outcome,
  processing,
  refusal,
  sign,
  transfer,
} from './support/statements.js'

/** A closed ledger with at least one record of every kind but tiles. */
async function furnished(): Promise<Site> {
  const site = new Site()
  const ledger = await site.start()
  const second = keyOf('acme second')
  await admit(ledger, keyChange(ACME, second, 'add'), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
    ['subject', second],
  ])
  const agreed = await admit(ledger, instrument(ACME, BOLT), BOTH)
  const collected = await admit(ledger, collection(ACME, 'rides'), [['collector', second]])
  const draft = transfer([ACME, BOLT], [{ id: collected, n: 0 }], [dataset('rides', [0])], {
    instrument: agreed,
  })
  site.nowS += 5
  const moved = await admit(ledger, draft, BOTH)
  const made = processing(BOLT, [{ id: moved, n: 0 }], [dataset('model', [0])])
  const model = await admit(ledger, made, [['performer', BOLT.signer]])
  await admit(ledger, outcome(BOLT, [{ id: model, n: 0 }], 'report'), [['performer', BOLT.signer]])
  const declined = await sign(move(collected), [['exporter', ACME.signer]])
  const waits = await sign(move(collected), [['exporter', ACME.signer]])
  await ledger.submit(json(declined))
  await ledger.submit(json(waits))
  await admit(ledger, refusal(idOf(declined), 'not-agreed'), [['importer', BOLT.signer]])
  await admit(ledger, keyChange(ACME, second, 'retire'), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
  ])
  await collect(ledger, CORAL, 'last')
  await ledger.close()
  return site
}

const DAMAGE = /^!(ENTRY_MISMATCH|INBOX_DAMAGED|STORE_RECORD_MALFORMED|LEDGER_DAMAGED)$/
/** What a ledger says of something that is not there. */
const EMPTY = ['null', '[]', '!STATEMENT_NOT_FOUND']

const failing = (site: Site, options: Partial<LedgerOptions> = {}): Promise<string | undefined> =>
  codeOf(() => site.open(options))

describe('opening refuses', () => {
  test('a store that is behind its head', async () => {
    const site = await furnished()
    const yesterday = await site.copy()
    const ledger = await site.open()
    await collect(ledger, ACME, 'today')
    await ledger.close()
    const restored = new Site(yesterday.disk, site.head)
    restored.nowS = site.nowS

    expect(await failing(restored)).toBe('LEDGER_BEHIND_HEAD')
    restored.crash()
    expect(await failing(restored)).toBe('LEDGER_BEHIND_HEAD')
  })

  test('an empty store with a head', async () => {
    const { head } = await furnished()

    expect(await failing(new Site(new MemoryDisk(), head))).toBe('LEDGER_BEHIND_HEAD')
  })

  test('a store without its head', async () => {
    const { disk } = await furnished()

    expect(await failing(new Site(disk))).toBe('LEDGER_BEHIND_HEAD')
  })

  test('an inbox without its head, before there is any entry', async () => {
    const site = new Site()
    const ledger = await site.open()
    const proposal = await sign(enrolment(ACME), [['party', ACME.signer]])
    expect(await codeOf(() => ledger.submit(json(proposal)))).toBeUndefined()
    await ledger.close()

    expect(await failing(new Site(site.disk))).toBe('LEDGER_BEHIND_HEAD')
  })

  test('another root at the size of the head', async () => {
    const site = await furnished()
    const head = await headAt(site, hashLeaf(new Uint8Array()) as Uint8Array as RootHash)

    expect(await failing(site, { head: memoryHeadFile(head) })).toBe('LEDGER_BEHIND_HEAD')
  })

  test("a head that the log's key did not sign", async () => {
    const site = await furnished()

    expect(await failing(site, { signer: keyOf('another log') })).toBe('CHECKPOINT_UNTRUSTED')
  })

  test('a store of another ledger', async () => {
    const site = await furnished()
    await setRecord(site, META_KEY, encodeMeta('other.example/log'))

    expect(await failing(site)).toBe('CONFIG_INVALID')
  })

  test('a store that does not say whose it is', async () => {
    const site = await furnished()
    await setRecord(site, META_KEY, undefined)

    expect(await failing(site)).toBe('LEDGER_DAMAGED')
  })

  test('a store of another schema version', async () => {
    const site = await furnished()
    const meta = encodeMeta(ORIGIN)
    await setRecord(site, META_KEY, meta.with(1, 2))

    expect(await failing(site)).toBe('STORE_SCHEMA_UNKNOWN')
  })

  test('a list of registry statements that is not the committed one', async () => {
    for (const [index, value] of [
      [2, undefined],
      [4, undefined],
      [6, new Uint8Array()],
    ] as const) {
      const site = await furnished()
      await setRecord(site, registryKey(index), value)
      expect(await failing(site)).toBe('LEDGER_DAMAGED')
    }
  })

  test('an entry after the head that is no commit of this ledger', async () => {
    const site = await furnished()
    const records = await recordsOf(site)
    const last = records.filter(([key]) => parseKey(key).kind === 'entry').at(-1)
    await setRecord(site, entryKey(13), last?.[1])

    expect(await failing(site)).toBe('LEDGER_DAMAGED')
  })

  async function headAt(site: Site, root: RootHash): Promise<Head> {
    const text = formatCheckpoint({ origin: ORIGIN, size: 13, root })
    const checkpoint = await signNote(text, ORIGIN, LOG_KEY.publicKey, LOG_KEY.sign)
    const head = site.head.read()
    if (head === undefined) throw new Error('no head')
    return { ...head, checkpoint }
  }
})

describe('an index record that was lost', () => {
  test.each<readonly [string, readonly KeyKind[], number]>([
    ['lets no statement in twice', ['id'], 6],
    ['lets no refused statement in', ['refused'], -1],
  ])('%s', async (_, kinds, index) => {
    const site = await furnished()
    const before = await site.open()
    const about = before.statementAt(10).facts.about ?? missing()
    const refusedProposal = before.proposal(about)?.envelope ?? missing()
    const envelope = index < 0 ? refusedProposal : before.statementAt(index).opened.envelope
    await before.close()
    const id = idOf(envelope)
    for (const [key] of await recordsOf(site)) {
      const parsed = parseKey(key)
      const own = 'id' in parsed && equalBytes(parsed.id, fromHex(id))
      if (own && kinds.includes(parsed.kind)) await setRecord(site, key, undefined)
    }
    const ledger = await site.open()

    expect(await codeOf(() => ledger.submit(json(envelope)))).toBe('ENTRY_MISMATCH')

    expect(ledger.size).toBe(13)
    expect(ledger.health().ready).toBe(false)
    await ledger.close()
  })

  test('of a holder is told from a dataset that never was', async () => {
    const site = await furnished()
    const holder =
      (await recordsOf(site)).find(([key]) => parseKey(key).kind === 'holder') ?? missing()
    const parsed = parseKey(holder[0])
    if (parsed.kind !== 'holder') return
    const id = toHex(parsed.id) as StatementId
    await setRecord(site, holder[0], undefined)
    const ledger = await site.open()
    const firm =
      [ACME, BOLT, CORAL].find(
        ({ party }) => Object.values(ledger.statement(id)?.facts.parties ?? {}).at(-1) === party,
      ) ?? missing()
    const uses = (n: number) =>
      sign(outcome(firm, [{ id, n }], 'late'), [['performer', firm.signer]])
    const [wrong, right] = [await uses(7), await uses(parsed.n)]

    expect(await codeOf(() => ledger.submit(json(wrong)))).toBe('PARENT_NOT_FOUND')
    expect(await codeOf(() => ledger.submit(json(right)))).toBe('ENTRY_MISMATCH')
    expect(await codeOf(() => ledger.submit(json(wrong)))).toBe('ENTRY_MISMATCH')
    await ledger.close()
  })
})

test('an index that leads from an artefact to something else is damage', async () => {
  const site = await furnished()
  for (const index of [8, 9]) {
    const suffix = concatBytes(Uint8Array.of(1), fromHex(hexDigest('none')), encodeIndex(index))
    await setRecord(site, searchKey(suffix), new Uint8Array())
    const ledger = await site.open()
    expect(await codeOf(() => ledger.outcomesOf(hexDigest('none')))).toBe('ENTRY_MISMATCH')
    expect(await ledger.outcomesOf(hexDigest('report'))).toHaveLength(1)
    await ledger.close()
    await setRecord(site, searchKey(suffix), undefined)
  }
})

test.each(['stored', 'signed'])(
  'a commit that is being %s when damage is noticed gets no head',
  async (moment) => {
    const site = await furnished()
    const [key, value] = (await recordsOf(site)).find(([each]) => isBodyOf(each, 6)) ?? missing()
    await setRecord(site, key, withBitFlipped(value, 100))
    const head = site.head.read()
    const noticed: unknown[] = []
    const look = (now: string): void => {
      if (now === moment) noticed.push(codeNow(() => ledger.statementAt(6)))
    }
    const gate = gatedStore(openMemoryStore(site.disk), () => look('stored'))
    const signer = {
      ...LOG_KEY,
      sign: async (message: Uint8Array) => {
        look('signed')
        return await LOG_KEY.sign(message)
      },
    }
    const ledger = await site.open({ store: gate.store, signer })
    const next = json(await sign(collection(CORAL, 'next'), [['collector', CORAL.signer]]))

    expect(await codeOf(() => ledger.submit(next))).toBe('ENTRY_MISMATCH')

    expect([noticed, ledger.size, site.failures]).toEqual([['ENTRY_MISMATCH'], 13, []])
    expect(site.head.read()).toEqual(head)
    expect(ledger.health()).toMatchObject({
      ready: false,
      reason: 'writing failed: ENTRY_MISMATCH',
    })
    expect(ledger.statementAt(7).index).toBe(7)
    await ledger.close()
  },
)

function isBodyOf(key: Uint8Array, index: number): boolean {
  const parsed = parseKey(key)
  return parsed.kind === 'body' && parsed.index === index
}

function codeNow(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error)
  }
}

function missing(): never {
  throw new Error('no such record')
}

describe('a record that is', () => {
  let site = new Site()
  let records: readonly StoreRecord[] = []
  let questions: Questions = { ids: [], digests: [] }
  let original: Dump = new Map()

  beforeAll(async () => {
    site = await furnished()
    records = await recordsOf(site)
    const ledger = await site.open()
    const admitted = Array.from({ length: ledger.size }, (_, index) => ledger.statementAt(index).id)
    const waiting = ledger.inbox(BOLT.party).map(({ id }) => id)
    const declined = admitted.flatMap((id) => ledger.statement(id)?.facts.about ?? [])
    questions = {
      ids: [...admitted, ...waiting, ...declined],
      digests: [hexDigest('report'), hexDigest('none')],
    }
    original = await dumpOf(ledger, questions)
    await ledger.close()
    expect([...original.values()].filter((answer) => answer.startsWith('!'))).toEqual(
      Array(2 * (waiting.length + declined.length)).fill('!STATEMENT_NOT_FOUND'),
    )
  })

  /** All of them, or two or three of each kind. */
  function samples(): readonly StoreRecord[] {
    const kinds = [...new Set(records.map(([key]) => parseKey(key).kind))]
    return kinds.flatMap((kind) => {
      const own = records.filter(([key]) => parseKey(key).kind === kind)
      const step = process.env['SLOW'] === '1' ? 1 : Math.ceil(own.length / 2)
      return own.filter((_, n) => n % step === 0)
    })
  }

  /**
   * Opening refuses, or each answer is the original or a refusal; a lost index record may leave an
   * answer empty. What was noticed ends the writing; what was not, the audit names.
   */
  async function isNoticed(change: (record: StoreRecord) => Uint8Array | undefined): Promise<void> {
    /** That an index has lost something cannot be seen by looking it up; no hash says what is missing. */
    const unseen: readonly KeyKind[] = ['id', 'holder', 'refused', 'search']
    const next = json(await sign(collection(CORAL, 'next'), [['collector', CORAL.signer]]))
    for (const record of samples()) {
      const changed = change(record)
      if (changed === record[1]) continue
      const copy = await site.copy()
      await setRecord(copy, record[0], changed)
      const where = `${parseKey(record[0]).kind} ${records.indexOf(record)}`
      const head = copy.head.read()
      let noticed = true
      const refused = await codeOf(async () => {
        const ledger = await copy.open()
        const dump = await dumpOf(ledger, questions)
        const wrong = [...dump].filter(([question, answer]) => answer !== original.get(question))
        const silent = wrong.filter(([, answer]) => !answer.startsWith('!'))
        const lost = changed === undefined && unseen.includes(parseKey(record[0]).kind)
        expect([
          where,
          lost ? silent.filter(([, answer]) => !EMPTY.includes(answer)) : silent,
        ]).toEqual([where, []])
        noticed = wrong.some(([, answer]) => DAMAGE.test(answer))
        if (noticed) {
          expect(ledger.health().ready).toBe(false)
          expect([where, await codeOf(() => ledger.submit(next))]).not.toEqual([where, undefined])
          expect(copy.head.read()).toEqual(head)
        }
        await ledger.close()
      })
      copy.crash()
      if (refused !== undefined || noticed) continue
      expect([where, (await audited(copy)).verdict]).not.toEqual([where, 'VERIFIED'])
    }
  }

  test('missing is noticed, if only by the audit', () => isNoticed(() => undefined))

  test('changed in its first byte is noticed', () =>
    isNoticed(([, value]) => (value.length === 0 ? value : withBitFlipped(value, 3))))

  test('changed in its middle is noticed', () =>
    isNoticed(([, value]) =>
      value.length === 0 ? value : withBitFlipped(value, 4 * value.length),
    ))

  test('changed in its last byte is noticed', () =>
    isNoticed(([, value]) =>
      value.length === 0 ? value : withBitFlipped(value, 8 * value.length - 1),
    ))

  test('cut short is noticed', () =>
    isNoticed(([, value]) => (value.length === 0 ? value : value.subarray(0, value.length - 1))))

  test('another of its kind is noticed', () =>
    isNoticed(([key, value]) => {
      const own = records.filter((record) => parseKey(record[0]).kind === parseKey(key).kind)
      return own.find((record) => record[1].toString() !== value.toString())?.[1] ?? value
    }))
})
