/**
 * Finds the ledger that a command means, by its server or its folder, and closes it afterwards.
 */

import {
  type Client,
  genesisId,
  type InboxPage,
  type InboxQuery,
  type LedgerInfo,
  openClient,
  type PartySummary,
  type Signer,
} from '../client/index.js'
import { LedgerError } from '../ledger/core/errors.js'
import type { PartyId } from '../ledger/core/key-state.js'
import type { Job } from './command.js'
import { firstOf } from './config.js'
import { findApiSigner, findSigner, partyOf } from './identity.js'
import type { LedgerSource } from './ledger-source.js'
import { givenPolicyFile } from './policy-file.js'

const FILE_TO_SERVER =
  'a server simulates by rulesets that it knows: shipped, a version, or the id of one that the operator has recorded; a file with --dir LEDGER'

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
  if (given.name === 'server') {
    return expected(serverSource(given.value, job, caller ?? (await callerOf(job))), job)
  }
  // Only here, so that commands without a folder load no store.
  const { openFolderSource } = await import('./folder-source.js')
  return expected(await openFolderSource(given.value, job.io.environment), job)
}

/** With a policy set, a ledger that it does not name is not the one that is meant: nothing is signed for it. */
function expected(source: LedgerSource, job: Job): LedgerSource {
  const info: LedgerSource['info'] = async () => {
    const said = await source.info()
    const given = await givenPolicyFile(job)
    if (given !== undefined && !given.policy.logs.some(({ key }) => key.name === said.origin)) {
      const reason = 'it does not name the ledger that answers'
      throw new LedgerError('CONFIG_INVALID', { file: given.path, reason })
    }
    return said
  }
  return { ...source, info }
}

/** A ledger that the command line itself names, for commands that work offline otherwise. */
export function findAskedLedger(job: Job): Promise<LedgerSource | undefined> {
  const [flags = {}] = job.settings.layers
  if (flags.server === undefined && flags.dir === undefined) return Promise.resolve(undefined)
  return findSource(job)
}

/** Who signs in, as far as the settings say. */
export async function callerOf(job: Job): Promise<Partial<Caller>> {
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
    readiness: client.readiness,
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
    usage: client.sums,
    search: client.search,
    outcomes: client.outcomes,
    impact: client.impact,
    simulate: async (change, at) => {
      if ('law' in change) throw new LedgerError('USAGE', { reason: FILE_TO_SERVER })
      return await client.simulate(change, at)
    },
    inbox: (_party, query) => wholeInbox(client, query),
    parties: () => allParties(client),
    party: client.party,
    partyEvidence: client.partyEvidence,
    consistencyProof: client.consistencyProof,
    inclusionPath: client.inclusionPath,
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
