/**
 * The audit and the published checkpoint: it must be of this log, it carries the witnesses' lines, and
 * what is newer is not covered by them.
 */
import { beforeAll, expect, test } from 'vitest'
import { formatCheckpoint, parseCheckpoint } from '../../ledger/core/checkpoint.js'
import { exitCodeOf } from '../../ledger/core/finding.js'
import { parseRootHash } from '../../ledger/core/hash.js'
import { formatSignatureLine, parseNote, signNote } from '../../ledger/core/note.js'
import type { Policy } from '../../ledger/core/policy.js'
import { cosignatureSigner } from '../../ledger/crypto/checkpoint-signer.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'
import { type AuditReport, auditLog } from '../../ledger/log/audit.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import {
  decodePublished,
  memoryPublishedFile,
  type PublishedFile,
} from '../../ledger/store/published-file.js'
import { ACME, keyOf } from './support/firms.js'
import { collect, scene } from './support/scene.js'
import { LOG_KEY, POLICY, type Site } from './support/site.js'
import { crypto, ORIGIN, START_S } from './support/statements.js'

const NORTH = cosignatureSigner('north.example/w', signerFromSeed(new Uint8Array(32).fill(7)))
const QUORUM: Policy = {
  ...POLICY,
  witnesses: [{ name: 'north', key: NORTH.key }],
  quorum: 'north',
}

let site: Site
/** The log when it was smaller, with its records and head of then. */
let earlier: Site
let older = ''
let newest = ''

beforeAll(async () => {
  const begun = await scene()
  await collect(begun.ledger, ACME, 'one')
  older = begun.ledger.headCheckpoint()
  await begun.ledger.close()
  earlier = await begun.site.copy()
  site = begun.site
  const ledger = await site.open()
  await collect(ledger, ACME, 'two')
  await collect(ledger, ACME, 'three')
  newest = ledger.headCheckpoint()
  await ledger.close()
})

async function audit(published: PublishedFile, policy: Policy, where = site): Promise<AuditReport> {
  const store = openMemoryStore(where.disk)
  try {
    return await auditLog({
      origin: ORIGIN,
      store,
      head: where.head,
      published,
      policy,
      crypto,
      workers: 0,
    })
  } finally {
    await store.close()
  }
}

async function cosigned(note: string): Promise<string> {
  const { name, keyId } = NORTH.key
  const signature = await NORTH.sign(parseNote(note).text, START_S)
  return note + formatSignatureLine({ name, keyId, signature })
}

async function said(note: string | undefined, policy = QUORUM, where = site): Promise<string> {
  const { verdict, findings } = await audit(memoryPublishedFile(note), policy, where)
  return [verdict, ...findings.map(({ code, at }) => `${code} ${at}`)].join(', ')
}

const sizeOf = (note: string): number => parseCheckpoint(parseNote(note).text).size

test('a head that witnesses have cosigned as published is VERIFIED', async () => {
  const report = await audit(memoryPublishedFile(await cosigned(newest)), QUORUM)

  expect(report.findings).toEqual([])
  expect(report.verdict).toBe('VERIFIED')
  expect(report.published?.size).toBe(sizeOf(newest))
  expect(report.cosigned).toEqual([{ name: 'north', key: NORTH.key, time: START_S }])
  expect(report.quorum).toEqual({ name: 'north', met: true })
})

test('without a published checkpoint the quorum is missing, and so it is without its lines', async () => {
  expect(await said(undefined)).toBe('INCOMPLETE, QUORUM_MISSING checkpoint')
  expect(await said(newest)).toBe('INCOMPLETE, QUORUM_MISSING checkpoint')
})

test('entries after the published checkpoint are named: nobody has cosigned them', async () => {
  const report = await audit(memoryPublishedFile(await cosigned(older)), QUORUM)
  const [finding] = report.findings

  expect(report.verdict).toBe('INCOMPLETE')
  expect(finding).toMatchObject({ code: 'QUORUM_MISSING', index: sizeOf(older) })
  expect(finding?.detail).toBe(
    'it and 1 after it are newer than the checkpoint that witnesses have cosigned',
  )
  expect(report.quorum?.met).toBe(true)
})

test('nobody asks for witnesses: an older published checkpoint is as good', async () => {
  expect(await said(await cosigned(older), POLICY)).toBe('VERIFIED')
  expect(await said(undefined, POLICY)).toBe('VERIFIED')
})

test('a published checkpoint of a larger tree: the log was set back', async () => {
  const rolledBack = await said(await cosigned(newest), POLICY, earlier)

  expect(rolledBack).toBe('FAILED, LEDGER_ROLLED_BACK published checkpoint')
})

test.each([
  ['the size of the head', () => sizeOf(newest)],
  ['a smaller size', () => sizeOf(older)],
])('another tree of %s under the log’s own key is a split view, exit 5', async (_, size) => {
  const root = parseRootHash(new Uint8Array(32).fill(9))
  const text = formatCheckpoint({ origin: ORIGIN, size: size(), root })
  const note = await signNote(text, ORIGIN, LOG_KEY.publicKey, LOG_KEY.sign)
  const report = await audit(memoryPublishedFile(await cosigned(note)), QUORUM)

  expect(report.findings[0]).toMatchObject({ code: 'CHECKPOINT_INCONSISTENT' })
  expect(report.verdict).toBe('FAILED (split view)')
  expect(exitCodeOf(report.verdict)).toBe(5)
  expect(report.cosigned).toEqual([])
})

test('a published checkpoint by another key, of another log, or with a bad line is FAILED', async () => {
  const stranger = keyOf('stranger')
  const text = parseNote(newest).text
  const foreign = await signNote(text, ORIGIN, stranger.publicKey, stranger.sign)
  const elsewhere = text.replace(ORIGIN, 'other.example/log')
  const misnamed = await signNote(elsewhere, ORIGIN, LOG_KEY.publicKey, LOG_KEY.sign)
  const line = (await cosigned(older)).trimEnd().split('\n').at(-1)
  const moved = `${newest}${line}\n`

  expect(await said(foreign, POLICY)).toContain('CHECKPOINT_UNTRUSTED published checkpoint')
  expect(await said(misnamed, POLICY)).toContain('CHECKPOINT_ORIGIN published checkpoint')
  expect(await said(moved)).toMatch(/^FAILED, NOTE_SIGNATURE_INVALID published checkpoint/)
})

test('a file that is not as it was written is PUBLISHED_UNREADABLE', async () => {
  const file = { ...memoryPublishedFile(), read: () => decodePublished(new Uint8Array([1])) }
  const { verdict, findings } = await audit(file, POLICY)

  expect(verdict).toBe('FAILED')
  expect(findings.map(({ code }) => code)).toEqual(['PUBLISHED_UNREADABLE'])
})
