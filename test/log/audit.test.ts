/**
 * The audit against whoever has the disk: every kind of record altered, removed, swapped, added, and
 * hashed again where that needs no key. What the log's own key could do is audit-operator.test.ts.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import { encodeEntry, entryLeaf, parseEntry } from '../../ledger/core/entry.js'
import type { Finding } from '../../ledger/core/finding.js'
import { exitCodeOf } from '../../ledger/core/finding.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type AuditReport, auditLog } from '../../ledger/log/audit.js'
import { Records } from '../../ledger/log/records.js'
import { signCheckpoint } from '../../ledger/log/writer.js'
import { memoryHeadFile } from '../../ledger/store/head-file.js'
import {
  bodyKey,
  disclosureKey,
  edgesKey,
  encodeIndex,
  encodeMeta,
  entryKey,
  idKey,
  type KeyKind,
  kindRange,
  META_KEY,
  parseKey,
  registryKey,
  searchKey,
  tileKey,
} from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import type { Store, StoreRecord, WriteBatch } from '../../ledger/store/store.js'
import { ACME, FIRMS } from './support/firms.js'
import { flippedPayload } from './support/forge.js'
import { forgeInbox } from './support/forge-inbox.js'
import { buildTown, type Town } from './support/ledger-town.js'
import { EVERYTHING, POLICY, Site } from './support/site.js'
import { collection, crypto, json, ORIGIN, sign } from './support/statements.js'

const RUNS = process.env['SLOW'] === '1' ? 2_000 : 25

let town: Town
beforeAll(async () => {
  town = await buildTown()
})

/** Audits a site that nothing has open. */
async function audit(site: Site): Promise<AuditReport> {
  const store = openMemoryStore(site.disk)
  const parts = { origin: ORIGIN, head: site.head, policy: POLICY, crypto, workers: 0 }
  try {
    return await auditLog({ ...parts, store })
  } finally {
    await store.close()
  }
}

type Tampering = (store: Store) => Promise<WriteBatch> | WriteBatch

async function tampered(tamper: Tampering, base: Site = town.site): Promise<Site> {
  const site = await base.copy()
  const store = openMemoryStore(site.disk)
  await store.write(await tamper(store), { sync: true })
  await store.close()
  return site
}

async function recordsOf(store: Store, kind: KeyKind): Promise<readonly StoreRecord[]> {
  const found: StoreRecord[] = []
  for await (const chunk of store.scan(kindRange(kind))) found.push(...chunk)
  return found
}

/** What the findings say, shortly. */
function said(findings: readonly Finding[]): readonly string[] {
  // The town has a key that was declared compromised: audit-keys.test.ts looks at what is said of it.
  const others = findings.filter(({ code }) => code !== 'KEY_COMPROMISED')
  return others.map(({ code, at }) => `${code} ${at}`)
}

/** The entry that a record belongs to, or the place that a finding about it has. */
function placeOf([key, value]: StoreRecord, records: Records): string {
  const parsed = parseKey(key)
  switch (parsed.kind) {
    case 'entry':
    case 'body':
    case 'disclosure':
    case 'registry':
    case 'edges':
      return `entry ${parsed.index}`
    case 'id':
    case 'holder':
      return `entry ${records.indexOf(toHex(parsed.id) as StatementId)}`
    case 'refused':
    case 'declined':
      return `entry ${records.refusedBy(toHex(parsed.id) as StatementId)}`
    case 'search':
      return `entry ${parsed.suffix.at(-1)}`
    case 'inbox':
    case 'proposal':
      return 'inbox'
    case 'meta':
      return 'store'
    default:
      throw new Error(`no place for ${parsed.kind} ${value.length}`)
  }
}

