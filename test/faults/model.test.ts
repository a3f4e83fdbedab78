/**
 * Any history of submissions, signatures, refusals, reopenings and crashes against a plain list: no
 * receipt is lost, no index given twice, no id admitted twice or both admitted and refused, no waiting
 * proposal lost, every later checkpoint grows out of every earlier one. DESIGN 9, dangers 8 P1-P4.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEntry } from '../../ledger/core/entry.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { SubmitOutcome } from '../../ledger/log/intake.js'
import type { Ledger } from '../../ledger/log/ledger.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, FIRMS } from '../log/support/firms.js'
import { audited, checkConsistent } from '../log/support/oracle.js'
import { BOTH, move } from '../log/support/scene.js'
import { codeOf, Site } from '../log/support/site.js'
import { collection, idOf, json, only, refusal, sign } from '../log/support/statements.js'
import { FAULT_KINDS, Faults, faultyHeadFile, faultyStore } from '../store/faulty.js'

const RUNS = process.env['SLOW'] === '1' ? 1_000 : 20
const LIMITS = { inboxEventsKept: 4 }

const ACTS = [
  'collect',
  'propose',
  'offer',
  'both',
  'sign',
  'decline',
  'withdraw',
  'again',
] as const
type Act = { readonly kind: (typeof ACTS)[number]; readonly pick: number }
type Step = {
  /** Done at the same moment. */
  readonly acts: readonly Act[]
  /** A durable write that fails meanwhile: the first or second one. */
  readonly fault: { readonly at: 1 | 2; readonly kind: (typeof FAULT_KINDS)[number] } | undefined
  readonly after: 'go on' | 'reopen' | 'crash'
  readonly seconds: number
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    acts: fc.array(fc.record({ kind: fc.constantFrom(...ACTS), pick: fc.nat(1_000) }), {
      minLength: 1,
      maxLength: 4,
    }),
    fault: fc.option(
      fc.record({
        at: fc.constantFrom(1 as const, 2 as const),
        kind: fc.constantFrom(...FAULT_KINDS),
      }),
      { freq: 4, nil: undefined },
    ),
    after: fc.constantFrom('go on' as const, 'go on' as const, 'reopen' as const, 'crash' as const),
    seconds: fc.nat(3),
  }),
  { minLength: 4, maxLength: 14 },
)

/** What was submitted, by whom about what; and what its sender was told. */
type Sent = { readonly envelope: Envelope; readonly id: StatementId; readonly about?: StatementId }
type Told = Sent & { readonly outcome?: SubmitOutcome; readonly code?: string }

const CODES = ['STATEMENT_ADMITTED', 'STATEMENT_REFUSED', 'PROPOSAL_NOT_FOUND', 'STORE_FAILED']

/** What a ledger must be, told from its answers alone. */
class Model {
  readonly entries: StatementId[] = []
  readonly waiting = new Set<StatementId>()
  readonly refused = new Set<StatementId>()
  /** Collections of ACME that are entries. */
  readonly held: { readonly id: StatementId; readonly content: string }[] = []
  /** Transfers from ACME to BOLT, complete, whatever became of them. */
  readonly transfers: Envelope[] = []
  readonly checkpoints: string[] = []

  admit(id: StatementId, about: StatementId | undefined): void {
    this.waiting.delete(id)
    this.entries.push(id)
    if (about === undefined) return
    this.waiting.delete(about)
    this.refused.add(about)
  }

  /** Answers of one moment. In doubt is what nobody was told of: the ledger says after reopening. */
  learn(told: readonly Told[]): void {
    const waited = new Set(this.waiting)
    const admitted = told.flatMap(({ outcome, id, about }) =>
      outcome?.status === 'admitted' ? [{ index: outcome.index, id, about }] : [],
    )
    for (const { index, id, about } of admitted.sort((a, b) => a.index - b.index)) {
      expect(index).toBe(this.entries.length)
      expect([this.entries.includes(id), this.refused.has(id)]).toEqual([false, false])
      this.admit(id, about)
    }
    for (const { outcome, id } of told) {
      const ended = this.entries.includes(id) || this.refused.has(id)
      if (outcome?.status === 'waiting' && !ended) this.waiting.add(id)
      if (outcome?.status === 'existing') expect(this.entries[outcome.index]).toBe(id)
    }
    for (const { code, id, about } of told) {
      if (code === 'STATEMENT_ADMITTED') expect(this.entries).toContain(about ?? id)
      if (code === 'STATEMENT_REFUSED') expect(this.refused).toContain(about ?? id)
      if (code === 'PROPOSAL_NOT_FOUND') expect(waited).not.toContain(about ?? id)
      if (code !== undefined) expect(CODES).toContain(code)
    }
  }
}

/** One history on one site. */
class History {
  readonly model = new Model()
  readonly #site: Site
  #ledger: Ledger
  #faults = new Faults(0, 'lost')
  /** Contents of the collections that were sent. */
  readonly #sent = new Map<StatementId, string>()

  private constructor(site: Site, ledger: Ledger) {
    this.#site = site
    this.#ledger = ledger
  }

