/**
 * What an impact or a simulation is asked about, as it is typed: aliases, beginnings of ids, lower-case
 * countries, short terms. What no statement can say is refused, not answered with nothing.
 */
import { LedgerError } from '../ledger/core/errors.js'
import { FORMATS, type Format, hasFormat } from '../ledger/core/formats.js'
import { expandTerm } from '../ledger/core/term-names.js'
import type { AskedChange } from '../ledger/index.js'
import { SUBJECT_KINDS, type Subject, type SubjectKind } from '../ledger/rules/subject.js'
import type { Settings } from './config.js'
import { parseIdPrefix, parseParty } from './identity.js'
import type { LedgerSource } from './ledger-source.js'

/** What is asked about; beginnings of statement ids are yet to be completed. */
export type Asked = { readonly kind: SubjectKind; readonly value: string }

/** @throws LedgerError USAGE, PARTY_ID_INVALID and whatever an alias or id may be wrong in */
export function askedSubject(kind: string, value: string, settings: Settings): Asked {
  const known = SUBJECT_KINDS.find((one) => one === kind)
  if (known === undefined) {
    throw new LedgerError('USAGE', { reason: `what? one of ${SUBJECT_KINDS.join(', ')}` })
  }
  return { kind: known, value: asWritten(known, value, settings) }
}

function asWritten(kind: SubjectKind, value: string, settings: Settings): string {
  switch (kind) {
    case 'party':
      return parseParty(value, settings)
    case 'instrument':
    case 'statement':
      return parseIdPrefix(value)
    case 'country':
      return formed(value.toUpperCase(), 'country', kind)
    case 'category':
      return termOf(value, 'category takes a term, dpv-pd:Location or dpv:HealthData', 'categories')
    case 'purpose':
      return termOf(value, 'purpose takes a term, dpv:Marketing', 'purposes')
  }
}

/** The IRI of a term. @param list what `waybill vocab` calls terms of this kind */
function termOf(text: string, takes: string, list: string): string {
  const iri = expandTerm(text)
  if (hasFormat(iri, 'term')) return iri
  throw new LedgerError('USAGE', { reason: `${takes}; to find one: waybill vocab ${list} WORD` })
}

function formed(value: string, format: Format, kind: SubjectKind): string {
  if (hasFormat(value, format)) return value
  throw new LedgerError('USAGE', { reason: `${kind} takes ${FORMATS[format].expected}` })
}

/** The subject with whole ids. Rejects with STATEMENT_NOT_FOUND, STATEMENT_ID_AMBIGUOUS. */
export async function subjectIn({ kind, value }: Asked, source: LedgerSource): Promise<Subject> {
  if (kind !== 'instrument' && kind !== 'statement') return { kind, value }
  return { kind, value: (await source.statement(value)).id }
}

/** Options of `waybill simulate` that say what changes. */
export type ChangeFlags = {
  readonly revoke?: string
  readonly dropAdequacy?: string
  readonly suspend?: string
  readonly ruleset?: string
}

/**
 * What is to be changed, as typed; undefined: the ruleset.
 * @throws LedgerError USAGE unless it is exactly one thing
 */
export function askedChange(flags: ChangeFlags, settings: Settings): Asked | undefined {
  const { revoke, dropAdequacy, suspend, ruleset } = flags
  const asked = [
    ...(ruleset === undefined ? [] : [undefined]),
    ...(revoke === undefined ? [] : [askedSubject('instrument', revoke, settings)]),
    ...(dropAdequacy === undefined ? [] : [askedSubject('country', dropAdequacy, settings)]),
    ...(suspend === undefined ? [] : [askedSubject('party', suspend, settings)]),
  ]
  if (asked.length !== 1) {
    const reason = 'exactly one of --revoke, --drop-adequacy, --suspend and --ruleset'
    throw new LedgerError('USAGE', { reason })
  }
  return asked[0]
}

/** The change of a subject that falls. */
export function changeOf({ kind, value }: Subject): AskedChange {
  if (kind === 'instrument') return { kind: 'revoke', instrument: value as never }
  if (kind === 'country') return { kind: 'drop-adequacy', country: value }
  return { kind: 'suspend', party: value as never }
}
