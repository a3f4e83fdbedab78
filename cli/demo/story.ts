/**
 * The demo from its first line to its last: makes the ledger, plays the scenario, checks the report,
 * damages a copy. Answers what `waybill demo --json` prints; tells it on the way.
 */
import { writeFile } from 'node:fs/promises'
import { utf8Encode } from '../../ledger/core/bytes.js'
import { invariant } from '../../ledger/core/errors.js'
import type { Job } from '../command.js'
import { clean } from '../output.js'
import { CAST } from './cast.js'
import { sentKey } from './feed.js'
import type { Folder } from './folder.js'
import { LEADS_FILE, leadsText } from './leads.js'
import {
  EVIDENCE_FILE,
  keepCopy,
  type OtherHistory,
  type OtherParts,
  showOtherHistory,
} from './other-history.js'
import { Play } from './play.js'
import { REPORT_KEY, reportText } from './report.js'
import { type Rerun, withCommands } from './rerun.js'
import { scenario } from './scenario.js'
import { buildStageSet, type StageSet } from './stage-set.js'
import { countryName, grouped, type Teller, tellerOf } from './tell.js'
import {
  audit,
  type Checked,
  checkLeads,
  checkOffline,
  checkOverHttp,
  type Doubted,
  fetchReceipts,
  PAGE_FILE,
  tamper,
  writePage,
} from './verdicts.js'
import { type Calendar, calendarOf } from './words.js'

export type Ending = {
  /** Everything was as it should be. */
  readonly good: boolean
  /** Verdict of the ledger's audit. */
  readonly ledger: string
  /** Verdict of the damaged copy's audit. */
  readonly tampered: string
  /** The entry whose bit was flipped, and the entries that the audit named. */
  readonly flippedEntry: number
  readonly namedEntries: readonly number[]
  readonly overHttp: string
  /** Verdict on the file that nobody had agreed to. */
  readonly misuse: string
  readonly offline: string
  /** What the auditor was told of the other history, and a stranger of the evidence. */
  readonly splitView: string
  readonly evidence: string
  readonly entries: number
  readonly crossings: number
}

export async function tellDemo(folder: Folder, job: Job): Promise<Ending> {
  const teller = tellerOf(job)
  const calendar = calendarOf(job.io.now())
  introduce(teller)
  const set = await beginLedger(folder, job, teller)
  try {
    return await withCommands(job.io, async (rerun, memory) => {
      const play = await playAll({ set, calendar, job, teller })
      const overHttp = await askServer(set, rerun, teller)
      const doubted = await askLeads(set, rerun, teller)
      await keepReceipts(set, overHttp, teller)
      const other = { set, play, calendar, io: job.io, rerun, memory }
      await set.server.close()
      const offline = await askFiles(folder, rerun, teller)
      const caught = await askOther(other, teller)
      const audits = await auditTwice(folder, play, calendar, { rerun, teller })
      return ending({ overHttp, doubted, offline, caught }, audits)
    })
  } finally {
    await set.server.close()
    for (const watcher of set.watchers) await watcher.close()
  }
}

/** A checkpoint is published once a second. */
const COSIGNED_WITHIN_MS = 30_000

function introduce({ say }: Teller): void {
  say('Waybill demo: where does this report come from, and can the answer be trusted?')
  say()
  say('A French firm looks after heat pumps in some 1,180 homes. Which compressors wear out')
  say('in the cold? Their maker in Japan writes a report. On its way there, the data passes')
  say('through four firms in four countries. Firms and data are invented. The ledger, its')
  say('server, the keys, signatures and proofs are the real ones.')
}

async function beginLedger(folder: Folder, { io }: Job, { part, fact }: Teller): Promise<StageSet> {
  part('A ledger of its own')
  const set = await buildStageSet(folder, io)
  fact(`named   ${set.origin}`)
  fact(`folder  ${folder.in('ledger')}`)
  fact(`server  ${set.server.url}`)
  for (const { owner, country, url } of set.watchers) {
    fact(`witness ${url}, ${owner}, ${countryName(country)}`)
  }
  fact('policy  what both of them cosigned counts, and nothing else (policy.txt)')
  return set
}

type Playing = {
  readonly set: StageSet
  readonly calendar: Calendar
  readonly job: Job
  readonly teller: Teller
}

