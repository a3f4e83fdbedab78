/** A ledger on disk: one folder, one process, the same rules as in memory. DESIGN 7.1, 9. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parsePolicy } from '../../ledger/core/policy.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import {
  CONFIG_FILE,
  initLedgerFolder,
  openLedgerFolder,
  operatorSigners,
  STORE_FOLDER,
} from '../../ledger/log/folder.js'
import { openLedger } from '../../ledger/log/ledger.js'
import { HEAD_FILE_NAME, openHeadFile } from '../../ledger/store/head-file.js'
import { openLevelStore } from '../../ledger/store/level.js'
import { FAULT_KINDS, Faults, faultyHeadFile, faultyStore } from '../store/faulty.js'
import { ACME, BOLT, OPERATOR } from './support/firms.js'
import { BOTH, collect, move } from './support/scene.js'
import { admit, codeOf, LOG_KEY } from './support/site.js'
import {
  collection,
  crypto,
  enrolling,
  enrolment,
  idOf,
  json,
  ORIGIN,
  only,
  START_S,
  sign,
} from './support/statements.js'

const INDEX = fileURLToPath(new URL('../../dist/ledger/index.js', import.meta.url))
const now = (): number => START_S

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const init = (): ReturnType<typeof initLedgerFolder> =>
  initLedgerFolder(folder, { origin: ORIGIN, name: 'Operator', country: 'DE', now })

describe('a new folder', () => {
  test("holds the operator's two registry statements, and its policy verifies them", async () => {
    const { policy, registrar, vkey } = await init()
    const { ledger, config } = await openLedgerFolder(folder, { now })
    const { api } = await operatorSigners(folder)

    expect(ledger.size).toBe(2)
    expect([ledger.registrar, ledger.vkey, config.origin]).toEqual([registrar, vkey, ORIGIN])
    expect(ledger.ownerOf(api.kid)).toMatchObject({ party: registrar, key: { uses: ['api'] } })
    const ids = [0, 1].map((index) => ledger.statementAt(index).id)
    const report = verifyEvidence(ledger.evidence(ids), { policy: parsePolicy(policy), crypto })
    expect([report.verdict, report.findings]).toEqual(['VERIFIED', []])
    await ledger.close()
  })

  test('keeps its keys to its owner', async () => {
    await init()

    for (const name of ['log.pem', 'registrar.pem', 'api.pem']) {
      expect(statSync(join(folder, 'keys', name)).mode % 0o1000).toBe(0o600)
    }
    expect(
      new Set(
        ['log.pem', 'registrar.pem', 'api.pem'].map((name) =>
          readFileSync(join(folder, 'keys', name), 'utf8'),
        ),
      ).size,
    ).toBe(3)
  })

  test('is made once', async () => {
    await init()

    expect(await codeOf(init)).toBe('LEDGER_EXISTS')
  })

  test.each(['', 'with space', 'plus+sign', 'ü', 'a'.repeat(256)])(
    'is not made for the origin %j',
    async (origin) => {
      const options = { origin, name: 'Operator', country: 'DE', now }

      expect(await codeOf(() => initLedgerFolder(folder, options))).toBe('CONFIG_INVALID')
      expect(readdirSync(folder)).toEqual([])
    },
  )
})

describe('opening', () => {
  test('refuses what is no ledger, or says so wrongly', async () => {
    expect(await codeOf(() => openLedgerFolder(folder))).toBe('LEDGER_NOT_FOUND')
    for (const text of [
      '',
      '{}',
      '[]',
      '{"origin":"a","listen":{"host":"h","port":1},"auditors":[],"more":1}',
    ]) {
      writeFileSync(join(folder, CONFIG_FILE), text)
      expect(await codeOf(() => openLedgerFolder(folder))).toBe('CONFIG_INVALID')
    }
  })

  test('a second time in this process is refused, and harms nothing', async () => {
    await init()
    const { ledger } = await openLedgerFolder(folder, { now })

    expect(await codeOf(() => openLedgerFolder(folder, { now }))).toBe('LEDGER_LOCKED')
    await addAcme()
    expect(ledger.size).toBe(3)
    await ledger.close()
    const { ledger: again } = await openLedgerFolder(folder, { now })
    expect(again.size).toBe(3)
    await again.close()

    async function addAcme(): Promise<void> {
      const { registrar } = await operatorSigners(folder)
      await admit(ledger, enrolment(ACME), [
        ['party', ACME.signer],
        ['registrar', registrar],
      ])
    }
  })

  test('by a second process is refused, and harms nothing', async () => {
    await init()
    const { ledger } = await openLedgerFolder(folder, { now })
    const { registrar } = await operatorSigners(folder)
    await admit(ledger, enrolment(ACME), [
      ['party', ACME.signer],
      ['registrar', registrar],
    ])

    expect(otherProcess()).toBe('LEDGER_LOCKED')
    await admit(ledger, enrolment(BOLT), [
      ['party', BOLT.signer],
      ['registrar', registrar],
    ])
    expect(otherProcess()).toBe('LEDGER_LOCKED')
    await ledger.close()
    expect(otherProcess()).toBe('size 4')
    const { ledger: again } = await openLedgerFolder(folder, { now })
    expect(again.size).toBe(4)
    await again.close()
  })

  test('leaves the folder free when it was refused', async () => {
    await init()
    const head = join(folder, HEAD_FILE_NAME)
    copyFileSync(head, `${head}.kept`)
    rmSync(head)

    expect(await codeOf(() => openLedgerFolder(folder, { now }))).toBe('LEDGER_BEHIND_HEAD')
    expect(await codeOf(() => openLedgerFolder(folder, { now }))).toBe('LEDGER_BEHIND_HEAD')
    copyFileSync(`${head}.kept`, head)
    const { ledger } = await openLedgerFolder(folder, { now })
    await ledger.close()
  })

  test("yesterday's store with today's head is refused", async () => {
    await init()
    const store = join(folder, STORE_FOLDER)
    const yesterday = mkdtempSync(join(tmpdir(), 'waybill-yesterday-'))
    for (const name of readdirSync(store)) copyFileSync(join(store, name), join(yesterday, name))
    const { registrar } = await operatorSigners(folder)
    const { ledger } = await openLedgerFolder(folder, { now })
    await admit(ledger, enrolment(ACME), [
      ['party', ACME.signer],
      ['registrar', registrar],
    ])
    await ledger.close()
    rmSync(store, { recursive: true })
    spawnSync('cp', ['-r', yesterday, store])

    expect(await codeOf(() => openLedgerFolder(folder, { now }))).toBe('LEDGER_BEHIND_HEAD')
    rmSync(yesterday, { recursive: true })
  })

  /** What another process says that opens the folder. */
  function otherProcess(): string {
    const script = `
      const { openLedgerFolder } = await import(${JSON.stringify(INDEX)})
      try {
        const { ledger } = await openLedgerFolder(${JSON.stringify(folder)})
        console.log('size ' + ledger.size)
        await ledger.close()
      } catch (error) { console.log(error.code) }`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    return stdout.trim()
  }
})

