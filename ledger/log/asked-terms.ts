/**
 * A term that is asked about: is there one? A misspelt one would be answered like one of which nothing
 * is recorded.
 */
import { LedgerError } from '../core/errors.js'
import { isObject, type Json } from '../core/json.js'
import type { PartyId } from '../core/key-state.js'
import { knownClaims } from '../core/schemas.js'
import { nearestTerms } from '../rules/nearest-terms.js'
import { termOf, termsOf } from '../rules/vocabulary-terms.js'
import type { Ledger } from './ledger.js'
import { SEARCH_PAGE_MAX } from './search.js'

/** What a term may be of. */
export type AskedKind = 'purpose' | 'category'

/** Pages of rulesets that are looked through: whoever records more must not slow everybody down. */
const PAGES_MAX = 10

/** The refusal of a term that there is not, with those that are spelt almost like it. */
export function noSuchTerm(kind: AskedKind, iri: string, local: Iterable<string>): LedgerError {
  const near = nearestTerms(iri, [...termsOf(kind).map((term) => term.iri), ...local])
  const reason = `spelt almost like it: ${near.join(', ')}`
  return new LedgerError('TERM_NOT_FOUND', near.length === 0 ? {} : { reason })
}

/**
 * Refuses a purpose that nothing says and nobody has declared, for a search that found nothing. A term
 * that any ruleset in the log declares is one, whoever recorded it; so is one that a statement states.
 *
 * Rejects with TERM_NOT_FOUND, ENTRY_MISMATCH.
 *
 * @param within who asks, where that is somebody who may not see everything
 */
export async function refuseUnknownPurpose(
  ledger: Pick<Ledger, 'search' | 'size'>,
  purpose: string,
  within?: PartyId,
): Promise<void> {
  if (termOf(purpose)?.kind === 'purpose') return
  const { size } = ledger
  const query = { purpose, ...(within === undefined ? {} : { within }) }
  const stated = await ledger.search(query, { after: 0, size, limit: 1 })
  if (stated.found.length > 0 || stated.next !== undefined) return
  const local = await declaredPurposes(ledger)
  if (local === undefined || local.has(purpose)) return
  throw noSuchTerm('purpose', purpose, local)
}

/** Local purposes of all rulesets in the log; undefined when there are too many to look through. */
async function declaredPurposes(
  ledger: Pick<Ledger, 'search' | 'size'>,
): Promise<ReadonlySet<string> | undefined> {
  const { size } = ledger
  const terms = new Set<string>()
  let after: number | undefined = 0
  for (let pages = 0; after !== undefined; pages += 1) {
    if (pages >= PAGES_MAX) return undefined
    const page = await ledger.search({ type: 'ruleset/1' }, { after, size, limit: SEARCH_PAGE_MAX })
    for (const { opened } of page.found) {
      const { purposes } = knownClaims(opened.schema, opened.open.claims) as { purposes?: Json }
      for (const term of localTermsIn(purposes)) terms.add(term)
    }
    after = page.next
  }
  return terms
}

function localTermsIn(purposes: Json | undefined): readonly string[] {
  const listed = isObject(purposes) ? purposes['localTerms'] : undefined
  if (!Array.isArray(listed)) return []
  return (listed as readonly Json[]).flatMap((item) => {
    const term = isObject(item) ? item['term'] : undefined
    return typeof term === 'string' ? [term] : []
  })
}
