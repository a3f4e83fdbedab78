/**
 * Patterns of names: `*` is any text, also none; `?` is one character; everything else is itself.
 *
 * No regular expressions: whoever fills in a map should not have to escape dots, and no pattern may
 * take longer than pattern times name.
 */

/** Does the whole of `text` match? */
export function globMatches(pattern: string, text: string): boolean {
  const want = [...pattern]
  const have = [...text]
  let at = 0
  let next = 0
  // Where to go back to: after the last `*`, one character further on each time.
  let star = -1
  let taken = 0
  while (next < have.length) {
    if (want[at] === '*') {
      star = at
      taken = next
      at += 1
    } else if (at < want.length && (want[at] === '?' || want[at] === have[next])) {
      at += 1
      next += 1
    } else if (star >= 0) {
      taken += 1
      at = star + 1
      next = taken
    } else return false
  }
  return want.slice(at).every((character) => character === '*')
}
