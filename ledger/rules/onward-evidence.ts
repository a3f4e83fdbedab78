/**
 * What a transfer shows for conditions of onward transfer: consent of the persons, authorisation of
 * whoever asked for it. R17; SCC clauses 8.7, 8.8 and 9.
 */
import type { Transfer } from './hop.js'

export type Evidence = {
  readonly condition: 'consent' | 'authorisation'
  readonly state: 'shown' | 'missing' | 'withheld'
  readonly at: string
  /** What to say where it is missing. */
  readonly words: string
}

type Terms = NonNullable<Transfer['claims']['terms']>
type Document = NonNullable<Terms['documents']>[number]

/** Without these nothing can be said. */
const HIDES = ['terms', 'period', 'importer'] as const

const REJECTED: readonly Document['outcome'][] = ['refused', 'pending']
const AT = 'claims.terms.documents'

/** One element for each condition, and one more where sub-processors need an authorisation. */
export function evidenceOf({ claims }: Transfer): readonly Evidence[] {
  const hidden = HIDES.find((name) => claims[name] === undefined)
  const { terms, period } = claims
  if (hidden !== undefined || terms === undefined || period === undefined) {
    const at = `claims.${hidden ?? 'terms'}`
    return (['consent', 'authorisation'] as const).map(
      (condition): Evidence => ({ condition, state: 'withheld', at, words: '' }),
    )
  }
  const day = period.begin.slice(0, 10)
  const documents = (terms.documents ?? []).filter(
    // Nobody gives leave to itself.
    (document) => holdsOn(document, day) && document.by !== claims.importer,
  )
  const consented = (terms.exporter.legalBasis ?? []).some(({ consent }) => consent !== undefined)
  return [
    {
      condition: 'consent',
      state: shown(consented || holds(documents, 'consent-form')),
      at: AT,
      words: 'the persons must consent to it, and no consent is shown',
    },
    {
      condition: 'authorisation',
      state: shown(holds(documents, 'onward-authorisation')),
      at: AT,
      words: 'it must be authorised, and no onward authorisation in force is shown',
    },
    ...subProcessorEvidence(terms, documents),
  ]
}

function subProcessorEvidence(
  { subProcessors }: Terms,
  documents: readonly Document[],
): Evidence[] {
  if (subProcessors === undefined || subProcessors.length === 0) return []
  const authorised = holds(documents, 'onward-authorisation', 'sub-processor-authorisation')
  return [
    {
      condition: 'authorisation',
      state: shown(authorised),
      at: 'claims.terms.subProcessors',
      words: 'sub-processors must be authorised, and no authorisation in force is shown',
    },
  ]
}

function shown(there: boolean): 'shown' | 'missing' {
  return there ? 'shown' : 'missing'
}

function holds(documents: readonly Document[], ...kinds: readonly Document['kind'][]): boolean {
  return documents.some(({ kind }) => kinds.includes(kind))
}

function holdsOn({ date, validUntil, outcome }: Document, day: string): boolean {
  if (REJECTED.includes(outcome)) return false
  return date <= day && (validUntil === undefined || day <= validUntil)
}
