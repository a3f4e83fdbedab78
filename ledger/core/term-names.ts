/**
 * Short forms of terms, as people type and read them: `dpv:Marketing` for the DPV's IRI. In claims and
 * in the log stands the whole IRI, never the short form.
 */

/** Prefixes as DPV's own documents write them, the longer IRI first where one begins another. */
const PREFIXES: readonly (readonly [prefix: string, iri: string])[] = [
  ['dpv-pd:', 'https://w3id.org/dpv/pd#'],
  ['eu-gdpr:', 'https://w3id.org/dpv/legal/eu/gdpr#'],
  ['dpv:', 'https://w3id.org/dpv#'],
]

/** The IRI of a term given by a short form; any other text as it is. */
export function expandTerm(text: string): string {
  const known = PREFIXES.find(([prefix]) => text.startsWith(prefix))
  return known === undefined ? text : `${known[1]}${text.slice(known[0].length)}`
}

/** The short form of a term's IRI; any other text as it is. */
export function shortTerm(iri: string): string {
  const known = PREFIXES.find(([, start]) => iri.startsWith(start))
  return known === undefined ? iri : `${known[0]}${iri.slice(known[1].length)}`
}
