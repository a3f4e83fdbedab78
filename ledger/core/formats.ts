/**
 * Formats of strings in claims: is this text of the right form? DESIGN 4.1, docs/statements.md.
 *
 * Form only. That a country is adequate, a term is in a vocabulary or a key is sound is judged
 * elsewhere. Every pattern is anchored and runs in linear time; callers bound the length first.
 */
import { COUNTRIES } from './countries.js'

/** One format: its longest text in characters (Unicode code points) and how it is recognised. */
export type FormatRule = {
  readonly charsMax: number
  /** What is expected, as a noun phrase: error messages and docs/statements.md print it. */
  readonly expected: string
  readonly test: (text: string) => boolean
}

/** Longest string anywhere in a statement, in characters. DESIGN 4.1. */
export const STRING_CHARS_MAX = 1_024

const PRINTABLE_ASCII = /^[ -~]*$/
// Control characters, line separators, direction overrides and what is no character at all: they
// deceive the eye in a terminal or a report. The properties named are the ones Unicode keeps stable.
const DECEPTIVE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Surrogate}\ufeff]/u
const SPACE_OR_PRIVATE = /[\p{Z}\p{Co}]/u
// A host in lower case that is no address, then anything an IRI allows, with at most one fragment.
const TERM =
  /^https:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}(?=[/?#])(?:[\w\-.~:/?[\]@!$&'()*+,;=\u0080-\uffff]|%[0-9A-Fa-f]{2})*(?:#(?:[\w\-.~:/?[\]@!$&'()*+,;=\u0080-\uffff]|%[0-9A-Fa-f]{2})*)?$/
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/
const AMOUNT = String.raw`\d{1,9}(?:[.,]\d{1,9})?`
const DURATION = new RegExp(
  `^P(?:${AMOUNT}W|(?=.)(?:${AMOUNT}Y)?(?:${AMOUNT}M)?(?:${AMOUNT}D)?` +
    `(?:T(?=.)(?:${AMOUNT}H)?(?:${AMOUNT}M)?(?:${AMOUNT}S)?)?)$`,
)
// ISO 8601 allows a fraction in the smallest part given and nowhere else.
const FRACTION_NOT_LAST = /[.,]\d+[A-Z]./
const HEX64 = /^[0-9a-f]{64}$/
// 32 bytes in strict base64url: the last character carries two zero bits.
const BASE64URL_32 = /^[\w-]{42}[AEIMQUYcgkosw048]$/
const DECIMAL = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{0,17}[1-9])?$/
const CODE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/
const VKEY =
  /^[!-*,-~]+\+[0-9a-f]{8}\+(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const EMAIL = /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$/
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/
const LEI = /^[A-Z0-9]{18}\d{2}$/
const EORI = /^[A-Z]{2}[A-Z0-9]{1,15}$/

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export const FORMATS = {
  'party-id': {
    charsMax: 43,
    expected: 'a party id: RFC 7638 thumbprint of its first key, 43 characters of base64url',
    test: (text) => BASE64URL_32.test(text),
  },
  'statement-id': {
    charsMax: 64,
    expected: 'a statement id: 64 lower-case hex digits',
    test: (text) => HEX64.test(text),
  },
  digest: {
    charsMax: 64,
    expected: 'a SHA-256 digest: 64 lower-case hex digits',
    test: (text) => HEX64.test(text),
  },
  base64url32: {
    charsMax: 43,
    expected: '32 bytes in base64url: 43 characters, no padding, zero trailing bits',
    test: (text) => BASE64URL_32.test(text),
  },
  country: {
    charsMax: 2,
    expected: 'a country in two letters, as ISO 3166-1 assigns them: IN, GB (not UK; EU is no country)',
    test: (text) => COUNTRIES.has(text),
  },
  date: {
    charsMax: 10,
    expected: 'a calendar day: YYYY-MM-DD (ISO 8601)',
    test: isDate,
  },
  time: {
    charsMax: 30,
    expected: 'a time in UTC: RFC 3339 with T and Z, no leap second, up to nine decimals',
    test: isTime,
  },
  duration: {
    charsMax: 64,
    expected: 'a duration: ISO 8601, such as P1Y, P1Y6M, PT72H or P2W',
    test: isDuration,
  },
  term: {
    charsMax: 256,
    expected:
      'a term: absolute https IRI in lower-case host, such as https://w3id.org/dpv#Marketing',
    test: isTerm,
  },
  text: {
    charsMax: STRING_CHARS_MAX,
    expected: 'text: not empty, in Unicode NFC, without control or direction characters',
    test: isText,
  },
  name: {
    charsMax: 256,
    expected: 'a name: text that neither begins nor ends with a space',
    test: (text) => isText(text) && text.trim() === text,
  },
  code: {
    charsMax: 64,
    expected: 'a code: letters, digits, dot, underscore and hyphen, ends in a letter or digit',
    test: (text) => CODE.test(text),
  },
  decimal: {
    charsMax: 38,
    expected: 'a decimal: digits with at most one point, no exponent, no needless zeros',
    test: (text) => DECIMAL.test(text) && text !== '-0',
  },
  email: {
    charsMax: 254,
    expected: 'a functional e-mail address (an office, never a person)',
    test: (text) => EMAIL.test(text),
  },
  'media-type': {
    charsMax: 129,
    expected: 'a media type in lower case without parameters (RFC 6838)',
    test: (text) => MEDIA_TYPE.test(text),
  },
  vkey: {
    charsMax: STRING_CHARS_MAX,
    expected: 'a verifier key: name+hash+key (C2SP signed-note)',
    test: (text) => VKEY.test(text),
  },
  lei: {
    charsMax: 20,
    expected: 'an LEI: 20 characters with right check digits (ISO 17442)',
    test: isLei,
  },
  eori: {
    charsMax: 17,
    expected: 'an EORI number: country letters and up to 15 letters or digits',
    test: (text) => EORI.test(text),
  },
} as const satisfies Record<string, FormatRule>

export type Format = keyof typeof FORMATS

/** True when `text` has the form and is no longer than `charsMax` characters. */
export function hasFormat(text: string, format: Format, charsMax?: number): boolean {
  const rule: FormatRule = FORMATS[format]
  return !isLongerThan(text, charsMax ?? rule.charsMax) && rule.test(text)
}

/** Counts characters as Unicode code points, so that every language counts alike. */
export function isLongerThan(text: string, charsMax: number): boolean {
  // A code point has one or two UTF-16 units: most texts are decided without counting.
  if (text.length <= charsMax) return false
  if (text.length > charsMax * 2) return true
  return [...text].length > charsMax
}

/**
 * A key that orders times of the format `time`: compare two of them with `<`.
 * The texts themselves do not sort when only one has decimals.
 */
export function timeKey(time: string): string {
  const decimals = time.slice(20, -1)
  return `${time.slice(0, 19)}.${decimals.padEnd(9, '0')}`
}

function isDate(text: string): boolean {
  const match = DATE.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (year === 0 || day === 0) return false
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0)
  return day <= (leap ? 29 : (DAYS[month - 1] ?? 0))
}

function isTime(text: string): boolean {
  const day = TIME.exec(text)?.[1]
  return day !== undefined && isDate(day)
}

function isDuration(text: string): boolean {
  return DURATION.test(text) && !FRACTION_NOT_LAST.test(text)
}

/** Terms already found good. The same few are used again and again, and the pattern is long. */
const goodTerms = new Set<string>()
const GOOD_TERMS_MAX = 4_096

function isTerm(text: string): boolean {
  if (goodTerms.has(text)) return true
  if (!judgeTerm(text)) return false
  if (goodTerms.size >= GOOD_TERMS_MAX) goodTerms.clear()
  goodTerms.add(text)
  return true
}

function judgeTerm(text: string): boolean {
  if (!TERM.test(text)) return false
  return PRINTABLE_ASCII.test(text) || (isText(text) && !SPACE_OR_PRIVATE.test(text))
}

function isText(text: string): boolean {
  if (text === '') return false
  if (PRINTABLE_ASCII.test(text)) return true
  return !DECEPTIVE.test(text) && text.normalize('NFC') === text
}

/** ISO 7064 MOD 97-10 over the characters read in base 36. */
function isLei(text: string): boolean {
  if (!LEI.test(text)) return false
  let remainder = 0
  for (const character of text) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
