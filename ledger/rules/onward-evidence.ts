/**
 * What a transfer shows for conditions of onward transfer: consent of the persons, authorisation of
 * whoever asked for it. R17; SCC clauses 8.7, 8.8 and 9.
 */
import type { Transfer } from './hop.js'
import type { Limits } from './limits.js'

export type Evidence = {
  readonly condition: 'consent' | 'authorisation'
  /** `unsaid`: there is one, and it does not say who gave it, or who must is not known. */
  readonly state: 'shown' | 'missing' | 'withheld' | 'unsaid'
  readonly at: string
  /** What to say where it is missing. */
  readonly words: string
}

type Terms = NonNullable<Transfer['claims']['terms']>
type Document = NonNullable<Terms['documents']>[number]

/** Without these nothing can be said. */
const HIDES = ['terms', 'period', 'exporter', 'importer'] as const

const REJECTED: readonly Document['outcome'][] = ['refused', 'pending']
const AT = 'claims.terms.documents'

/** One element for each condition, and one more where sub-processors need an authorisation. */
export function evidenceOf(
  { claims }: Transfer,
  { authorisers }: Pick<Limits, 'authorisers'>,
): readonly Evidence[] {
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
  const consented = (terms.exporter.legalBasis ?? []).some((basis) => isConsent(basis, day))
  const asked: Asked = {
    by: needed(authorisers.value, claims.exporter, claims.importer),
    whole: !authorisers.incomplete,
  }
  return [
    {
      condition: 'consent',
      state: consented || ofKind(documents, 'consent-form').length > 0 ? 'shown' : 'missing',
      at: AT,
      words: 'the persons must consent to it, and no consent is shown',
    },
    {
      condition: 'authorisation',
      state: authorised(ofKind(documents, 'onward-authorisation'), asked),
      at: AT,
      words: 'whoever asked for it must authorise it, and no authorisation of theirs is in force',
    },
    ...subProcessorEvidence(terms, documents, asked),
  ]
}

function subProcessorEvidence(
  { subProcessors }: Terms,
  documents: readonly Document[],
  asked: Asked,
): Evidence[] {
  if (subProcessors === undefined || subProcessors.length === 0) return []
  const leaves = ofKind(documents, 'onward-authorisation', 'sub-processor-authorisation')
  return [
    {
      condition: 'authorisation',
      state: authorised(leaves, asked),
      at: 'claims.terms.subProcessors',
      words: 'sub-processors must be authorised, and no authorisation in force is shown',
    },
  ]
}

/** Who must authorise it; not `whole`: others may have to. */
type Asked = { readonly by: ReadonlySet<string>; readonly whole: boolean }

/** Whoever asked and takes part has signed; where nobody else asked, it says so in a document. */
function needed(
  asked: ReadonlySet<string>,
  exporter: string | undefined,
  importer: string | undefined,
): ReadonlySet<string> {
  const others = [...asked].filter((party) => party !== exporter && party !== importer)
  return others.length > 0 ? new Set(others) : asked
}

function authorised(documents: readonly Document[], { by, whole }: Asked): Evidence['state'] {
  const given = new Set(documents.map((document) => document.by))
  const missing = [...by].filter((party) => !given.has(party))
  if (missing.length > 0) return given.has(undefined) ? 'unsaid' : 'missing'
  if (by.size === 0 && documents.length === 0) return 'missing'
  return whole && by.size > 0 ? 'shown' : 'unsaid'
}

type Basis = NonNullable<Terms['exporter']['legalBasis']>[number]

/** Consent that is the basis, of a text that was in use by then. */
function isConsent({ basis, consent }: Basis, day: string): boolean {
  if (consent === undefined || (consent.date !== undefined && consent.date > day)) return false
  return basis.endsWith('-a') || basis.endsWith('Consent')
}

function ofKind(
  documents: readonly Document[],
  ...kinds: readonly Document['kind'][]
): readonly Document[] {
  return documents.filter(({ kind }) => kinds.includes(kind))
}

function holdsOn({ date, validUntil, outcome }: Document, day: string): boolean {
  if (REJECTED.includes(outcome)) return false
  return date <= day && (validUntil === undefined || day <= validUntil)
}
