/** Paths with a query, as they are sent: a token names the very same characters. */

/** An address with the values that there are. */
export function pathWith(
  path: string,
  query: Readonly<Record<string, number | string | undefined>>,
): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escaped(String(value))}`],
  )
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`
}

/** An apostrophe too: `fetch` would write it otherwise than the token does. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27')
}
