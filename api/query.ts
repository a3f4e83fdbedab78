/**
 * Query strings, strictly: percent-decoding, no plus signs for spaces, no arrays, no nesting.
 *
 * The router calls this outside of all error handling, so it never throws: what cannot be read
 * becomes a parameter that no route knows, and is refused with the others.
 */
export type Query = Readonly<Record<string, string | readonly string[]>>

/** A name that no route has. */
const UNREADABLE = ''

/** Reads what follows the question mark. A name given twice becomes a list, which no route takes. */
export function parseQuery(text: string): Record<string, unknown> {
  const query: Record<string, string | readonly string[]> = Object.create(null)
  for (const part of text === '' ? [] : text.split('&')) {
    const [name, value] = pairOf(part)
    const known = query[name]
    query[name] = known === undefined ? value : [known, value].flat()
  }
  return query
}

function pairOf(part: string): readonly [name: string, value: string] {
  const equals = part.indexOf('=')
  const name = decoded(equals < 0 ? part : part.slice(0, equals))
  const value = decoded(equals < 0 ? '' : part.slice(equals + 1))
  return name === undefined || value === undefined ? [UNREADABLE, ''] : [name, value]
}

/** The query of a request, as parseQuery left it. */
export function queryOf(query: unknown): Query {
  return query as Query
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
