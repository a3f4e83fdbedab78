/**
 * `waybill party watch`: looks at what the registry says about a party, again and again, and raises
 * the alarm when it says what the party does not know. DESIGN 2 "operator as registrar".
 *
 * A key that the registrar adds without the party's signature makes a list that does not verify; one
 * that a thief adds with a stolen key verifies, and is unknown to the party. Both end with exit 5, and
 * what was shown is kept as a bundle that others can verify.
 */

import { join } from 'node:path'
import type { Command } from 'commander'
import { replaceFile } from '../../client/index.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { bundleJson } from '../../ledger/core/evidence.js'
import { encodeJcs } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type Cli, type Job, wholeNumber, withPolicy, withSource } from '../command.js'
import { findSigner, parseIdPrefix, parseParty, partyOf } from '../identity.js'
import type { ExitCode } from '../io.js'
import { exitOf } from '../judge.js'
import type { LedgerSource } from '../ledger-source.js'
import { clean, utc } from '../output.js'
import { partyText } from '../party-book.js'
import {
  keyJson,
  keysOfParty,
  type PartyView,
  registryStatementText,
  viewParty,
} from '../party-view.js'
import { countOf, findingJson, findingLines } from '../report-text.js'
import { withLedger } from '../source.js'
import { ledgerFolder } from '../state-folder.js'
import { type Trust, trustIn } from '../trust.js'
import { recallWatch, rememberWatch, type WatchMemory } from '../watch-memory.js'

const ALARM = ERRORS.PARTY_ALARM.exit
const UNAVAILABLE = ERRORS.SERVER_UNAVAILABLE.exit
const EVERY_S = 60

export function registerPartyWatch(party: Command, cli: Cli): void {
  withPolicy(withSource(party.command('watch')))
    .argument('[party]', 'party id, or an alias of yours; otherwise your own')
    .option('--once', 'look once')
    .option('--every <seconds>', 'how often to look', wholeNumber(1, 86_400), EVERY_S)
    .option('--keys <ids>', 'the ids of all your keys (8 or more characters each), with commas')
    .option('--accept <ids...>', 'statements that you know of (8 or more digits each)')
    .description(
      "watch a party's registry statements; exit 5 when there is a key or statement that you do not know",
    )
    .action(cli.action(watch))
}

type Flags = {
  readonly once?: boolean
  readonly every: number
  readonly keys?: string
  readonly accept?: readonly string[]
}

type Watch = {
  readonly source: LedgerSource
  readonly trust: Trust
  readonly party: PartyId
  readonly origin: string
}

async function watch(job: Job<Flags>, text: string | undefined): Promise<ExitCode> {
  const party =
    text === undefined
      ? partyOf(job.settings, await findSigner(job))
      : parseParty(text, job.settings)
  if (party === undefined) throw new LedgerError('USAGE', { reason: 'which party? give its id' })
  return withLedger<ExitCode>(job, async (source) => {
    const { origin } = await source.info()
    const found = { source, trust: await trustIn(source, job), party, origin }
    if (job.flags.once === true) return look(job, found)
    const stop = job.io.untilInterrupted()
    while (!stop.aborted) {
      const exit = await lookOn(job, found)
      if (exit === ALARM) return exit
      await pause(job.flags.every * 1000, stop)
    }
    return 0
  })
}

/** A ledger that does not answer for a while is no reason to stop watching it. */
async function lookOn(job: Job<Flags>, watched: Watch): Promise<ExitCode> {
  try {
    return await look(job, watched)
  } catch (error) {
    if (!(error instanceof LedgerError) || ERRORS[error.code].exit !== UNAVAILABLE) throw error
    job.out.note(`waybill: ${utc(nowS(job))} the ledger does not answer; trying again`)
    return UNAVAILABLE
  }
}

async function look(job: Job<Flags>, watched: Watch): Promise<ExitCode> {
  const { source, trust, party } = watched
  const memory = await recallWatch(job.io.environment, watched)
  let view: PartyView
  try {
    view = await viewParty(job, source, party, trust)
  } catch (error) {
    const denied = error instanceof LedgerError && error.code === 'PARTY_NOT_FOUND'
    if (!denied || memory.known === undefined) throw error
    job.out.result({ party, alarms: [DENIED], code: 'PARTY_ALARM' }, () => alarmLines([DENIED]))
    return ALARM
  }
  const alarms = alarmsOf(view, memory, job.flags)
  const { verdict } = view.judgement
  const exit = alarms.length > 0 ? ALARM : exitOf(verdict)
  const kept = alarms.length === 0 ? undefined : await keepView(view, job, watched)
  // What could not be verified is not learnt either.
  if (exit === 0) await rememberWatch(job.io.environment, watched, learnt(view, memory))
  tell(job, view, { memory, alarms, kept })
  return exit
}

