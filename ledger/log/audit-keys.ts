/**
 * What an audit says of parties and keys beside the verdict, as every verification does: signatures
 * that a compromise reaches back to, who continues whom, and whether the log's keys have ended.
 * DESIGN 5 "Parties".
 */
import type { Checkpoint } from '../core/checkpoint.js'
import type { Crypto } from '../core/ed25519.js'
import { LedgerError } from '../core/errors.js'
import type { StatementFacts } from '../core/facts.js'
import type { Finding } from '../core/finding.js'
import type { KeyId } from '../core/jwk.js'
import { continuedNotes, isDoubted, logKeyFindings } from '../core/key-notes.js'
import type { PartyId } from '../core/key-state.js'
import type { NoteKey } from '../core/note.js'
import type { StatementId } from '../core/statement.js'
import { declaredChanges } from './audit-resume.js'
import type { Auditor } from './auditor.js'
import type { Records } from './records.js'
import type { RegistryState } from './registry-state.js'

/** A key that a statement of this log declares compromised, and what it signed from then on. */
type Declared = {
  readonly party: PartyId
  readonly since: number
  readonly index: number
  readonly id: StatementId
  signatures: number
  first: number
  last: number
}

export class AuditedKeys {
  readonly #declared = new Map<KeyId, Declared>()

  /**
   * Reads every key that was ever declared, for the auditor to verify with, and which of them were
   * declared compromised. When a key may sign is judged entry by entry.
   */
  async learn(auditor: Auditor, records: Records, end: number, crypto: Crypto): Promise<void> {
    try {
      for await (const { change, index, id } of declaredChanges(records, end, crypto)) {
        if (change.kind !== 'end') auditor.learn([[change.key.kid, change.key.key]])
        else if (change.status === 'compromised') {
          const { party, since = 0 } = change
          const none = { signatures: 0, first: 0, last: 0 }
          this.#declared.set(change.kid, { party, since, index, id, ...none })
        }
      }
    } catch (error) {
      // Marks that cannot be read are missed when their entries are compared.
      if (!(error instanceof LedgerError) || error.code !== 'STORE_UNREADABLE') throw error
    }
  }

  /** Counts the signatures of an entry. */
  take(index: number, { signers }: StatementFacts): void {
    if (this.#declared.size === 0) return
    for (const { kid } of signers) {
      const declared = this.#declared.get(kid)
      if (declared === undefined || index < declared.since) continue
      if (declared.signatures === 0) declared.first = index
      declared.signatures += 1
      declared.last = index
    }
  }

  /**
   * One note for each key that the registry has as compromised, and that signed something since.
   *
   * @param from entries before it were not looked at: an earlier audit has found them in order
   */
  notes(registry: RegistryState, from: number): readonly Finding[] {
    return [...this.#declared].flatMap(([kid, declared]): readonly Finding[] => {
      const { party, since, index, id } = declared
      // A declaration that was itself not sound declares nothing.
      const state = registry.party(party)?.state.keys.get(kid)
      const unseen = since < from
      if (state === undefined || !isDoubted(state, index)) return []
      if (declared.signatures === 0 && !unseen) return []
      const detail = `its key ${kid.slice(0, 12)} was declared compromised as of entry ${since}, at entry ${index}: ${signed(declared)}${unseen ? `; entries before ${from} were not counted` : ''}`
      const settle = unseen ? 'the same audit with --full; then other evidence of the party' : OTHER
      const at = `party ${party.slice(0, 12)}`
      return [{ severity: 'note', code: 'KEY_COMPROMISED', at, id, index, detail, settle }]
    })
  }
}

const OTHER = 'the party, by other evidence than that key'

function signed({ signatures, first, last }: Declared): string {
  if (signatures === 0) return 'no signature of it was seen'
  if (signatures === 1) return `one signature of it is in doubt, at entry ${first}`
  return `${signatures} signatures of it are in doubt, from entry ${first} to ${last}`
}

export function keyFindings(
  registry: RegistryState,
  checkpoint: Checkpoint,
  signedBy: readonly NoteKey[],
): readonly Finding[] {
  const states = registry.parties().flatMap((party) => registry.party(party)?.state ?? [])
  return [...continuedNotes(states), ...logKeyFindings(checkpoint, signedBy, states[0])]
}
