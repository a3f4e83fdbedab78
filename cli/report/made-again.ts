/**
 * A page made again from its own evidence and compared with the file, byte for byte.
 *
 * So no word and no line of the picture can be changed without being seen. What the page was made
 * with and no evidence proves stays the word of whoever made it, and is named.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import type { Evidence } from '../../ledger/core/evidence.js'
import type { Finding } from '../../ledger/core/finding.js'
import { parseJson } from '../../ledger/core/json.js'
import { formatPolicy, parsePolicy } from '../../ledger/core/policy.js'
import { usageOfSums } from '../../ledger/rules/sums.js'
import type { NotChecked } from '../checkpoint-text.js'
import type { Job } from '../command.js'
import { judgeAgain } from '../judge.js'
import { judgeLineageAgain } from '../lineage-judge.js'
import { clean } from '../output.js'
import type { PageCheck } from '../page-check.js'
import type { Trust } from '../trust.js'
import { madeWithIn } from './embedded.js'
import { type MadeWith, parseMadeWith, SOFTWARE } from './made-with.js'
import { pageOf } from './page.js'
import { reportOf } from './report-of.js'

const AT = 'the page'

/** @param trust whom the reader believes: another policy than the page's is named */
export function checkPage(page: string, evidence: Evidence, trust: Trust, job: Job): PageCheck {
  const made = readMadeWith(page)
  if (made === undefined)
    return notCompared('it does not carry what it was made with, or not in a form that can be read')
  const { policy: policyText, software, digest } = made
  const policy = parsePolicy(policyText)
  const { basis, path, pins, aliases, memory, searched, question, sums } = made
  const part = judgeAgain(evidence, { policy, basis, path, pins }, memory)
  const usage = sums === undefined ? undefined : usageOfSums(sums)
  const judged = judgeLineageAgain(part, { id: made.id, digest, question, searched, usage })
  const then: Job = {
    ...job,
    settings: { layers: [], aliases },
    io: { ...job.io, now: () => made.made * 1000 },
  }
  const data = reportOf(judged, evidence, then, digest)
  const again = pageOf(data)
  if (again !== page) {
    return software === SOFTWARE
      ? altered(page, again)
      : notCompared(`made by ${clean(software)}, and this is ${SOFTWARE}`)
  }
  const says = { overall: data.overall, record: data.record, rules: data.rules.words }
  const otherPolicy = policyText !== formatPolicy(trust.policy)
  return {
    lines: [
      `  the page itself, its words and its picture: made again from the evidence inside, the same in every byte`,
      `    it says: ${says.overall}; record ${says.record}; rules ${says.rules}`,
      ...(otherPolicy ? ['    by the policy that it shows, which is not yours'] : []),
    ],
    findings: [],
    notChecked: [takenOver(made), OWN_JUDGEMENT],
    says,
  }
}

function readMadeWith(page: string): MadeWith | undefined {
  const json = madeWithIn(page)
  if (json === undefined) return undefined
  try {
    const made = parseMadeWith(parseJson(json))
    parsePolicy(made.policy)
    return made
  } catch (error) {
    if (error instanceof LedgerError) return undefined
    throw error
  }
}

function altered(page: string, again: string): PageCheck {
  const finding: Finding = {
    severity: 'failed',
    code: 'REPORT_ALTERED',
    at: AT,
    detail: differenceOf(page, again),
    settle: 'whoever made it: ask for the file as it was made',
  }
  return { lines: [], findings: [finding], notChecked: [OWN_JUDGEMENT] }
}

function notCompared(detail: string): PageCheck {
  const finding: Finding = {
    severity: 'incomplete',
    code: 'REPORT_NOT_COMPARED',
    at: AT,
    detail,
    settle: 'you: waybill report ID --receipts PAGE --html NEW makes it again',
  }
  return { lines: [], findings: [finding], notChecked: [OWN_JUDGEMENT] }
}

const EXCERPT = 60

/** Where the two part, and what stands there. */
function differenceOf(page: string, again: string): string {
  const [own, made] = [page.split('\n'), again.split('\n')]
  const at = made.findIndex((line, position) => line !== own[position])
  const line = at < 0 ? made.length : at
  const [mine = '', theirs = ''] = [own[line], made[line]]
  let first = 0
  while (first < mine.length && mine[first] === theirs[first]) first += 1
  const part = (text: string): string => clean(text.slice(Math.max(0, first - 20), first + EXCERPT))
  return `line ${line + 1} reads “${part(mine)}”, and the evidence says “${part(theirs)}”`
}

/** What a page cannot prove, because it came with the page. */
function takenOver({ searched, sums, question, pins, aliases }: MadeWith): NotChecked {
  const told = [
    'when it was made, and what its maker had seen before',
    ...(searched ? ['that the ledger left out nothing later'] : []),
    ...(sums === undefined || sums.length === 0 ? [] : ['sums over other transfers']),
    ...(question.law === undefined
      ? []
      : ['the ruleset, which its maker chose, and who is said to have recorded it']),
    ...(pins.size === 0 ? [] : ['which names its maker had from the parties']),
    ...(aliases.size === 0 ? [] : ['the names of its own that its maker gives to parties']),
  ]
  return {
    what: `what the page took over from whoever made it: ${told.join('; ')}`,
    settle: 'the ledger: waybill lineage ID --server URL --key KEY --policy POLICY',
  }
}

const OWN_JUDGEMENT: NotChecked = {
  what: 'the rules, by your own policy and ruleset: what the page says of them is as its maker judged',
  settle: 'you, with no network: waybill lineage ID --receipts PAGE --policy POLICY',
}
