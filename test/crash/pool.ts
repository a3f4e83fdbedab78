/**
 * A ledger folder with two firms, and statements for it that are signed before they are needed: while
 * a server is under load, nothing is signed here.
 */
import { envelopeJson } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { initLedgerFolder, openLedgerFolder, operatorSigners } from '../../ledger/log/folder.js'
import { ACME, BOLT, type Firm } from '../log/support/firms.js'
import {
  collection,
  dataset,
  enrolment,
  idOf,
  ORIGIN,
  only,
  refusal,
  sign,
  signatureOf,
  transfer,
} from '../log/support/statements.js'

/** One thing to send. What it does to whom is the model's business. */
export type Item =
  | { readonly kind: 'single'; readonly id: StatementId; readonly body: string }
  | { readonly kind: 'bulk'; readonly ids: readonly StatementId[]; readonly body: string }
  | { readonly kind: 'propose'; readonly id: StatementId; readonly body: string }
  | Closing

/** What ends a proposal: one of the two, decided when it was signed. */
export type Closing =
  | { readonly kind: 'countersign'; readonly id: StatementId; readonly body: string }
  | {
      readonly kind: 'refuse'
      readonly id: StatementId
      readonly refusal: StatementId
      readonly body: string
    }

export type Fresh = { readonly item: Item; readonly closing?: Closing }

const HOUR_S = 3_600
const BULK_ITEMS = 8

function nowS(): number {
  return Math.floor(Date.now() / 1000)
}

/** Chance that can be had again: a number in [0, 1). Lehmer's generator. */
export function chance(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export class Pool {
  readonly policy: string
  readonly #parent: StatementId
  #made = 0

  private constructor(policy: string, parent: StatementId) {
    this.policy = policy
    this.#parent = parent
  }

  /** Makes the folder and enrols ACME, which holds a dataset, and BOLT. */
  static async make(folder: string): Promise<Pool> {
    const { policy } = await initLedgerFolder(folder, { origin: ORIGIN, name: 'Op', country: 'DE' })
    const { registrar } = await operatorSigners(folder)
    const { ledger } = await openLedgerFolder(folder, { workers: 0 })
    const at = nowS()
    for (const firm of [ACME, BOLT]) {
      const draft = enrolment(firm, {}, { countersignBy: at + HOUR_S })
      const signings = [['party', firm.signer] as const, ['registrar', registrar] as const]
      await ledger.submit(envelopeJson(await sign(draft, signings, at)))
    }
    const rides = await sign(collection(ACME, 'rides'), [['collector', ACME.signer]], at)
    await ledger.submit(envelopeJson(rides))
    await ledger.close()
    return new Pool(policy, idOf(rides))
  }

  /** Something new; `dice` in [0, 1) says what. */
  async next(dice: number): Promise<Fresh> {
    if (dice < 0.35) return { item: { kind: 'single', ...(await this.#collection()) } }
    if (dice < 0.45) return { item: await this.#bulk() }
    if (dice < 0.55) return { item: { kind: 'single', ...(await this.#transfer()) } }
    return await this.#proposal(dice < 0.85 ? 'countersign' : 'refuse')
  }

  async #collection(): Promise<{ readonly id: StatementId; readonly body: string }> {
    this.#made += 1
    const draft = collection(ACME, `dataset ${this.#made}`)
    const envelope = await sign(draft, [['collector', ACME.signer]], nowS())
    return { id: idOf(envelope), body: JSON.stringify(envelopeJson(envelope)) }
  }

  async #bulk(): Promise<Item> {
    const many = []
    for (let count = 0; count < BULK_ITEMS; count += 1) many.push(await this.#collection())
    return {
      kind: 'bulk',
      ids: many.map(({ id }) => id),
      body: `[${many.map(({ body }) => body).join()}]`,
    }
  }

  async #transfer(): Promise<{ readonly id: StatementId; readonly body: string }> {
    const envelope = await this.#signedTransfer()
    return { id: idOf(envelope), body: JSON.stringify(envelopeJson(envelope)) }
  }

  async #proposal(kind: Closing['kind']): Promise<Fresh> {
    const whole = await this.#signedTransfer()
    const id = idOf(whole)
    const proposal = only(whole, 'exporter')
    const item: Item = { kind: 'propose', id, body: JSON.stringify(envelopeJson(proposal)) }
    if (kind === 'countersign') {
      return { item, closing: { kind, id, body: JSON.stringify(signatureOf(whole, 'importer')) } }
    }
    const draft = refusal(id, 'not-agreed')
    const envelope = await sign(draft, [['importer', BOLT.signer]], nowS())
    const body = JSON.stringify(envelopeJson(envelope))
    return { item, closing: { kind, id, refusal: idOf(envelope), body } }
  }

  async #signedTransfer(): ReturnType<typeof sign> {
    const at = nowS()
    const parents = [{ id: this.#parent, n: 0 }]
    const draft = transfer([ACME, BOLT], parents, [dataset('rides', [0])])
    const sides: readonly (readonly [string, Firm['signer']])[] = [
      ['exporter', ACME.signer],
      ['importer', BOLT.signer],
    ]
    return await sign({ ...draft, countersignBy: at + HOUR_S }, sides, at)
  }
}
