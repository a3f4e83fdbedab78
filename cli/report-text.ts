/**
 * The parts that every verification prints: findings, what was checked, what was not and who could
 * settle it, and the verdict lines. DESIGN 6, 7.1.
 */
import { ERRORS } from '../ledger/core/error-table.js'
import type { ErrorCode } from '../ledger/core/errors.js'
import type { Finding, RecordVerdict } from '../ledger/core/finding.js'
import type { JsonObject } from '../ledger/core/json.js'
import type { Verdict } from '../ledger/rules/verdict.js'
import {
  cosignedElsewhere,
  type NotChecked,
  signatureLines,
  signaturesJson,
} from './checkpoint-text.js'
import type { Judgement } from './judge.js'
import { clean, type Output, type Tone, utc } from './output.js'
import { type Overall, overallOf } from './overall.js'
import { type PartyBook, partyJson, partyText, trustText } from './party-book.js'
import { policyWords } from './trust.js'

/** Colour of each verdict. */
export const VERDICT_TONES: Readonly<Record<RecordVerdict, Tone>> = {
  VERIFIED: 'good',
  INCOMPLETE: 'warn',
  FAILED: 'bad',
  'FAILED (split view)': 'bad',
}

const RULES_WORDS = 'not judged'
/** Colour of the word for record and rules together. */
const OVERALL_TONES: Readonly<Record<Overall, Tone>> = {
  ...VERDICT_TONES,
  'VERIFIED WITH FINDINGS': 'warn',
  'VERIFIED (record only)': 'good',
}
const FINDINGS_MAX = 100

/** Verdict of the rules where they were judged: the worst, and counts with the ruleset in words. */
export type RulesVerdict = { readonly verdict: Verdict; readonly words: string }

/** The three lines that end every verification. */
export function verdictLines(
  verdict: RecordVerdict,
  out: Output,
  rules?: RulesVerdict,
): readonly string[] {
  const overall = overallOf(verdict, rules?.verdict)
  const word = out.paint(VERDICT_TONES[verdict], verdict)
  return [
    `Record: ${word}`,
    `Rules: ${rules?.words ?? RULES_WORDS}`,
    `Overall: ${out.paint(OVERALL_TONES[overall], overall)}`,
  ]
}

export function verdictJson(verdict: RecordVerdict, rules?: RulesVerdict): JsonObject {
  return {
    record: verdict,
    rules: rules?.verdict ?? RULES_WORDS,
    overall: overallOf(verdict, rules?.verdict),
  }
}

export function findingLines(findings: readonly Finding[], out: Output): readonly string[] {
  if (findings.length === 0) return []
  const lines = findings.slice(0, FINDINGS_MAX).flatMap((finding) => findingText(finding, out))
  const more = findings.length - FINDINGS_MAX
  return [
    'Findings',
    ...lines,
    ...(more > 0 ? [`  and ${more} more; --json lists them all`] : []),
    '',
  ]
}

function findingText(
  { severity, code, at, index, detail, settle }: Finding,
  out: Output,
): readonly string[] {
  const word = { failed: 'FAILED', incomplete: 'INCOMPLETE', note: 'NOTE' }[severity]
  const tone = ({ failed: 'bad', incomplete: 'warn', note: 'strong' } as const)[severity]
  const entry = index === undefined || at === `entry ${index}` ? '' : ` (entry ${index})`
  return [
    `  ${out.paint(tone, word)}  ${clean(at)}${entry}: ${saidOf(severity, code, detail)} [${code}]`,
    ...settleLines(severity, code, settle),
  ]
}

/** A title speaks of what is proven wrong; where something only cannot be shown, the detail says it better. */
function saidOf(
  severity: Finding['severity'],
  code: ErrorCode,
  detail: string | undefined,
): string {
  const { title } = ERRORS[code]
  if (detail === undefined) return title
  return severity === 'incomplete' && code === 'LINEAGE_CUSTODY'
    ? clean(detail)
    : `${title}: ${clean(detail)}`
}

const SHOWN_BY_OTHERS = 'ask them for its receipt, then: waybill lineage ID --receipts FOLDER'
const INVOLVED = 'its parties, or an auditor of this ledger'

/** Commands with which a gap can be closed, by the finding's code. */
const COMMANDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  QUORUM_MISSING: 'for a receipt: waybill receipt --upgrade FILE',
  STATEMENT_STUB: SHOWN_BY_OTHERS,
  CLAIM_WITHHELD: SHOWN_BY_OTHERS,
  LINEAGE_GAP: SHOWN_BY_OTHERS,
  LINEAGE_CUSTODY: SHOWN_BY_OTHERS,
}

function settleLines(
  severity: Finding['severity'],
  code: ErrorCode,
  settle: string | undefined,
): readonly string[] {
  const command = severity === 'incomplete' ? COMMANDS[code] : undefined
  const who = settle ?? (command === undefined ? undefined : INVOLVED)
  if (who === undefined) return []
  return [`      can settle it: ${clean(who)}${command === undefined ? '' : `; ${command}`}`]
}

