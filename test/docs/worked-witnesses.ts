/**
 * The published checkpoint of the worked example: signed by the log with both its keys and cosigned by
 * one witness, and a policy that asks for all of it. Deterministic, as everything of the example is.
 */
import { parseCheckpoint } from '../../ledger/core/checkpoint.js'
import {
  checkpointSubtree,
  cosignatureLine,
  cosignatureMessage,
  subtreeMessage,
} from '../../ledger/core/cosignature.js'
import { publicKeyFromSeed } from '../../ledger/core/ed25519.js'
import { ML_DSA_44_RANDOM_BYTES, mlDsa44FromSeed } from '../../ledger/core/ml-dsa.js'
import { cosignatureNoteKey, mlDsaNoteKey, parseNote } from '../../ledger/core/note.js'
import { formatPolicy } from '../../ledger/core/policy.js'
import { EXAMPLE_POLICY, exampleKey, NOON, ORIGIN } from './worked-example.js'

/** When the log signed with its second key, and when the witness answered. */
const PUBLISHED = NOON + 700
const WITNESSED = NOON + 702

const WITNESS = exampleKey('witness key')
const LOG_PQ = mlDsa44FromSeed(exampleKey('log ml-dsa-44 key').seed)
const NORTH = cosignatureNoteKey('north.example/witness', publicKeyFromSeed(WITNESS.seed))
const PQ = mlDsaNoteKey(ORIGIN, LOG_PQ.publicKey)

export const WITNESS_POLICY_TEXT = formatPolicy({
  ...EXAMPLE_POLICY,
  witnesses: [
    { name: 'pq', key: PQ },
    { name: 'north', key: NORTH, url: 'https://north.example/' },
  ],
  groups: [{ name: 'both', threshold: 2, members: ['pq', 'north'] }],
  quorum: 'both',
})

/** A commit checkpoint with the log's ML-DSA-44 line and the witness's line. */
export async function cosigned(note: string): Promise<string> {
  const { text } = parseNote(note)
  const subtree = checkpointSubtree(ORIGIN, parseCheckpoint(text), PUBLISHED)
  const byLog = LOG_PQ.sign(subtreeMessage(subtree), new Uint8Array(ML_DSA_44_RANDOM_BYTES))
  const byWitness = await WITNESS.sign(cosignatureMessage(text, WITNESSED))
  return note + cosignatureLine(PQ, PUBLISHED, byLog) + cosignatureLine(NORTH, WITNESSED, byWitness)
}
