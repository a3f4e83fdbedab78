/**
 * Every durable write fails once, in both ways: nothing of it reached the disk, or all of it did and
 * nobody was told. The writer stops, nothing that was answered is lost, opening needs no help, and
 * sending everything again ends where it would have ended without the fault. DESIGN 9, dangers 11.
 */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import type { SubmitOutcome } from '../../ledger/log/intake.js'
import type { Ledger, LedgerOptions } from '../../ledger/log/ledger.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, firmOf, keyOf, OPERATOR } from '../log/support/firms.js'
import { audited, checkConsistent } from '../log/support/oracle.js'
import { BOTH, move } from '../log/support/scene.js'
import { codeOf, Site } from '../log/support/site.js'
import {
  collection,
  dataset,
  enrolling,
  enrolment,
  idOf,
  json,
  keyChange,
  only,
  outcome,
  refusal,
  sign,
} from '../log/support/statements.js'
import { FAULT_KINDS, type FaultKind, Faults, faultyHeadFile, faultyStore } from '../store/faulty.js'

/** Envelopes to submit: those of a step at the same moment, step after step. */
type Script = readonly (readonly Envelope[])[]

const NEW = firmOf('newcomer')
const SECOND = keyOf('acme second')

async function collected(content: string): Promise<Envelope> {
  return sign(collection(ACME, content), [['collector', ACME.signer]])
}

async function refused(both: Envelope): Promise<Envelope> {
  return sign(refusal(idOf(both), 'not-agreed'), [['importer', BOLT.signer]])
}

const SCRIPTS: Readonly<Record<string, () => Promise<Script>>> = {
  'a transfer is proposed, countersigned and reported on': async () => {
    const first = await collected('rides')
    const both = await sign(move(idOf(first)), BOTH)
    const report = await sign(outcome(BOLT, [{ id: idOf(both), n: 0 }], 'report'), [
      ['performer', BOLT.signer],
    ])
    return [[first], [only(both, 'exporter')], [only(both, 'importer')], [report]]
  },
  'a proposal is declined, and a second one waits': async () => {
    const first = await collected('rides')
    const declined = await sign(move(idOf(first)), BOTH)
    const waits = await sign(move(idOf(first)), BOTH)
    return [[first], [only(declined, 'exporter'), only(waits, 'exporter')], [await refused(declined)]]
  },
  'three roles sign a key, which then signs': async () => {
    const all = await sign(keyChange(ACME, SECOND, 'add'), [
      ['holder', ACME.signer],
      ['registrar', OPERATOR.signer],
      ['subject', SECOND],
    ])
    const signed = await sign(collection(ACME, 'rides'), [['collector', SECOND]])
    return [[only(all, 'subject')], [only(all, 'holder')], [only(all, 'registrar')], [signed]]
  },
  'a party enrols in one commit with others, and is admitted by the registrar': async () => {
    const both = await sign(enrolment(NEW), enrolling(NEW))
    const signed = await sign(collection(NEW, 'rides'), [['collector', NEW.signer]])
    return [
      [only(both, 'party'), await collected('a'), await collected('b')],
      [only(both, 'registrar'), await collected('c')],
      [signed],
    ]
  },
  'everything at the same moment': async () => {
    const first = await collected('rides')
    const signed = await sign(move(idOf(first)), BOTH)
    const declined = await sign(move(idOf(first)), BOTH)
    const waits = await sign(move(idOf(first)), BOTH)
    const copies = await sign(move(idOf(signed), 'rides', [BOLT, ACME]), [
      ['exporter', BOLT.signer],
      ['importer', ACME.signer],
    ])
    return [
      [first, only(signed, 'exporter'), only(declined, 'exporter'), only(waits, 'importer')],
      [only(signed, 'importer'), await refused(declined)],
      [copies, await collected('more')],
    ]
  },
  'an inbox that is compacted again and again': async () => {
    const first = await collected('rides')
    const proposals = await Promise.all(Array.from({ length: 6 }, () => sign(move(idOf(first)), BOTH)))
    const steps = proposals.flatMap((each, n) => [
      [only(each, 'exporter')],
      n % 3 === 2 ? [] : [only(each, 'importer')],
    ])
    return [[first], ...steps.filter((step) => step.length > 0)]
  },
  'a commit that fills a tile': async () => {
    const many = await Promise.all(Array.from({ length: 260 }, (_, n) => collected(`rides ${n}`)))
    return [many.slice(0, 250), many.slice(250), [await collected('last')]]
  },
}

