/**
 * Attack, or accident: a whole ledger folder is put back from an old backup. DESIGN 2, 9.
 *
 * Store and head file agree with each other, so only somebody outside can know. What they know stops
 * the ledger before it signs a second history; where nobody told it, its clients find out.
 */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex, utf8Encode } from '../../ledger/core/bytes.js'
import { portableSha256 } from '../../ledger/core/hash.js'
import { formatVkey } from '../../ledger/core/note.js'
import { collectionDraft, log, ORIGIN, type Person, Town } from '../cli/harness.js'
import { WITNESSES } from './support/stage.js'

const town = new Town()
let firm: Person & { readonly party: string }
/** The folder as it was one statement ago. */
const old = (): string => join(town.root, 'old')
/** A receipt and a checkpoint that somebody has of the folder as it is. */
let receipt = ''
let note = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  await town.stop()
  cpSync(town.folder, old(), { recursive: true })
  await town.serve()
  firm.configure({ server: town.url, key: firm.path('key.pem') })
  const id = await log(firm, 'rides', collectionDraft(firm.party))
  receipt = join(firm.path('receipts'), `${id}.receipt.json`)
  await town.stop()
  const head = JSON.parse(readFileSync(join(town.folder, 'checkpoint'), 'utf8')) as {
    checkpoint: string
  }
  note = head.checkpoint
})

afterAll(() => town.close())

function headOf(folder: string): string {
  return readFileSync(join(folder, 'checkpoint'), 'utf8')
}

/** Runs `serve` until it listens or refuses. */
function serve(person: Person, folder: string, flags: readonly string[] = []) {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 1_000)
  return person.run(['serve', '--dir', folder, '--port', '0', '--workers', '0', ...flags], {
    signal: stop.signal,
  })
}

test('nobody tells it: it opens, for it cannot know', async () => {
  const ran = await serve(town.person('nobody'), old())

  expect(ran.code).toBe(0)
})

test.each([
  ['a receipt of a client', () => receipt],
  ['a checkpoint in a file', (person: Person) => person.write('note', note)],
  [
    "a mirror's folder",
    (person: Person) => {
      person.write('checkpoint', note)
      return person.home
    },
  ],
])('%s has seen more: it is not served, exit 74, and nothing is signed', async (name, place) => {
  const person = town.person(name.replaceAll(/\W+/g, '-'))
  const before = headOf(old())

  const ran = await serve(person, old(), ['--seen', place(person)])

  expect(ran.code).toBe(74)
  expect(ran.err).toContain('code LEDGER_ROLLED_BACK')
  expect(headOf(old())).toBe(before)
})

test("a witness of the ledger's own policy has seen more: exit 74", async () => {
  const folder = join(town.root, 'witnessed')
  cpSync(old(), folder, { recursive: true })
  const path = `/${toHex(portableSha256(utf8Encode(ORIGIN)))}/checkpoint`
  const { server, url } = await answering((asked) => (asked === path ? note : undefined))
  writePolicy(folder, url)

  const ran = await serve(town.person('served'), folder)
  const asked = await town.person('asked').run(['doctor', '--dir', folder])
  server.close()
  const alone = await serve(town.person('alone'), folder)
  const doctor = await town.person('unasked').run(['doctor', '--dir', folder])

  expect([ran.code, asked.code]).toEqual([74, 74])
  expect(ran.err).toContain('code LEDGER_ROLLED_BACK')
  expect(asked.out).toContain('others have seen 4')
  // Every outage of a witness would stop the ledger otherwise; doctor says that it was not asked.
  expect(alone.code).toBe(0)
  expect(doctor.err).toContain('witness north was not asked what it has seen')
})

test('the operator who verified it on this machine is stopped by his own memory', async () => {
  const operator = town.person('careful')
  await operator.must(['verify', receipt, '--policy', town.policy])

  const served = await serve(operator, old())
  const submitted = await operator.run([
    'submit',
    join(firm.home, 'rides.signed.json'),
    '--dir',
    old(),
  ])

  expect([served.code, submitted.code]).toEqual([74, 74])
  expect(submitted.err).toContain('code LEDGER_ROLLED_BACK')
})

