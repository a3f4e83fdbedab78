/**
 * Which colour goes with which word. The word is always there too.
 */
import type { Verdict } from '../../ledger/rules/verdict.js'
import type { PictureTone } from './picture.js'

/** Worst first. */
export const TONES: readonly PictureTone[] = ['bad', 'warn', 'good']

/** The tone of a verdict line: overall, record or a finding's level. */
export function toneOf(words: string): PictureTone {
  if (words.startsWith('FAILED') || words === 'failed') return 'bad'
  return words === 'VERIFIED' || words === 'note' ? 'good' : 'warn'
}

const VERDICT_TONES: Readonly<Record<Verdict, PictureTone>> = {
  FAIL: 'bad',
  UNKNOWN: 'warn',
  WARN: 'warn',
  PASS: 'good',
  NA: 'good',
}

/** The tone of a hop: the worse of record and rules. */
export function hopTone(record: string, rules: Verdict | undefined): PictureTone {
  const tones: readonly PictureTone[] = [
    toneOf(record),
    rules === undefined ? 'good' : VERDICT_TONES[rules],
  ]
  return TONES.find((tone) => tones.includes(tone)) ?? 'good'
}
