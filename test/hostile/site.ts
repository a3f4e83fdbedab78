/**
 * A ledger served by a process of its own, with something of everything in it that can be abused, and
 * the means to see that a hostile call changed nothing and told nothing.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { bearerToken } from '../../client/token.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { initLedgerFolder, openLedgerFolder, operatorSigners } from '../../ledger/log/folder.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { type Call, type Reply, ServerProcess } from '../crash/server-process.js'
import { ACME, BOLT, CORAL, type Firm, firmOf, keyOf } from '../log/support/firms.js'
import {
  collection,
  type Draft,
  dataset,
  enrolment,
  idOf,
  instrument,
  keyChange,
  ORIGIN,
  only,
  refusal,
  type Signing,
  sign,
  transfer,
} from '../log/support/statements.js'
import { CANARY, nowS } from './forge.js'

export const LATE = firmOf('late')
export const RETIRED = keyOf('acme, retired')
export const REVOKED = keyOf('acme, revoked')
export const COMPROMISED = keyOf('acme, compromised')
export const API_ONLY = keyOf('acme, api only')
export const NOBODY = firmOf('nobody')

export const HOUR_S = 3_600
/** How long the proposal that expires may wait, in seconds. */
const SHORT_S = 3
const LEDGER = 'ledger'

/** Ids of what is there. */
export type Known = {
  /** Held by ACME, collected as `CANARY`. */
  readonly rides: StatementId
  /** A second collection of ACME's. */
  readonly trips: StatementId
  /** An instrument between ACME and BOLT. */
  readonly contract: StatementId
  /** One between ACME and CORAL. */
  readonly otherContract: StatementId
  /** Admitted, ACME to BOLT. */
  readonly copy: StatementId
  /** Waits for BOLT. */
  readonly waiting: StatementId
  readonly refused: StatementId
  readonly withdrawn: StatementId
  /** Waits for BOLT, too late. */
  readonly expired: StatementId
  /** LATE's enrolment; waits for the registrar. */
  readonly enrolling: StatementId
  /** Whole envelopes, also of what waits or was refused. */
  readonly envelopes: ReadonlyMap<StatementId, Json>
}

type Parts = {
  readonly root: string
  readonly server: ServerProcess
  readonly known: Known
  readonly registrar: Firm['signer']
}

export class Site {
  readonly folder: string
  readonly server: ServerProcess
  readonly known: Known
  readonly registrar: Firm['signer']
  readonly #root: string

  private constructor({ root, server, known, registrar }: Parts) {
    this.#root = root
    this.folder = join(root, LEDGER)
    this.server = server
    this.known = known
    this.registrar = registrar
  }

  static async open(): Promise<Site> {
    const root = mkdtempSync(join(tmpdir(), 'waybill-hostile-'))
    const folder = join(root, LEDGER)
    await initLedgerFolder(folder, { origin: ORIGIN, name: 'Op', country: 'DE' })
    const { registrar } = await operatorSigners(folder)
    const { ledger } = await openLedgerFolder(folder, { workers: 0 })
    const known = await fill(ledger, registrar)
    await ledger.close()
    return new Site({ root, server: await ServerProcess.start(folder), known, registrar })
  }

