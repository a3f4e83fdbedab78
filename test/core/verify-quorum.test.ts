/**
 * Policies with witnesses at the verifier: fewer cosignatures than the quorum is INCOMPLETE, whatever
 * else is good or bad, and the report says who cosigned, when, and who did not.
 */
import { describe, expect, test } from 'vitest'
import { exitCodeOf } from '../../ledger/core/finding.js'
import type { NoteKey } from '../../ledger/core/note.js'
import { formatNote, parseNote } from '../../ledger/core/note.js'
import type { Policy } from '../../ledger/core/policy.js'
import {
  type CheckpointSigner,
  cosignatureSigner,
  mlDsaCheckpointSigner,
} from '../../ledger/crypto/checkpoint-signer.js'
import { mlDsaSignerFromSeed } from '../../ledger/crypto/ml-dsa.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'
import { judge, said, startWorld } from './support/world.js'

const WORLD = await startWorld()
const { log } = WORLD
const EVIDENCE = await log.evidence([WORLD.transfer])
const TIME = 1_790_000_000

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const NORTH = cosignatureSigner('north.example/w', signerFromSeed(seed(1)))
const SOUTH = cosignatureSigner('south.example/w', signerFromSeed(seed(2)))
const EAST = mlDsaCheckpointSigner('east.example/w', mlDsaSignerFromSeed(seed(3)))
const LOG_PQ = mlDsaCheckpointSigner(log.origin, mlDsaSignerFromSeed(seed(4)))

const TWO_OF_THREE: Policy = {
  ...log.policy,
  witnesses: [
    { name: 'north', key: NORTH.key },
    { name: 'south', key: SOUTH.key },
    { name: 'east', key: EAST.key },
  ],
  groups: [{ name: 'two', threshold: 2, members: ['north', 'south', 'east'] }],
  quorum: 'two',
}

async function cosigned(note: string, ...signers: readonly CheckpointSigner[]): Promise<string> {
  const { text, signatures } = parseNote(note)
  const more = await Promise.all(
    signers.map(async ({ key: { name, keyId }, sign }) => ({
      name,
      keyId,
      signature: await sign(text, TIME),
    })),
  )
  return formatNote({ text, signatures: [...signatures, ...more] })
}

async function reportOf(policy: Policy, ...signers: readonly CheckpointSigner[]) {
  const checkpoint = await cosigned(EVIDENCE.checkpoint, ...signers)
  return judge({ ...EVIDENCE, checkpoint }, policy)
}

test('a commit checkpoint is INCOMPLETE under a quorum, exit 3, and says what to do', async () => {
  const report = await reportOf(TWO_OF_THREE)

  expect(said(report)).toBe('INCOMPLETE: incomplete QUORUM_MISSING')
  expect(exitCodeOf(report.verdict)).toBe(3)
  expect(report.cosigned).toEqual([])
  expect(report.quorum).toEqual({
    name: 'two',
    met: false,
    missing: '2 of (north, south, east)',
  })
  expect(report.findings[0]).toMatchObject({
    at: 'checkpoint',
    detail: expect.stringContaining('missing 2 of (north, south, east)'),
    settle: expect.stringContaining('published checkpoint'),
  })
  expect(report.statements.size).toBe(1)
})

test('the same receipt is VERIFIED once two of three have cosigned', async () => {
  const report = await reportOf(TWO_OF_THREE, EAST, NORTH)

  expect(said(report)).toBe('VERIFIED')
  expect(report.quorum).toEqual({ name: 'two', met: true })
  expect(report.cosigned).toEqual([
    { name: 'north', key: NORTH.key, time: TIME },
    { name: 'east', key: EAST.key, time: TIME },
  ])
})

test('one of three is INCOMPLETE and names both sides', async () => {
  const report = await reportOf(TWO_OF_THREE, SOUTH)

  expect(said(report)).toBe('INCOMPLETE: incomplete QUORUM_MISSING')
  expect(report.findings[0]?.detail).toBe('cosigned by south, missing 1 of (north, east)')
})