async function playAll({ set, calendar, job, teller }: Playing): Promise<Play> {
  const { part, fact, progress } = teller
  const play = new Play(set, calendar, job.io)
  part("Everybody enrols with a key of its own; the ledger's registrar admits them")
  await play.enrol()
  await play.addKeys()
  for (const { legalName, country, does } of CAST) {
    fact(`${legalName.padEnd(32)}${countryName(country).padEnd(16)}${does}`)
  }
  part('Two weeks of data, each step signed by who gives and by who takes')
  const report = reportText(calendar)
  const leads = leadsText(calendar)
  await writeFile(set.folder.in('report.csv'), report)
  await writeFile(set.folder.in(LEADS_FILE), leads)
  fact(row('', 'statements'))
  const files = { report: utf8Encode(report), leads: utf8Encode(leads) }
  for (const stage of scenario(calendar, files)) {
    const { length } = stage.acts
    // What the operator could go back to later.
    if (stage.acts.some(({ key }) => key === REPORT_KEY)) await keepCopy(set)
    await play.stage(stage, (done) => progress(`${stage.title}: ${done} of ${length}`))
    fact(row(stage.title, String(length)))
  }
  await writeFile(set.folder.in('outcome.txt'), `${play.played(REPORT_KEY).id}\n`)
  const entries = String(set.server.ledger.size)
  fact(row('Entries in the ledger, with enrolments and refusals', entries))
  const waiting = AbortSignal.timeout(COSIGNED_WITHIN_MS)
  await set.server.ledger.waitPublished(set.server.ledger.size, waiting)
  invariant(!waiting.aborted, 'two witnesses on this machine answer in time')
  fact(`Both witnesses have cosigned the head of ${entries} entries`)
  return play
}

async function askServer(set: StageSet, rerun: Rerun, teller: Teller): Promise<Checked> {
  const { part, command } = teller
  part('The auditor has one file, report.csv, and asks the server where it comes from')
  command(`waybill lineage report.csv --server ${set.server.url} \\`)
  command('    --key keys/auditor.pem --policy policy.txt')
  const checked = await checkOverHttp(set, rerun)
  tellLineage(checked, teller)
  const page = await writePage(set, rerun)
  teller.fact(`the same as a page to hand over, with its evidence inside: ${PAGE_FILE}`)
  return { ...checked, good: checked.good && page.good }
}

async function askLeads(set: StageSet, rerun: Rerun, teller: Teller): Promise<Doubted> {
  const { part, command, fact, verdict } = teller
  part(`Another file turns up, ${LEADS_FILE}: is that what the data may be used for?`)
  command(`waybill lineage ${LEADS_FILE} --server ${set.server.url} \\`)
  command('    --key keys/auditor.pem --policy policy.txt')
  const doubted = await checkLeads(set, rerun)
  for (const { rule, why } of doubted.findings) fact(`${rule} FAIL: ${clean(why)}`)
  verdict('warn', doubted.verdict, ': authentic, and not within its limits')
  return doubted
}

function tellLineage(checked: Checked, { fact, verdict }: Teller): void {
  const { ids, signatures, collections, depth, trail } = checked
  fact(
    `${ids.length} statements with ${signatures} signatures, ${depth} steps deep, back to ${collections} collections`,
  )
  const [first] = trail
  if (first !== undefined) {
    const stops = trail.map(
      ({ to, mode }) => `${countryName(to)}${mode === 'access' ? ' (remote access)' : ''}`,
    )
    fact(`the longest way crosses ${trail.length} borders:`)
    fact(`${[countryName(first.from), ...stops].join(' > ')}`)
  }
  fact(`the rules say of its hops: ${checked.rules}`)
  verdict(checked.good ? 'good' : 'bad', checked.verdict)
}

async function keepReceipts(
  { actors, folder }: StageSet,
  checked: Checked,
  { part, fact, progress }: Teller,
): Promise<void> {
  part('Years later the server may be gone: the record from receipts, with no network')
  const auditor = actors.get('auditor')
  invariant(auditor !== undefined, 'the auditor is one of the cast')
  const length = checked.ids.length + checked.companions.length
  await fetchReceipts(auditor.client, checked, folder, (done) =>
    progress(`receipts fetched: ${done} of ${length}`),
  )
  fact(`${length} receipts in receipts/; the server is stopped`)
}

