/**
 * Until when data may be kept, as a day. domain R15, docs/limits.md.
 *
 * Three forms: a day; a duration from an event; criteria in words, of which nothing can be computed.
 * An event follows from a period in the ledger where this hop or its direct parents have it.
 */
import { addDays, dayOf } from './days.js'
import { readDuration } from './duration.js'
import type { Hop, HopType, Transfer } from './hop.js'
import type { Judging, Upstream } from './rule.js'

/** A claim of retention; null where the parties state none. */
export type Retention = Transfer['claims']['retention']
type StartEvent = NonNullable<NonNullable<Retention>['startEvent']>

export type RetentionEnd = {
  /**
   * Last day on which it may be kept, `YYYY-MM-DD`, with what a duration of less than whole days adds
   * to it (`T12:00:00`): later than that day, earlier than the next. Left out: no end is known.
   */
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
const DAY_SECONDS = 86_400
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
  // A day that the parties state binds them, also one that is yet to come: it ends no later than from it.
  const known = startDate === undefined ? days : [...days, startDate]
  // Whichever came first: a later day of the parties' own would stretch what the ledger shows.
  const start = known.reduce<string | undefined>(
    (first, day) => (first === undefined || day < first ? day : first),
    undefined,
  )
  if (start === undefined) return UNKNOWN_END
  const incomplete = startDate === undefined ? !certain : isHidden(startEvent, hop, upstream)
  const end = addDuration(start, duration)
  return end === undefined ? UNKNOWN_END : { end, incomplete }
}

type EventDays = {
  readonly days: readonly string[]
  /** Every hop that could have it was seen and has it, as something that has happened. */
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
    if (one === undefined || time === undefined) return []
    const day = time.slice(0, LAST_DAY.length)
    return hasHappened(day, one) ? [day] : []
  })
  return { days, certain: days.length === hops.length && hops.length > 0 }
}

/** A day that was yet to come when it was recorded is a plan, from which nothing can be counted. */
function hasHappened(day: string, { time }: Hop): boolean {
  return day <= dayOf(time)
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

/** A part of a month counts as that part of 30 days, whoever says it: equal claims have equal ends. */
const MONTH_SECONDS = 30 * DAY_SECONDS

/**
 * A day and an ISO 8601 duration later; undefined for what is no duration. Nothing is rounded away: of
 * a duration that is no whole days the time of day remains, and such texts still sort by time. A month
 * later than the 31st is the last day of a shorter month.
 */
export function addDuration(day: string, duration: string): string | undefined {
  const read = readDuration(duration)
  if (read === undefined) return undefined
  const wholeMonths = Math.floor(read.months)
  const seconds = Math.round((read.months - wholeMonths) * MONTH_SECONDS + read.seconds)
  const days = Math.floor(seconds / DAY_SECONDS)
  const end = addDays(addMonths(day, wholeMonths), days)
  const rest = seconds - days * DAY_SECONDS
  if (rest === 0 || end === LAST_DAY) return end
  return `${end}T${new Date(rest * 1_000).toISOString().slice(11, 19)}`
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