describe('a sound log', () => {
  test('is VERIFIED, with everything counted', async () => {
    const { verdict, findings, checked, checkpoint, headTime } = await audit(town.site)

    expect(said(findings)).toEqual([])
    expect(verdict).toBe('VERIFIED')
    expect(town.size).toBeGreaterThanOrEqual(60)
    expect(checkpoint?.size).toBe(town.size)
    expect(headTime).toBe(town.site.nowS)
    expect(checked).toMatchObject({ entries: town.size, parties: 5, proposals: 2 })
    expect(checked.signatures).toBeGreaterThan(town.size)
    expect(checked.derivedRecords).toBeGreaterThan(2 * town.size)
  })

  test('has every kind of record but tiles, so that what follows leaves none out', async () => {
    const kinds = new Set<string>()
    const store = openMemoryStore(town.site.disk)
    for await (const chunk of store.scan(EVERYTHING))
      for (const [key] of chunk) kinds.add(parseKey(key).kind)
    await store.close()

    expect([...kinds].sort()).toEqual([...KINDS, 'meta'].sort())
  })

  test('stays VERIFIED when somebody has searched it', async () => {
    const site = await town.site.copy()
    const ledger = await site.open()
    const page = { after: 0, size: ledger.size, limit: 10 }
    expect((await ledger.search({ party: ACME.party }, page)).found).toHaveLength(10)
    await ledger.close()

    expect((await audit(site)).verdict).toBe('VERIFIED')
  })

  test('tells how far it is', async () => {
    const store = openMemoryStore(town.site.disk)
    const told: number[] = []
    const { head } = town.site
    const parts = { origin: ORIGIN, store, head, policy: POLICY, crypto, workers: 0 }
    await auditLog({ ...parts, onProgress: ({ done, total }) => told.push(done / total) })
    await store.close()

    expect(told.at(-1)).toBe(1)
    expect([...told].sort((a, b) => a - b)).toEqual(told)
  })
})

const KINDS = [
  'entry',
  'body',
  'disclosure',
  'id',
  'holder',
  'refused',
  'registry',
  'edges',
  'inbox',
  'proposal',
  'declined',
  'search',
] as const

/** The first and the last record of a kind, with the place that a finding must name. */
async function samples(
  kind: KeyKind,
  store: Store,
): Promise<readonly { readonly record: StoreRecord; readonly place: string }[]> {
  const all = await recordsOf(store, kind)
  const records = new Records(store, crypto.sha256)
  const chosen = [0, all.length - 1].map((at) => all[at] as StoreRecord)
  return [...new Set(chosen)].map((record) => ({ record, place: placeOf(record, records) }))
}

/** Tampers with samples of a kind, one after another, and holds each report to its place. */
async function eachSample(
  kind: KeyKind,
  tamper: (record: StoreRecord, all: readonly StoreRecord[]) => WriteBatch | undefined,
  code: string,
): Promise<void> {
  const reader = openMemoryStore(town.site.disk)
  const all = await recordsOf(reader, kind)
  const chosen = await samples(kind, reader)
  await reader.close()
  for (const { record, place } of chosen) {
    const batch = tamper(record, all)
    if (batch === undefined) continue
    const { verdict, findings } = await audit(await tampered(() => batch))
    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain(`${code} ${place}`)
  }
}

function flipped(value: Uint8Array, at: number): Uint8Array {
  const changed = value.slice()
  changed[at] = 255 - (changed[at] ?? 0)
  return changed
}

