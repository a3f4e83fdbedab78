/**
 * Signed notes and verifier keys, the text form of everything a log signs. c2sp.org/signed-note.
 *
 *     example.com/log
 *     3
 *     47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
 *                                                        the last empty line ends the text
 *     — example.com/log Az3grlgtzPIC…                     one line for each signature
 *
 * The signature is over the text with its last newline, without the empty line. Only Ed25519
 * signatures (type 0x01) are verified here. Cosignatures (0x04, 0x06) sign what the text means, so
 * their keys are read here and their lines are judged by cosignature.ts; lines of other types are
 * kept and ignored. What the text means is none of this file's business.
 */
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  utf8Encode,
} from './bytes.js'
import { type Crypto, type PublicKey, parsePublicKey, SIGNATURE_BYTES } from './ed25519.js'
import { type ErrorCode, invariant, LedgerError } from './errors.js'
import { portableSha256 } from './hash.js'
import { ML_DSA_44_KEY_BYTES } from './ml-dsa.js'

/** Most signature lines of one note. The specification asks for at least 16. */
export const NOTE_SIGNATURES_MAX = 64
/** Longest note, in UTF-16 units: 64 post-quantum signatures of 5 kB each fit twice. */
export const NOTE_CHARS_MAX = 1_048_576
/** Signature type of plain Ed25519 over the note text. c2sp.org/signed-note, "Signature types". */
export const TYPE_ED25519 = 0x01
/** Signature type of timestamped Ed25519 cosignatures. c2sp.org/tlog-cosignature. */
export const TYPE_COSIGNATURE = 0x04
/** Signature type of timestamped ML-DSA-44 cosignatures. c2sp.org/tlog-cosignature. */
export const TYPE_ML_DSA_44 = 0x06
/** Longest name of an ML-DSA-44 key, in bytes of UTF-8: what it signs stores the length in one byte. */
const ML_DSA_NAME_BYTES_MAX = 255

/** Signature type whose key id is a hash of the key alone. c2sp.org/signed-note. */
const TYPE_ECDSA = 0x02
const KEY_ID_BYTES = 4
/** Longest vkey, in UTF-16 units: an ML-DSA-87 key takes 3,460 letters of base64. */
const VKEY_CHARS_MAX = 16_384
/** Em dash U+2014 and one space: never a hyphen, never a look-alike. */
const LINE_PREFIX = '\u2014 '
const NOT_IN_NAME = /[\p{White_Space}\p{Surrogate}+]/u
const BYTE_ORDER_MARK = '\ufeff'

