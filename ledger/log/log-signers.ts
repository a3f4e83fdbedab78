/**
 * Which of the log's keys sign checkpoints now. DESIGN 2, 5 "Parties".
 *
 * A rotation is recorded by the operator's own statements: a key that was added for `log` signs
 * beside the old one, so that a policy with either accepts the checkpoints, until a statement ends the
 * old key. The log alone decides, not which files happen to be there.
 */
import { LedgerError } from '../core/errors.js'
import type { KeyStatus } from '../core/key-state.js'
import { ed25519NoteKey, type NoteKey, parseNote } from '../core/note.js'
import type { Signer } from '../crypto/signer.js'
import type { LogState } from './log-state.js'
import type { RegistryView } from './registry-state.js'

export type LogKeySet = {
  /** The log's key: it signs unless the operator ended it. */
  readonly signer: Signer
  /** Keys that sign beside it once the operator has added them for `log`. */
  readonly otherSigners?: readonly Signer[]
}

type Owners = Pick<RegistryView, 'ownerOf' | 'party'>

/** @throws LedgerError LOG_KEY_ENDED when the operator ended every key that is at hand */
export function signersNow(keys: LogKeySet, registry: Owners): readonly Signer[] {
  const { signer, otherSigners = [] } = keys
  const own = logStatus(signer, registry)
  const active = otherSigners.filter((other) => logStatus(other, registry) === 'active')
  const signers = own === undefined || own === 'active' ? [signer, ...active] : active
  if (signers.length === 0) throw new LedgerError('LOG_KEY_ENDED')
  return signers
}

/** The key that a new reader should learn: the one that will go on signing. */
export function lastingSigner(keys: LogKeySet, registry: Owners): Signer {
  const others = keys.otherSigners ?? []
  return others.findLast((other) => logStatus(other, registry) === 'active') ?? keys.signer
}

/** Status of a key that the operator added for `log`; undefined for one that it never did. */
function logStatus({ kid }: Signer, registry: Owners): KeyStatus | undefined {
  const party = registry.ownerOf(kid)
  const key = party === undefined ? undefined : registry.party(party)?.state.keys.get(kid)
  return key?.uses.includes('log') === true ? key.status : undefined
}

const STATUSES: Readonly<Record<'active' | 'binding' | 'all', readonly KeyStatus[]>> = {
  active: ['active'],
  binding: ['active', 'retired'],
  all: ['active', 'retired', 'revoked', 'compromised'],
}

/**
 * Keys under which this log has signed: those at hand, and those of the operator's statements.
 *
 * @param which `active` ones sign now; what a `binding` one has signed is the log's word for ever,
 * also after it was retired, while what a revoked or compromised one signs may be a thief's
 */
export function ownLogKeys(
  keys: LogKeySet,
  { registry, registrar, origin }: Pick<LogState, 'registry' | 'registrar' | 'origin'>,
  which: 'active' | 'binding' | 'all',
): readonly NoteKey[] {
  const operator = registrar === undefined ? undefined : registry.party(registrar)
  const statuses = STATUSES[which]
  const atHand = [keys.signer, ...(keys.otherSigners ?? [])]
  const found = new Map(atHand.map(({ kid, publicKey }) => [kid, publicKey]))
  for (const { kid, key, uses, status } of operator?.state.keys.values() ?? []) {
    if (!uses.includes('log')) continue
    if (statuses.includes(status)) found.set(kid, key)
    else found.delete(kid)
  }
  return [...found.values()].map((key) => ed25519NoteKey(origin, key))
}

/** Are there lines of all these keys? Whether they verify was asked when the note was opened. */
export function isSignedBy(note: string, origin: string, signers: readonly Signer[]): boolean {
  const lines = parseNote(note).signatures.map(({ name, keyId }) => `${name} ${keyId.join(' ')}`)
  return signers.every(({ publicKey }) => {
    const { name, keyId } = ed25519NoteKey(origin, publicKey)
    return lines.includes(`${name} ${keyId.join(' ')}`)
  })
}
