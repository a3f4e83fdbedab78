/**
 * What the demo plays on: a folder with a ledger, its server, and a key and a client for everybody.
 *
 *     ledger/  witness-france/  witness-japan/  keys/  policy.txt  report.csv  outcome.txt  receipts/
 *     tampered/  earlier/  other-report.csv  demo.split-view.json
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RunningServer, startServer } from '../../api/main.js'
import { type Client, openClient } from '../../client/index.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import {
  CONFIG_FILE,
  generateKeyPem,
  initLedgerFolder,
  operatorSigners,
  type Signer,
  signerFromPem,
  writeKeyFile,
} from '../../ledger/index.js'
import { withPlace } from '../files.js'
import type { CliIo } from '../io.js'
import { CAST, type Name, OPERATOR, READERS } from './cast.js'
import type { Folder } from './folder.js'
import { startWatchers, type Watcher, writePolicies } from './watchers.js'

export type Actor = {
  readonly name: Name
  readonly party: PartyId
  /** Signs statements. */
  readonly signer: Signer
  /** Asks the server, signed in as this party. */
  readonly client: Client
}

export type StageSet = {
  readonly folder: Folder
  readonly origin: string
  /** The one that runs now: it is started anew once. */
  server: RunningServer
  readonly watchers: readonly Watcher[]
  /** The operator's part that admits parties. */
  readonly registrar: Pick<Actor, 'client' | 'signer'>
  readonly actors: ReadonlyMap<Name, Actor>
}

/** Makes ledger, keys and policy, and starts the server on a free port of this machine. */
export async function buildStageSet(folder: Folder, io: CliIo): Promise<StageSet> {
  // A ledger's name is for ever, and every demo makes another ledger.
  const origin = `demo.waybill.example/${Buffer.from(io.random(4)).toString('hex')}`
  const ledger = folder.in('ledger')
  const made = await initLedgerFolder(ledger, { origin, ...OPERATOR })
  const watchers = await startWatchers(folder, made.vkey, io)
  await writePolicies(folder, made.vkey, watchers)
  await mkdir(folder.in('keys'), { mode: 0o700 })
  const signers = new Map<Name, Signer>()
  for (const { name } of CAST) signers.set(name, await makeKey(folder, name))
  await letRead(
    ledger,
    READERS.map((name) => partyOf(signers.get(name))),
  )
  const server = await startServer({ folder: ledger, host: '127.0.0.1', port: 0 })
  const operator = await operatorSigners(ledger)
  const registrar = {
    signer: operator.registrar,
    client: openClient({
      server: server.url,
      origin,
      apiSigner: operator.api,
      party: made.registrar,
    }),
  }
  const actors = new Map<Name, Actor>()
  for (const [name, signer] of signers) {
    const client = openClient({ server: server.url, origin, apiSigner: signer })
    actors.set(name, { name, party: partyOf(signer), signer, client })
  }
  return { folder, origin, server, watchers, registrar, actors }
}

/** A new key in the demo's keys/ folder. */
export async function makeKey(folder: Folder, name: string): Promise<Signer> {
  const { pem } = generateKeyPem()
  await writeKeyFile(folder.in(`keys/${name}.pem`), pem)
  return signerFromPem(pem)
}

/** Lets parties read everything, as an operator does: in the ledger's configuration. */
async function letRead(ledger: string, auditors: readonly PartyId[]): Promise<void> {
  const path = join(ledger, CONFIG_FILE)
  try {
    const config = JSON.parse(await readFile(path, 'utf8')) as object
    await writeFile(path, `${JSON.stringify({ ...config, auditors }, null, 2)}\n`)
  } catch (error) {
    throw withPlace(error, { file: path })
  }
}

/** A party's id is the id of its first key. */
function partyOf(signer: Signer | undefined): PartyId {
  return (signer?.kid ?? '') as string as PartyId
}
