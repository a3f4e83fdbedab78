/**
 * Repairs a ledger folder: builds its store anew from what is left of it, mirrors, receipts and
 * bundles. DESIGN 9: anything lost can be put back, because its hash says what it must be.
 *
 *   1. the log as the largest signed tree has it: the head, or a mirror that has seen more;
 *   2. the chain from its last entry back says which entries are true (entry-chain.ts);
 *   3. statements are put together from whoever has parts of them (repair-parts.ts);
 *   4. all that is derived is made again, in a new store beside the old one;
 *   5. the new store must pass the audit; only then does it take the old one's place.
 *
 * The old store is kept. Nothing is signed, but for one case: the head is lost and the store goes on
 * after every mirror.
 */
import { equalBytes } from '../core/bytes.js'
import { LedgerError } from '../core/errors.js'
import type { Evidence } from '../core/evidence.js'
import type { RootHash } from '../core/hash.js'
import { consistencyNodes, foldNodes, rootFromNodes } from '../core/merkle.js'
import type { Policy } from '../core/policy.js'
import { isPowerOfTwo, type SplitView } from '../core/split-view.js'
import type { StatementId } from '../core/statement.js'
import { type AuditReport, auditLog } from '../log/audit.js'
import { defaultWorkers } from '../log/folder.js'
import { Records } from '../log/records.js'
import { pinJson, signCheckpoint } from '../log/writer.js'
import { type Head, type HeadFile, memoryHeadFile, openHeadFile } from '../store/head-file.js'
import type { Store } from '../store/store.js'
import { EntryChain } from './entry-chain.js'
import { type Restored, rebuildStore } from './rebuild.js'
import { type RepairedInbox, repairInbox } from './repair-inbox.js'
import { headNote } from './repair-notes.js'
import {
  bySize,
  closeSite,
  dropBuilding,
  openBuilding,
  openSite,
  type RepairSite,
  restorePublished,
  type Signed,
  swapStores,
} from './repair-site.js'
import { evidenceSource, mirrorSource, storeSource } from './repair-sources.js'

export type RepairOptions = {
  readonly folder: string
  /** Folders of mirrors; a published folder has entries only. */
  readonly mirrors: readonly string[]
  readonly evidence: readonly Evidence[]
  /** Whose log it is: for a folder without keys, or whose older trees other keys have signed. */
  readonly policy?: Policy
  /** Worker threads of the audit; one per core if left out, none when run from source. */
  readonly workers?: number
  /** Names the folder that keeps the old store. */
  readonly stamp: string
  readonly onProgress?: (
    step: 'audit' | 'rebuild',
    progress: { readonly done: number; readonly total: number },
  ) => void
}

export type RepairOutcome =
  /** There was nothing to repair, and nothing was touched. */
  | { readonly kind: 'sound'; readonly report: AuditReport }
  /** Two signed histories: nothing was touched. */
  | { readonly kind: 'split'; readonly evidence: SplitView }
  /** Everything is as the log signed it, and the log is not in order: nothing was touched. */
  | { readonly kind: 'failed'; readonly report: AuditReport }
  | {
      readonly kind: 'repaired'
      readonly report: AuditReport
      readonly restored: Restored
      readonly size: number
      /** Tree size of the head before; undefined when it could not be read. */
      readonly before: number | undefined
      /** Where the old store is kept; undefined when there was none. */
      readonly kept: string | undefined
      readonly inbox: Pick<RepairedInbox, 'lost' | 'restored' | 'rewritten'>
      /** Statements of receipts and bundles that this log does not have. */
      readonly foreign: readonly StatementId[]
    }

/** What the store is to hold. Without a note its head must be signed anew. */
type Target = { readonly size: number; readonly note: string | undefined }

/**
 * Repairs a folder that no process has open.
 *
 * Rejects with REPAIR_INCOMPLETE when something is lost that nobody has (nothing was touched then),
 * HEAD_UNREADABLE when neither head nor mirror says how far the log goes, and as openSite.
 */
export async function repairLedgerFolder(options: RepairOptions): Promise<RepairOutcome> {
  const site = await openSite(options.folder, options.mirrors, options.policy)
  try {
    const target = await targetOf(site)
    const report = await soundReport(site, target, options)
    return report === undefined
      ? await repairSite(site, target, options)
      : { kind: 'sound', report }
  } finally {
    await closeSite(site)
  }
}

/** Every tree that is known to be signed, the largest first. */
function signedTrees({ head, published, mirrors }: RepairSite): readonly Signed[] {
  return bySize([head, published, ...mirrors].filter((one) => one !== undefined))
}

async function targetOf(site: RepairSite): Promise<Target> {
  const { head, own } = site
  const [largest] = signedTrees(site)
  if (largest === undefined) {
    const reason = 'without it, only a mirror can say how far the log goes'
    throw new LedgerError('HEAD_UNREADABLE', { reason })
  }
  const { size } = largest.opened.checkpoint
  const stored = head === undefined ? await own?.records.entryCount() : undefined
  // The head says what was promised. Without it, everything that the store has may have been.
  return stored !== undefined && stored > size
    ? { size: stored, note: undefined }
    : { size, note: headNote(largest.note, site.policy, site.crypto) }
}

