/**
 * What waits, put back from a mirror: byte for byte where it leads to what the head pins; and everything
 * that a mirror could try to put there that never waited, or waits no more.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { encodeJcs } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import {
  encodeInboxEvent,
  type InboxPin,
  nextPin,
  parseInboxEvent,
} from '../../ledger/log/inbox.js'
import {
  formatInboxLine,
  formatInboxPin,
  type InboxPage,
  parseInboxPage,
} from '../../ledger/log/inbox-lines.js'
import type { RepairOutcome } from '../../ledger/mirror/repair.js'
import { openHeadFile } from '../../ledger/store/head-file.js'
import { type KeyKind, kindRange } from '../../ledger/store/layout.js'
import { ACME, BOLT } from '../log/support/firms.js'
import { crypto, dataset, idOf, json, sign, transfer } from '../log/support/statements.js'
import { inStore, openFolder, Village } from './repair-world.js'

let village: Village
let mirror: string
let mirrors = 0

beforeAll(async () => {
  village = await Village.build()
})
afterAll(() => village.remove())
beforeEach(() => {
  mirrors += 1
  mirror = join(village.root, `mirror ${mirrors}`)
  cpSync(village.mirror, mirror, { recursive: true })
})

/** A copy of the sound ledger without the records of some kinds. */
async function without(...kinds: readonly KeyKind[]): Promise<string> {
  const folder = village.copy()
  await inStore(folder, async (store) => {
    const deletes: Uint8Array[] = []
    for (const kind of kinds)
      for await (const chunk of store.scan(kindRange(kind)))
        deletes.push(...chunk.map(([key]) => key))
    await store.write({ puts: [], deletes }, { sync: true })
  })
  return folder
}

function repairFrom(folder: string): Promise<RepairOutcome> {
  return village.repair(folder, { mirrors: [mirror] })
}

async function waitingIn(folder: string): Promise<readonly StatementId[]> {
  const ledger = await openFolder(folder)
  const found = ledger.parties().flatMap((party) => ledger.sent(party).map(({ id }) => id))
  await ledger.close()
  return [...new Set(found)].sort()
}

function page(): InboxPage {
  return parseInboxPage(readFileSync(join(mirror, 'inbox', 'events'), 'utf8'))
}

/** Writes a list of events as a mirror's, with the pin that fits it. */
function writeEvents(base: number, events: readonly Uint8Array[]): void {
  let pin: InboxPin = { base, seq: base, hash: new Uint8Array(32) }
  const lines = events.map((event, at) => formatInboxLine({ seq: base + at, event }))
  for (const event of events) pin = nextPin(pin, event, crypto.sha256)
  writeFileSync(join(mirror, 'inbox', 'events'), `${[formatInboxPin(pin), ...lines].join('\n')}\n`)
}

/** Adds a proposal to the mirror's list that the ledger never had; its id. */
async function forge(): Promise<StatementId> {
  const { pin, lines } = page()
  const whole = await sign(
    transfer([ACME, BOLT], [{ id: village.town.ids.collection, n: 0 }], [dataset('rides')]),
    [['exporter', ACME.signer]],
  )
  const bytes = utf8Encode(encodeJcs(json(whole)))
  const digest = crypto.sha256(bytes)
  const event = encodeInboxEvent({ kind: 'submitted', id: idOf(whole), digest, time: 1 })
  writeFileSync(join(mirror, 'inbox', toHex(digest)), bytes)
  writeEvents(pin.base, [...lines.map((line) => line.event), event])
  return idOf(whole)
}

describe('byte for byte', () => {
  test.each<[string, readonly KeyKind[]]>([
    ['every event', ['inbox']],
    ['every envelope', ['proposal']],
    ['all of it', ['inbox', 'proposal']],
  ])('%s is lost', async (_what, kinds) => {
    const folder = await without(...kinds)
    const outcome = await repairFrom(folder)

    expect(outcome).toMatchObject({ kind: 'repaired', inbox: { lost: [], rewritten: false } })
    expect(await village.answersOf(folder)).toEqual(village.answers)
  })

  test('the whole store is lost: what waited waits again, under its numbers', async () => {
    const folder = village.copy()
    rmSync(join(folder, 'store'), { recursive: true })
    const outcome = await repairFrom(folder)

    expect(outcome).toMatchObject({ kind: 'repaired', inbox: { lost: [], rewritten: false } })
    expect(await village.answersOf(folder)).toEqual(village.answers)
  })

  test('an older mirror and the events of the store since, together', async () => {
    const { pin, lines } = page()
    writeEvents(
      pin.base,
      lines.slice(0, -3).map(({ event }) => event),
    )
    const folder = village.copy()
    await inStore(folder, async (store) => {
      const keys: Uint8Array[] = []
      for await (const chunk of store.scan(kindRange('inbox')))
        keys.push(...chunk.map(([key]) => key))
      await store.write({ puts: [], deletes: keys.slice(0, 2) }, { sync: true })
    })
    const outcome = await repairFrom(folder)

    expect(outcome).toMatchObject({ inbox: { rewritten: false, restored: { events: 2 } } })
    expect(await village.answersOf(folder)).toEqual(village.answers)
  })
})