/** One signature line: who says to have signed, and the bytes. Proves nothing by itself. */
export type NoteSignature = {
  readonly name: string
  /** Four bytes. A hint to find the key, not a strong hash of it. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** A parsed note. `text` ends in LF and must not be believed before `verifyNote`. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

/** A key that signs notes, from its vkey. Made by `parseVkey` and the functions below it only. */
export type NoteKey = {
  readonly name: string
  /** Four bytes, always those that belong to name, type and key. */
  readonly keyId: Uint8Array
  /** Signature type, one byte. */
  readonly type: number
  /** Public key material as the type defines it. */
  readonly key: Uint8Array
  /** The same key, checked as DESIGN 4.6 demands; undefined unless it is Ed25519 (types 1 and 4). */
  readonly publicKey: PublicKey | undefined
}

/**
 * Judges a line of a known key whose signature is not over the text alone: whether it verifies, or
 * undefined when the type cannot be judged, which makes the key an unknown one.
 */
export type VerifyLine = (key: NoteKey, signature: Uint8Array) => boolean | undefined

/** A signature that was verified, with the key that did it. */
export type VerifiedSignature = NoteSignature & { readonly key: NoteKey }

/** Signs bytes wherever the key lives: file, agent, KMS or HSM. Answers 64 bytes. */
export type SignMessage = (message: Uint8Array) => Promise<Uint8Array>

/**
 * Splits a note into text and signature lines. c2sp.org/signed-note, "Format".
 *
 * @throws LedgerError NOTE_MALFORMED with a `reason`, and the `signature` line (1-based) or the
 * place `at` where there is one.
 */
export function parseNote(text: string): Note {
  checkCharacters(text)
  // The text may hold empty lines itself; signature lines cannot, so the last one separates.
  const split = text.lastIndexOf('\n\n')
  if (split < 0) throw malformed('no empty line before the signatures')
  const block = text.slice(split + 2)
  if (!block.endsWith('\n')) throw malformed('does not end in a signature line and a newline')
  const lines = block.slice(0, -1).split('\n')
  checkSignatureCount(lines.length)
  return { text: text.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

/**
 * The text form of a note; `parseNote` gives back the same parts.
 *
 * @throws LedgerError NOTE_MALFORMED when the parts have no text form: a text without a final
 * newline or with control characters, a bad name or key id, no signature or more than 64.
 */
export function formatNote(note: Note): string {
  checkText(note.text)
  checkSignatureCount(note.signatures.length)
  const lines = note.signatures.map((line, position) => formatSignatureLine(line, position + 1))
  const formatted = `${note.text}\n${lines.join('')}`
  if (formatted.length > NOTE_CHARS_MAX) throw malformed('too long', { limit: NOTE_CHARS_MAX })
  return formatted
}

/**
 * Signs a text with one Ed25519 key and returns the whole note.
 *
 * The text is checked before the key is asked, so that no key ever signs what is not a note. The
 * signature is not verified here: that is the signer's promise.
 *
 * @throws LedgerError NOTE_MALFORMED for a text that cannot be a note's, VKEY_INVALID for a name
 * that cannot be a key's, NOTE_SIGNATURE_INVALID when `sign` answers other than 64 bytes.
 */
export async function signNote(
  text: string,
  signerName: string,
  publicKey: PublicKey,
  sign: SignMessage,
): Promise<string> {
  checkText(text)
  const keyId = noteKeyId(signerName, TYPE_ED25519, publicKey)
  const signature = await sign(utf8Encode(text))
  if (signature.length !== SIGNATURE_BYTES) {
    throw new LedgerError('NOTE_SIGNATURE_INVALID', {
      reason: 'the signer gave another length',
      expected: SIGNATURE_BYTES,
      received: signature.length,
    })
  }
  return formatNote({ text, signatures: [{ name: signerName, keyId, signature }] })
}

/**
 * Verifies every signature line that names one of `keys`, and returns the valid ones in order.
 *
 * Lines of unknown keys are ignored, also those that share a name or an id with a known key. One
 * failing line of a known key rejects the whole note, even beside a good line of the same key: the
 * specification wants every line of a known key verified. A key that signed twice is returned
 * once, with its first line. Keys of other types than Ed25519 are judged by `verifyOther`, and count
 * as unknown without it.
 *
 * An empty answer means that nobody you trust signed: the caller must refuse the note.
 *
 * @throws LedgerError NOTE_SIGNATURE_INVALID, NOTE_MALFORMED for more than 64 signatures,
 * VKEY_INVALID when two different `keys` share name and id, for then a line has no single meaning.
 */
export function verifyNote(
  note: Note,
  keys: readonly NoteKey[],
  crypto: Crypto,
  verifyOther: VerifyLine = () => undefined,
): readonly VerifiedSignature[] {
  checkSignatureCount(note.signatures.length)
  const known = indexKeys(keys)
  const message = utf8Encode(note.text)
  const verified = new Map<NoteKey, VerifiedSignature>()
  for (const [position, line] of note.signatures.entries()) {
    const key = known.get(labelOf(line.name, line.keyId))
    if (key === undefined) continue
    const good =
      key.type === TYPE_ED25519 && key.publicKey !== undefined
        ? crypto.verify(line.signature, message, key.publicKey)
        : verifyOther(key, line.signature)
    if (good === undefined) continue
    if (!good) throw new LedgerError('NOTE_SIGNATURE_INVALID', { signature: position + 1 })
    if (!verified.has(key)) verified.set(key, { ...line, key })
  }
  return [...verified.values()]
}

/**
 * Key id: first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key). c2sp.org/signed-note, "Signatures".
 * For ECDSA keys (type 0x02) the specification hashes the DER key alone.
 *
 * Requires 0 <= type <= 255.
 *
 * @throws LedgerError VKEY_INVALID for a name that is empty or holds spaces, plus or controls.
 */
export function noteKeyId(name: string, type: number, key: Uint8Array): Uint8Array {
  invariant(Number.isInteger(type) && type >= 0 && type <= 255, 'a signature type is one byte')
  if (!isKeyName(name)) throw new LedgerError('VKEY_INVALID', { reason: 'name' })
  const hashed =
    type === TYPE_ECDSA ? key : concatBytes(utf8Encode(`${name}\n`), Uint8Array.of(type), key)
  return portableSha256(hashed).slice(0, KEY_ID_BYTES)
}

/** The note key of an Ed25519 public key. Throws VKEY_INVALID as `noteKeyId` does. */
export function ed25519NoteKey(name: string, publicKey: PublicKey): NoteKey {
  const keyId = noteKeyId(name, TYPE_ED25519, publicKey)
  return { name, keyId, type: TYPE_ED25519, key: publicKey, publicKey }
}

/** The key of a witness that cosigns with Ed25519. Throws VKEY_INVALID as `noteKeyId` does. */
export function cosignatureNoteKey(name: string, publicKey: PublicKey): NoteKey {
  const keyId = noteKeyId(name, TYPE_COSIGNATURE, publicKey)
  return { name, keyId, type: TYPE_COSIGNATURE, key: publicKey, publicKey }
}

/**
 * The ML-DSA-44 key of a witness, or of a log, whose name is then its origin. Copies the key.
 *
 * @throws LedgerError VKEY_INVALID for a name that cannot be a key's or takes more than 255 bytes,
 * and for a key that is not 1,312 bytes long: every value of that length is a key (FIPS 204).
 */
export function mlDsaNoteKey(name: string, key: Uint8Array): NoteKey {
  if (key.length !== ML_DSA_44_KEY_BYTES) {
    const lengths = { expected: ML_DSA_44_KEY_BYTES, received: key.length }
    throw new LedgerError('VKEY_INVALID', { reason: 'ML-DSA-44 key length', ...lengths })
  }
  const keyId = noteKeyId(name, TYPE_ML_DSA_44, key)
  if (utf8Encode(name).length > ML_DSA_NAME_BYTES_MAX) {
    throw new LedgerError('VKEY_INVALID', { reason: 'name', limit: ML_DSA_NAME_BYTES_MAX })
  }
  return { name, keyId, type: TYPE_ML_DSA_44, key: Uint8Array.from(key), publicKey: undefined }
}

/**
 * Reads a verifier key, `name+<8 hex digits>+base64(type ‖ key)`. Names hold no plus but base64
 * does, so only the first two separate. Hex is lower-case and the id must be the recomputed one.
 *
 * @throws LedgerError VKEY_INVALID with a `reason`; KEY_INVALID when an Ed25519 key breaks the
 * rule of DESIGN 4.6.
 */
export function parseVkey(text: string): NoteKey {
  if (text.length > VKEY_CHARS_MAX) {
    throw new LedgerError('VKEY_INVALID', { reason: 'too long', limit: VKEY_CHARS_MAX })
  }
  const first = text.indexOf('+')
  const second = text.indexOf('+', first + 1)
  if (first < 0 || second < 0) {
    throw new LedgerError('VKEY_INVALID', { reason: 'not three parts joined by plus signs' })
  }
  const name = text.slice(0, first)
  const keyId = refuseAs('VKEY_INVALID', { reason: 'key id' }, () =>
    fromHex(text.slice(first + 1, second), KEY_ID_BYTES),
  )
  const material = refuseAs('VKEY_INVALID', { reason: 'key is not base64' }, () =>
    fromBase64(text.slice(second + 1)),
  )
  const type = material[0]
  const key = material.slice(1)
  if (type === undefined || key.length === 0) {
    throw new LedgerError('VKEY_INVALID', { reason: 'no key', length: material.length })
  }
  if (!equalBytes(noteKeyId(name, type, key), keyId)) {
    throw new LedgerError('VKEY_INVALID', { reason: 'the key id is of another name or key' })
  }
  if (type === TYPE_ED25519) return ed25519NoteKey(name, parsePublicKey(key))
  if (type === TYPE_COSIGNATURE) return cosignatureNoteKey(name, parsePublicKey(key))
  if (type === TYPE_ML_DSA_44) return mlDsaNoteKey(name, key)
  return { name, keyId, type, key, publicKey: undefined }
}

/**
 * The verifier key text of a name and key. Requires 0 <= type <= 255 and a key of one byte or more.
 *
 * @throws LedgerError VKEY_INVALID for a name that cannot be a key's.
 */
export function formatVkey(name: string, type: number, key: Uint8Array): string {
  invariant(key.length > 0, 'a key has bytes')
  const material = toBase64(concatBytes(Uint8Array.of(type), key))
  return `${name}+${toHex(noteKeyId(name, type, key))}+${material}`
}

/**
 * Runs a strict decoder; its refusal is thrown under the code of the format around it, with the
 * first error as cause. Anything but a LedgerError passes through: that is a bug, not bad input.
 */
export function refuseAs<T>(
  code: ErrorCode,
  details: Readonly<Record<string, unknown>>,
  decode: () => T,
): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    throw new LedgerError(code, details, error)
  }
}

/** Place of the first ASCII control character other than LF, or -1. */
export function controlAt(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 && unit !== 0x0a) return at
  }
  return -1
}