  async close(): Promise<void> {
    const { code } = await this.server.stop()
    rmSync(this.#root, { recursive: true, force: true })
    expect(code).toBe(0)
    expect(this.server.printed).not.toContain(CANARY)
  }

  /** Submits one envelope. */
  submit(envelope: Json, query = ''): Promise<Reply> {
    return this.server.post(`/v1/statements${query}`, JSON.stringify(envelope))
  }

  get(path: string, call: Call = {}): Promise<Reply> {
    return this.server.call('GET', path, call)
  }

  /** A good token's call. */
  async getAs(firm: Firm, path: string): Promise<Reply> {
    return this.get(path, { headers: { authorization: await this.token(firm, path) } })
  }

  token(firm: Firm, path: string): Promise<string> {
    const random = (count: number): Uint8Array =>
      globalThis.crypto.getRandomValues(new Uint8Array(count))
    return bearerToken(
      { method: 'GET', path },
      { party: firm.party, signer: firm.signer },
      { origin: ORIGIN, now: Date.now, random },
    )
  }

  /** The head pins every entry and every event of the inbox: while it is the same, nothing was stored. */
  head(): string {
    return readFileSync(join(this.folder, 'checkpoint'), 'utf8')
  }

  /** Waits until the proposal that expires has. */
  async untilExpired(): Promise<void> {
    const { text } = await this.getAs(BOLT, `/v1/statements/${this.known.expired}`)
    const { countersign_by: by } = JSON.parse(text) as { readonly countersign_by: number }
    while (nowS() <= by) await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export const bySides: readonly Signing[] = [
  ['exporter', ACME.signer],
  ['importer', BOLT.signer],
]

/** A transfer of `rides` from ACME to BOLT. */
export function ridesTransfer(
  { rides }: Pick<Known, 'rides'>,
  more: Readonly<Record<string, Json>> = {},
  draft: Partial<Draft> = {},
): Draft {
  const base = transfer([ACME, BOLT], [{ id: rides, n: 0 }], [dataset(CANARY, [0])], more)
  return { ...base, countersignBy: nowS() + HOUR_S, ...draft }
}

async function fill(ledger: Ledger, registrar: Firm['signer']): Promise<Known> {
  const envelopes = new Map<StatementId, Json>()
  const submit = async (
    draft: Draft,
    signings: readonly Signing[],
    ...roles: readonly string[]
  ) => {
    const dated = draft.countersignBy === undefined ? {} : { countersignBy: nowS() + HOUR_S }
    const short = draft.countersignBy === SHORT_S ? { countersignBy: nowS() + SHORT_S } : {}
    const envelope = await sign({ ...draft, ...dated, ...short }, signings, nowS())
    envelopes.set(idOf(envelope), envelopeJson(envelope))
    await ledger.submit(envelopeJson(roles.length === 0 ? envelope : only(envelope, ...roles)))
    return idOf(envelope)
  }
  for (const firm of [ACME, BOLT, CORAL])
    await submit(enrolment(firm), [
      ['party', firm.signer],
      ['registrar', registrar],
    ])
  await endKeys(submit, registrar)
  const rides = await submit(collection(ACME, CANARY), [['collector', ACME.signer]])
  const trips = await submit(collection(ACME, 'trips'), [['collector', ACME.signer]])
  const contract = await submit(instrument(ACME, BOLT), bySides)
  const otherContract = await submit(instrument(ACME, CORAL), [
    ['exporter', ACME.signer],
    ['importer', CORAL.signer],
  ])
  const propose = (more: Partial<Draft> = {}) =>
    submit(ridesTransfer({ rides }, {}, more), bySides, 'exporter')
  const copy = await submit(ridesTransfer({ rides }), bySides)
  const [waiting, refused, withdrawn] = [await propose(), await propose(), await propose()]
  await submit(refusal(refused, 'not-agreed'), [['importer', BOLT.signer]])
  await submit(refusal(withdrawn, 'withdrawn'), [['exporter', ACME.signer]])
  const signings = [['party', LATE.signer] as const, ['registrar', registrar] as const]
  const enrolling = await submit(enrolment(LATE), signings, 'party')
  const expired = await propose({ countersignBy: SHORT_S })
  const admitted = { rides, trips, contract, otherContract, copy }
  return { ...admitted, waiting, refused, withdrawn, expired, enrolling, envelopes }
}

type Submit = (draft: Draft, signings: readonly Signing[]) => Promise<StatementId>

/** Keys of ACME's that no longer sign, or never may. */
async function endKeys(submit: Submit, registrar: Firm['signer']): Promise<void> {
  const add = (key: Firm['signer'], use: readonly string[]) =>
    submit(keyChange(ACME, key, 'add', { use }), [
      ['holder', ACME.signer],
      ['registrar', registrar],
      ['subject', key],
    ])
  for (const [key, action] of [
    [RETIRED, 'retire'],
    [REVOKED, 'revoke'],
    [COMPROMISED, 'compromised'],
  ] as const) {
    await add(key, ['statement', 'api'])
    const more: Readonly<Record<string, Json>> = action === 'compromised' ? { since: 0 } : {}
    await submit(keyChange(ACME, key, action, more), [
      ['holder', ACME.signer],
      ['registrar', registrar],
    ])
  }
  await add(API_ONLY, ['api'])
}

/** The problem's code; empty when the answer is none. */
export function codeOf({ text }: Reply): string {
  try {
    return String((JSON.parse(text) as JsonObject)['code'] ?? '')
  } catch {
    return ''
  }
}
