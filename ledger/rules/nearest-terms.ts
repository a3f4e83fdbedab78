/** Terms that are spelt almost like one that there is not. */
import { shortTerm } from '../core/term-names.js'

/** Most terms that are named. */
const NAMED_MAX = 3
/** One letter in so many may be wrong, and two always. */
const LETTERS_PER_MISTAKE = 4
const MISTAKES_MIN = 2

/**
 * Nearest first, in their short form; none when no term is near. Compared by what stands after the
 * prefix, without regard to capitals, for a wrong prefix is a mistake like another.
 */
export function nearestTerms(text: string, terms: Iterable<string>): readonly string[] {
  const wanted = nameOf(text)
  const most = Math.max(MISTAKES_MIN, Math.floor(wanted.length / LETTERS_PER_MISTAKE))
  const near: { readonly term: string; readonly mistakes: number }[] = []
  for (const term of new Set(terms)) {
    const name = nameOf(term)
    if (Math.abs(name.length - wanted.length) > most) continue
    const mistakes = mistakesIn(wanted, name)
    if (mistakes <= most && mistakes < name.length) near.push({ term, mistakes })
  }
  return near
    .sort((a, b) => a.mistakes - b.mistakes || (a.term < b.term ? -1 : 1))
    .slice(0, NAMED_MAX)
    .map(({ term }) => shortTerm(term))
}

function nameOf(term: string): string {
  return term.slice(Math.max(term.lastIndexOf('#'), term.lastIndexOf(':')) + 1).toLowerCase()
}

/** Letters to be put in, left out or changed. */
function mistakesIn(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1]
    for (const [at, theirs] of [...other].entries()) {
      const changed = (row[at] ?? 0) + (letter === theirs ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
