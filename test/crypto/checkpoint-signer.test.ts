/** Checkpoint signers: each type's line opens under a policy that names its key. */
import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { formatNote } from '../../ledger/core/note.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import {
  type CheckpointSigner,
  cosignatureSigner,
  logCheckpointSigner,
  mlDsaCheckpointSigner,
} from '../../ledger/crypto/checkpoint-signer.js'
import { mlDsaSignerFromSeed } from '../../ledger/crypto/ml-dsa.js'
import { signerFromSeed } from '../../ledger/crypto/signer.js'

const ORIGIN = 'log.example/test'
const TEXT = `${ORIGIN}\n3\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n`
const TIME = 1_790_000_000
const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

const LOG = logCheckpointSigner(ORIGIN, signerFromSeed(seed(1)))
const LOG_PQ = mlDsaCheckpointSigner(ORIGIN, mlDsaSignerFromSeed(seed(2)))
const NORTH = cosignatureSigner('north.example/w', signerFromSeed(seed(3)))
const EAST = mlDsaCheckpointSigner('east.example/w', mlDsaSignerFromSeed(seed(4)))

async function noteOf(signers: readonly CheckpointSigner[], time = TIME): Promise<string> {
  const signatures = await Promise.all(
    signers.map(async ({ key: { name, keyId }, sign }) => ({
      name,
      keyId,
      signature: await sign(TEXT, time),
    })),
  )
  return formatNote({ text: TEXT, signatures })
}

test('a log signs with both keys, witnesses with either, and all of it opens', async () => {
  const note = await noteOf([LOG, LOG_PQ, NORTH, EAST])
  const { signedBy, cosigned, quorum } = openCheckpoint(
    note,
    {
      ...policyOfLogs(LOG.key, LOG_PQ.key),
      witnesses: [
        { name: 'n', key: NORTH.key },
        { name: 'e', key: EAST.key },
      ],
      groups: [{ name: 'all', threshold: 2, members: ['n', 'e'] }],
      quorum: 'all',
    },
    portableCrypto,
  )

  expect(signedBy).toEqual([LOG.key, LOG_PQ.key])
  expect(cosigned).toEqual([
    { name: 'n', key: NORTH.key, time: TIME },
    { name: 'e', key: EAST.key, time: TIME },
  ])
  expect(quorum.met).toBe(true)
})

test('a log’s Ed25519 line does not depend on the time', async () => {
  expect(await LOG.sign(TEXT, 0)).toEqual(await LOG.sign(TEXT, TIME))
})

describe.each([
  ['log', LOG],
  ['log, ML-DSA-44', LOG_PQ],
  ['witness', NORTH],
  ['witness, ML-DSA-44', EAST],
])('%s', (_, signer) => {
  test.each([
    ['no checkpoint', 'hello\n'],
    ['an extension line', `${TEXT}more\n`],
    ['a statement’s signing input', 'eyJhbGciOiJFZDI1NTE5In0.eyJ2IjoxfQ'],
    ['nothing', ''],
  ])('signs nothing but a checkpoint: %s is refused', async (_what, text) => {
    await expect(signer.sign(text, TIME)).rejects.toMatchObject({ code: 'CHECKPOINT_MALFORMED' })
  })
})
