import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ed25519NoteKey } from '../../ledger/core/note.js'
import { policyOfLogs } from '../../ledger/core/policy.js'
import { type AuditReport, auditLog } from '../../ledger/log/audit.js'
import { auditMirror, type MirrorAuditOptions } from '../../ledger/mirror/audit-mirror.js'
import { openHeadFile } from '../../ledger/store/head-file.js'
import { bodyKey } from '../../ledger/store/layout.js'
import { ACME, BOLT, firmOf, keyOf } from '../log/support/firms.js'
import { Forger } from '../log/support/forge.js'
import { admit, POLICY } from '../log/support/site.js'
import {
  collection,
  crypto,
  dataset,
  enrolling,
  enrolment,
  ORIGIN,
  transfer,
} from '../log/support/statements.js'
import { inStore, Village } from './repair-world.js'
import { follow, publicOf, sourceOf } from './world.js'

let village: Village
beforeAll(async () => {
  village = await Village.build()
})
afterAll(() => village.remove())

let copies = 0

/** A copy of the mirror, and where its audit keeps its index. */
function copyOf(mirror: string): { readonly path: string; readonly indexFolder: string } {
  copies += 1
  const path = join(village.root, `mirror ${copies}`)
  cpSync(mirror, path, { recursive: true })
  return { path, indexFolder: `${path} index` }
}

function audit(
  place: Pick<MirrorAuditOptions, 'path' | 'indexFolder'>,
  more: Partial<MirrorAuditOptions> = {},
): Promise<AuditReport> {
  return auditMirror({ ...place, policy: POLICY, workers: 0, ...more })
}

const codes = ({ findings }: AuditReport): readonly string[] =>
  findings.map(({ code, index }) => `${code}${index === undefined ? '' : ` at ${index}`}`)