describe('a record', () => {
  test.each([
    ['entry', 'ENTRY_NOT_FOUND'],
    ['body', 'ENTRY_MISMATCH'],
    ['disclosure', 'ENTRY_MISMATCH'],
    ['id', 'ENTRY_MISMATCH'],
    ['holder', 'ENTRY_MISMATCH'],
    ['refused', 'ENTRY_MISMATCH'],
    ['registry', 'ENTRY_MISMATCH'],
    ['edges', 'ENTRY_MISMATCH'],
    ['inbox', 'INBOX_DAMAGED'],
    ['proposal', 'INBOX_DAMAGED'],
    ['declined', 'ENTRY_MISMATCH'],
    ['search', 'ENTRY_MISMATCH'],
    ['meta', 'LEDGER_DAMAGED'],
  ] as const)('%s that is gone is %s, and the entry is named', async (kind, code) => {
    await eachSample(kind, ([key]) => ({ puts: [], deletes: [key] }), code)
  })

  test.each([
    ['entry', 'ENTRY_MALFORMED', 0],
    ['entry', 'ENTRY_MISMATCH', 50],
    ['entry', 'ENTRY_CHAIN_BROKEN', 10],
    ['body', 'ENTRY_MISMATCH', 40],
    ['body', 'ENTRY_MISMATCH', -20],
    ['disclosure', 'ENTRY_MISMATCH', 5],
    ['id', 'ENTRY_MISMATCH', 5],
    ['id', 'ENTRY_MISMATCH', -1],
    ['holder', 'ENTRY_MISMATCH', 10],
    ['refused', 'ENTRY_MISMATCH', 5],
    ['edges', 'ENTRY_MISMATCH', -1],
    ['inbox', 'INBOX_DAMAGED', 40],
    ['proposal', 'INBOX_DAMAGED', 100],
    ['declined', 'ENTRY_MISMATCH', 3],
    ['declined', 'ENTRY_MISMATCH', 200],
    ['meta', 'STORE_RECORD_MALFORMED', 0],
  ] as const)('%s with a changed byte is %s (byte %i)', async (kind, code, at) => {
    await eachSample(
      kind,
      ([key, value]) => {
        const changed = flipped(value, at < 0 ? value.length + at : at)
        return { puts: [{ key, value: changed }] }
      },
      code,
    )
  })

  test.each([
    ['entry', 'ENTRY_CHAIN_BROKEN'],
    ['body', 'ENTRY_MISMATCH'],
    ['disclosure', 'ENTRY_MISMATCH'],
    ['id', 'ENTRY_MISMATCH'],
    ['holder', 'ENTRY_MISMATCH'],
    ['refused', 'ENTRY_MISMATCH'],
    ['inbox', 'INBOX_DAMAGED'],
    ['proposal', 'INBOX_DAMAGED'],
    ['declined', 'ENTRY_MISMATCH'],
  ] as const)('%s in the place of another is %s', async (kind, code) => {
    await eachSample(
      kind,
      ([key], all) => {
        const other = all.find(([name]) => toHex(name) !== toHex(key))
        return other === undefined ? undefined : { puts: [{ key, value: other[1] }] }
      },
      code,
    )
  })
})

/** Any one record, changed in one bit of key or value, cut short, or taken away. */
test('whichever record is damaged in whichever way, the verdict is FAILED', async () => {
  const store = openMemoryStore(town.site.disk)
  const all: StoreRecord[] = []
  for await (const chunk of store.scan(EVERYTHING)) all.push(...chunk)
  await store.close()
  const bit = (bytes: Uint8Array, at: number): Uint8Array => {
    const changed = bytes.slice()
    const place = at % changed.length
    const mask = 2 ** (at % 8)
    const byte = changed[place] ?? 0
    changed[place] = Math.floor(byte / mask) % 2 === 0 ? byte + mask : byte - mask
    return changed
  }
  const damage = (
    [key, value]: StoreRecord,
    way: 'key' | 'value' | 'cut' | 'gone',
    at: number,
  ): WriteBatch => {
    if (way === 'key') return { puts: [{ key: bit(key, at), value }], deletes: [key] }
    if (way === 'gone' || value.length === 0) return { puts: [], deletes: [key] }
    const changed = way === 'cut' ? value.slice(0, at % value.length) : bit(value, at)
    return { puts: [{ key, value: changed }] }
  }
  const ways = fc.constantFrom('key' as const, 'value' as const, 'cut' as const, 'gone' as const)
  await fc.assert(
    fc.asyncProperty(fc.nat(all.length - 1), ways, fc.nat(100_000), async (which, way, at) => {
      const batch = damage(all[which] as StoreRecord, way, at)
      expect((await audit(await tampered(() => batch))).verdict).toBe('FAILED')
    }),
    { numRuns: RUNS },
  )
})