/** The report of a folder that is in order as it is. */
async function soundReport(
  site: RepairSite,
  target: Target,
  options: RepairOptions,
): Promise<AuditReport | undefined> {
  const { own, head, folder } = site
  const isDamaged = site.publishedDamaged || site.publishedLost !== undefined
  if (own === undefined || own.salvaged || head === undefined || isDamaged) return undefined
  if (target.size !== head.opened.checkpoint.size) return undefined
  const report = await audit(site, own.store, openHeadFile(folder), options)
  return report.verdict === 'VERIFIED' ? report : undefined
}

function audit(
  { origin, policy, crypto }: RepairSite,
  store: Store,
  head: HeadFile,
  { workers, onProgress }: RepairOptions,
): Promise<AuditReport> {
  return auditLog({
    origin,
    store,
    head,
    policy,
    crypto,
    workers: workers ?? defaultWorkers(),
    onProgress: (progress) => onProgress?.('audit', progress),
  })
}

async function repairSite(
  site: RepairSite,
  target: Target,
  options: RepairOptions,
): Promise<RepairOutcome> {
  const { origin, policy, crypto, own, mirrors, head } = site
  const files = evidenceSource(options.evidence, policy, crypto)
  const ownSource = own === undefined ? undefined : storeSource(own.records)
  const others = [...bySize(mirrors).map(({ reader }) => mirrorSource(reader)), files]
  const sources = ownSource === undefined ? others : [...others, ownSource]
  const chain = EntryChain.find({ origin, size: target.size, sources, crypto })
  const evidence = disagreement(site, chain)
  if (evidence !== undefined) return { kind: 'split', evidence }
  const store = await openBuilding(site)
  try {
    const restored = await rebuildStore(store, {
      origin,
      crypto,
      chain,
      own: ownSource,
      others,
      onProgress: (progress) => options.onProgress?.('rebuild', progress),
    })
    const rebuilt = new Records(store, crypto.sha256)
    const copies = mirrors.map((mirror) => mirror.inbox)
    const inbox = await repairInbox({ own, copies, pin: head?.file.inbox, rebuilt, crypto })
    await store.write({ puts: inbox.puts }, { sync: true })
    const next: Head = {
      checkpoint: target.note ?? (await signHead(site, chain)),
      inbox: pinJson(inbox.pin),
    }
    const report = await audit(site, store, memoryHeadFile(next), options)
    const foreign = [...files.ids].filter((id) => rebuilt.indexOf(id) === undefined)
    await store.close()
    if (report.verdict !== 'VERIFIED') return { kind: 'failed', report }
    await own?.store.close()
    const kept = await swapStores(site, options.stamp)
    await openHeadFile(site.folder).write(next)
    await restorePublished(site, options.stamp)
    const before = head?.opened.checkpoint.size
    return { kind: 'repaired', report, restored, size: chain.size, before, kept, inbox, foreign }
  } finally {
    await store.close()
    await dropBuilding(site)
  }
}

/**
 * Holds the chain against every signed tree. It was chosen to end as the largest; a smaller one that it
 * does not begin with is another history, unless it is the chain's own end that is wrong.
 *
 * @throws LedgerError REPAIR_INCOMPLETE
 */
function disagreement(site: RepairSite, chain: EntryChain): SplitView | undefined {
  const { sha256 } = site.crypto
  const signed = signedTrees(site)
  const rootAt = (size: number): RootHash => rootFromNodes(size, chain.nodes, sha256)
  const agrees = ({ opened: { checkpoint } }: Signed): boolean =>
    equalBytes(rootAt(checkpoint.size), checkpoint.root)
  const witness = signed.find((one) => agrees(one))
  const other = signed.find((one) => !agrees(one))
  if (other === undefined) return undefined
  if (witness === undefined || witness.opened.checkpoint.size < other.opened.checkpoint.size) {
    const { size } = other.opened.checkpoint
    throw new LedgerError('REPAIR_INCOMPLETE', { index: size - 1, part: 'the last entry' })
  }
  const [size1, size2] = [other.opened.checkpoint.size, witness.opened.checkpoint.size]
  const { origin } = other.opened.checkpoint
  const notes = [other.note, witness.note] as const
  if (size1 === size2) return { origin, notes }
  const plan = [...consistencyNodes(size1, size2)]
  if (isPowerOfTwo(size1)) plan.unshift([{ level: Math.round(Math.log2(size1)), index: 0 }])
  return { origin, notes, proof: plan.map((ids) => foldNodes(ids, chain.nodes, sha256)) }
}

/** The head is lost and the store goes on after every mirror: what it has is signed again. */
function signHead(
  { origin, signer, crypto, folder }: RepairSite,
  chain: EntryChain,
): Promise<string> {
  if (signer === undefined)
    throw new LedgerError('INPUT_NOT_FOUND', { path: `${folder}/keys/log.pem` })
  const root = rootFromNodes(chain.size, chain.nodes, crypto.sha256)
  return signCheckpoint(origin, chain.size, root, signer)
}