/** Why a text cannot be encoded as UTF-8 without loss or surprise, or undefined. */
export function encodingFault(text: string): string | undefined {
  if (text.startsWith(BYTE_ORDER_MARK)) return 'byte order mark'
  if (/\p{Surrogate}/u.test(text)) return 'half of a surrogate pair'
  return undefined
}

function parseSignatureLine(line: string, position: number): NoteSignature {
  const signature = position + 1
  if (!line.startsWith(LINE_PREFIX)) {
    throw malformed('signature line does not start with em dash and space', { signature })
  }
  const space = line.indexOf(' ', LINE_PREFIX.length)
  const name = line.slice(LINE_PREFIX.length, Math.max(space, LINE_PREFIX.length))
  if (!isKeyName(name)) throw malformed('key name', { signature })
  const reason = 'signature is not base64'
  const bytes = refuseAs('NOTE_MALFORMED', { reason, signature }, () =>
    fromBase64(line.slice(space + 1)),
  )
  if (bytes.length <= KEY_ID_BYTES) {
    throw malformed('signature is too short', { signature, length: bytes.length })
  }
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) }
}

/**
 * One signature line, ending in LF. `signature` is its place for errors, from 1.
 *
 * @throws LedgerError NOTE_MALFORMED for a bad name or key id, or no signature bytes.
 */
