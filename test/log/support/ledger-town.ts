/**
 * A log of some sixty entries that has everything: all types, keys that come and go, refusals of three
 * kinds, proposals that wait, a chain of transfers, an outcome. Closed when it is handed over.
 */
import type { Envelope } from '../../../ledger/core/envelope.js'
import type { StatementId } from '../../../ledger/core/statement.js'
import type { Ledger } from '../../../ledger/log/ledger.js'
import { ACME, BOLT, CORAL, FIRMS, type Firm, firmOf, keyOf, OPERATOR } from './firms.js'
import { admit, Site } from './site.js'
import {
  collection,
  dataset,
  enrolment,
  idOf,
  instrument,
  json,
  keyChange,
  only,
  outcome,
  processing,
  refusal,
  type Signing,
  sign,
  transfer,
} from './statements.js'

export type Town = {
  readonly site: Site
  readonly size: number
  /** Entry of the collection. */
  readonly collectionAt: number
  readonly ids: {
    readonly collection: StatementId
    readonly transfer: StatementId
    readonly processing: StatementId
    readonly outcome: StatementId
    readonly instrument: StatementId
    /** Proposals that were refused, and what refused them. */
    readonly refused: readonly StatementId[]
    readonly waiting: readonly StatementId[]
  }
}

const CHAINS = 10

export async function buildTown(): Promise<Town> {
  const site = new Site()
  const ledger = await site.start(FIRMS)
  await changeKeys(ledger)
  const pact = await admit(ledger, instrument(ACME, BOLT), both(ACME, BOLT))
  const movement = await move(ledger, site, pact)
  for (let chain = 1; chain < CHAINS; chain += 1)
    await move(ledger, site, undefined, `ware ${chain}`)
  const refused = [
    await decline(ledger, movement.collection, ['importer', 'not-agreed']),
    await decline(ledger, movement.collection, ['exporter', 'withdrawn']),
  ]
  const waiting = [
    await propose(ledger, movement.collection),
    await propose(ledger, movement.collection),
  ]
  const { size } = ledger
  const collectionAt = ledger.indexOf(movement.collection) ?? -1
  await ledger.close()
  return { site, size, collectionAt, ids: { ...movement, instrument: pact, refused, waiting } }
}

/** Keys are added and used, then one is retired, one revoked, one declared compromised; the registrar too changes its. */
async function changeKeys(ledger: Ledger): Promise<void> {
  const desk = keyOf('registrar second')
  await admit(ledger, keyChange(OPERATOR, desk, 'add'), adding(OPERATOR, desk))
  const dock = firmOf('dock')
  await admit(ledger, enrolment(dock), [
    ['party', dock.signer],
    ['registrar', desk],
  ])
  const names = ['second', 'third', 'fourth']
  for (const name of names) {
    const key = keyOf(`acme ${name}`)
    await admit(ledger, keyChange(ACME, key, 'add'), adding(ACME, key))
    await admit(ledger, collection(ACME, `by ${name}`), [['collector', key]])
  }
  const [second, third, fourth] = names.map((name) => keyOf(`acme ${name}`)) as [
    Firm['signer'],
    Firm['signer'],
    Firm['signer'],
  ]
  await admit(
    ledger,
    keyChange(ACME, second, 'retire', { reason: { code: 'routine' } }),
    ending(ACME),
  )
  await admit(ledger, keyChange(ACME, third, 'revoke'), ending(ACME))
  await admit(ledger, keyChange(ACME, fourth, 'compromised', { since: 3 }), ending(ACME))
}

/** Collected by ACME, sent to BOLT, worked on there, sent to CORAL, who reports. */
async function move(
  ledger: Ledger,
  site: Site,
  pact: StatementId | undefined,
  content = 'rides',
): Promise<Pick<Town['ids'], 'collection' | 'transfer' | 'processing' | 'outcome'>> {
  site.nowS += 60
  const collected = await admit(ledger, collection(ACME, content), [['collector', ACME.signer]])
  const cited = pact === undefined ? {} : { instrument: pact }
  const sent = await admit(
    ledger,
    transfer([ACME, BOLT], [{ id: collected, n: 0 }], [dataset(content, [0])], cited),
    both(ACME, BOLT),
  )
  const worked = await admit(
    ledger,
    processing(BOLT, [{ id: sent, n: 0 }], [dataset(`${content} summed`, [0])]),
    [['performer', BOLT.signer]],
  )
  const passed = await admit(
    ledger,
    transfer([BOLT, CORAL], [{ id: worked, n: 0 }], [dataset(`${content} summed`, [0])]),
    both(BOLT, CORAL),
  )
  const reported = await admit(
    ledger,
    outcome(CORAL, [{ id: passed, n: 0 }], `report ${content}`),
    [['performer', CORAL.signer]],
  )
  return { collection: collected, transfer: sent, processing: worked, outcome: reported }
}

/** A transfer that ACME has signed and BOLT has not. */
async function propose(ledger: Ledger, parent: StatementId): Promise<StatementId> {
  const envelope = await proposal(parent)
  await ledger.submit(json(only(envelope, 'exporter')))
  return idOf(envelope)
}

function proposal(parent: StatementId): Promise<Envelope> {
  const draft = transfer([ACME, BOLT], [{ id: parent, n: 0 }], [dataset('rides', [0])])
  return sign(draft, both(ACME, BOLT))
}

async function decline(
  ledger: Ledger,
  parent: StatementId,
  [role, code]: readonly ['exporter' | 'importer', string],
): Promise<StatementId> {
  const id = await propose(ledger, parent)
  const { signer } = role === 'exporter' ? ACME : BOLT
  await admit(ledger, refusal(id, code), [[role, signer]])
  return id
}

export function both(exporter: Firm, importer: Firm): readonly Signing[] {
  return [
    ['exporter', exporter.signer],
    ['importer', importer.signer],
  ]
}

export function adding(firm: Firm, key: Firm['signer']): readonly Signing[] {
  return [
    ['holder', firm.signer],
    ['registrar', OPERATOR.signer],
    ['subject', key],
  ]
}

export function ending(firm: Firm): readonly Signing[] {
  return [
    ['holder', firm.signer],
    ['registrar', OPERATOR.signer],
  ]
}
