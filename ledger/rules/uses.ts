/**
 * End-use promises that flow with data. R04, docs/limits.md.
 *
 * An importer that signs a transfer says what it will use the data for (`terms.endUse`) and what it
 * will not (`terms.prohibitedUses`). Whoever gets the data from it is held to both.
 */
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import type { Limit, ProhibitedUseCode, Uses } from './limits.js'
import { ANY_PURPOSE, meetPurposes, type PurposeSet } from './purposes.js'
import type { ProhibitedUse } from './ruleset.js'

/** Watching people for the declared purpose is not beyond it; every other use is ruled out outright. */
const BEYOND_PURPOSE: ProhibitedUseCode = 'surveillance-beyond-purpose'
const NOTHING_PROHIBITED: ReadonlySet<ProhibitedUseCode> = new Set()

/** No promise: what data has before anybody has made one. */
export const ANY_USE: Uses = { prohibited: NOTHING_PROHIBITED, purposes: ANY_PURPOSE }

/** Is there no promise at all? */
export function isAnyUse({ prohibited, purposes }: Uses): boolean {
  return prohibited.size === 0 && purposes.covered === undefined
}

/** What both promises leave; where that is one of the two, the very object. */
export function meetUses(a: Uses, b: Uses): Uses {
  if (a === b) return a
  const purposes = meetPurposes(a.purposes, b.purposes)
  const prohibited = union(a.prohibited, b.prohibited)
  if (purposes === a.purposes && prohibited === a.prohibited) return a
  if (purposes === b.purposes && prohibited === b.prohibited) return b
  return { prohibited, purposes }
}

/**
 * What the importer of a transfer promises. An end-use statement without purposes of its own in the
 * ruleset allows those of the transfer. Incomplete where a claim that says more is withheld, or where
 * the ruleset does not know the statement.
 */
export function usesPromisedBy(transfer: Transfer, law: Law): Limit<Uses> {
  if (transfer.claims.terms === undefined) return { value: ANY_USE, incomplete: true }
  const prohibited = usesRuledOut(transfer, law)
  const purposes = endUsePurposes(transfer, law)
  return {
    value: { prohibited: prohibited.value, purposes: purposes.value },
    incomplete: prohibited.incomplete || purposes.incomplete,
  }
}

function endUsePurposes({ claims }: Transfer, { ruleset, vocabulary }: Law): Limit<PurposeSet> {
  const { endUse, furtherPurposes } = claims.terms ?? {}
  if (endUse === undefined) return { value: ANY_PURPOSE, incomplete: false }
  const row = ruleset.endUses.find(({ statement }) => statement === endUse.statement)
  if (row !== undefined && row.purposes.length > 0) {
    return { value: vocabulary.purposesOf(row.purposes), incomplete: false }
  }
  if (row === undefined || claims.purposes === undefined) {
    return { value: ANY_PURPOSE, incomplete: true }
  }
  const declared =
    furtherPurposes === undefined ? claims.purposes : [...claims.purposes, ...furtherPurposes]
  return { value: vocabulary.purposesOf(declared), incomplete: false }
}

function usesRuledOut({ claims }: Transfer, law: Law): Limit<ReadonlySet<ProhibitedUseCode>> {
  const { prohibitedUses = [], nature = [] } = claims.terms ?? {}
  const outright = prohibitedUses.filter((use) => use !== BEYOND_PURPOSE)
  if (outright.length === prohibitedUses.length) return ruledOut(outright, false)
  if (claims.purposes === undefined) return ruledOut(outright, true)
  const row = prohibitedUse(law, BEYOND_PURPOSE)
  const isThePurpose =
    row !== undefined &&
    (claims.purposes.some((term) => betraysByPurpose(row, term, law)) ||
      nature.some((term) => betraysByNature(row, term, law)))
  return ruledOut(isThePurpose ? outright : prohibitedUses, false)
}

function ruledOut(
  uses: readonly ProhibitedUseCode[],
  incomplete: boolean,
): Limit<ReadonlySet<ProhibitedUseCode>> {
  return { value: uses.length === 0 ? NOTHING_PROHIBITED : new Set(uses), incomplete }
}

/** What betrays a use, by the ruleset; undefined: it does not know that use. */
export function prohibitedUse({ ruleset }: Law, use: ProhibitedUseCode): ProhibitedUse | undefined {
  return ruleset.prohibitedUses.find((row) => row.use === use)
}

/** Is the purpose one that the prohibited use stands for? */
export function betraysByPurpose(row: ProhibitedUse, purpose: string, law: Law): boolean {
  return row.purposes.some((term) => law.vocabulary.purposeUnder(purpose, term))
}

/** Is the operation one that the prohibited use stands for? */
export function betraysByNature(row: ProhibitedUse, nature: string, law: Law): boolean {
  return row.nature.some((term) => law.vocabulary.isUnder(nature, term))
}

function union<Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): ReadonlySet<Item> {
  const more = [...b].filter((item) => !a.has(item))
  if (more.length === 0) return a
  return a.size + more.length === b.size ? b : new Set([...a, ...more])
}