describe('records that are not in the log', () => {
  const sealed = (key: Uint8Array, value: Uint8Array): WriteBatch => {
    const seal = crypto.sha256(new Uint8Array([...key, ...value])).subarray(0, 8)
    return { puts: [{ key, value: new Uint8Array([...value, ...seal]) }] }
  }
  const unknown = crypto.sha256(Uint8Array.of(1))

  test('an id that points at an entry of another statement', async () => {
    const site = await tampered(() => sealed(idKey(unknown), encodeIndex(9)))

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH entry 9'])
  })

  test('an id that points nowhere', async () => {
    const site = await tampered(() => sealed(idKey(unknown), encodeIndex(9_999)))

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH derived id records'])
  })

  test('a registry mark on a statement that changes no key', async () => {
    const at = town.size - 1
    const site = await tampered(() => ({
      puts: [{ key: registryKey(at), value: new Uint8Array(0) }],
    }))

    expect(said((await audit(site)).findings)).toEqual([`ENTRY_MISMATCH entry ${at}`])
  })

  test('parents of a statement that has none', async () => {
    const site = await tampered(() => sealed(edgesKey(0), new Uint8Array(0)))

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH entry 0'])
  })

  test('an artefact of a statement that is no outcome', async () => {
    const key = searchKey(new Uint8Array([1, ...unknown, ...encodeIndex(4)]))
    const site = await tampered(() => ({ puts: [{ key, value: new Uint8Array(0) }] }))

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH entry 4'])
  })

  test('a tile of a tree that is not there', async () => {
    const put = { key: tileKey(0, 0), value: new Uint8Array(8_192) }
    const site = await tampered(() => ({ puts: [put] }))

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH derived tile records'])
  })

  test('a disclosure twice, or in another place', async () => {
    const copy: Tampering = (store) => {
      const value = store.get(disclosureKey(9, 0)) ?? new Uint8Array(0)
      return { puts: [{ key: disclosureKey(9, 900), value }] }
    }
    const moved: Tampering = (store) => {
      const value = store.get(disclosureKey(9, 0)) ?? new Uint8Array(0)
      return { puts: [{ key: disclosureKey(9, 900), value }], deletes: [disclosureKey(9, 0)] }
    }

    for (const tamper of [copy, moved]) {
      const { verdict, findings } = await audit(await tampered(tamper))
      expect([verdict, ...said(findings)]).toEqual(['FAILED', 'ENTRY_MISMATCH entry 9'])
    }
  })

  test('two disclosures of one statement changed for one another', async () => {
    const site = await tampered((store) => {
      const [one, two] = [disclosureKey(9, 0), disclosureKey(9, 1)]
      const [first, second] = [store.get(one), store.get(two)] as [Uint8Array, Uint8Array]
      return {
        puts: [
          { key: one, value: second },
          { key: two, value: first },
        ],
      }
    })

    expect(said((await audit(site)).findings)).toEqual(['ENTRY_MISMATCH entry 9'])
  })

  test.each([
    ['a body', bodyKey],
    ['a disclosure', (index: number) => disclosureKey(index, 0)],
  ])('%s without an entry', async (_name, keyAt) => {
    const put = { key: keyAt(town.size), value: new Uint8Array(9) }
    const { findings } = await audit(await tampered(() => ({ puts: [put] })))

    expect(said(findings)).toEqual([`ENTRY_MISMATCH entry ${town.size}`])
  })

  test('a key that no record has', async () => {
    const put = { key: Uint8Array.of(0x10, 0, 0, 0, 0, 0, 5, 1), value: new Uint8Array(9) }
    const { verdict, findings } = await audit(await tampered(() => ({ puts: [put] })))

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'STORE_RECORD_MALFORMED store'])
  })

  test('one record put in and another taken away: the numbers are right, the report is not', async () => {
    const site = await tampered(async (store) => {
      const [[gone] = [new Uint8Array(0)]] = await recordsOf(store, 'id')
      return { ...sealed(idKey(unknown), encodeIndex(9)), deletes: [gone] }
    })

    expect((await audit(site)).verdict).toBe('FAILED')
  })
})

