/**
 * Until when data may be kept, as a day. domain R15, docs/limits.md.
 *
 * Three forms: a day; a duration from an event; criteria in words, of which nothing can be computed.
 * An event follows from a period in the ledger where this hop or its direct parents have it.
 */
import { addDays } from './days.js'
import type { Hop, HopType, Transfer } from './hop.js'
import type { Judging, Upstream } from './rule.js'

/** A claim of retention; null where the parties state none. */
export type Retention = Transfer['claims']['retention']
type StartEvent = NonNullable<NonNullable<Retention>['startEvent']>

export type RetentionEnd = {
  /** Last day on which it may be kept, `YYYY-MM-DD`; left out: no end is known. */
  readonly end?: string
  /** It may end, or end earlier: something is withheld, has not happened or is only words. */
  readonly incomplete: boolean
}

/** Of which hop, and where in its period, an event is found. */
const EVENTS: Partial<Record<StartEvent, readonly [type: HopType, at: 'begin' | 'end']>> = {
  'collection-begin': ['collection/1', 'begin'],
  'collection-end': ['collection/1', 'end'],
  'transfer-begin': ['transfer/1', 'begin'],
  'transfer-end': ['transfer/1', 'end'],
  'processing-end': ['processing/1', 'end'],
}

const LAST_DAY = '9999-12-31'
const NO_END: RetentionEnd = { incomplete: false }
const UNKNOWN_END: RetentionEnd = { incomplete: true }

/**
 * The end that a retention claim sets.
 *
 * @param retention a claim of this hop or of its instrument; undefined: withheld
 */
export function retentionEnd(
  retention: Retention,
  { hop, upstream }: Pick<Judging, 'hop' | 'upstream'>,
): RetentionEnd {
  if (retention === undefined) return UNKNOWN_END
  if (retention === null) return NO_END
  const { until, duration, startEvent, startDate } = retention
  if (until !== undefined) return { end: until, incomplete: false }
  if (duration === undefined || startEvent === undefined) return UNKNOWN_END
  const { days, certain } = daysOfEvent(startEvent, hop, upstream)
  const known = startDate === undefined ? days : [...days, startDate]
  // Whichever came first: a later day of the parties' own would stretch what the ledger shows.
  const start = known.reduce<string | undefined>(
    (first, day) => (first === undefined || day < first ? day : first),
    undefined,
  )
  if (start === undefined) return UNKNOWN_END
  const incomplete = startDate === undefined ? !certain : isHidden(startEvent, hop, upstream)
  return { end: addDuration(start, duration), incomplete }
}

type EventDays = {
  readonly days: readonly string[]
  /** Every hop that could have it was seen and has it. */
  readonly certain: boolean
}

/** Days on which an event happened, by the periods of this hop or of its direct parents. */
function daysOfEvent(event: StartEvent, hop: Hop, upstream: readonly Upstream[]): EventDays {
  const place = EVENTS[event]
  if (place === undefined) return { days: [], certain: false }
  const [type, at] = place
  const hops = hop.type === type ? [hop] : upstream.map((parent) => parent.hop)
  const days = hops.flatMap((one) => {
    const time = one?.type === type ? one.claims.period?.[at] : undefined
    return time === undefined ? [] : [time.slice(0, LAST_DAY.length)]
  })
  return { days, certain: days.length === hops.length && hops.length > 0 }
}

/** Could a period that is withheld, or a parent that was not shown, tell an earlier day? */
function isHidden(event: StartEvent, hop: Hop, upstream: readonly Upstream[]): boolean {
  const type = EVENTS[event]?.[0]
  if (type === undefined) return false
  if (hop.type === type) return hop.claims.period === undefined
  return upstream.some(
    ({ hop: parent }) =>
      parent === undefined || (parent.type === type && parent.claims.period === undefined),
  )
}

const AMOUNTS =
  /^P(?:([\d.,]+)Y)?(?:([\d.,]+)M)?(?:([\d.,]+)W)?(?:([\d.,]+)D)?(?:T(?:([\d.,]+)H)?.*)?$/

/**
 * A day and an ISO 8601 duration later; parts of a day are not counted. A month later than the 31st is
 * the last day of a shorter month.
 */
export function addDuration(day: string, duration: string): string {
  const [, ...parts] = AMOUNTS.exec(duration) ?? []
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0] = parts.map((part) =>
    Number((part ?? '0').replace(',', '.')),
  )
  const wholeMonths = Math.floor(years * 12) + Math.floor(months)
  const partOfMonth = Math.floor((months % 1) * 30)
  const wholeDays = Math.floor(weeks * 7) + Math.floor(days) + Math.floor(hours / 24)
  return addDays(addMonths(day, wholeMonths), partOfMonth + wholeDays)
}

function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const count = year * 12 + month - 1 + months
  const [newYear, newMonth] = [Math.floor(count / 12), (count % 12) + 1]
  if (newYear > 9_999) return LAST_DAY
  const first = `${String(newYear).padStart(4, '0')}-${String(newMonth).padStart(2, '0')}`
  const last = Number(addDays(`${first}-28`, 4).slice(-2))
  // Four days after the 28th it is the first to fourth of the next month; no month follows the last.
  const monthLength = last <= 4 ? 32 - last : last
  return `${first}-${String(Math.min(date, monthLength)).padStart(2, '0')}`
}