const DENIED = 'the ledger says that there is no such party, and it was there before'

/** Everything about this view that the party does not know, or that is proven wrong. */
function alarmsOf(view: PartyView, memory: WatchMemory, flags: Flags): readonly string[] {
  const { judgement, listed, verified } = view
  const failed = judgement.verdict.startsWith('FAILED')
    ? ['what the ledger shows does not verify: the findings say why']
    : []
  return [...failed, ...strangeStatements(listed, memory, flags), ...strangeKeys(verified, flags)]
}

function strangeStatements(
  listed: PartyView['listed'],
  { known, signed }: WatchMemory,
  { accept = [] }: Flags,
): readonly string[] {
  if (known === undefined) return []
  const accepted = accept.map(parseIdPrefix)
  const strange = listed.filter(
    ({ id }) =>
      ![...known, ...signed].includes(id) && !accepted.some((prefix) => id.startsWith(prefix)),
  )
  const gone = known.filter((id) => !listed.some((item) => item.id === id))
  return [
    ...strange.map((opened) => `unknown statement: ${registryStatementText(opened)}`),
    ...gone.map((id) => `statement ${id.slice(0, 12)}, which was there before, is not shown`),
  ]
}

function strangeKeys(verified: PartyView['verified'], { keys }: Flags): readonly string[] {
  if (keys === undefined) return []
  const own = keys.split(',').map((kid) => kid.trim())
  if (own.some((kid) => kid.length < 8))
    throw new LedgerError('USAGE', { reason: 'a key is named by 8 or more characters of its id' })
  return keysOfParty(verified)
    .filter(({ kid }) => !own.some((prefix) => kid.startsWith(prefix)))
    .map(({ kid, status }) => `key ${kid}, ${status}, is not one of those you named`)
}

function learnt({ listed }: PartyView, { signed }: WatchMemory): WatchMemory {
  return { known: listed.map(({ id }): StatementId => id), signed }
}

/** The evidence, for others: `waybill verify` judges it. Answers where it is. */
async function keepView(view: PartyView, job: Job, { origin }: Watch): Promise<string> {
  const stamp = new Date(job.io.now()).toISOString().replaceAll(/[:.]/g, '-')
  const name = `${stamp}_${view.party.slice(0, 12)}.bundle.json`
  const path = join(ledgerFolder(job.io.environment, origin), name)
  await replaceFile(path, encodeJcs(bundleJson(view.evidence)))
  return path
}

type Told = {
  readonly memory: WatchMemory
  readonly alarms: readonly string[]
  readonly kept: string | undefined
}

function tell(job: Job, view: PartyView, { memory, alarms, kept }: Told): void {
  const { judgement, words, party, listed, verified } = view
  const { report, verdict, findings } = judgement
  const keys = keysOfParty(verified)
  const size = report.checkpoint?.size ?? 0
  const json = {
    party,
    record: verdict,
    tree_size: size,
    first_look: memory.known === undefined,
    keys: keys.map(keyJson),
    statements: listed.map(({ id }) => id),
    alarms: [...alarms],
    ...(alarms.length === 0 ? {} : { code: 'PARTY_ALARM' }),
    ...(kept === undefined ? {} : { evidence: kept }),
    findings: findings.map(findingJson),
  }
  job.out.result(json, () => [
    `${utc(nowS(job))} ${partyText(words)}: ${countOf(listed.length, 'statement')}, ${countOf(keys.length, 'key')}, tree size ${size}: ${verdict}`,
    ...(memory.known === undefined && alarms.length === 0 ? firstLines(view) : []),
    ...(alarms.length === 0 ? [] : alarmLines(alarms)),
    ...(kept === undefined ? [] : [`  evidence: ${kept}`]),
    ...(alarms.length > 0 || verdict !== 'VERIFIED' ? findingLines(findings, job.out) : []),
  ])
}

function firstLines({ listed }: PartyView): readonly string[] {
  return [
    'first look: these are taken as known from now on; compare them with your own records',
    ...listed.map((opened) => `  ${registryStatementText(opened)}`),
  ]
}

function alarmLines(alarms: readonly string[]): readonly string[] {
  return [
    '*** ALARM ***',
    ...alarms.map((alarm) => `  ${clean(alarm)}`),
    '  If it is yours: --accept its id. If not: waybill party compromised-key, and tell the operator, its witnesses and whoever relies on you.',
  ]
}

function nowS(job: Job): number {
  return Math.floor(job.io.now() / 1000)
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done)
    if (stop.aborted) done()
  })
}
