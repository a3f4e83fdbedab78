/**
 * Every durable write fails once, in both ways: nothing of it reached the disk, or all of it did and
 * nobody was told. The writer stops, nothing that was answered is lost, opening needs no help, and
 * sending everything again ends where it would have ended without the fault. DESIGN 9, dangers 11.
 */
import { beforeAll, describe, expect, test } from 'vitest'
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
import {
  FAULT_KINDS,
  type FaultKind,
  Faults,
  faultyHeadFile,
  faultyStore,
} from '../store/faulty.js'

/** Envelopes to submit: those of a step at the same moment, step after step. */
type Script = readonly (readonly Envelope[])[]
/** A script, with what is in the log before it begins. */
type Play = { readonly before?: Script; readonly script: Script }

const NEW = firmOf('newcomer')
const SECOND = keyOf('acme second')

function collected(content: string): Promise<Envelope> {
  return sign(collection(ACME, content), [['collector', ACME.signer]])
}

function refused(both: Envelope): Promise<Envelope> {
  return sign(refusal(idOf(both), 'not-agreed'), [['importer', BOLT.signer]])
}

const PLAYS: Readonly<Record<string, () => Promise<Play>>> = {
  'a transfer is proposed, countersigned and reported on': async () => {
    const first = await collected('rides')
    const both = await sign(move(idOf(first)), BOTH)
    const report = await sign(outcome(BOLT, [{ id: idOf(both), n: 0 }], 'report'), [
      ['performer', BOLT.signer],
    ])
    return { script: [[first], [only(both, 'exporter')], [only(both, 'importer')], [report]] }
  },
  'a proposal is declined, and a second one waits': async () => {
    const first = await collected('rides')
    const declined = await sign(move(idOf(first)), BOTH)
    const waits = await sign(move(idOf(first)), BOTH)
    const proposed = [only(declined, 'exporter'), only(waits, 'exporter')]
    return { script: [[first], proposed, [await refused(declined)]] }
  },
  'three roles sign a key, which then signs': async () => {
    const all = await sign(keyChange(ACME, SECOND, 'add'), [
      ['holder', ACME.signer],
      ['registrar', OPERATOR.signer],
      ['subject', SECOND],
    ])
    const signed = await sign(collection(ACME, 'rides'), [['collector', SECOND]])
    const partials = ['subject', 'holder', 'registrar'].map((role) => [only(all, role)])
    return { script: [...partials, [signed]] }
  },
  'a party enrols in one commit with others, and is admitted by the registrar': async () => {
    const both = await sign(enrolment(NEW), enrolling(NEW))
    const signed = await sign(collection(NEW, 'rides'), [['collector', NEW.signer]])
    return {
      script: [
        [only(both, 'party'), await collected('a'), await collected('b')],
        [only(both, 'registrar'), await collected('c')],
        [signed],
      ],
    }
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
    return {
      script: [
        [first, only(signed, 'exporter'), only(declined, 'exporter'), only(waits, 'importer')],
        [only(signed, 'importer'), await refused(declined)],
        [copies, await collected('more')],
      ],
    }
  },
  'an inbox that is compacted again and again': async () => {
    const first = await collected('rides')
    const proposals = await Promise.all(
      Array.from({ length: 4 }, () => sign(move(idOf(first)), BOTH)),
    )
    const steps = proposals.flatMap((each, n) => [
      [only(each, 'exporter')],
      n % 3 === 2 ? [] : [only(each, 'importer')],
    ])
    return { script: [[first], ...steps.filter((step) => step.length > 0)] }
  },
  'a commit that fills a tile': async () => {
    const many = await Promise.all(Array.from({ length: 260 }, (_, n) => collected(`rides ${n}`)))
    return { before: [many.slice(0, 250)], script: [many.slice(250), [await collected('last')]] }
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
      const proposal = ledger.proposal(id)
      if (proposal === undefined) return [id, 'absent']
      return [id, proposal.refusedBy === undefined ? 'waiting' : 'refused']
    }),
  )
}

function faulty(site: Site, faults: Faults): Partial<LedgerOptions> {
  return {
    store: faultyStore(openMemoryStore(site.disk), faults),
    head: faultyHeadFile(site.head, faults),
    limits: LIMITS,
  }
}

/** What was answered is there, whatever else is. */
function checkTold(ledger: Ledger, told: readonly Told[]): void {
  for (const { id, status, index } of told) {
    if (status === 'admitted') expect(ledger.indexOf(id)).toBe(index)
    if (status === 'admitted') expect(ledger.statement(id)?.id).toBe(id)
    if (status !== 'waiting') continue
    // It waits, or was refused or admitted with an answer that nobody got.
    expect(ledger.proposal(id) ?? ledger.indexOf(id)).toBeDefined()
  }
}

const LIMITS = { inboxEventsKept: 3 }

describe.each(Object.entries(PLAYS))('%s', (_, play) => {
  let script: Script = []
  const begin = new Site()
  let expected: ReadonlyMap<StatementId, string> = new Map()

  beforeAll(async () => {
    const { before = [], ...rest } = await play()
    script = rest.script
    const ledger = await begin.start()
    await run(ledger, before)
    await ledger.close()
    const faultless = await (await begin.copy()).open()
    await run(faultless, script)
    expected = stateOf(faultless, script)
  })

  /** The N-th durable write fails; then, if asked for, the first one of the next opening as well. */
  async function failAt(n: number, kind: FaultKind, atOpening?: FaultKind): Promise<boolean> {
    const site = await begin.copy()
    const faults = new Faults(n, kind)
    const ledger = await site.open(faulty(site, faults))
    const told = await run(ledger, script)
    const checkpoint = ledger.headCheckpoint()
    if (!faults.happened) return false
    expect(site.failures).toHaveLength(1)
    expect(ledger.health()).toMatchObject({ ready: false, reason: 'writing failed: STORE_FAILED' })
    checkTold(ledger, told)
    site.crash()
    if (atOpening !== undefined) await openBadly(site, atOpening)

    const reopened = await site.open({ limits: LIMITS })
    checkTold(reopened, told)
    checkConsistent(checkpoint, reopened)

    await run(reopened, script)
    expect(stateOf(reopened, script)).toEqual(expected)
    await reopened.close()
    expect(await audited(site)).toEqual({ verdict: 'VERIFIED', findings: [] })
    const last = await site.open({ limits: LIMITS })
    expect(stateOf(last, script)).toEqual(expected)
    return true
  }

  test.each(FAULT_KINDS)('survives each write failing when it is %s', async (kind) => {
    let n = 1
    while (await failAt(n, kind)) n += 1
    expect(n).toBeGreaterThan(4)
  })

  test('survives opening failing as well, in either way', async () => {
    // Every other write is that of a head: the one before it leaves something for opening to finish.
    const kindOf = (n: number): FaultKind => (n % 4 === 1 ? 'lost' : 'kept')
    for (let n = 1; await failAt(n, 'kept', kindOf(n)); n += 2);
  })
})

async function openBadly(site: Site, kind: FaultKind): Promise<void> {
  const faults = new Faults(1, kind)
  const code = await codeOf(() => site.open(faulty(site, faults)))
  expect(code).toBe(faults.happened ? 'STORE_FAILED' : undefined)
  site.crash()
}
