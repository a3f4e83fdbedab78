/**
 * What a report says, as plain data: page.ts, findings-csv.ts and sarif.ts write it down.
 */
import type { VerdictCounts } from '../../ledger/rules/judgement.js'
import type { Verdict } from '../../ledger/rules/verdict.js'
import type { NotChecked } from '../checkpoint-text.js'
import type { GraphNodeKind } from '../lineage-graph.js'

/** `failed` stands proven, `unknown` could not be shown, `warning` should be looked at, `note` is to be known. */
export type FindingLevel = 'failed' | 'unknown' | 'warning' | 'note'

/** Worst first. */
export const FINDING_LEVELS: readonly FindingLevel[] = ['failed', 'unknown', 'warning', 'note']

/** The word for how bad a finding is, as the verdicts have it: FAIL of a rule, FAILED of the record. */
export function levelWord({ about, level }: Pick<ReportFinding, 'about' | 'level'>): string {
  return (about === 'rules' ? RULE_WORDS : RECORD_WORDS)[level]
}

const RULE_WORDS: Readonly<Record<FindingLevel, string>> = {
  failed: 'FAIL',
  unknown: 'UNKNOWN',
  warning: 'WARN',
  note: 'NOTE',
}
const RECORD_WORDS: Readonly<Record<FindingLevel, string>> = {
  failed: 'FAILED',
  unknown: 'INCOMPLETE',
  warning: 'WARNING',
  note: 'NOTE',
}

export type ReportFinding = {
  /** About the record (is it authentic?) or about the rules (is it within its limits?). */
  readonly about: 'record' | 'rules'
  readonly level: FindingLevel
  /** `R06`, or a code that `waybill explain` knows. */
  readonly code: string
  readonly title: string
  /** One sentence. */
  readonly why: string
  /** What the code means and what to do. */
  readonly explain: string
  /** Law or clause; of a record's finding, how it is found. */
  readonly citation: string
  /** By which ruleset, where it came from, and its digest; of a record's finding there is none. */
  readonly ruleset?: string
  /** Statement that it is about. */
  readonly id?: string
  readonly index?: number
  /** Place in that statement. */
  readonly at?: string
  readonly settle?: string
}

/** One hop: what was shown and how it fared. A gap is a hop too: of what was not shown. */
export type ReportHop = {
  readonly id: string
  readonly kind: GraphNodeKind
  /** Statement type without its version: `transfer`. */
  readonly type: string
  /** Undefined for a gap. */
  readonly index: number | undefined
  /** Longest way to what was asked about, in hops. */
  readonly depth: number
  readonly headline: string
  /** Who, from where to where. */
  readonly way: string
  /** Where it comes from; none for a beginning. */
  readonly parents: readonly { readonly id: string; readonly dataset: string }[]
  readonly lines: readonly string[]
  readonly record: string
  /** Worst verdict of the rules on it; undefined where they were not judged. */
  readonly rules: Verdict | undefined
  /** Name and value of each claim, as shown. */
  readonly claims: readonly string[]
}

export type RulesSummary = {
  /** `1 FAIL, 2 WARN, 80 PASS`, or why there is none. */
  readonly words: string
  /** `as of entry 7`; empty where nothing was asked. */
  readonly asOf: string
  /** Ruleset, its version and date, where it came from and its digest. */
  readonly rulesets: readonly string[]
  /** Whoever made the report chose the ruleset: it is not that of each hop's day. */
  readonly chosen?: boolean
  /** Every rule that was applied, with the hops by what it says of them. */
  readonly applied: readonly {
    readonly rule: string
    readonly title: string
    readonly citation: string
    readonly counts: VerdictCounts
  }[]
}

export type ReportData = {
  /** What was asked, in one sentence. */
  readonly question: string
  readonly subject: readonly (readonly [name: string, value: string])[]
  readonly overall: string
  readonly record: string
  readonly rules: RulesSummary
  /** By rising entry index, what is not shown last. */
  readonly hops: readonly ReportHop[]
  /** Worst first. */
  readonly findings: readonly ReportFinding[]
  readonly checked: readonly string[]
  readonly notChecked: readonly NotChecked[]
  readonly parties: readonly {
    readonly name: string
    readonly trust: string
    readonly party: string
  }[]
  /** Signed note of the checkpoint. */
  readonly checkpoint: string
  readonly treeSize: number | undefined
  /** Time of the tree's last entry. */
  readonly treeTime: string | undefined
  /** The policy file's text: the keys that were trusted. */
  readonly policy: string
  readonly policyBasis: string
  /** Commands with which anyone repeats the check. */
  readonly repeat: readonly { readonly what: string; readonly command: string }[]
  /** The evidence: a waybill-bundle in JCS form. */
  readonly bundle: string
  /** What else it was made with, in JCS form. */
  readonly madeWith: string
  readonly version: string
  /** When the report was made, UTC. */
  readonly made: string
}