export function formatSignatureLine(line: NoteSignature, signature = 1): string {
  if (!isKeyName(line.name)) throw malformed('key name', { signature })
  if (line.keyId.length !== KEY_ID_BYTES) throw malformed('key id length', { signature })
  if (line.signature.length === 0) throw malformed('signature is too short', { signature })
  return `${LINE_PREFIX}${line.name} ${toBase64(concatBytes(line.keyId, line.signature))}\n`
}

/** Non-empty, no Unicode spaces, no plus, no controls. c2sp.org/signed-note, "Format". */
function isKeyName(name: string): boolean {
  return name !== '' && !NOT_IN_NAME.test(name) && controlAt(name) < 0
}

function checkText(text: string): void {
  checkCharacters(text)
  if (!text.endsWith('\n')) throw malformed('the text does not end in a newline')
}

function checkCharacters(text: string): void {
  if (text.length > NOTE_CHARS_MAX) throw malformed('too long', { limit: NOTE_CHARS_MAX })
  const fault = encodingFault(text)
  if (fault !== undefined) throw malformed(fault)
  const at = controlAt(text)
  if (at >= 0) throw malformed('control character', { at })
}

function checkSignatureCount(count: number): void {
  if (count < 1 || count > NOTE_SIGNATURES_MAX) {
    throw malformed('number of signatures', { count, limit: NOTE_SIGNATURES_MAX })
  }
}

function indexKeys(keys: readonly NoteKey[]): ReadonlyMap<string, NoteKey> {
  const known = new Map<string, NoteKey>()
  for (const key of keys) {
    const label = labelOf(key.name, key.keyId)
    const other = known.get(label)
    if (other !== undefined && !sameNoteKey(other, key)) {
      throw new LedgerError('VKEY_INVALID', { reason: 'two keys share a name and a key id' })
    }
    known.set(label, key)
  }
  return known
}

/** Unique for a name and id, because names hold no plus. */
function labelOf(name: string, keyId: Uint8Array): string {
  return `${name}+${toHex(keyId)}`
}

/** Whether two are one key under one name and signature type. */
export function sameNoteKey(a: NoteKey, b: NoteKey): boolean {
  return a.type === b.type && a.name === b.name && equalBytes(a.key, b.key)
}

function malformed(reason: string, details: Readonly<Record<string, number>> = {}): LedgerError {
  return new LedgerError('NOTE_MALFORMED', { reason, ...details })
}
