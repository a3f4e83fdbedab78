/** Limits of one open log: what it takes in at once, and what it keeps of the past. */

export type LogLimits = {
  /** Statements that may be in work at once; beyond, a call is shed with QUEUE_FULL. */
  readonly inWorkMax: number
  /** Bytes of envelopes that may be in work at once: statements differ in size by a hundred. */
  readonly inWorkBytesMax: number
  /** Proposals that may wait at once; more are refused with QUEUE_FULL. */
  readonly proposalsMax: number
  /** Of these, proposals that no enrolled key has signed: anybody can make them, such as enrolments. */
  readonly strangersMax: number
  /** Inbox events kept at least; beyond, those of closed proposals go once they outnumber the waiting. */
  readonly inboxEventsKept: number
}

export const LOG_LIMITS: LogLimits = {
  inWorkMax: 8_192,
  // Checked statements take about three times the bytes of their envelopes; a server has 400 MB.
  inWorkBytesMax: 64 * 1_048_576,
  proposalsMax: 100_000,
  strangersMax: 1_000,
  inboxEventsKept: 4_096,
}