/** What became of one envelope, as its sender was told; `index` of an entry. */
type Told = { readonly id: StatementId; readonly status: string; readonly index?: number }

/** Runs a script; whoever gets no answer is not in the list. */
async function run(ledger: Ledger, script: Script): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const step of script) {
    await Promise.all(
      step.map(async (envelope) => {
        const id = idOf(envelope)
        let answer: SubmitOutcome | undefined
        const code = await codeOf(async () => {
          answer = await ledger.submit(json(envelope))
        })
        if (answer !== undefined) told.push({ ...answer, id })
        else if (code !== 'STORE_FAILED') told.push({ id, status: code ?? 'no code' })
      }),
    )
  }
  return told
}

/** Where every statement of a script ends up. */
function stateOf(ledger: Ledger, script: Script): ReadonlyMap<StatementId, string> {
  const ids = new Set(script.flat().map(idOf))
  return new Map(
    [...ids].map((id) => {
      if (ledger.indexOf(id) !== undefined) return [id, 'admitted']
      return [id, ledger.proposal(id) === undefined ? 'absent' : 'waiting']
    }),
  )
}

function faulty(site: Site, faults: Faults, limits: LedgerOptions['limits']): Partial<LedgerOptions> {
  return {
    store: faultyStore(openMemoryStore(site.disk), faults),
    head: faultyHeadFile(site.head, faults),
    ...(limits === undefined ? {} : { limits }),
  }
}

/** What was answered is there, whatever else is. */
function checkTold(ledger: Ledger, told: readonly Told[]): void {
  for (const { id, status, index } of told) {
    if (status === 'admitted') expect(ledger.indexOf(id)).toBe(index)
    if (status === 'admitted') expect(ledger.statement(id)?.id).toBe(id)
    if (status !== 'waiting') continue
    // It waits, or an answer that nobody got has ended it.
    const ended = ledger.indexOf(id) !== undefined || ledger.proposal(id) !== undefined
    expect(ended || isRefused(ledger, id)).toBe(true)
  }
}

function isRefused(ledger: Ledger, id: StatementId): boolean {
  for (let index = 0; index < ledger.size; index += 1) {
    if (ledger.statementAt(index).facts.about === id) return true
  }
  return false
}

describe.each(Object.keys(SCRIPTS))('%s', (name) => {
  const limits = { inboxEventsKept: 3 }

  /** The N-th durable write fails; then, if asked for, the first one of the next opening as well. */
  async function failAt(n: number, kind: FaultKind, atOpening?: FaultKind): Promise<boolean> {
    const script = (await SCRIPTS[name]?.()) ?? []
    const site = new Site()
    await (await site.start()).close()
    const faults = new Faults(n, kind)
    const ledger = await site.open(faulty(site, faults, limits))
    const told = await run(ledger, script)
    const checkpoint = ledger.headCheckpoint()
    if (!faults.happened) {
      expect(site.failures).toEqual([])
      return false
    }
    expect(site.failures).toHaveLength(1)
    expect(ledger.health()).toMatchObject({ ready: false, reason: 'writing failed: STORE_FAILED' })
    checkTold(ledger, told)
    site.crash()

    if (atOpening !== undefined) {
      const again = new Faults(1, atOpening)
      const code = await codeOf(() => site.open(faulty(site, again, limits)))
      expect(code).toBe(again.happened ? 'STORE_FAILED' : undefined)
      site.crash()
    }
    const reopened = await site.open({ limits })
    checkTold(reopened, told)
    checkConsistent(checkpoint, reopened)

    await run(reopened, script)
    const faultless = new Site()
    const other = await faultless.start()
    await run(other, script)
    expect(stateOf(reopened, script)).toEqual(stateOf(other, script))
    await reopened.close()
    expect(await audited(site)).toEqual({ verdict: 'VERIFIED', findings: [] })
    const last = await site.open({ limits })
    expect(stateOf(last, script)).toEqual(stateOf(other, script))
    await last.close()
    return true
  }

  test.each(FAULT_KINDS)('survives each write failing when it is %s', async (kind) => {
    let n = 1
    while (await failAt(n, kind)) n += 1
    expect(n).toBeGreaterThan(4)
  })

  test.each(FAULT_KINDS)('survives opening failing as well, %s', async (kind) => {
    for (let n = 1; await failAt(n, 'kept', kind); n += 1);
  })
})
