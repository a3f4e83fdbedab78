/**
 * A world for imports: a real ledger on the memory store, and firms with key files and enrolments.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderSource } from '../../cli/folder-source.js'
import {
  type ImportPlan,
  type ImportResult,
  prepareImport,
  runImport,
} from '../../import/openlineage/importer.js'
import { type Journal, openJournal } from '../../import/openlineage/journal.js'
import { parseMap } from '../../import/openlineage/map-parse.js'
import { openParties } from '../../import/openlineage/party.js'
import type { LedgerPort } from '../../import/openlineage/recording.js'
import {
  buildStatement,
  countersignEnvelope,
  type StatementDraft,
  signStatement,
} from '../../ledger/core/build.js'
import { listClaim, scalarClaim } from '../../ledger/core/disclosure.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import {
  generateKeyPem,
  type Signer,
  signerFromPem,
  signerFromSeed,
} from '../../ledger/crypto/signer.js'
import { type Ledger, openLedger } from '../../ledger/log/ledger.js'
import type { StoredStatement } from '../../ledger/log/reader.js'
import { memoryHeadFile } from '../../ledger/store/head-file.js'
import { openMemoryStore } from '../../ledger/store/memory.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The real event streams; absent where shared/ is. */
export const MARQUEZ = join(ROOT, '..', 'shared', 'openlineage', 'marquez')
export const EXAMPLES = join(ROOT, 'examples', 'openlineage')
const ORIGIN = 'ledger.example/import'
const START_S = 1_795_000_000
export const crypto = bestCrypto()

export class ImportWorld {
  readonly ledger: Ledger
  readonly folder = mkdtempSync(join(tmpdir(), 'waybill-import-'))
  readonly signers = new Map<string, Signer>()
  /** Seconds since 1970; tests turn it. */
  readonly clock: { nowS: number }
  readonly #registrar: Signer

  constructor(ledger: Ledger, registrar: Signer, clock: { nowS: number }) {
    this.ledger = ledger
    this.#registrar = registrar
    this.clock = clock
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, content: Json | string): string {
    writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content))
    return this.path(name)
  }

  partyId(alias: string): PartyId {
    const signer = this.signers.get(alias)
    if (signer === undefined) throw new Error(`nobody is called ${alias}`)
    return signer.kid as string as PartyId
  }

  aliasOf(party: Json | undefined): string {
    for (const [alias, { kid }] of this.signers) if (kid === party) return alias
    return 'nobody'
  }

  /** Makes a firm with a key file `ALIAS.pem` and enrols it. */
  async enrol(alias: string): Promise<void> {
    this.makeKey(alias)
    await this.admit(alias)
  }

  /** Makes a firm with a key file that the ledger does not know. */
  makeKey(alias: string): void {
    const { pem } = generateKeyPem()
    writeFileSync(this.path(`${alias}.pem`), pem, { mode: 0o600 })
    this.signers.set(alias, signerFromPem(pem))
  }

  /** Enrols a firm that has a key. */
  async admit(alias: string): Promise<void> {
    const signer = this.signers.get(alias)
    if (signer === undefined) throw new Error(`nobody is called ${alias}`)
    await enrol(this.ledger, signer, { registrar: this.#registrar, nowS: this.clock.nowS })
  }

  port(): LedgerPort {
    const source = folderSource(this.ledger, 'memory')
    return {
      origin: ORIGIN,
      submit: source.submitMany,
      isAdmitted: (id) => Promise.resolve(this.ledger.indexOf(id) !== undefined),
    }
  }

  context(origin = ORIGIN) {
    const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
    return { origin, now: () => this.clock.nowS * 1000, random, crypto }
  }

  async close(): Promise<void> {
    await this.ledger.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function openImportWorld(aliases: readonly string[]): Promise<ImportWorld> {
  const clock = { nowS: START_S }
  const registrar = signerFromSeed(createHash('sha256').update('registrar').digest())
  const ledger = await openLedger({
    origin: ORIGIN,
    store: openMemoryStore(),
    head: memoryHeadFile(),
    signer: signerFromSeed(createHash('sha256').update('log').digest()),
    crypto,
    now: () => clock.nowS,
    workers: 0,
  })
  await enrol(ledger, registrar, { registrar, nowS: clock.nowS })
  const world = new ImportWorld(ledger, registrar, clock)
  for (const alias of aliases) await world.enrol(alias)
  return world
}

async function enrol(
  ledger: Ledger,
  signer: Signer,
  { registrar, nowS }: { registrar: Signer; nowS: number },
): Promise<void> {
  const draft: StatementDraft = {
    type: 'party/1',
    origin: ORIGIN,
    iat: nowS,
    countersignBy: nowS + 3_600,
    claims: {
      party: { key: { ...jwkOf(signer.publicKey) }, uses: ['api', 'statement'] },
      name: 'Example AG',
      country: 'CH',
    },
  }
  const built = buildStatement(draft, (count) => new Uint8Array(randomBytes(count)))
  const one = await signStatement(built, 'party', signer, nowS)
  await ledger.submit(envelopeJson(await countersignEnvelope(one, 'registrar', registrar, nowS)))
}

/** What an import is given; the rest is the world's. */
export type ImportOptions = {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly map: JsonObject
  readonly state?: string
  readonly port?: LedgerPort
}

export type Imported = {
  readonly plan: ImportPlan
  readonly result: ImportResult
  readonly journal: Journal
}

export async function planInto(world: ImportWorld, options: ImportOptions) {
  const map = parseMap(options.map)
  const parties = await openParties(map.parties, world.folder)
  const journal = await openJournal(world.path(options.state ?? 'state'), crypto)
  const plan = prepareImport({
    files: options.files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) })),
    map,
    parties,
    journal,
    fileDigest: (path) => fileDigest(resolve(world.folder, path)),
    context: world.context('waybill.example/plan'),
  })
  return { map, parties, journal, plan }
}