test('the cosignature of one witness, many times over, is one', async () => {
  const report = await reportOf(TWO_OF_THREE, SOUTH, SOUTH, SOUTH)

  expect(said(report)).toBe('INCOMPLETE: incomplete QUORUM_MISSING')
})

test('a policy without a quorum still tells who cosigned', async () => {
  const report = await reportOf({ ...TWO_OF_THREE, quorum: 'none' }, SOUTH)

  expect(said(report)).toBe('VERIFIED')
  expect(report.cosigned.map(({ name }) => name)).toEqual(['south'])
})

test('cosignatures make up for no log signature', async () => {
  const { text } = parseNote(EVIDENCE.checkpoint)
  const signatures = await Promise.all(
    [NORTH, SOUTH, EAST].map(async ({ key: { name, keyId }, sign }) => ({
      name,
      keyId,
      signature: await sign(text, TIME),
    })),
  )
  const report = judge({ ...EVIDENCE, checkpoint: formatNote({ text, signatures }) }, TWO_OF_THREE)

  expect(said(report)).toBe('FAILED: failed CHECKPOINT_UNTRUSTED')
  expect(report.quorum).toBeUndefined()
})

test('the cosignatures of an older tree do not carry over', async () => {
  const older = parseNote(await cosigned(await log.checkpoint(5), NORTH, EAST))
  const { text, signatures } = parseNote(EVIDENCE.checkpoint)
  const checkpoint = formatNote({ text, signatures: [...signatures, ...older.signatures.slice(1)] })

  expect(said(judge({ ...EVIDENCE, checkpoint }, TWO_OF_THREE))).toBe(
    'FAILED: failed NOTE_SIGNATURE_INVALID',
  )
})

test('what is wrong stays FAILED when the quorum is missing too', () => {
  const [first, ...rest] = EVIDENCE.entries
  if (first === undefined) throw new Error('entries')
  const report = judge(
    { ...EVIDENCE, entries: [{ ...first, path: first.path.slice(1) }, ...rest] },
    TWO_OF_THREE,
  )

  expect(report.verdict).toBe('FAILED')
  expect(report.findings.map(({ code }) => code)).toContain('QUORUM_MISSING')
})

test('a quorum that is met makes up for nothing that is missing', async () => {
  const checkpoint = await cosigned(EVIDENCE.checkpoint, NORTH, SOUTH, EAST)
  const report = judge({ ...EVIDENCE, statements: [], checkpoint }, TWO_OF_THREE)

  expect(said(report)).toBe('INCOMPLETE: incomplete NOTHING_TO_VERIFY')
})

describe('the log’s two keys', () => {
  const logs = (...keys: readonly NoteKey[]): Policy => ({
    ...log.policy,
    logs: keys.map((key) => ({ key })),
  })
  const ed25519 = log.policy.logs[0]?.key
  if (ed25519 === undefined) throw new Error('a log key')
  const both: Policy = {
    ...log.policy,
    witnesses: [{ name: 'pq', key: LOG_PQ.key }],
    quorum: 'pq',
  }

  test.each<[string, Policy, readonly CheckpointSigner[], string]>([
    ['ML-DSA-44 alone, and it signed', logs(LOG_PQ.key), [LOG_PQ], 'VERIFIED'],
    [
      'ML-DSA-44 alone, and only Ed25519 signed',
      logs(LOG_PQ.key),
      [],
      'FAILED: failed CHECKPOINT_UNTRUSTED',
    ],
    ['either, and Ed25519 signed', logs(ed25519, LOG_PQ.key), [], 'VERIFIED'],
    ['either, and both signed', logs(ed25519, LOG_PQ.key), [LOG_PQ], 'VERIFIED'],
    ['both, and both signed', both, [LOG_PQ], 'VERIFIED'],
    ['both, and only Ed25519 signed', both, [], 'INCOMPLETE: incomplete QUORUM_MISSING'],
  ])('%s', async (_, policy, signers, expected) => {
    expect(said(await reportOf(policy, ...signers))).toBe(expected)
  })
})
