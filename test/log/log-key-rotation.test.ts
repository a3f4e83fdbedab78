/** A log key is replaced: by statements of the operator, with both keys signing in between. */
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { parseNote } from '../../ledger/core/note.js'
import { type Policy, parsePolicy } from '../../ledger/core/policy.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import type { Signer } from '../../ledger/crypto/signer.js'
import { auditLedgerFolder, initLedgerFolder, openLedgerFolder } from '../../ledger/log/folder.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { finishLogKeyRotation, rotateLogKey } from '../../ledger/log/log-key-rotation.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, keyOf, OPERATOR } from './support/firms.js'
import { codeOf, LOG_KEY, Site } from './support/site.js'
import { collection, crypto, json, keyChange, ORIGIN, START_S, sign } from './support/statements.js'

let folder: string
let before: Policy
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-rotation-'))
  const made = await initLedgerFolder(folder, {
    origin: ORIGIN,
    name: 'Operator',
    country: 'DE',
    now,
  })
  before = parsePolicy(made.policy)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

let clock = START_S
function now(): number {
  clock += 1
  return clock
}

async function withLedger<T>(work: (ledger: Ledger) => Promise<T> | T): Promise<T> {
  const { ledger } = await openLedgerFolder(folder, { workers: 0, now, readable: true })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}

/** Under which of these policies the head counts. */
function accepted(policies: readonly Policy[]): Promise<readonly boolean[]> {
  return withLedger((ledger) =>
    policies.map((policy) => {
      try {
        return openCheckpoint(ledger.headCheckpoint(), policy, crypto).signedBy.length > 0
      } catch {
        return false
      }
    }),
  )
}

function lines(): Promise<number> {
  return withLedger((ledger) => parseNote(ledger.headCheckpoint()).signatures.length)
}

const key = (name: string): string => join(folder, 'keys', name)

describe('a rotation', () => {
  test('lets a policy with either key, and with both, accept the checkpoints', async () => {
    const { statements, policy, vkey } = await rotateLogKey(folder, { now })
    const both = parsePolicy(policy)
    const after = parsePolicy(`log ${vkey}\nquorum none\n`)

    expect(statements).toHaveLength(2)
    expect(both.logs).toHaveLength(2)
    expect(await accepted([before, after, both])).toEqual([true, true, true])
    expect(await withLedger((ledger) => ledger.vkey)).toBe(vkey)
    expect((await auditLedgerFolder(folder, { workers: 0 })).verdict).toBe('VERIFIED')
  })

  test('ends with the new key alone; the old policy accepts nothing that is signed from then on', async () => {
    const { vkey, policy } = await rotateLogKey(folder, { now })
    const after = parsePolicy(`log ${vkey}\nquorum none\n`)
    const old = readFileSync(key('log.pem'), 'utf8')
    const done = await finishLogKeyRotation(folder, { now })

    // The commit of the ending itself was the old key's last.
    expect(await accepted([before, after, parsePolicy(policy)])).toEqual([true, true, true])
    expect(parsePolicy(done.policy)).toEqual(after)
    expect(readFileSync(done.oldKeyFile ?? '', 'utf8')).toBe(old)
    expect(existsSync(key('log-next.pem'))).toBe(false)
    await rotateLogKey(folder, { now })
    expect(await accepted([before, after])).toEqual([false, true])
    expect((await auditLedgerFolder(folder, { workers: 0, policy: after })).verdict).toBe(
      'VERIFIED',
    )
  })

  test('stands in the registry: a reader with the old key learns that it has ended', async () => {
    await rotateLogKey(folder, { now })
    await finishLogKeyRotation(folder, { now, compromisedSince: 1 })
    const evidence = await withLedger((ledger) =>
      ledger.evidence(ledger.party(ledger.registrar ?? ('' as never))?.statements ?? []),
    )
    const report = verifyEvidence(evidence, { policy: before, crypto })

    expect(report.verdict).toBe('INCOMPLETE')
    expect(report.findings.map(({ code }) => code)).toContain('LOG_KEY_ENDED')
  })

  test('is told by the audit, where the policy knows only the key that was found compromised', async () => {
    await rotateLogKey(folder, { now })
    await finishLogKeyRotation(folder, { now, compromisedSince: 1 })
    const told = await auditLedgerFolder(folder, { workers: 0, policy: before })
    const own = await auditLedgerFolder(folder, { workers: 0 })

    expect(told.verdict).toBe('INCOMPLETE')
    expect(told.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'note KEY_COMPROMISED',
      'incomplete LOG_KEY_ENDED',
    ])
    expect(own.findings.map(({ code }) => code)).toEqual(['KEY_COMPROMISED'])
  })

  test('done again adds nothing', async () => {
    await rotateLogKey(folder, { now })
    const size = await withLedger((ledger) => ledger.size)

    expect((await rotateLogKey(folder, { now })).statements).toEqual([])
    expect(await withLedger((ledger) => ledger.size)).toBe(size)
    expect(await lines()).toBe(2)
  })

  test('that is not begun cannot be finished', async () => {
    expect(await codeOf(() => finishLogKeyRotation(folder, { now }))).toBe('USAGE')
  })

  test('a key file that no statement names signs nothing and finishes nothing', async () => {
    await rotateLogKey(folder, { now })
    const other = mkdtempSync(join(tmpdir(), 'waybill-rotation-'))
    try {
      await initLedgerFolder(other, { origin: ORIGIN, name: 'Operator', country: 'DE', now })
      cpSync(key('log-next.pem'), join(other, 'keys', 'log-next.pem'))
      const { ledger } = await openLedgerFolder(other, { workers: 0, now })
      expect(parseNote(ledger.headCheckpoint()).signatures).toHaveLength(1)
      await ledger.close()
      expect(await codeOf(() => finishLogKeyRotation(other, { now }))).toBe('USAGE')
    } finally {
      rmSync(other, { recursive: true, force: true })
    }
  })

  test('goes on after a crash between the statement that ends the old key and the files', async () => {
    await rotateLogKey(folder, { now })
    const copy = mkdtempSync(join(tmpdir(), 'waybill-rotation-'))
    try {
      cpSync(folder, copy, { recursive: true })
      await finishLogKeyRotation(copy, { now })
      // What a crash leaves: the statement is in the log, the files are as they were.
      renameSync(join(copy, 'keys', 'log.pem'), join(copy, 'keys', 'log-next.pem'))
      cpSync(key('log.pem'), join(copy, 'keys', 'log.pem'))
      const done = await finishLogKeyRotation(copy, { now })

      expect(done.statements).toEqual([])
      expect(existsSync(join(copy, 'keys', 'log-next.pem'))).toBe(false)
      expect((await auditLedgerFolder(copy, { workers: 0 })).verdict).toBe('VERIFIED')
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })

  test('a copy without keys is read with what the operator declared', async () => {
    await rotateLogKey(folder, { now })
    await finishLogKeyRotation(folder, { now })
    await rotateLogKey(folder, { now })
    await finishLogKeyRotation(folder, { now })
    rmSync(join(folder, 'keys'), { recursive: true })

    expect((await auditLedgerFolder(folder, { workers: 0 })).verdict).toBe('VERIFIED')
    expect(await withLedger((ledger) => ledger.size)).toBe(7)
  })
})

