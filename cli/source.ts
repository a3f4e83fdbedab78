/**
 * Where a command reads and writes: a server, or a ledger's folder. The same questions to both.
 *
 * A folder answers everything, since whoever has it has all of it; a server answers what the caller
 * may see (DESIGN 7.3). Answers are not believed: verify and lineage judge them with a policy.
 */

import {
  type BulkOutcome,
  type Client,
  genesisId,
  type InboxPage,
  type InboxQuery,
  type LedgerInfo,
  openClient,
  type PartyRecord,
  type PartySummary,
  type RegistrySource,
  type Signer,
  type StatementRecord,
  type SubmitOutcome,
  type Validation,
} from '../client/index.js'
import type { Envelope, EnvelopeSignature } from '../ledger/core/envelope.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { Evidence } from '../ledger/core/evidence.js'
import type { NodeHash } from '../ledger/core/hash.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { StatementId } from '../ledger/core/statement.js'
import type { Job } from './command.js'
import { firstOf } from './config.js'
import { findApiSigner, findSigner, partyOf } from './identity.js'

export type LedgerSource = RegistrySource & {
  /** As it is given on the command line, to be shown in advice: `--server URL`, `--dir FOLDER`. */
  readonly flag: string
  readonly info: () => Promise<LedgerInfo>
  /** The published checkpoint, a signed note. */
  readonly checkpoint: () => Promise<string>
  readonly submit: (envelope: Envelope) => Promise<SubmitOutcome>
  readonly submitMany: (envelopes: readonly Envelope[]) => Promise<readonly BulkOutcome[]>
  readonly validate: (envelope: Envelope) => Promise<Validation>
  readonly sendSignature: (
    id: StatementId,
    signature: Pick<EnvelopeSignature, 'protected' | 'signature'>,
  ) => Promise<SubmitOutcome>
  readonly sendRefusal: (about: StatementId, envelope: Envelope) => Promise<SubmitOutcome>
  /** By the first 8 or more digits of its id; also a proposal that waits. */
  readonly statement: (id: string) => Promise<StatementRecord>
  readonly receipt: (id: string) => Promise<Evidence>
  readonly lineage: (id: string) => Promise<Evidence>
  readonly outcomes: (digest: string) => Promise<readonly StatementId[]>
  /** A server knows the party by its token; a folder is told. */
  readonly inbox: (party: PartyId, query: InboxQuery) => Promise<InboxPage>
  readonly parties: () => Promise<readonly PartySummary[]>
  readonly party: (party: PartyId) => Promise<PartyRecord>
  readonly consistencyProof: (first: number, second: number) => Promise<readonly NodeHash[]>
  readonly close: () => Promise<void>
}

/** Who signs in to a server, where it is not the key of the settings. */
export type Caller = { readonly apiSigner: Signer; readonly party: PartyId }

/** Runs `work` on the source that is set, and closes it. Rejects with USAGE when none is set. */
export async function withLedger<T>(
  job: Job,
  work: (source: LedgerSource) => Promise<T>,
  caller?: Caller,
): Promise<T> {
  const source = await findSource(job, caller)
  if (source === undefined) {
    throw new LedgerError('USAGE', { reason: 'which ledger? give --server URL or --dir FOLDER' })
  }
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

/** The source that is set; undefined where none is. The caller closes it. */
export async function findSource(job: Job, caller?: Caller): Promise<LedgerSource | undefined> {
  const given = firstOf(job.settings, ['server', 'dir'])
  if (given === undefined) return undefined
  if (given.name === 'server')
    return serverSource(given.value, job, caller ?? (await callerOf(job)))
  // Only here, so that commands without a folder load no store.
  const { openFolderSource } = await import('./folder-source.js')
  return openFolderSource(given.value)
}

/** A ledger that the command line itself names, for commands that work offline otherwise. */
export function findAskedLedger(job: Job): Promise<LedgerSource | undefined> {
  const [flags = {}] = job.settings.layers
  if (flags.server === undefined && flags.dir === undefined) return Promise.resolve(undefined)
  return findSource(job)
}

async function callerOf(job: Job): Promise<Partial<Caller>> {
  const apiSigner = await findApiSigner(job)
  const party = partyOf(job.settings, (await findSigner(job)) ?? apiSigner)
  return {
    ...(apiSigner === undefined ? {} : { apiSigner }),
    ...(party === undefined ? {} : { party }),
  }
}

function serverSource(server: string, { io }: Job, caller: Partial<Caller>): LedgerSource {
  const client = openClient({ server, now: io.now, random: io.random, ...caller })
  let info: Promise<LedgerInfo> | undefined
  return {
    flag: `--server ${server}`,
    info: client.ledger,
    checkpoint: client.checkpoint,
    genesis: () => genesisId(client),
    registrar: async () => {
      info ??= client.ledger()
      return (await info).registrar
    },
    registry: async (id) => (await client.party(id)).statements,
    submit: client.submit,
    submitMany: (envelopes) => client.submitMany(envelopes),
    validate: client.validate,
    sendSignature: client.sendSignature,
    sendRefusal: client.sendRefusal,
    statement: client.statement,
    receipt: client.receipt,
    lineage: client.lineage,
    outcomes: client.outcomes,
    inbox: (_party, query) => wholeInbox(client, query),
    parties: () => allParties(client),
    party: client.party,
    consistencyProof: client.consistencyProof,
    close: async () => {},
  }
}

/** All pages of an inbox; only the first one waits. */
async function wholeInbox(client: Client, query: InboxQuery): Promise<InboxPage> {
  const first = await client.inbox(query)
  const items = [...first.items]
  const { box } = query
  for (let { cursor } = first; cursor !== undefined; ) {
    const page = await client.inbox({ cursor, ...(box === undefined ? {} : { box }) })
    items.push(...page.items)
    cursor = page.cursor
  }
  return { items, version: first.version }
}

async function allParties(client: Client): Promise<readonly PartySummary[]> {
  const first = await client.parties()
  const items = [...first.items]
  for (let { cursor } = first; cursor !== undefined; ) {
    const page = await client.parties(cursor)
    items.push(...page.items)
    cursor = page.cursor
  }
  return items
}