describe('a forged mirror gives nothing', () => {
  test('an event and an envelope that the ledger never had', async () => {
    const forged = await forge()
    const folder = await without('proposal')
    await repairFrom(folder)

    expect(await waitingIn(folder)).not.toContain(forged)
  })

  test('nor where the store has lost its events, or all of itself', async () => {
    const forged = await forge()
    const eventless = await without('inbox')
    const storeless = village.copy()
    rmSync(join(storeless, 'store'), { recursive: true })
    for (const folder of [eventless, storeless]) {
      const outcome = await repairFrom(folder)
      expect(outcome.kind).toBe('repaired')
      expect(await waitingIn(folder)).not.toContain(forged)
    }
  })

  test('nor where the head is lost', async () => {
    const forged = await forge()
    const folder = village.copy()
    rmSync(join(folder, 'checkpoint'))
    await repairFrom(folder)

    expect(await waitingIn(folder)).not.toContain(forged)
    expect(await waitingIn(folder)).toHaveLength(village.town.ids.waiting.length)
  })

  test('an envelope under the name of another', async () => {
    const names = readdirSync(join(mirror, 'inbox')).filter((name) => name !== 'events')
    const [first = '', second = ''] = names
    cpSync(join(mirror, 'inbox', second), join(mirror, 'inbox', first))
    const folder = await without('proposal')
    const outcome = await repairFrom(folder)

    expect(outcome.kind === 'repaired' && outcome.inbox.lost).toHaveLength(1)
    expect(await waitingIn(folder)).toHaveLength(village.town.ids.waiting.length - 1)
  })

  test.each<[string, (text: string) => string]>([
    ['half a file', (text) => text.slice(0, text.length / 2)],
    ['an event changed', (text) => text.replace(/"event":"...../, '"event":"lAHEI')],
    ['a pin without its events', (text) => `${text.split('\n')[0] ?? ''}\n`],
    ['another hash', (text) => text.replace(/"hash":"..../, '"hash":"0000')],
    ['nothing in it', () => ''],
    ['no text', () => '\u0000'.repeat(99)],
  ])(
    '%s: its envelopes count where the store names them, and nothing else',
    async (_what, change) => {
      const path = join(mirror, 'inbox', 'events')
      writeFileSync(path, change(readFileSync(path, 'utf8')))
      const named = await without('proposal')
      const outcome = await repairFrom(named)
      const nameless = await without('inbox', 'proposal')
      await repairFrom(nameless)

      expect(outcome).toMatchObject({ kind: 'repaired', inbox: { lost: [], rewritten: false } })
      expect(await village.answersOf(named)).toEqual(village.answers)
      expect(await waitingIn(nameless)).toEqual([])
    },
  )

  test('a proposal that was refused since does not wait again', async () => {
    const { pin, lines } = page()
    const closing = lines.findLastIndex(({ event }) => parseInboxEvent(event).kind === 'refused')
    // As the mirror was just before: nothing of what was refused may come from it.
    writeEvents(
      pin.base,
      lines.slice(0, closing).map(({ event }) => event),
    )
    const folder = await without('inbox', 'proposal')
    const outcome = await repairFrom(folder)
    const { refused } = village.town.ids

    expect(outcome.kind).toBe('repaired')
    expect((await waitingIn(folder)).filter((id) => refused.includes(id))).toEqual([])
    expect(outcome.kind === 'repaired' && outcome.inbox.lost).not.toEqual(
      expect.arrayContaining([...refused]),
    )
  })
})

describe('the head', () => {
  test('is lost: the list of the store keeps its numbers', async () => {
    const folder = village.copy()
    const before = openHeadFile(folder).read()?.inbox
    rmSync(join(folder, 'checkpoint'))
    const outcome = await repairFrom(folder)

    expect(outcome).toMatchObject({ inbox: { lost: [], rewritten: false } })
    expect(openHeadFile(folder).read()?.inbox).toEqual(before)
  })

  test('is lost, and all of the store: what waited is named', async () => {
    const folder = village.copy()
    rmSync(join(folder, 'store'), { recursive: true })
    rmSync(join(folder, 'checkpoint'))
    const outcome = await repairFrom(folder)

    expect(outcome.kind === 'repaired' && [...outcome.inbox.lost].sort()).toEqual(
      [...village.town.ids.waiting].sort(),
    )
  })
})

test('files of what waits are for their owner alone', () => {
  const modes = ['inbox', 'inbox/events'].map((name) => statSync(join(mirror, name)).mode % 0o1000)

  expect(modes).toEqual([0o700, 0o600])
})
