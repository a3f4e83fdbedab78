/**
 * A policy with witnesses at the command line: who cosigned and when, who is missing, what to do about it,
 * and the exit codes.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../ledger/core/bytes.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { formatSignatureLine, formatVkey, parseNote } from '../../ledger/core/note.js'
import { formatPolicy, type Policy, parsePolicy } from '../../ledger/core/policy.js'
import {
  type CheckpointSigner,
  cosignatureSigner,
  mlDsaCheckpointSigner,
} from '../../ledger/crypto/checkpoint-signer.js'
import { mlDsaSignerFromSeed } from '../../ledger/crypto/ml-dsa.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'
import { collectionDraft, log, type Person, Town } from './harness.js'

/** 2026-11-22T12:00:00Z. */
const TIME = 1_795_348_800
const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const NORTH = cosignatureSigner('north.example/w', signerFromSeed(seed(1)))
const EAST = mlDsaCheckpointSigner('east.example/w', mlDsaSignerFromSeed(seed(2)))

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let auditor: Person
let receipt = ''
let fresh = ''
let id = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  auditor = town.person('auditor')
  id = await log(exporter, 'collection', collectionDraft(exporter.party))
  fresh = join(town.root, 'fresh.receipt.json')
  await exporter.must(['receipt', id, '-o', fresh, '--policy', town.policy])
  receipt = readFileSync(fresh, 'utf8')
})

afterAll(() => town.close())

function policyFile(change: Partial<Policy> = {}): string {
  const policy: Policy = {
    ...parsePolicy(readFileSync(town.policy, 'utf8')),
    witnesses: [
      { name: 'north', key: NORTH.key },
      { name: 'east', key: EAST.key },
    ],
    groups: [{ name: 'both', threshold: 2, members: ['north', 'east'] }],
    quorum: 'both',
    ...change,
  }
  return auditor.write('policy.txt', formatPolicy(policy))
}

/** The receipt with its checkpoint cosigned, as a file of this name. */
async function cosigned(name: string, ...signers: readonly CheckpointSigner[]): Promise<string> {
  const value = JSON.parse(receipt) as { proof: string }
  const note = value.proof.slice(value.proof.indexOf('\n\n') + 2)
  for (const { key, sign } of signers) {
    const signature = await sign(parseNote(note).text, TIME)
    value.proof += formatSignatureLine({ name: key.name, keyId: key.keyId, signature })
  }
  return auditor.write(`${name}.receipt.json`, JSON.stringify(value))
}

test('a fresh receipt is INCOMPLETE, exit 3, and the way out is named', async () => {
  const ran = await auditor.run(['verify', fresh, '--policy', policyFile()])

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('[QUORUM_MISSING]')
  expect(ran.out).toContain('quorum both: NOT met, missing north and east')
  expect(ran.out).toContain('waybill receipt --upgrade FILE')
  expect(ran.out).toContain('no witness of the policy has signed this checkpoint')
  expect(ran.out).toMatch(/Record: INCOMPLETE\nRules: not judged\nOverall: INCOMPLETE\n$/)
})

test('with every cosignature it is VERIFIED, and says who and when', async () => {
  const file = await cosigned('full', NORTH, EAST)
  const ran = await auditor.run(['verify', file, '--policy', policyFile()])

  expect(ran.out).toMatch(/Overall: VERIFIED \(record only\)\n$/)
  expect(ran.code).toBe(0)
  expect(ran.out).toContain('cosigned by north on 2026-11-22 12:00:00Z: north.example/w+')
  expect(ran.out).toContain(
    `cosigned by east on 2026-11-22 12:00:00Z: east.example/w+${toHex(EAST.key.keyId)} (ML-DSA-44)`,
  )
  expect(ran.out).toContain('quorum both: met')
  expect(ran.out).toContain('north, east say that they know no other')
})

test('one of two is INCOMPLETE and names both sides', async () => {
  const file = await cosigned('half', EAST)
  const ran = await auditor.run(['verify', file, '--policy', policyFile()])

  expect(ran.code).toBe(3)
  expect(ran.out).toContain('cosigned by east, missing north [QUORUM_MISSING]')
})

test('JSON has the whole keys, the times and the quorum', async () => {
  const file = await cosigned('json', EAST)
  const ran = await auditor.run(['verify', file, '--policy', policyFile(), '--json'])
  const [first] = ran.json()['files'] as readonly JsonObject[]
  const { name, type, key } = EAST.key

  expect(ran.code).toBe(3)
  expect(first).toMatchObject({
    record: 'INCOMPLETE',
    cosigned_by: [{ name: 'east', vkey: formatVkey(name, type, key), time: TIME }],
    quorum: { name: 'both', met: false, missing: 'north' },
  })
})

test('a cosignature that fails is FAILED, exit 1, also where the quorum does without it', async () => {
  const file = await cosigned('bad', NORTH, EAST)
  const value = JSON.parse(readFileSync(file, 'utf8')) as { proof: string }
  const lines = value.proof.split('\n')
  const at = lines.findIndex((line) => line.startsWith('— north.example/w'))
  // Another time under the same signature.
  lines[at] = (lines[at] ?? '').replace(/^(— \S+ \S{12})\S/, '$1z')
  writeFileSync(file, JSON.stringify({ ...value, proof: lines.join('\n') }))
  const ran = await auditor.run(['verify', file, '--policy', policyFile({ quorum: 'east' })])

  expect(ran.out).toContain('[NOTE_SIGNATURE_INVALID]')
  expect(ran.code).toBe(1)
})

test('a policy that cannot be read is a matter of configuration, exit 78', async () => {
  const path = auditor.write('bad-policy.txt', 'quorum nobody\n')
  const ran = await auditor.run(['verify', fresh, '--policy', path])

  expect(ran.code).toBe(78)
  expect(ran.err + ran.out).toContain('POLICY_MALFORMED')
})

describe('elsewhere', () => {
  test('a lineage from receipts is INCOMPLETE without cosignatures, and VERIFIED with them', async () => {
    const folder = auditor.path('receipts')
    mkdirSync(folder)
    cpSync(fresh, join(folder, 'one.receipt.json'))
    const flags = ['--policy', policyFile(), '--fail-on', 'never']
    const lineage = ['lineage', id, '--receipts', folder, ...flags]
    const without = await auditor.run(lineage)
    cpSync(await cosigned('lineage', NORTH, EAST), join(folder, 'one.receipt.json'))
    const complete = await auditor.run(lineage)

    expect(without.out).toContain('[QUORUM_MISSING]')
    expect(without.code).toBe(3)
    expect(complete.out).toMatch(/^Record: VERIFIED$/m)
    expect(complete.code).toBe(0)
  })

  test('doctor says that the server’s checkpoint lacks witnesses', async () => {
    const ran = await auditor.run(['doctor', '--server', town.url, '--policy', policyFile()])

    expect(ran.out).toContain('QUORUM_MISSING')
    expect(ran.out).toContain('cosigned by both')
    expect(ran.code).toBe(3)
  })

  test('an audit with a quorum is INCOMPLETE where nobody has cosigned', async () => {
    await town.stop()
    const ran = await auditor.run(['audit', '--dir', town.folder, '--policy', policyFile()])

    expect(ran.out).toContain('[QUORUM_MISSING]')
    expect(ran.out).toMatch(
      /published checkpoint at tree size \d+\n {4}quorum both: NOT met, missing north and east/,
    )
    expect(ran.code).toBe(3)
  })
})
