/** A mirror's copy of what waits: from a ledger that goes on, and from servers that lie about it. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { parseInboxEvent } from '../../ledger/log/inbox.js'
import { parseInboxPage } from '../../ledger/log/inbox-lines.js'
import type { InboxSource } from '../../ledger/mirror/inbox-copy.js'
import { ACME, BOLT } from '../log/support/firms.js'
import { admit, codeOf, Site } from '../log/support/site.js'
import {
  collection,
  dataset,
  idOf,
  json,
  only,
  refusal,
  sign,
  transfer,
} from '../log/support/statements.js'
import { type Asked, follow, newFolder, publicOf, removeFolders, sourceOf } from './world.js'

let site: Site
let ledger: Awaited<ReturnType<Site['open']>>
let rides: StatementId
beforeEach(async () => {
  site = new Site()
  ledger = await site.start([ACME, BOLT])
  rides = await admit(ledger, collection(ACME, 'rides'), [['collector', ACME.signer]])
})
afterEach(() => ledger.close())
afterAll(removeFolders)

/** A transfer that waits for its importer. */
async function propose(): Promise<StatementId> {
  const draft = transfer([ACME, BOLT], [{ id: rides, n: 0 }], [dataset('rides', [0])])
  const whole = await sign(draft, [
    ['exporter', ACME.signer],
    ['importer', BOLT.signer],
  ])
  await ledger.submit(json(only(whole, 'exporter')))
  return idOf(whole)
}

async function refuse(id: StatementId): Promise<void> {
  await ledger.submit(json(await sign(refusal(id, 'not-agreed'), [['importer', BOLT.signer]])))
}

/** Ids of what a mirror has an envelope of. */
function keptIn(folder: string): readonly string[] {
  const { lines } = parseInboxPage(readFileSync(join(folder, 'inbox', 'events'), 'utf8'))
  const names = readdirSync(join(folder, 'inbox'))
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([])
  return names.flatMap((name) => {
    const last = lines.find(({ event }) => Buffer.from(event).includes(Buffer.from(name, 'hex')))
    return name === 'events' || last === undefined ? [] : [parseInboxEvent(last.event).id]
  })
}

function from(inboxLines: InboxSource, folder: string) {
  return follow({ ...sourceOf(ledger), inboxLines }, folder)
}

test('what waits is kept, and nothing of what waits no more', async () => {
  const folder = newFolder()
  const [first, second] = [await propose(), await propose()]
  const before = await follow(sourceOf(ledger), folder)
  const had = [...keptIn(folder)].sort()
  await refuse(first)
  const after = await follow(sourceOf(ledger), folder)

  expect([before, after]).toMatchObject([{ proposals: 2 }, { proposals: 1 }])
  expect(had).toEqual([first, second].sort())
  expect(keptIn(folder)).toEqual([second])
  expect(readdirSync(join(folder, 'inbox'))).toHaveLength(2)
})

test('a later run asks for new events only', async () => {
  const folder = newFolder()
  await propose()
  await follow(sourceOf(ledger), folder)
  const { seq } = parseInboxPage(ledger.inboxPage()).pin
  await propose()
  const asked: Asked = []
  await follow(sourceOf(ledger, asked), folder)

  expect(asked.filter((what) => what.startsWith('inbox'))).toEqual([`inbox ${seq}`])
  expect(keptIn(folder)).toHaveLength(2)
})

test('while others submit and refuse between its pages, the copy is of one moment', async () => {
  const folder = newFolder()
  const ids = [await propose(), await propose(), await propose()]
  let pages = 0
  // A page of one event each, as if it were full, and the inbox changes after each.
  await from(async (start) => {
    const [pin = '', line] = ledger.inboxPage(start).split('\n')
    pages += 1
    const page = line === undefined || line === '' ? `${pin}\n` : `${pin}\n${line}\n`
    if (pages === 1) await refuse(ids[0] ?? rides)
    if (pages === 2) ids.push(await propose())
    return page
  }, folder)

  expect(pages).toBeGreaterThan(3)
  expect([...keptIn(folder)].sort()).toEqual(ids.slice(1).sort())
})