/** Plans and carries out; a plan with problems fails the test. */
export async function importInto(world: ImportWorld, options: ImportOptions): Promise<Imported> {
  const { map, parties, journal, plan } = await planInto(world, options)
  if (plan.problems.length > 0) throw new Error(JSON.stringify(plan.problems, null, 2))
  try {
    const result = await runImport(plan, {
      map,
      parties,
      journal,
      port: options.port ?? world.port(),
      context: world.context(),
      files: [],
    })
    return { plan, result, journal }
  } finally {
    await journal.close()
  }
}

function fileDigest(path: string): { digest: string; bytes: number } | undefined {
  try {
    const bytes = readFileSync(path)
    return { digest: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
  } catch {
    return undefined
  }
}

/** The id under which an import recorded something, by the beginning of its key's last parts. */
export function idOf({ result }: Imported, ...parts: readonly string[]): StatementId {
  const found = result.reports.filter(({ key }) => parts.every((part) => key.includes(part)))
  const [only] = found
  if (only?.id === undefined || found.length !== 1)
    throw new Error(`${found.length} statements for ${parts.join(', ')}`)
  return only.id
}

/** Does the lineage verify under the log's own key, with every claim open? */
export function lineageVerdict(world: ImportWorld, id: StatementId): string {
  const { ledger } = world
  const policy = parsePolicy(`log ${ledger.vkey}\nquorum none\n`)
  return verifyEvidence(ledger.evidence(ledger.lineageIds(id)), { policy, crypto }).verdict
}

/** All values of a statement's claim. */
export function claimOf(ledger: Ledger, id: StatementId, claim: string): readonly Json[] {
  const { open } = stored(ledger, id).opened
  return listClaim(open, claim) ?? [scalarClaim(open, claim) ?? null]
}

function stored(ledger: Ledger, id: StatementId): StoredStatement {
  const found = ledger.statement(id)
  if (found === undefined) throw new Error(`no statement ${id}`)
  return found
}
