/**
 * The codec port: the text conversions of the hot path, portable here, native handed in from outside.
 *
 * A statement of 6 KB has some twenty disclosures; decoding and hashing them costs more in portable
 * code than verifying its signatures natively. Whatever codec a machine has, the answer is the same:
 * test/crypto/native-codec.test.ts holds the native one to this one.
 */
import { fromBase64url, toBase64url, utf8Decode, utf8Encode } from './bytes.js'
import { portableSha256 } from './hash.js'

export type Codec = {
  /** Strict base64url to bytes. @throws LedgerError ENCODING_INVALID */
  readonly bytesOf: (base64url: string) => Uint8Array
  /** Bytes to base64url without padding. */
  readonly encode: (bytes: Uint8Array) => string
  /** The UTF-8 bytes of a well-formed text to base64url. */
  readonly encodeText: (text: string) => string
  /** Strict UTF-8 to text. @throws LedgerError UTF8_INVALID */
  readonly utf8Of: (bytes: Uint8Array) => string
  /** Strict base64url of strict UTF-8 to text. @throws LedgerError ENCODING_INVALID, UTF8_INVALID */
  readonly textOf: (base64url: string) => string
  /** The bytes of an ASCII text. */
  readonly ascii: (text: string) => Uint8Array
  /** Base64url of SHA-256 over an ASCII text. */
  readonly digestOf: (ascii: string) => string
}

export const portableCodec: Codec = {
  bytesOf: fromBase64url,
  encode: toBase64url,
  encodeText: (text) => toBase64url(utf8Encode(text)),
  utf8Of: utf8Decode,
  textOf: (base64url) => utf8Decode(fromBase64url(base64url)),
  ascii: utf8Encode,
  digestOf: (ascii) => toBase64url(portableSha256(utf8Encode(ascii))),
}