async function askFiles(folder: Folder, rerun: Rerun, teller: Teller): Promise<Checked> {
  teller.command('waybill lineage report.csv --receipts receipts --policy policy.txt')
  const checked = await checkOffline(folder, rerun)
  const { ids, signatures, rules, good, verdict } = checked
  teller.fact(`${ids.length} statements with ${signatures} signatures, from files alone: VERIFIED`)
  teller.fact(`the rules say of its hops: ${rules}; what files cannot show, a ledger can`)
  teller.verdict(good ? 'good' : 'bad', verdict)
  return checked
}

async function askOther(parts: OtherParts, teller: Teller): Promise<OtherHistory> {
  const { part, fact, command, verdict } = teller
  part("The operator opens an earlier copy with the ledger's own key, and shows another report")
  fact('Every signature in that copy is good, and an audit of it finds nothing.')
  const caught = await showOtherHistory(parts)
  command(`waybill lineage other-report.csv --server ${caught.url} \\`)
  command('    --key keys/auditor.pem --policy policy.txt')
  verdict('bad', caught.verdict, ': the auditor has seen another head of this ledger')
  fact(`Both signed heads are kept as evidence, in ${EVIDENCE_FILE}. Anybody can judge it:`)
  command(`waybill verify ${EVIDENCE_FILE} --policy policy.txt`)
  verdict('bad', caught.evidence, ': it convinces, with nothing but the policy')
  return caught
}

type Audits = Pick<Ending, 'ledger' | 'tampered' | 'flippedEntry' | 'namedEntries' | 'entries'> & {
  readonly good: boolean
}

async function auditTwice(
  folder: Folder,
  play: Play,
  { days }: Calendar,
  { rerun, teller }: { readonly rerun: Rerun; readonly teller: Teller },
): Promise<Audits> {
  const { part, command, fact, verdict } = teller
  part("The regulator is given the ledger's folder and checks all of it again")
  command('waybill audit --dir ledger --policy policy.txt')
  const whole = await audit(folder, 'ledger', rerun)
  fact(`${whole.entries} entries with ${whole.signatures} signatures`)
  verdict(whole.exit === 0 ? 'good' : 'bad', whole.verdict)

  part('Somebody flips one bit in a copy of the ledger')
  const victim = play.played(sentKey(days[4] ?? ''))
  const { file, offset, before, after } = await tamper(folder, victim)
  fact(`tampered/${file}, byte ${grouped(offset)}: ${hex(before)} is ${hex(after)} now`)
  fact(`it belongs to entry ${victim.index ?? '?'}, the transfer "${sentKey(days[4] ?? '')}"`)
  command('waybill audit --dir tampered --policy policy.txt')
  const broken = await audit(folder, 'tampered', rerun)
  verdict('bad', broken.verdict, ` at ${entriesText(broken.named)}: ${broken.said}`)
  const found = broken.verdict === 'FAILED' && broken.exit === 1 && broken.named[0] === victim.index
  return {
    good: whole.exit === 0 && whole.verdict === 'VERIFIED' && found,
    ledger: whole.verdict,
    tampered: broken.verdict,
    flippedEntry: victim.index ?? -1,
    namedEntries: broken.named,
    entries: whole.entries,
  }
}

type Lineages = {
  readonly overHttp: Checked
  readonly doubted: Doubted
  readonly offline: Checked
  readonly caught: OtherHistory
}

function ending({ overHttp, doubted, offline, caught }: Lineages, audits: Audits): Ending {
  const split = caught.exit === 5 && caught.evidenceExit === 5
  const found = doubted.exit === 2 && doubted.findings.length > 0
  return {
    ...audits,
    good:
      audits.good && overHttp.good && offline.good && found && split && overHttp.trail.length >= 3,
    overHttp: overHttp.verdict,
    misuse: doubted.verdict,
    offline: offline.verdict,
    splitView: caught.verdict,
    evidence: caught.evidence,
    crossings: overHttp.trail.length,
  }
}

/** `entry 61`, `entries 61, 62 and 9 more`. */
export function entriesText(entries: readonly number[]): string {
  const [first, ...others] = entries
  if (first === undefined) return 'no entry'
  if (others.length === 0) return `entry ${first}`
  const more = entries.length - 2
  return `entries ${entries.slice(0, 2).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function row(title: string, count: string): string {
  return `${title.padEnd(60)}${count.padStart(10)}`
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
