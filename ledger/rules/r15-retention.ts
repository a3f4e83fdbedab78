/** R15: nothing is kept longer than what it comes from. GDPR Art. 5(1)(e); SCC clause 8.4. */
import { citedBy, notSeen } from './cited.js'
import type { Hop } from './hop.js'
import { type RetentionEnd, retentionEnd } from './retention.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, notApplicable, pass, unknown } from './verdict.js'

const AT = 'claims.retention'

export const R15: Rule = {
  id: 'R15',
  title: 'retention not longer than upstream',
  inputs: [
    'retention',
    'period',
    'retention of everything upstream',
    'retention of the instrument',
  ],
  citation: 'GDPR Art. 5(1)(e); SCC clause 8.4',
  explain:
    'Data may be kept no longer than the strictest of its sources allows, on every path, and no longer than the instrument of a transfer allows. Ends are compared: a date as it is, a duration to its last minute from the day of its event, where the periods in the ledger show when that was. A later end is a FAIL. Criteria in words, or an event that has not happened, cannot be compared: UNKNOWN. A hop that states no end of its own adds none. Shorten the retention, or give it as a date.',
  judge(judging) {
    const { hop } = judging
    if (hop.type === 'collection/1') return [notApplicable('nothing comes before a collection')]
    if (hop.type === 'outcome/1') return [notApplicable('an outcome is an end point')]
    const { retention } = hop.claims
    if (retention === undefined) return [unknown('its retention is withheld', { at: AT })]
    if (retention === null) return [notApplicable('it states no retention of its own')]
    const own = retentionEnd(retention, judging)
    const judged = [...judgeUpstream(judging, own), ...judgeInstrument(judging, hop, own)]
    return judged.length > 0 ? judged : [pass('it ends no later than its sources')]
  },
}

function judgeUpstream({ limits, upstream }: Judging, own: RetentionEnd): readonly Judged[] {
  const { value, incomplete } = limits.retention
  if (isLater(own, value)) {
    const strictest = upstream.filter((parent) => isLater(own, parent.limits.retention.value))
    const evidence = strictest.map(({ id }) => id)
    return [fail(`it ends on ${own.end}; its source ends on ${value}`, { at: AT, evidence })]
  }
  if (!incomplete && isWithin(own, value)) return []
  if (!incomplete) {
    return [unknown('when it ends cannot be computed', { at: AT, settle: 'give it as a date' })]
  }
  const settle = 'the parties before it: show the retention, as a date'
  return [unknown('when its sources end is not fully known', { at: AT, settle })]
}

/** An end that is not certain can only be earlier, so that nothing is later for certain. */
function isLater(own: RetentionEnd, end: string | undefined): boolean {
  return own.end !== undefined && !own.incomplete && end !== undefined && own.end > end
}

/** It may end earlier than it seems, never later. Without an end there is none that it could pass. */
function isWithin(own: RetentionEnd, end: string | undefined): boolean {
  return end === undefined || (own.end !== undefined && own.end <= end)
}

function judgeInstrument(judging: Judging, hop: Hop, own: RetentionEnd): readonly Judged[] {
  if (hop.type !== 'transfer/1') return []
  const cited = citedBy(hop, judging)
  if (cited.state === 'none') return []
  if (cited.state !== 'seen') return [notSeen(cited)]
  const { id, claims } = cited.fact
  if (claims.retention === null) return []
  const ceiling = retentionEnd(claims.retention, judging)
  const notes = { at: AT, evidence: [id] }
  if (isLater(own, ceiling.end)) {
    return [fail(`it ends on ${own.end}; its instrument allows ${ceiling.end}`, notes)]
  }
  if (!ceiling.incomplete && isWithin(own, ceiling.end)) return []
  return [unknown('how long its instrument allows is not known, or cannot be compared', notes)]
}
