/**
 * The demo's second crime: the operator itself. A copy of the ledger from an earlier day is opened with
 * the real key, another report is written into it, and the auditor is shown that one.
 *
 * The copy is whole and its signatures are good: no audit of it finds anything. What gives it away is
 * that others have seen more. The copy is opened without its witnesses, who would not go along.
 */
import { copyFile, cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from '../../api/main.js'
import { openClient } from '../../client/index.js'
import { utf8Encode } from '../../ledger/core/bytes.js'
import { invariant } from '../../ledger/core/errors.js'
import { SPLIT_VIEW_SUFFIX } from '../../ledger/core/split-view.js'
import type { CliIo } from '../io.js'
import type { Play } from './play.js'
import { reportText, writingReport } from './report.js'
import type { Rerun } from './rerun.js'
import type { StageSet } from './stage-set.js'
import type { Calendar } from './words.js'

const COPY = 'earlier'
const OTHER_REPORT = 'other-report.csv'
/** Evidence that the auditor can hand on. */
export const EVIDENCE_FILE = `demo${SPLIT_VIEW_SUFFIX}`

/** Stops the server for as long as it takes to copy its ledger, and starts it again where it was. */
export async function keepCopy(set: StageSet): Promise<void> {
  const { folder, server } = set
  const { hostname, port } = new URL(server.url)
  await server.close()
  await cp(folder.in('ledger'), folder.in(COPY), { recursive: true })
  // The witnesses' lines are asked for by this file.
  for (const name of ['policy', 'published']) await rm(join(folder.in(COPY), name), { force: true })
  set.server = await startServer({
    folder: folder.in('ledger'),
    host: hostname,
    port: Number(port),
  })
}

export type OtherHistory = {
  readonly url: string
  /** What the auditor is told about the other report. */
  readonly verdict: string
  readonly exit: number
  /** What a stranger finds in the evidence. */
  readonly evidence: string
  readonly evidenceExit: number
}

export type OtherParts = {
  readonly set: StageSet
  readonly play: Play
  readonly calendar: Calendar
  readonly io: CliIo
  readonly rerun: Rerun
  /** Folder of what the commands remember. */
  readonly memory: string
}

/** Writes the other history, shows it to the auditor, and has the evidence judged by the policy alone. */
export async function showOtherHistory(parts: OtherParts): Promise<OtherHistory> {
  const { set, rerun } = parts
  const { folder } = set
  const policy = ['--policy', folder.in('policy.txt')]
  const server = await startServer({ folder: folder.in(COPY), host: '127.0.0.1', port: 0 })
  try {
    await writeOtherReport(parts, server)
    const asked = [folder.in(OTHER_REPORT), '--server', server.url]
    const key = ['--key', folder.in('keys/auditor.pem')]
    const shown = await rerun(['lineage', ...asked, ...key, ...policy])
    await copyFile(await evidenceIn(parts.memory), folder.in(EVIDENCE_FILE))
    const judged = await rerun(['verify', folder.in(EVIDENCE_FILE), ...policy])
    return {
      url: server.url,
      verdict: String(shown.result['overall']),
      exit: shown.exit,
      evidence: String(judged.result['overall']),
      evidenceExit: judged.exit,
    }
  } finally {
    await server.close()
  }
}

/** More entries than the true ledger has, so that the copy does not look old. */
async function writeOtherReport(
  { set, play, calendar, io }: OtherParts,
  server: StageSet['server'],
): Promise<void> {
  const report = reportText(calendar, 'kinder')
  await writeFile(set.folder.in(OTHER_REPORT), report)
  const sagami = set.actors.get('sagami')
  invariant(sagami !== undefined, 'the maker is one of the cast')
  const client = openClient({ server: server.url, origin: set.origin, apiSigner: sagami.signer })
  const actors = new Map([...set.actors, ['sagami', { ...sagami, client }]])
  const other = play.elsewhere({ ...set, server, actors }, io)
  const acts = writingReport(calendar, utf8Encode(report))
  while (server.ledger.size <= set.server.ledger.size) {
    await other.stage({ title: '', acts }, () => undefined)
  }
}

/** The one file of evidence among what was remembered. */
async function evidenceIn(memory: string): Promise<string> {
  const names = await readdir(memory, { recursive: true })
  const found = names.find((name) => name.endsWith(SPLIT_VIEW_SUFFIX))
  invariant(found !== undefined, 'both signed heads are kept as evidence')
  return join(memory, found)
}
