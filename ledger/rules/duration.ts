/**
 * Durations of ISO 8601 as claims have them (`FORMATS.duration`): one reader, so that a window and a
 * retention never read the same text differently.
 */

export type Duration = {
  /** Years count as twelve; a part of a month stands here, too: months differ in length. */
  readonly months: number
  /** The rest, weeks and days of 24 hours among it. */
  readonly seconds: number
}

const AMOUNT = String.raw`(\d+(?:[.,]\d+)?)`
const DURATION = new RegExp(
  `^P(?:${AMOUNT}Y)?(?:${AMOUNT}M)?(?:${AMOUNT}W)?(?:${AMOUNT}D)?` +
    `(?:T(?:${AMOUNT}H)?(?:${AMOUNT}M)?(?:${AMOUNT}S)?)?$`,
)

/** Undefined for what is no duration: claims that have passed their shapes hold none such. */
export function readDuration(text: string): Duration | undefined {
  const parts = DURATION.exec(text)?.slice(1)
  if (parts === undefined) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    parts.map((part) => (part === undefined ? 0 : Number(part.replace(',', '.'))))
  return {
    months: years * 12 + months,
    seconds: ((weeks * 7 + days) * 24 + hours) * 3_600 + minutes * 60 + seconds,
  }
}
