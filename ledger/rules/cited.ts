/**
 * The instrument that a transfer cites, and what to say where it is not shown. Read by every rule
 * that asks an instrument, and by the limits that flow.
 */
import type { StatementId } from '../core/statement.js'
import type { InstrumentFact } from './facts.js'
import type { Transfer } from './hop.js'
import type { Judging } from './rule.js'
import { type Judged, notApplicable, unknown } from './verdict.js'

/** The instrument that a transfer cites, as far as it is shown. */
export type Cited =
  | { readonly state: 'none' }
  | { readonly state: 'withheld' }
  | { readonly state: 'unseen'; readonly id: StatementId }
  | { readonly state: 'seen'; readonly fact: InstrumentFact }

export type Seen = Extract<Cited, { state: 'seen' }>

const INSTRUMENT = 'claims.instrument'
/** Who can show what a transfer rests on. */
const PARTIES = 'its exporter or importer'

/** For rules that concern transfers only. */
export const NO_TRANSFER: readonly Judged[] = [notApplicable('it is no transfer')]

/** What was recorded only later was not known then, so that it is not seen. */
export function citedBy(hop: Transfer, { facts }: Pick<Judging, 'facts'>): Cited {
  const id = instrumentIdOf(hop)
  if (id === undefined) return { state: 'withheld' }
  if (id === null) return { state: 'none' }
  const fact = facts.instrument(id)
  return fact === undefined || fact.index >= hop.index
    ? { state: 'unseen', id }
    : { state: 'seen', fact }
}

/** UNKNOWN, because the instrument is not shown. */
export function notSeen(cited: Extract<Cited, { state: 'withheld' | 'unseen' }>): Judged {
  if (cited.state === 'withheld') {
    return unknown('what it rests on is withheld', { at: INSTRUMENT, settle: PARTIES })
  }
  return unknown('the instrument that it cites is not shown', {
    at: INSTRUMENT,
    evidence: [cited.id],
    settle: `${PARTIES}: waybill show ${cited.id.slice(0, 12)}`,
  })
}

/** UNKNOWN, because what kind of instrument it is was not shown. */
export function kindNotSeen({ id }: InstrumentFact): Judged {
  return unknown('the kind of its instrument is withheld', {
    at: INSTRUMENT,
    evidence: [id],
    settle: 'the parties to the instrument',
  })
}

/** For rules about instruments: NA where there is none, UNKNOWN where it is not shown. */
export function onInstrument(
  judging: Judging,
  judge: (hop: Transfer, cited: Seen) => readonly Judged[],
): readonly Judged[] {
  const { hop } = judging
  if (hop.type !== 'transfer/1') return NO_TRANSFER
  const cited = citedBy(hop, judging)
  if (cited.state === 'none') return [notApplicable('it cites no instrument')]
  return cited.state === 'seen' ? judge(hop, cited) : [notSeen(cited)]
}

/** The id of the instrument that a transfer cites; null: none; undefined: withheld. */
function instrumentIdOf({ claims }: Transfer): StatementId | null | undefined {
  // The format of the claim is that of a statement id.
  return claims.instrument as StatementId | null | undefined
}