describe('hashed again by somebody without the key', () => {
  /** Writes entries anew from `from` on, each linked to the one before. */
  const chained =
    (
      from: number,
      change: (entry: ReturnType<typeof parseEntry>, index: number) => object,
    ): Tampering =>
    (store) => {
      const puts = []
      let previous: Uint8Array | undefined
      for (let index = from; index < town.size; index += 1) {
        const entry = parseEntry(store.get(entryKey(index)) ?? new Uint8Array(0))
        const bytes = encodeEntry({
          ...entry,
          ...(previous === undefined ? {} : { previous }),
          ...change(entry, index),
        })
        previous = entryLeaf(bytes, crypto.sha256)
        puts.push({ key: entryKey(index), value: bytes })
      }
      return { puts }
    }

  test('an entry with another time, and the chain after it', async () => {
    const tamper = chained(30, (entry, index) => (index === 30 ? { time: entry.time - 1 } : {}))
    const { verdict, findings } = await audit(await tampered(tamper))

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain('PROOF_ROOT_MISMATCH checkpoint')
  })

  test('an entry with another envelope digest, and the body to it', async () => {
    const index = town.collectionAt
    const rewrite: Tampering = (store) => {
      const body = store.get(bodyKey(index)) ?? new Uint8Array(0)
      return { puts: [{ key: bodyKey(index), value: flippedPayload(body) }] }
    }
    const { findings } = await audit(await tampered(rewrite))

    expect(said(findings)).toEqual([`ENTRY_MISMATCH entry ${index}`])
  })

  test('an entry replaced by a sound statement of the same party', async () => {
    const index = town.size - 1
    const envelope = await sign(collection(ACME, 'another'), [['collector', ACME.signer]])
    const opened = openStatement(envelope, crypto)
    const site = await tampered((store) => {
      const entry = parseEntry(store.get(entryKey(index)) ?? new Uint8Array(0))
      return { puts: [{ key: entryKey(index), value: encodeEntry({ ...entry, id: opened.id }) }] }
    })

    const { findings } = await audit(site)
    expect(said(findings)).toContain(`ENTRY_MISMATCH entry ${index}`)
    expect(said(findings)).toContain('PROOF_ROOT_MISMATCH checkpoint')
  })

  test('the last entries cut off, derived records and all', async () => {
    const site = await tampered(async (store) => {
      const from = town.size - 5
      const deletes: Uint8Array[] = []
      for await (const chunk of store.scan(EVERYTHING))
        for (const [key] of chunk) {
          const parsed = parseKey(key)
          if ('index' in parsed && parsed.index >= from) deletes.push(key)
        }
      return { puts: [], deletes }
    })
    const { verdict, findings } = await audit(site)

    expect(verdict).toBe('FAILED')
    expect(findings.filter(({ code }) => code === 'ENTRY_NOT_FOUND')).toEqual([
      expect.objectContaining({ index: town.size - 5 }),
    ])
  })

  test('a proposal whose signature was changed, with the inbox pinned anew', async () => {
    const site = await town.site.copy()
    const [id] = town.ids.waiting as [StatementId]
    await forgeInbox(site, id)
    const { verdict, findings } = await audit(site)

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain(`SIGNATURE_INVALID proposal ${id.slice(0, 12)}`)
  })

  test('a proposal that waits although an entry admitted it', async () => {
    const site = await town.site.copy()
    await forgeInbox(site, town.ids.transfer)
    const { verdict, findings } = await audit(site)

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain(`INBOX_DAMAGED proposal ${town.ids.transfer.slice(0, 12)}`)
  })
})

describe('the head', () => {
  test('is missing: nothing to verify, which is no success', async () => {
    const site = await town.site.copy()
    const bare = new Site(site.disk, memoryHeadFile())
    const { verdict, findings } = await audit(bare)

    expect(said(findings)).toEqual(['NOTHING_TO_VERIFY checkpoint'])
    expect(exitCodeOf(verdict)).toBe(3)
  })

  test('is of an empty log: the same', async () => {
    const site = new Site()
    await (await site.open()).close()
    const { verdict, findings, checked } = await audit(site)

    expect(said(findings)).toEqual(['NOTHING_TO_VERIFY checkpoint'])
    expect([exitCodeOf(verdict), checked.entries]).toEqual([3, 0])
  })

  test.each([
    ['another key', 'CHECKPOINT_UNTRUSTED', ORIGIN],
    ['another origin', 'CHECKPOINT_UNTRUSTED', 'log.example/other'],
  ])('is signed with %s', async (_name, code, origin) => {
    const site = await town.site.copy()
    const root = crypto.sha256(Uint8Array.of(2)) as Parameters<typeof signCheckpoint>[2]
    const signer = ACME.signer
    const head = site.head.read()
    await site.head.write({
      checkpoint: await signCheckpoint(origin, town.size, root, signer),
      inbox: head?.inbox ?? { base: 0, seq: 0, hash: '' },
    })
    const { verdict, findings, checked } = await audit(site)

    expect([verdict, ...said(findings)]).toEqual(['FAILED', `${code} checkpoint`])
    expect(checked.entries).toBe(0)
  })

  test('is altered', async () => {
    const site = await town.site.copy()
    const head = site.head.read()
    const { checkpoint = '', inbox = { base: 0, seq: 0, hash: '' } } = head ?? {}
    await site.head.write({ checkpoint: checkpoint.replace(`\n${town.size}\n`, '\n9\n'), inbox })

    const { verdict, findings } = await audit(site)
    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'NOTE_SIGNATURE_INVALID checkpoint'])
  })

  test('pins another inbox', async () => {
    const site = await town.site.copy()
    const head = site.head.read()
    const { checkpoint = '', inbox = { base: 0, seq: 0, hash: '' } } = head ?? {}
    for (const pin of [
      { ...inbox, seq: inbox.seq + 1 },
      { ...inbox, hash: 'ab'.repeat(32) },
    ]) {
      await site.head.write({ checkpoint, inbox: pin })
      expect(said((await audit(site)).findings)).toEqual(['INBOX_DAMAGED inbox'])
    }
  })
})

