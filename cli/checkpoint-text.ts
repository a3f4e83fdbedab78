/**
 * Who signed a checkpoint, who cosigned it and when, and whether that is what the policy asks for.
 */
import { toHex } from '../ledger/core/bytes.js'
import type { Cosignature } from '../ledger/core/cosignature.js'
import type { JsonObject } from '../ledger/core/json.js'
import { formatVkey, type NoteKey, TYPE_ML_DSA_44 } from '../ledger/core/note.js'
import { NO_QUORUM, type Quorum } from '../ledger/core/quorum.js'
import { clean, utc } from './output.js'

/** Something that a verification could not know, and who could. */
export type NotChecked = {
  readonly what: string
  readonly settle: string
}

/** The signatures of an opened checkpoint, as reports of verifications and audits hold them. */
export type Signatures = {
  readonly signedBy: readonly NoteKey[]
  readonly cosigned: readonly Cosignature[]
  readonly quorum?: Quorum
  /** The published checkpoint, where witnesses signed that one and `signedBy` is of a newer one. */
  readonly published?: { readonly size: number }
}

export function signatureLines(signatures: Signatures): readonly string[] {
  const { signedBy, cosigned, quorum, published } = signatures
  return [
    ...signedBy.map((key) => `    signed by ${keyWords(key)}`),
    ...(published === undefined ? [] : [`  published checkpoint at tree size ${published.size}`]),
    ...cosigned.map(
      ({ name, key, time }) => `    cosigned by ${clean(name)}${timeWords(time)}: ${keyWords(key)}`,
    ),
    ...(quorum === undefined || quorum.name === NO_QUORUM ? [] : [quorumLine(quorum)]),
  ]
}

export function signaturesJson(signatures: Signatures): JsonObject {
  const { signedBy, cosigned, quorum, published } = signatures
  return {
    signed_by: signedBy.map(vkeyOf),
    ...(published === undefined ? {} : { published: { size: published.size } }),
    cosigned_by: cosigned.map(({ name, key, time }) => ({ name, vkey: vkeyOf(key), time })),
    quorum: quorum === undefined ? null : { ...quorum },
  }
}

/** Witnesses make a second history much harder to show, and never impossible. */
export function cosignedElsewhere({ cosigned }: Signatures): NotChecked {
  const names = cosigned.map(({ name }) => clean(name)).join(', ')
  return {
    what:
      names === ''
        ? 'that everybody is shown the same history: no witness of the policy has signed this checkpoint'
        : `that everybody is shown the same history: ${names} say that they know no other`,
    settle: 'others who use this ledger: compare receipts, waybill verify MINE THEIRS',
  }
}

function quorumLine({ name, met, missing }: Quorum): string {
  const state = met ? 'met' : `NOT met, missing ${clean(missing ?? name)}`
  return `    quorum ${clean(name)}: ${state}`
}

/** A witness may leave the time out, which says nothing about when. */
function timeWords(time: number): string {
  return time === 0 ? '' : ` on ${utc(time)}`
}

/** An ML-DSA-44 key takes 1,750 letters: its name and id are enough for a person, JSON has it whole. */
function keyWords(key: NoteKey): string {
  return key.type === TYPE_ML_DSA_44
    ? `${clean(key.name)}+${toHex(key.keyId)} (ML-DSA-44)`
    : clean(vkeyOf(key))
}

function vkeyOf({ name, type, key }: NoteKey): string {
  return formatVkey(name, type, key)
}
