/**
 * What an audit says of parties and keys beside the verdict, as every verification does: who continues
 * whom, and whether the log's keys have ended. DESIGN 5 "Parties".
 */
import type { Checkpoint } from '../core/checkpoint.js'
import type { Finding } from '../core/finding.js'
import { continuedNotes, logKeyFindings } from '../core/key-notes.js'
import type { NoteKey } from '../core/note.js'
import type { RegistryState } from './registry-state.js'

export function keyFindings(
  registry: RegistryState,
  checkpoint: Checkpoint,
  signedBy: readonly NoteKey[],
): readonly Finding[] {
  const states = registry.parties().flatMap((party) => registry.party(party)?.state ?? [])
  return [...continuedNotes(states), ...logKeyFindings(checkpoint, signedBy, states[0])]
}