test('proposals and entries survive closing and reopening on disk', async () => {
  const open = async () =>
    openLedger({
      origin: ORIGIN,
      store: await openLevelStore(join(folder, STORE_FOLDER), { create: true }),
      head: openHeadFile(folder),
      signer: LOG_KEY,
      crypto,
      now,
      workers: 0,
    })
  const first = await open()
  for (const firm of [OPERATOR, ACME, BOLT]) await admit(first, enrolment(firm), enrolling(firm))
  const both = await sign(move(await collect(first, ACME)), BOTH)
  await first.submit(json(only(both, 'exporter')))
  await first.close()

  const second = await open()
  expect(second.inbox(BOLT.party).map(({ id }) => id)).toEqual([idOf(both)])
  expect(await second.submit(json(only(both, 'importer')))).toMatchObject({
    status: 'admitted',
    index: 4,
  })
  await second.close()
  const third = await open()
  expect(third.statement(idOf(both))?.index).toBe(4)
  await third.close()
})

test.each(FAULT_KINDS)(
  'each write on disk may fail when it is %s; reopening needs no help',
  async (kind) => {
    const envelopes = [
      await sign(enrolment(OPERATOR), enrolling(OPERATOR)),
      await sign(enrolment(ACME), enrolling(ACME)),
      await sign(collection(ACME, 'rides'), [['collector', ACME.signer]]),
    ]
    for (let n = 1; ; n += 1) {
      const own = join(folder, `${n}`)
      const faults = new Faults(n, kind)
      const open = async (failing: boolean) => {
        const store = await openLevelStore(join(own, STORE_FOLDER), { create: true })
        const head = openHeadFile(own)
        const parts = { origin: ORIGIN, signer: LOG_KEY, crypto, now, workers: 0 }
        return openLedger({
          ...parts,
          store: failing ? faultyStore(store, faults) : store,
          head: failing ? faultyHeadFile(head, faults) : head,
        }).catch(async (error: unknown) => {
          await store.close()
          throw error
        })
      }
      const acknowledged: (string | undefined)[] = []
      const opening = await codeOf(async () => {
        const ledger = await open(true)
        for (const each of envelopes)
          acknowledged.push(await codeOf(() => ledger.submit(json(each))))
        await ledger.close()
      })
      expect([undefined, 'STORE_FAILED']).toContain(opening)
      if (!faults.happened) return

      const reopened = await open(false)
      for (const [at, code] of acknowledged.entries()) {
        if (code === undefined)
          expect(reopened.statementAt(at).id).toBe(idOf(envelopes[at] ?? fail()))
      }
      for (const each of envelopes) await reopened.submit(json(each))
      expect(reopened.size).toBe(3)
      await reopened.close()
    }
  },
)

function fail(): never {
  throw new Error('no such envelope')
}
