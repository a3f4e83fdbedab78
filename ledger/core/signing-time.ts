/**
 * When a signature may say that it was made. DESIGN 4.2 `iat`.
 *
 * A side's own time is its own word. What it cannot be is earlier than the statement that it signs or
 * later than the entry that holds it, but for clocks that disagree. Without this a thief of a key that
 * has ended could claim any past.
 */
import { IAT_AHEAD_MAX_S } from './limits.js'

/**
 * What is impossible about a signature's time; undefined when nothing is. All in seconds since 1970.
 *
 * @param time of the entry; undefined where that is not known
 */
export function signatureTimeFault(
  iat: number,
  statementIat: number,
  time: number | undefined,
): 'before its statement' | 'after its entry' | undefined {
  if (iat < statementIat - IAT_AHEAD_MAX_S) return 'before its statement'
  if (time !== undefined && iat > time + IAT_AHEAD_MAX_S) return 'after its entry'
  return undefined
}