describe('keys for `log`', () => {
  const NEXT = keyOf('next log key')
  const add = (party: typeof OPERATOR, added: Signer) =>
    sign(keyChange(party, added, 'add', { use: ['log'] }), [
      ['holder', party.signer],
      ['registrar', OPERATOR.signer],
      ['subject', added],
    ])

  const end = (ended: Signer) =>
    sign(keyChange(OPERATOR, ended, 'retire'), [
      ['holder', OPERATOR.signer],
      ['registrar', OPERATOR.signer],
    ])

  test('are the operator’s alone', async () => {
    const ledger = await new Site().start()

    expect(await codeOf(async () => ledger.submit(json(await add(ACME, NEXT))))).toBe(
      'KEY_USE_WRONG',
    )
  })

  test('end only while another one is left', async () => {
    const ledger = await new Site().start()
    await ledger.submit(json(await add(OPERATOR, LOG_KEY)))

    expect(await codeOf(async () => ledger.submit(json(await end(LOG_KEY))))).toBe('LOG_KEY_LAST')
    await ledger.submit(json(await add(OPERATOR, NEXT)))
    expect(await codeOf(async () => ledger.submit(json(await end(LOG_KEY))))).toBeUndefined()
  })

  test('a ledger whose key has ended signs nothing, and does not open for writing', async () => {
    const site = new Site()
    const ledger = await site.start()
    for (const added of [LOG_KEY, NEXT]) await ledger.submit(json(await add(OPERATOR, added)))
    await ledger.submit(json(await end(LOG_KEY)))
    const { size } = ledger
    const late = json(await sign(collection(ACME, 'late'), [['collector', ACME.signer]]))

    expect(await codeOf(() => ledger.submit(late))).toBe('LOG_KEY_ENDED')
    expect(ledger.size).toBe(size)
    await ledger.close()
    const store = openMemoryStore(site.disk)
    expect(await codeOf(() => site.open({ store }))).toBe('LOG_KEY_ENDED')
    await store.close()
    const both = await site.open({ otherSigners: [NEXT] })
    expect(await codeOf(() => both.submit(late))).toBeUndefined()
    expect(parseNote(both.headCheckpoint()).signatures).toHaveLength(1)
  })

  test('mixed with other uses are refused', async () => {
    const ledger = await new Site().start()
    const mixed = sign(keyChange(OPERATOR, NEXT, 'add', { use: ['log', 'statement'] }), [
      ['holder', OPERATOR.signer],
      ['registrar', OPERATOR.signer],
      ['subject', NEXT],
    ])

    expect(await codeOf(async () => ledger.submit(json(await mixed)))).toBe('CLAIM_INCONSISTENT')
  })
})
