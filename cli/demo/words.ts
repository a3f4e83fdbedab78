/**
 * Words that the demo's statements are made of: terms of the W3C Data Privacy Vocabulary, digests,
 * and days counted from today, so that the demo is about last week whenever it runs.
 */
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { Jwk } from '../../ledger/core/jwk.js'

const DPV = 'https://w3id.org/dpv#'
const PD = 'https://w3id.org/dpv/pd#'
const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#'

/** None is a direct child of the vocabulary's root: such a purpose would say nothing. */
export const PURPOSE = {
  repair: `${DPV}TechnicalServiceProvision`,
  robust: `${DPV}IncreaseServiceRobustness`,
  improve: `${DPV}ImproveExistingProductsAndServices`,
  optimise: `${DPV}ServiceOptimisation`,
  direct: `${DPV}DirectMarketing`,
} as const

export const CATEGORY = {
  account: `${PD}AccountIdentifier`,
  unit: `${PD}UID`,
  postcode: `${PD}PostalCode`,
  area: `${PD}Region`,
  heat: `${PD}ServiceConsumptionBehaviour`,
  none: `${DPV}NonPersonalData`,
} as const

export const ROLE = {
  controller: `${DPV}DataController`,
  processor: `${DPV}DataProcessor`,
} as const
export const CUSTOMER = `${DPV}Customer`

export const BASIS = {
  contract: { basis: `${GDPR}A6-1-b`, regime: 'eu-gdpr' },
  interest: { basis: `${GDPR}A6-1-f`, regime: 'eu-gdpr' },
  interestUk: { basis: `${DPV}LegitimateInterestOfController`, regime: 'uk-gdpr' },
  interestJp: { basis: `${DPV}LegitimateInterestOfController`, regime: 'jp-appi' },
} as const

export const MEASURE = {
  pseudonyms: `${DPV}Pseudonymisation`,
  inTransfer: `${DPV}EncryptionInTransfer`,
  atRest: `${DPV}EncryptionAtRest`,
  access: `${DPV}AccessControlMethod`,
  watching: `${DPV}ActivityMonitoring`,
  supplementary: `${GDPR}SupplementaryMeasure`,
} as const

export const NATURE = {
  store: `${DPV}Store`,
  analyse: `${DPV}Analyse`,
  combine: `${DPV}Combine`,
  derive: `${DPV}Derive`,
  consult: `${DPV}Consult`,
  aggregate: `${DPV}Aggregate`,
  structure: `${DPV}Structure`,
  anonymise: `${DPV}Anonymise`,
} as const

/** SHA-256 in hex. The demo has one real file, its report; other digests stand for files by name. */
export function digestOf(text: string): string {
  return toHex(portableSha256(utf8Encode(text)))
}

/** A key as a claim's value. */
export function jsonJwk({ crv, kty, x }: Jwk): JsonObject {
  return { crv, kty, x }
}

/** Days of the story, as YYYY-MM-DD, counted from a given today in UTC. */
export type Calendar = {
  /** Two weeks that ended two days ago. */
  readonly days: readonly string[]
  /** Those of them on which technicians go out. */
  readonly workdays: readonly string[]
  /** The same days in two weeks. */
  readonly weeks: readonly (readonly string[])[]
  /** The day so many days from today; negative is past. */
  readonly day: (offset: number) => string
}

const DAY_MS = 86_400_000
const STORY_DAYS = 14
const WEEK_DAYS = 7

/** `now`: milliseconds since 1970. */
export function calendarOf(now: number): Calendar {
  const day = (offset: number): string => new Date(now + offset * DAY_MS).toISOString().slice(0, 10)
  const days = Array.from({ length: STORY_DAYS }, (_, position) => day(position - STORY_DAYS - 1))
  const isWorkday = (text: string): boolean => ![0, 6].includes(new Date(text).getUTCDay())
  return {
    days,
    workdays: days.filter(isWorkday),
    weeks: [days.slice(0, WEEK_DAYS), days.slice(WEEK_DAYS)],
    day,
  }
}

/** The day after a day. */
export function nextDay(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)
}