describe('the audit of a mirror', () => {
  test('checks what the audit of its ledger does, and finds it in order', async () => {
    const report = await audit(copyOf(village.mirror))
    const ledger = await inStore(village.sound, (store) =>
      auditLog({
        origin: ORIGIN,
        store,
        head: openHeadFile(village.sound),
        policy: POLICY,
        crypto,
        workers: 0,
      }),
    )

    // The town has a key that was declared compromised; the mirror shows it as the ledger does.
    expect(report.findings).toEqual(ledger.findings)
    expect([report.verdict, codes(report)]).toEqual(['VERIFIED', ['KEY_COMPROMISED at 14']])
    const { entries, signatures, parties } = ledger.checked
    expect(report.checked).toMatchObject({ entries, signatures, parties })
  })

  test('of entries alone says what it could not see: INCOMPLETE', async () => {
    const ledger = await village.town.site.open()
    const path = join(village.root, 'public')
    await follow(publicOf(sourceOf(ledger)), path)
    await ledger.close()
    const report = await audit({ path, indexFolder: `${path} index` })

    expect([report.verdict, codes(report)]).toEqual(['INCOMPLETE', ['EVIDENCE_MISSING']])
    expect(report.checked.entries).toBe(village.town.size)
    expect(existsSync(`${path} index`)).toBe(false)
  })

  test('of which a file of statements is missing is INCOMPLETE, not an accusation', async () => {
    const place = copyOf(village.mirror)
    rmSync(join(place.path, `statements/000.p/${village.town.size}`))
    const report = await audit(place)

    expect([report.verdict, codes(report)]).toEqual(['INCOMPLETE', ['EVIDENCE_MISSING']])
  })

  test.each([
    [
      'a claim that was changed',
      'statements',
      (text: string) => text.replace(/"disclosures":\["Wy...../, '"disclosures":["WyJAAAA'),
      'FAILED',
    ],
    [
      'a statement that was deleted',
      'statements',
      (text: string) => text.split('\n').slice(1).join('\n'),
      'FAILED',
    ],
    ['statements that were cut off', 'statements', (text: string) => text.slice(0, -1), 'FAILED'],
    [
      'an entry that was changed',
      'tile/entries',
      (text: string) => `${text.slice(0, 60)}~${text.slice(61)}`,
      'FAILED',
    ],
    ['entries that are missing', 'tile/entries', () => undefined, 'FAILED'],
  ])('finds %s', async (_what, name, damage, verdict) => {
    const place = copyOf(village.mirror)
    const file = join(place.path, name, `000.p/${village.town.size}`)
    const after = damage(readFileSync(file, 'latin1'))
    if (after === undefined) rmSync(file)
    else writeFileSync(file, after, 'latin1')

    expect((await audit(place)).verdict).toBe(verdict)
  })

  test('whose checkpoint is by a key that the policy does not name verifies nothing', async () => {
    const policy = policyOfLogs(ed25519NoteKey(ORIGIN, keyOf('somebody').publicKey))
    const report = await audit(copyOf(village.mirror), { policy })

    expect([report.verdict, codes(report)]).toEqual(['FAILED', ['CHECKPOINT_UNTRUSTED']])
  })

  test('finds what an operator with the real key has let in', async () => {
    const forger = await Forger.start()
    const collected = await forger.add(collection(ACME, 'rides'), [['collector', ACME.signer]])
    // BOLT sends what ACME holds; and what was collected comes twice.
    const draft = transfer([BOLT, ACME], [{ id: collected, n: 0 }], [dataset('rides', [0])])
    await forger.add(draft, [
      ['exporter', BOLT.signer],
      ['importer', ACME.signer],
    ])
    const site = await forger.site()
    const ledger = await site.open()
    const path = join(village.root, 'lying')
    await follow(sourceOf(ledger), path)
    await ledger.close()
    const report = await audit({ path, indexFolder: `${path} index` })

    expect(codes(report)).toEqual([`PARENT_NOT_HELD at ${forger.size - 1}`])
  })
})

describe('an audit that builds on an earlier one', () => {
  test('reads only what is new, and judges it by what was there before', async () => {
    const site = await village.town.site.copy()
    const path = join(village.root, 'growing')
    const place = { path, indexFolder: `${path} index` }
    const first = await site.open()
    await follow(sourceOf(first), path)
    const before = await audit(place)
    const { collection: parent } = village.town.ids
    const draft = transfer([ACME, BOLT], [{ id: parent, n: 0 }], [dataset('rides', [0])])
    await admit(first, draft, [
      ['exporter', ACME.signer],
      ['importer', BOLT.signer],
    ])
    // Of the registry, too: the state after the earlier entries must not know it yet.
    const late = firmOf('latecomer')
    await admit(first, enrolment(late), enrolling(late))
    await first.close()
    const second = await site.open()
    await follow(sourceOf(second), path)
    await second.close()
    const { size, root } = before.checkpoint ?? { size: 0, root: undefined }
    if (root === undefined) throw new Error('no checkpoint')
    const after = await audit(place, { since: { size, root } })

    expect([before.verdict, after.verdict]).toEqual(['VERIFIED', 'VERIFIED'])
    expect(after).toMatchObject({ since: size, checked: { entries: 2, signatures: 4 } })
  })

  test('begins anew where the earlier entries are not as they were', async () => {
    const place = copyOf(village.mirror)
    const { checkpoint } = await audit(place)
    const root = village.town.site.head === undefined ? undefined : checkpoint?.root
    const other = root?.map((byte) => 255 - byte) as NonNullable<typeof checkpoint>['root']
    const report = await audit(place, { since: { size: 10, root: other } })

    expect(report).toMatchObject({ since: 0, checked: { entries: village.town.size } })
    expect(codes(report)).toEqual(['AUDIT_BEGUN_ANEW', 'KEY_COMPROMISED at 14'])
  })

  test('of a ledger folder does the same', async () => {
    const folder = village.copy()
    const options = {
      origin: ORIGIN,
      policy: POLICY,
      crypto,
      workers: 0,
      head: openHeadFile(folder),
    }
    const first = await inStore(folder, (store) => auditLog({ ...options, store }))
    const { size, root } = first.checkpoint ?? { size: 0, root: undefined }
    if (root === undefined) throw new Error('no checkpoint')
    const again = await inStore(folder, (store) =>
      auditLog({ ...options, store, since: { size, root } }),
    )
    await inStore(folder, (store) =>
      store.write({ puts: [], deletes: [bodyKey(5)] }, { sync: true }),
    )
    const full = await inStore(folder, (store) => auditLog({ ...options, store }))

    expect([again.verdict, again.since, again.checked.entries]).toEqual(['VERIFIED', size, 0])
    expect(full.verdict).toBe('FAILED')
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'store', 'waybill.json'])
  })
})
