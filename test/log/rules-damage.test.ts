/** Records of the rules index that are lost while the ledger is closed: found, and built again. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../ledger/core/envelope.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  CITED_RANGE,
  correctedKey,
  judgedKey,
  MARK_KEY,
  NOTABLE_RANGE,
} from '../../ledger/log/rules-records.js'
import type { UsageKey } from '../../ledger/rules/facts.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Range } from '../../ledger/store/store.js'
import { ACME, BOLT, CORAL } from './support/firms.js'
import { audited } from './support/oracle.js'
import { BOTH, collect, scene } from './support/scene.js'
import { admit, codeOf, type Site } from './support/site.js'
import { assessment, dataset, json, sign, transfer } from './support/statements.js'

const PAIR: UsageKey = { kind: 'pair', exporter: ACME.party, importer: BOLT.party }

let site: Site
let source: StatementId
let first: StatementId
let firstIndex: number
let child: Envelope

function moved(count: number): ReturnType<typeof transfer> {
  const data = { ...dataset('rides', [0]), subjects: { count } }
  return transfer([ACME, BOLT], [{ id: source, n: 0 }], [data])
}

beforeAll(async () => {
  const { ledger, site: place } = await scene({ rules: {} })
  site = place
  source = await collect(ledger, ACME)
  first = await admit(ledger, moved(100), BOTH)
  firstIndex = ledger.indexOf(first) ?? -1
  await admit(ledger, { ...moved(60), supersedes: first }, BOTH)
  await admit(ledger, assessment(ACME, [source]), [['assessor', ACME.signer]])
  await ledger.close()
  const onward = transfer([BOLT, CORAL], [{ id: first, n: 0 }], [dataset('rides', [0])])
  child = await sign(onward, [
    ['exporter', BOLT.signer],
    ['importer', CORAL.signer],
  ])
})

/** A copy of the ledger without some records. */
async function without(...keys: readonly Uint8Array[]): Promise<Site> {
  const copy = await site.copy()
  const store = openMemoryStore(copy.disk)
  await store.write({ puts: [], deletes: keys }, { sync: true })
  await store.close()
  return copy
}

async function firstKey(range: Range): Promise<Uint8Array> {
  const store = openMemoryStore(site.disk)
  for await (const [record] of store.scan(range)) {
    await store.close()
    if (record !== undefined) return record[0]
  }
  throw new Error('nothing there')
}

describe('a record of the rules index that is lost', () => {
  test('is found by an audit, also where only judging and corrections read it', async () => {
    for (const key of [judgedKey(firstIndex), correctedKey(first), await firstKey(CITED_RANGE)]) {
      const { verdict, findings } = await audited(await without(key))

      expect(verdict).toBe('FAILED')
      expect(findings.join()).toContain('rules index')
    }
    expect(await audited(await without())).toMatchObject({ verdict: 'VERIFIED' })
  })

  test('ends the writing once, and is built again when the ledger is opened next', async () => {
    const copy = await without(judgedKey(firstIndex))
    const ledger = await copy.open({ rules: {} })
    expect(await codeOf(() => ledger.validate(json(child)))).toBe('ENTRY_MISMATCH')
    expect(await codeOf(() => collect(ledger, ACME, 'maps'))).toBe('ENTRY_MISMATCH')
    await ledger.close()

    const again = await copy.open({ rules: {} })
    expect((await again.validate(json(child))).rules?.found.length).toBeGreaterThan(10)
    expect((await again.submit(json(child))).status).toBe('admitted')
    expect(await again.rules.recorded(firstIndex)).toBeDefined()
    await again.close()
    expect(await audited(copy)).toMatchObject({ verdict: 'VERIFIED', findings: [] })
  })

  test('is not taken for silence where an assessment is lost: the index is built again', async () => {
    const copy = await without(await firstKey(NOTABLE_RANGE))
    const ledger = await copy.open({ rules: {} })
    await ledger.rules.prepare()

    expect(ledger.rules.facts().assessments(source)).toHaveLength(1)
    await ledger.close()
    expect(await audited(copy)).toMatchObject({ verdict: 'VERIFIED' })
  })

  test('does not matter once the mark is lost: everything is counted anew', async () => {
    const copy = await without(MARK_KEY, correctedKey(first))
    const ledger = await copy.open({ rules: {} })
    await admit(ledger, { ...moved(70), supersedes: first }, BOTH)

    expect(ledger.rules.facts().usage(PAIR, 0, ledger.size)?.persons).toBe(130)
    await ledger.close()
    expect(await audited(copy)).toMatchObject({ verdict: 'VERIFIED' })
  })
})