test('a list that begins anew meanwhile is begun anew', async () => {
  const folder = newFolder()
  await propose()
  await follow(sourceOf(ledger), folder)
  const { base, seq } = parseInboxPage(ledger.inboxPage()).pin
  const events = join(folder, 'inbox', 'events')
  // What the folder holds is of an earlier list.
  writeFileSync(events, readFileSync(events, 'utf8').replace(`"base":${base}`, `"base":${seq}`))
  await follow(sourceOf(ledger), folder)

  expect(parseInboxPage(readFileSync(events, 'utf8')).pin.base).toBe(base)
})

test('a damaged copy is made again; an envelope that is deleted comes again', async () => {
  const folder = newFolder()
  await propose()
  await follow(sourceOf(ledger), folder)
  const [name = ''] = readdirSync(join(folder, 'inbox')).filter((each) => each !== 'events')
  rmSync(join(folder, 'inbox', name))
  await follow(sourceOf(ledger), folder)

  expect(existsSync(join(folder, 'inbox', name))).toBe(true)
})

test('a server of an earlier version: the mirror goes on, says so, and keeps no older copy', async () => {
  const folder = newFolder()
  await propose()
  await follow(sourceOf(ledger), folder)
  const outcome = await from(() => Promise.resolve(undefined), folder)

  expect(outcome).toMatchObject({ kind: 'followed', proposals: 'none' })
  expect(existsSync(join(folder, 'inbox'))).toBe(false)
})

test('without a key nothing is asked', async () => {
  const folder = newFolder()
  await propose()
  const outcome = await follow(publicOf(sourceOf(ledger)), folder)

  expect(outcome).not.toHaveProperty('proposals')
  expect(existsSync(join(folder, 'inbox'))).toBe(false)
})

describe('a server that lies', () => {
  test.each<[string, string, (page: string) => string]>([
    ['another hash', 'INBOX_LINE_MISMATCH', (page) => page.replace(/"hash":"..../, '"hash":"0000')],
    [
      'an envelope of another event',
      'INBOX_LINE_MISMATCH',
      (page) => {
        const statements = [...page.matchAll(/"statement":(.*)\}$/gm)].map(([, text = '']) => text)
        return page.replace(statements[0] ?? '', statements[1] ?? '')
      },
    ],
    [
      'no envelope where one waits',
      'INBOX_LINE_MISMATCH',
      (page) => page.replace(/,"statement":.*\}$/m, '}'),
    ],
    ['an event less', 'INBOX_LINE_MISMATCH', (page) => page.replace(/\n\{"event".*\n/, '\n')],
    ['no events', 'INBOX_LINE_MISMATCH', (page) => `${page.split('\n')[0] ?? ''}\n`],
    ['half a page', 'INBOX_LINE_MALFORMED', (page) => page.slice(0, page.length / 2)],
    [
      'a member too many',
      'INBOX_LINE_MALFORMED',
      (page) => page.replace('{"base"', '{"a":1,"base"'),
    ],
    ['no page', 'INBOX_LINE_MALFORMED', () => ''],
    [
      'an endless list',
      'INBOX_LINE_MISMATCH',
      (page) => page.replace(/"seq":\d+\}\n/, '"seq":9000000}\n'),
    ],
  ])('%s is refused: %s, and the copy of before stays', async (_what, code, lie) => {
    const folder = newFolder()
    await propose()
    await follow(sourceOf(ledger), folder)
    const before = readFileSync(join(folder, 'inbox', 'events'), 'utf8')
    await propose()
    const liar: InboxSource = (start) => Promise.resolve(lie(ledger.inboxPage(start)))

    expect(await codeOf(() => from(liar, newFolder()))).toBe(code)
    expect(await codeOf(() => from(liar, folder))).toMatch(/^INBOX_LINE_/)
    expect(readFileSync(join(folder, 'inbox', 'events'), 'utf8')).toBe(before)
  })
})