export function findingJson({
  severity,
  code,
  at,
  id,
  index,
  detail,
  settle,
}: Finding): JsonObject {
  return {
    severity,
    code,
    at,
    ...(id === undefined ? {} : { id }),
    ...(index === undefined ? {} : { index }),
    ...(detail === undefined ? {} : { detail }),
    ...(settle === undefined ? {} : { settle }),
  }
}

/** Against what everything was checked: checkpoint, keys, policy, memory. */
export function checkpointLines(judgement: Judgement): readonly string[] {
  const { report, trust } = judgement
  const { checkpoint, headTime } = report
  if (checkpoint === undefined) {
    return [`  no checkpoint that the policy trusts (${clean(policyWords(trust))})`]
  }
  const time = headTime === undefined ? '' : `, last entry ${utc(headTime)}`
  return [
    `  checkpoint of ${clean(checkpoint.origin)} at tree size ${checkpoint.size}${time}`,
    ...signatureLines(report),
    `    trusted by ${clean(policyWords(trust))}`,
    ...memoryLines(judgement),
  ]
}

function memoryLines({ memory, report }: Judgement): readonly string[] {
  if (memory === undefined || memory.kind === 'unproven') return []
  if (memory.kind === 'first')
    return ['    first checkpoint of this ledger seen here; it is remembered from now on']
  if (memory.kind === 'inconsistent') return []
  const { size } = memory
  const same = size === report.checkpoint?.size
  return [`    consistent with the tree of size ${size} seen before${same ? ' (the same)' : ''}`]
}

export function checkpointJson({ report, trust, memory, note }: Judgement): JsonObject {
  const { checkpoint, headTime, registrar } = report
  return {
    checkpoint:
      checkpoint === undefined
        ? null
        : { origin: checkpoint.origin, size: checkpoint.size, time: headTime ?? null, note },
    ...signaturesJson(report),
    registrar: registrar ?? null,
    policy: { path: trust.path, basis: trust.basis },
    seen_before: memory === undefined ? null : { ...memory },
  }
}

/** One line per party: its id, and whether its key is pinned or on the registrar's word. */
export function partyLines(judgement: Judgement, book: PartyBook): readonly string[] {
  const parties = [...judgement.report.parties.keys()]
  if (parties.length === 0) return []
  const lines = parties.map((party) => {
    const words = book(party)
    const role = party === judgement.report.registrar ? ' (registrar)' : ''
    return `  ${partyText(words)}${role}: ${trustText(words)}\n    id ${party}`
  })
  return ['Parties and their keys', ...lines.flatMap((line) => line.split('\n')), '']
}

export function partiesJson(judgement: Judgement, book: PartyBook): readonly JsonObject[] {
  return [...judgement.report.parties.keys()].map((party) => partyJson(book(party)))
}

const RULES_NOT_JUDGED: NotChecked = {
  what: 'the rules (purposes, limits, instruments, legal bases): this judges the record only',
  settle: 'waybill lineage ID with --receipts FOLDER, --server URL or --dir LEDGER',
}

/**
 * What no verification of this kind can know.
 *
 * @param rules what judging by rules leaves open; left out: they were not judged
 */
export function notChecked(
  judgement: Judgement,
  book: PartyBook,
  rules: readonly NotChecked[] = [RULES_NOT_JUDGED],
): readonly NotChecked[] {
  const { report, trust, memory } = judgement
  const { checkpoint } = report
  if (checkpoint === undefined) return []
  const unpinned = [...report.parties.keys()].filter((party) => book(party).pinned === undefined)
  return [
    {
      what: `what was recorded after tree size ${checkpoint.size}: corrections, withdrawals, disposal, revoked keys`,
      settle: `the ledger: waybill lineage or waybill receipt with --server, for a newer checkpoint`,
    },
    cosignedElsewhere(report),
    ...(memory?.kind === 'unproven'
      ? [
          {
            what: `that it continues the ledger as you saw it before: ${memory.reason}`,
            settle: 'the ledger: the same command with --server URL',
          },
        ]
      : []),
    ...(trust.basis === 'given'
      ? []
      : [
          {
            what: "that the log's key is the operator's: it was taken from the ledger itself",
            settle: 'the operator, by another way: then --policy FILE',
          },
        ]),
    ...(unpinned.length > 0
      ? [
          {
            what: `that ${countOf(unpinned.length, 'name')} above ${unpinned.length === 1 ? 'belongs' : 'belong'} to the right ${unpinned.length === 1 ? 'key' : 'keys'}: the registrar says so`,
            settle: 'those parties, by another way: then --parties FILE',
          },
        ]
      : []),
    {
      what: 'that the words are true: two sides can record a fiction together',
      settle: 'samples, volumes, third parties; no ledger can',
    },
    ...rules,
  ]
}

export function notCheckedLines(items: readonly NotChecked[]): readonly string[] {
  if (items.length === 0) return []
  return [
    'NOT checked',
    ...items.flatMap(({ what, settle }) => [
      `  ${clean(what)}`,
      `      can settle it: ${clean(settle)}`,
    ]),
    '',
  ]
}

export function notCheckedJson(items: readonly NotChecked[]): readonly JsonObject[] {
  return items.map(({ what, settle }) => ({ what, settle }))
}

/** `1 name`, `3 names`, `2 entries`. */
export function countOf(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`
}
