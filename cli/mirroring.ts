/**
 * Bringing a mirror up to date: a server, a folder, a policy and this person's memory in; what
 * happened and findings out. Nothing of it is printed but warnings and progress.
 */
import {
  bestCrypto,
  type Client,
  compareWithMemory,
  memoryFindings,
  openClient,
} from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Finding } from '../ledger/core/finding.js'
import {
  type FollowOutcome,
  followLog,
  openMirrorFolder,
  openPublishedFolder,
  tileProofs,
} from '../ledger/index.js'
import type { Job } from './command.js'
import { memoryContext, splitWarning } from './judge.js'
import { callerOf } from './source.js'
import { personalMemory } from './state-folder.js'
import { knownTrust, originOf, type Trust, trustIn } from './trust.js'

export type MirrorOrder = {
  readonly server: string
  /** The mirror's folder, for the origin that the server's checkpoint names. */
  readonly folderOf: (origin: string) => string
  /** Leaves the statements alone even where a key is at hand. */
  readonly publicOnly: boolean
}

export type Mirroring = {
  readonly trust: Trust
  readonly outcome: FollowOutcome
  readonly findings: readonly Finding[]
  /** Statements were asked for, too. */
  readonly withStatements: boolean
  readonly folder: string
}

/** Follows a server's log into a folder, and holds its checkpoint against the last one seen. */
export async function mirrorInto(order: MirrorOrder, job: Job): Promise<Mirroring> {
  const { server, publicOnly } = order
  const caller = publicOnly ? {} : await callerOf(job)
  const client = openClient({ server, now: job.io.now, random: job.io.random, ...caller })
  const note = await client.checkpoint()
  const origin = originOf(note)
  if (origin === undefined) throw new LedgerError('CHECKPOINT_MALFORMED')
  const folder = openMirrorFolder(order.folderOf(origin))
  const trust = await trustFor(origin, client, server, job)
  const withStatements = caller.apiSigner !== undefined
  const outcome = await followLog({
    source: {
      // The note that the trust was found for: a later one would be looked at in the next run.
      checkpoint: () => Promise.resolve(note),
      tile: client.tile,
      ...(withStatements
        ? { statementLines: client.statementLines, inboxLines: client.inboxLines }
        : {}),
    },
    folder,
    policy: trust.policy,
    crypto: bestCrypto(),
    onProgress: ({ done, total }) => job.out.progress(`${done} of ${total} entries`),
  })
  job.out.progressDone()
  const findings = await findingsOf(outcome, { folder: folder.path, trust }, job)
  return { trust, outcome, findings, withStatements, folder: folder.path }
}

async function trustFor(origin: string, client: Client, server: string, job: Job): Promise<Trust> {
  const known = await knownTrust(origin, job)
  return known ?? trustIn({ flag: server, info: client.ledger }, job)
}

type Followed = { readonly folder: string; readonly trust: Trust }

async function findingsOf(
  outcome: FollowOutcome,
  { folder, trust }: Followed,
  job: Job,
): Promise<readonly Finding[]> {
  const { shown, held } = outcome
  const { checkpoint, quorum } = shown.opened
  const at = 'checkpoint'
  switch (outcome.kind) {
    case 'split':
      return [await keptSplit(outcome, job)]
    case 'unwitnessed': {
      const detail = `missing ${quorum.missing ?? quorum.name}; nothing was stored`
      return [{ severity: 'incomplete', code: 'QUORUM_MISSING', at, detail }]
    }
    case 'older': {
      const detail = `tree size ${checkpoint.size} is shown, ${held?.opened.checkpoint.size ?? 0} is held here`
      const settle = 'look again soon; then the operator'
      return [{ severity: 'incomplete', code: 'MIRROR_AHEAD', at, detail, settle }]
    }
    case 'followed': {
      const source = tileProofs(openPublishedFolder(folder), bestCrypto().sha256)
      const seen = { checkpoint, note: shown.note }
      const verdict = await compareWithMemory(seen, memoryContext(trust, job, source))
      if (verdict.kind === 'inconsistent') {
        for (const line of splitWarning(checkpoint.origin, verdict.kept, verdict.convincing)) {
          job.out.note(line)
        }
      }
      return memoryFindings(verdict, checkpoint)
    }
  }
}

/** Loud, and kept where this person's other evidence is. */
async function keptSplit(
  { evidence, shown, held }: Extract<FollowOutcome, { readonly kind: 'split' }>,
  job: Job,
): Promise<Finding> {
  const sizes = [shown, held].map((seen) => seen?.opened.checkpoint.size ?? 0)
  const stamp = new Date(job.io.now()).toISOString().replaceAll(/[:.]/g, '-')
  const name = [stamp, ...sizes.sort((a, b) => a - b)].join('_')
  const kept = await personalMemory(job.io.environment).keep(evidence, name)
  for (const line of splitWarning(evidence.origin, kept, true)) job.out.note(line)
  return {
    severity: 'failed',
    code: 'CHECKPOINT_INCONSISTENT',
    at: 'checkpoint',
    detail: `the tree of size ${shown.opened.checkpoint.size} that is shown does not agree with the tree of size ${held?.opened.checkpoint.size ?? 0} in the mirror; both signed checkpoints are kept in ${kept}`,
    settle: 'the operator must explain; show that file to others who use this ledger',
  }
}
