/**
 * How the demo speaks: numbered headings, facts, the commands that were run, and verdicts.
 */
import type { Job } from '../command.js'
import { clean, countryText, type Tone } from '../output.js'

export type Teller = {
  /** A line of prose; empty for a gap. */
  readonly say: (line?: string) => void
  /** Begins the next numbered part. */
  readonly part: (title: string) => void
  /** A fact below a heading. */
  readonly fact: (line: string) => void
  /** A command as the person could type it, in the demo's folder; a line of it. */
  readonly command: (line: string) => void
  readonly verdict: (tone: Tone, word: string, rest?: string) => void
  readonly progress: (line: string) => void
}

const INDENT = '   '
/** What takes less than this needs no progress. */
const QUIET_MS = 1_000

/** With `--json` the story goes to stderr, so that stdout is the result alone. */
export function tellerOf({ out, io }: Job): Teller {
  let parts = 0
  let saidAt = io.now()
  const say = (line = ''): void => {
    saidAt = io.now()
    out.progressDone()
    if (out.json) out.note(line)
    else out.raw(`${line}\n`)
  }
  return {
    say,
    part: (title) => {
      parts += 1
      say()
      say(out.paint('strong', `${parts}. ${title}`))
    },
    fact: (line) => say(`${INDENT}${line}`),
    command: (line) =>
      say(`${INDENT}${out.paint('dim', line.startsWith(' ') ? line : `$ ${line}`)}`),
    verdict: (tone, word, rest = '') => say(`${INDENT}${out.paint(tone, word)}${rest}`),
    progress: (line) => {
      if (io.now() - saidAt >= QUIET_MS) out.progress(`${INDENT}${line}`)
    },
  }
}

/** `France` of `FR`. */
export function countryName(code: string): string {
  return countryText(clean(code)).replace(/ \([A-Z]{2}\)$/, '')
}

/** `1,180` of 1180. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