  static async begin(): Promise<History> {
    const site = new Site()
    const started = await site.start()
    await started.close()
    const history = new History(site, started)
    await history.#open()
    for (let index = 0; index < started.size; index += 1) {
      history.model.entries.push(parseEntry(history.#ledger.entry(index)).id)
    }
    return history
  }

  async step({ acts, fault, after, seconds }: Step): Promise<void> {
    this.#site.nowS += seconds
    if (fault !== undefined) {
      await this.#ledger.close()
      await this.#open(new Faults(fault.at, fault.kind))
    }
    const sent = (await Promise.all(acts.map((act) => this.#prepare(act)))).flat()
    const told = await Promise.all(sent.map((each) => this.#send(each)))
    this.model.learn(told)
    if (this.#faults.happened || after === 'crash') {
      this.#site.crash()
      await this.#open()
      this.#settle(told.filter(({ code }) => code === 'STORE_FAILED'))
    } else if (after === 'reopen') {
      await this.#ledger.close()
      await this.#open()
    }
    this.#check()
  }

  /** Every checkpoint that was ever seen grows into the last one; the audit finds nothing. */
  async end(): Promise<void> {
    for (const checkpoint of this.model.checkpoints) checkConsistent(checkpoint, this.#ledger)
    await this.#ledger.close()
    expect(await audited(this.#site)).toEqual({ verdict: 'VERIFIED', findings: [] })
  }

  async #open(faults = new Faults(0, 'lost')): Promise<void> {
    this.#faults = faults
    this.#ledger = await this.#site.open({
      store: faultyStore(openMemoryStore(this.#site.disk), faults),
      head: faultyHeadFile(this.#site.head, faults),
      limits: LIMITS,
    })
  }

  async #prepare({ kind, pick }: Act): Promise<readonly Sent[]> {
    const { held, transfers } = this.model
    const transfer = transfers[pick % Math.max(1, transfers.length)]
    if (kind === 'collect' || held.length === 0) return [await this.#collect()]
    if (kind === 'propose') return [sentOf(only(await this.#transfer(pick), 'exporter'))]
    if (kind === 'offer') return [sentOf(only(await this.#transfer(pick), 'importer'))]
    if (kind === 'both') return [sentOf(await this.#transfer(pick))]
    if (transfer === undefined) return []
    if (kind === 'sign') return [sentOf(only(transfer, 'importer'))]
    if (kind === 'again') return [sentOf(pick % 2 === 0 ? transfer : only(transfer, 'exporter'))]
    const [code, role, firm] =
      kind === 'decline'
        ? (['not-agreed', 'importer', BOLT] as const)
        : (['withdrawn', 'exporter', ACME] as const)
    const about = idOf(transfer)
    return [{ ...sentOf(await sign(refusal(about, code), [[role, firm.signer]])), about }]
  }

  async #collect(): Promise<Sent> {
    const content = `content ${this.#sent.size}`
    const sent = sentOf(await sign(collection(ACME, content), [['collector', ACME.signer]]))
    this.#sent.set(sent.id, content)
    return sent
  }

  async #transfer(pick: number): Promise<Envelope> {
    const { held, transfers } = this.model
    const from = held[pick % held.length]
    if (from === undefined) throw new Error('nothing is held')
    const envelope = await sign(move(from.id, from.content), BOTH)
    transfers.push(envelope)
    return envelope
  }

  async #send(sent: Sent): Promise<Told> {
    let outcome: SubmitOutcome | undefined
    const code = await codeOf(async () => {
      outcome = await this.#ledger.submit(json(sent.envelope))
    })
    return {
      ...sent,
      ...(outcome === undefined ? {} : { outcome }),
      ...(code === undefined ? {} : { code }),
    }
  }

  /** What nobody was told of happened or did not; if it did, then at an index that nobody knows. */
  #settle(told: readonly Told[]): void {
    const { model } = this
    const found = new Map<number, Told>()
    for (const each of told) {
      const index = this.#ledger.indexOf(each.id)
      if (index !== undefined && !model.entries.includes(each.id)) found.set(index, each)
    }
    for (const [index, { id, about }] of [...found].sort(([a], [b]) => a - b)) {
      expect(index).toBe(model.entries.length)
      model.admit(id, about)
    }
    for (const { id } of told) {
      const proposal = this.#ledger.proposal(id)
      if (proposal !== undefined && proposal.refusedBy === undefined) model.waiting.add(id)
    }
  }

  #check(): void {
    const { entries, waiting, refused, held, checkpoints } = this.model
    const ledger = this.#ledger
    const stored = Array.from(
      { length: ledger.size },
      (_, index) => parseEntry(ledger.entry(index)).id,
    )
    expect(stored).toEqual(entries)
    expect(new Set(entries).size).toBe(entries.length)
    for (const [index, id] of entries.entries()) expect(ledger.indexOf(id)).toBe(index)
    const shown = FIRMS.flatMap(({ party }) => ledger.inbox(party).map(({ id }) => id))
    expect(new Set(shown)).toEqual(waiting)
    for (const id of refused)
      expect([ledger.indexOf(id), waiting.has(id)]).toEqual([undefined, false])
    for (const [id, content] of this.#sent) {
      if (entries.includes(id) && !held.some((each) => each.id === id)) held.push({ id, content })
    }
    const last = checkpoints.at(-1)
    if (last !== undefined) checkConsistent(last, ledger)
    checkpoints.push(ledger.headCheckpoint())
  }
}

function sentOf(envelope: Envelope): Sent {
  return { envelope, id: idOf(envelope) }
}

test('any history leaves the ledger as its answers said', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const run = await History.begin()
      for (const step of history) await run.step(step)
      await run.end()
    }),
    { numRuns: RUNS },
  )
})
