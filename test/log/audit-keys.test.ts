/** What an audit says of keys that were declared compromised: which signatures are in doubt. DESIGN 5. */
import { expect, test } from 'vitest'
import type { Finding } from '../../ledger/core/finding.js'
import { auditLog } from '../../ledger/log/audit.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, OPERATOR } from './support/firms.js'
import { collect, scene } from './support/scene.js'
import { admit, POLICY, type Site } from './support/site.js'
import { crypto, keyChange, ORIGIN } from './support/statements.js'

type Since = NonNullable<Parameters<typeof auditLog>[0]['since']>

async function audit(site: Site, since?: Since) {
  const store = openMemoryStore(site.disk)
  const parts = { origin: ORIGIN, head: site.head, policy: POLICY, crypto, workers: 0, store }
  try {
    return await auditLog({ ...parts, ...(since === undefined ? {} : { since }) })
  } finally {
    await store.close()
  }
}

function doubts(findings: readonly Finding[]): readonly (string | undefined)[] {
  return findings.filter(({ code }) => code === 'KEY_COMPROMISED').map(({ detail }) => detail)
}

/** ACME collects at entries 4, 5 and 7, BOLT at 6; ACME's key is declared compromised at entry 8. */
async function declared(since: number) {
  const { site, ledger } = await scene()
  const indexes: (number | undefined)[] = []
  for (const [firm, content] of [
    [ACME, 'one'],
    [ACME, 'two'],
    [BOLT, 'three'],
    [ACME, 'four'],
  ] as const) {
    indexes.push(ledger.indexOf(await collect(ledger, firm, content)))
  }
  expect(indexes).toEqual([4, 5, 6, 7])
  await ledger.close()
  const seen = await audit(site)
  const again = await site.open()
  await admit(again, keyChange(ACME, ACME.signer, 'compromised', { since }), [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
  ])
  await again.close()
  return { site, seen }
}

test('counts the signatures that the declaration reaches back to, the declaration among them', async () => {
  const { site, seen } = await declared(5)
  expect(doubts(seen.findings)).toEqual([])

  const report = await audit(site)

  expect(report.verdict).toBe('VERIFIED')
  const [detail, ...more] = doubts(report.findings)
  expect(more).toEqual([])
  expect(detail).toContain('as of entry 5, at entry 8')
  expect(detail).toContain('3 signatures of it are in doubt, from entry 5 to 8')
})

test('an audit that builds on an earlier one says that it did not count what came before', async () => {
  const { site, seen } = await declared(5)

  const report = await audit(site, seen.checkpoint)

  expect([report.verdict, report.since]).toEqual(['VERIFIED', 8])
  const [detail] = doubts(report.findings)
  expect(detail).toContain('one signature of it is in doubt, at entry 8')
  expect(detail).toContain('entries before 8 were not counted')
})