test('doctor says how far it is behind and shows the way back', async () => {
  const person = town.person('patient')

  const ran = await person.run(['doctor', '--dir', old(), '--seen', receipt])
  const alone = await person.run(['doctor', '--dir', old()])
  const sound = await person.run(['doctor', '--dir', town.folder, '--seen', receipt])

  expect(ran.code).toBe(74)
  expect(ran.out).toContain('the folder has 3 entries, others have seen 4; 1 entry missing')
  expect(ran.out).toContain(`waybill repair --dir ${old()} --from MIRROR`)
  expect(alone.out).toContain('nothing to compare with')
  expect(sound.code).toBe(0)
  expect(sound.out).toContain(`checkpoints held by ${receipt}`)
})

test('it went on from the old copy: two histories, exit 5, on its side and on that of clients', async () => {
  const fork = join(town.root, 'fork')
  cpSync(old(), fork, { recursive: true })
  const client = town.person('client')
  await client.must(['verify', receipt, '--policy', town.policy])
  await town.serve(fork)
  firm.configure({ server: town.url, key: firm.path('key.pem') })
  const other = await log(firm, 'other', collectionDraft(firm.party, 'other'))
  const key = ['--key', firm.path('key.pem'), '--policy', town.policy]
  const out = client.path('other.receipt.json')

  const fetched = await client.run(['receipt', other, '--server', town.url, ...key, '-o', out])
  await town.stop()
  const served = await serve(town.person('again'), fork, ['--seen', receipt])

  expect(fetched.code).toBe(5)
  expect(served.code).toBe(5)
  expect(served.err).toContain('code LEDGER_FORKED')
})

test('the store alone is old: its own head stops it, exit 74, and doctor shows the way back', async () => {
  const mixed = join(town.root, 'mixed')
  cpSync(town.folder, mixed, { recursive: true })
  rmSync(join(mixed, 'store'), { recursive: true })
  cpSync(join(old(), 'store'), join(mixed, 'store'), { recursive: true })
  const person = town.person('mixed-up')

  const served = await serve(person, mixed)
  const doctor = await person.run(['doctor', '--dir', mixed])

  expect(served.code).toBe(74)
  expect(served.err).toContain('code LEDGER_BEHIND_HEAD')
  expect(doctor.out).toContain('the folder has 3 entries, its own head was signed for 4')
})

test('a copy without keys may be old, for it can sign nothing', async () => {
  const copy = join(town.root, 'copy')
  cpSync(old(), copy, { recursive: true })
  renameSync(join(copy, 'keys'), join(town.root, 'keys-elsewhere'))
  const reader = town.person('reader')
  await reader.must(['verify', receipt, '--policy', town.policy])

  const ran = await reader.run(['party', 'list', '--dir', copy])

  expect(existsSync(join(copy, 'keys'))).toBe(false)
  expect(ran.code).toBe(0)
})

test('what somebody else signed stops nobody, and what is no checkpoint is said', async () => {
  const stranger = town.person('stranger')
  const flags = ['--origin', ORIGIN, '--name', 'X', '--country', 'FR']
  await stranger.must(['init', stranger.path('ledger'), ...flags])
  const foreign = JSON.parse(headOf(stranger.path('ledger'))) as { checkpoint: string }

  const served = await serve(town.person('calm'), old(), [
    '--seen',
    stranger.write('foreign', foreign.checkpoint),
  ])
  const broken = await serve(town.person('wrong'), old(), ['--seen', stranger.write('x', 'text')])

  expect(served.code).toBe(0)
  expect(broken.code).toBe(65)
})

async function answering(
  answer: (path: string) => string | undefined,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const text = answer(request.url ?? '')
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The ledger's own policy file, with one witness at this address. */
function writePolicy(folder: string, url: string): void {
  const [north] = WITNESSES
  const [line = ''] = readFileSync(town.policy, 'utf8').split('\n')
  const { name, type, key } = north.key
  const vkey = formatVkey(name, type, key)
  writeFileSync(join(folder, 'policy'), `${line}\nwitness north ${vkey} ${url}\nquorum north\n`)
}