describe('a store ahead of its head', () => {
  /** A commit of two entries whose head was not written. */
  async function interrupted(): Promise<Site> {
    const site = await town.site.copy()
    const head = site.head.read()
    const ledger = await site.open()
    const drafts = ['one', 'two'].map((name) =>
      sign(collection(ACME, name), [['collector', ACME.signer]]),
    )
    const envelopes = await Promise.all(drafts)
    await Promise.all(envelopes.map((envelope) => ledger.submit(json(envelope))))
    await ledger.close()
    if (head !== undefined) await site.head.write(head)
    return site
  }

  test('is VERIFIED as far as the head goes, with a note', async () => {
    const site = await interrupted()
    const { verdict, findings, checked, headTime } = await audit(site)

    expect(said(findings)).toEqual(['LEDGER_AHEAD_OF_HEAD store'])
    expect(findings.every(({ severity }) => severity === 'note')).toBe(true)
    expect([verdict, checked.entries, headTime]).toEqual(['VERIFIED', town.size, town.site.nowS])
  })

  test('and opening it finishes the commit', async () => {
    const site = await interrupted()
    await (await site.open()).close()
    const { verdict, findings, checked } = await audit(site)

    expect([verdict, said(findings), checked.entries]).toEqual(['VERIFIED', [], town.size + 2])
  })

  test('hides nothing behind the note', async () => {
    const base = await interrupted()
    const lost: Tampering = () => ({ puts: [], deletes: [bodyKey(town.size + 1)] })
    const stray: Tampering = () => ({
      puts: [{ key: registryKey(town.size), value: new Uint8Array(0) }],
    })

    const first = await audit(await tampered(lost, base))
    expect(said(first.findings)).toContain(`ENTRY_MISMATCH entry ${town.size + 1}`)
    const second = await audit(await tampered(stray, base))
    expect(said(second.findings)).toContain(`ENTRY_MISMATCH entry ${town.size}`)
    expect([first.verdict, second.verdict]).toEqual(['FAILED', 'FAILED'])
  })

  test('by more than one commit can hold is damage', async () => {
    const put = { key: entryKey(town.size + 5_000), value: new Uint8Array(143) }
    const { verdict, findings } = await audit(await tampered(() => ({ puts: [put] })))

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain(`LEDGER_DAMAGED entry ${town.size}`)
  })
})

describe('tiles', () => {
  let large: Site
  beforeAll(async () => {
    large = new Site()
    const ledger = await large.start(FIRMS)
    const drafts = Array.from({ length: 300 }, (_, n) => collection(ACME, `c${n}`))
    const envelopes = await Promise.all(
      drafts.map((draft) => sign(draft, [['collector', ACME.signer]])),
    )
    await Promise.all(envelopes.map((envelope) => ledger.submit(json(envelope))))
    await ledger.close()
  })

  test('of a sound log of more than 256 entries are right', async () => {
    const { verdict, findings, checked } = await audit(large)

    expect([verdict, findings, checked.entries]).toEqual(['VERIFIED', [], 304])
  })

  test.each([
    ['gone', (): WriteBatch => ({ puts: [], deletes: [tileKey(0, 0)] })],
    [
      'altered',
      (store: Store): WriteBatch => {
        const value = flipped(store.get(tileKey(0, 0)) ?? new Uint8Array(8_192), 77)
        return { puts: [{ key: tileKey(0, 0), value }] }
      },
    ],
  ])('that are %s are named', async (_name, tamper) => {
    const { verdict, findings } = await audit(await tampered(tamper, large))

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'ENTRY_MISMATCH tile 0/0'])
  })
})

test('the meta record of another ledger is no proof of this one', async () => {
  const put = { key: META_KEY, value: encodeMeta('log.example/other') }
  const { verdict, findings } = await audit(await tampered(() => ({ puts: [put] })))

  expect([verdict, ...said(findings)]).toEqual(['FAILED', 'LEDGER_DAMAGED store'])
})
