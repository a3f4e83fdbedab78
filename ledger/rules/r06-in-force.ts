/** R06: the instrument is in force when the data moves, and lasts as long as the data is kept. GDPR Art. 44. */

import { onInstrument } from './cited.js'
import { type Days, dayOf } from './days.js'
import type { InstrumentFact } from './facts.js'
import { daysOf } from './footing.js'
import type { Transfer } from './hop.js'
import { retentionEnd } from './retention.js'
import type { Judging, Rule } from './rule.js'
import { fail, type Judged, pass, unknown, warn } from './verdict.js'

const AT = 'claims.instrument'
const FALLEN = 'as if its instrument had never been in force'
const PARTIES = 'the parties to the instrument'
type Successor = InstrumentFact['replacedBy'][number]

export const R06: Rule = {
  id: 'R06',
  title: 'instrument in force',
  inputs: ['instrument', 'period', 'retention', 'limits.retention', 'facts.instrument'],
  citation: 'GDPR Art. 44–46',
  explain:
    'The instrument must be in force from the first day of the transfer to the last, and no later one may have ended or replaced it by then, as far as that was recorded before the transfer. Outside its days it is a FAIL: agree a new one and cite that. Whether a later one exists can be told only where the ledger was searched. An instrument that ends before the data must be deleted is a WARN: who keeps the data then has nothing to keep it under.',
  judge(judging) {
    return onInstrument(judging, (hop, { fact }) => {
      if (fact.fallen) return [fail(FALLEN, { at: AT, evidence: [fact.id] })]
      const days = daysOf(hop)
      if (days === undefined) {
        const settle = 'its exporter or importer'
        return [unknown('when it happened is withheld', { at: 'claims.period', settle })]
      }
      return [...inForce(fact, days), ...replaced(fact, days, hop), ...lasts(fact, judging)]
    })
  },
}

function inForce(
  { id, claims: { effective } }: InstrumentFact,
  { first, last }: Days,
): readonly Judged[] {
  const notes = { at: AT, evidence: [id] }
  if (effective === undefined) {
    return [unknown('when its instrument is in force is withheld', { ...notes, settle: PARTIES })]
  }
  const { from, until } = effective
  if (first < from)
    return [fail(`its instrument is in force from ${from} on, it began on ${first}`, notes)]
  if (until !== undefined && until < last) {
    return [fail(`its instrument was in force until ${until}, it lasted until ${last}`, notes)]
  }
  return [pass(`its instrument was in force on ${first}`, notes)]
}

/** What ended or replaced it by then; only what was recorded before the transfer counts. */
function replaced(fact: InstrumentFact, days: Days, hop: Transfer): readonly Judged[] {
  const known = fact.replacedBy.filter(({ index }) => index < hop.index)
  const judged = known.flatMap((successor) => succeeded(successor, days))
  if (fact.complete) return judged
  return [
    ...judged,
    unknown('whether a later instrument had replaced or ended it was not searched', {
      at: AT,
      evidence: [fact.id],
      settle: 'the ledger: the same command with --server URL, or an auditor',
    }),
  ]
}

function succeeded({ id, time, claims: { effective } }: Successor, days: Days): readonly Judged[] {
  const notes = { at: AT, evidence: [id] }
  if (effective === undefined) {
    return [
      unknown('from when on its instrument was replaced is withheld', {
        ...notes,
        settle: PARTIES,
      }),
    ]
  }
  const { from, until } = effective
  if (days.last < from) return []
  if (until !== undefined && until < days.last) {
    return [fail(`its instrument was ended with ${until}, it lasted until ${days.last}`, notes)]
  }
  // Agreed later for earlier days: the old text was the one in force when the data moved.
  if (dayOf(time) > days.last) {
    return [warn(`its instrument has since been replaced, for days from ${from} on`, notes)]
  }
  return [fail(`another instrument had replaced it from ${from} on`, notes)]
}

/** An instrument without an end outlasts everything. */
function lasts(fact: InstrumentFact, judging: Judging): readonly Judged[] {
  const until = fact.claims.effective?.until
  if (until === undefined || judging.hop.type !== 'transfer/1') return []
  const own = [judging.hop.claims.retention, fact.claims.retention].map((retention) =>
    retentionEnd(retention, judging),
  )
  const { value, incomplete } = judging.limits.retention
  const ends = [...own.map(({ end }) => end), value].filter((end) => end !== undefined)
  const end = ends.sort()[0]
  if (end !== undefined && end <= until) return []
  const notes = { at: AT, evidence: [fact.id] }
  if (incomplete || own.some((one) => one.incomplete)) {
    const why = `its instrument ends on ${until}; until when the data is kept is not shown`
    return [unknown(why, { ...notes, settle: 'its exporter or importer' })]
  }
  const kept = end === undefined ? 'without an end' : `until ${end}`
  return [warn(`its instrument ends on ${until}, the data is kept ${kept}`, notes)]
}
