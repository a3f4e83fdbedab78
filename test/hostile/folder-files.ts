/** Settings and ledger folders that are malformed, and words that mean nothing. DESIGN 7.1. */
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPem } from '../../ledger/crypto/signer.js'
import { ORIGIN } from '../cli/harness.js'
import type { Content, Desk, FileRow } from './desk.js'
import { CANARY } from './forge.js'

/** Runs a command with this configuration file. */
const config = (content: Content) => (desk: Desk) => {
  const person = desk.person()
  person.configure({})
  const raw = typeof content === 'string' || content instanceof Uint8Array
  writeFileSync(
    join(person.home, 'config', 'waybill', 'config.json'),
    raw ? content : JSON.stringify(content),
  )
  return person.run(['party', 'list', '--dir', desk.town.folder])
}

/** Audits a copy of the ledger's folder in which a file is another. */
const folder =
  (name: string, content: Content | undefined, mode = 0o600) =>
  (desk: Desk) => {
    const copy = desk.person().path('ledger')
    cpSync(desk.town.folder, copy, { recursive: true })
    rmSync(join(copy, name), { recursive: true })
    const raw = typeof content === 'string' || content instanceof Uint8Array
    if (content !== undefined)
      writeFileSync(join(copy, name), raw ? content : JSON.stringify(content), { mode })
    return desk.run(['audit', '--dir', copy, '--workers', '0'])
  }

const LISTEN = { host: '127.0.0.1', port: 1 }

const FOLDERS: readonly FileRow[] = [
  ['settings that are no JSON', 78, 'CONFIG_INVALID', config(CANARY)],
  ['settings that are a list', 78, 'CONFIG_INVALID', config('[]')],
  ['settings that say a name twice', 78, 'CONFIG_INVALID', config('{"key":"a","key":"b"}')],
  ['a setting of nobody', 78, 'CONFIG_INVALID', config({ [CANARY]: 'a' })],
  ['a setting that is a number', 78, 'CONFIG_INVALID', config({ key: 7 })],
  ['settings of invalid UTF-8', 78, 'CONFIG_INVALID', config(Uint8Array.of(0xff))],
  ['aliases that are a list', 78, 'CONFIG_INVALID', config({ aliases: [] })],
  ['an alias that is a number', 78, 'CONFIG_INVALID', config({ aliases: { acme: 7 } })],
  [
    'a server of another scheme',
    78,
    'CONFIG_INVALID',
    (desk) => desk.run(['party', 'list', '--server', `ftp://${CANARY}`]),
  ],
  [
    'a ledger that is not there',
    66,
    'LEDGER_NOT_FOUND',
    (desk) => desk.run(['audit', '--dir', desk.person().home]),
  ],
  ['a ledger whose settings are no JSON', 78, 'CONFIG_INVALID', folder('waybill.json', CANARY)],
  [
    'a ledger whose settings have a member too many',
    78,
    'CONFIG_INVALID',
    folder('waybill.json', { auditors: [], listen: LISTEN, origin: ORIGIN, [CANARY]: 1 }),
  ],
  [
    'a ledger with a plus in its name',
    78,
    'CONFIG_INVALID',
    folder('waybill.json', { auditors: [], listen: LISTEN, origin: 'a+b' }),
  ],
  [
    'a ledger of another name',
    1,
    'CHECKPOINT_UNTRUSTED',
    folder('waybill.json', { auditors: [], listen: LISTEN, origin: 'other.example/log' }),
  ],
  [
    'a ledger on a port of 70,000',
    78,
    'CONFIG_INVALID',
    folder('waybill.json', { auditors: [], listen: { host: 'a', port: 70_000 }, origin: ORIGIN }),
  ],
  [
    'an auditor of no party',
    78,
    'CONFIG_INVALID',
    folder('waybill.json', { auditors: [CANARY], listen: LISTEN, origin: ORIGIN }),
  ],
  ['a log key that is garbage', 65, 'KEY_FILE_INVALID', folder('keys/log.pem', CANARY)],
  [
    'a log key of another log',
    1,
    'CHECKPOINT_UNTRUSTED',
    folder('keys/log.pem', generateKeyPem().pem),
  ],
  [
    'a log key that everybody may read',
    78,
    'KEY_FILE_MODE',
    folder('keys/log.pem', generateKeyPem().pem, 0o644),
  ],
  ['a head that is garbage', 1, 'HEAD_UNREADABLE', folder('checkpoint', CANARY)],
  ['a head that is lost', 3, 'NOTHING_TO_VERIFY', folder('checkpoint', undefined)],
  ['a store that is lost', 66, 'LEDGER_NOT_FOUND', folder('store', undefined)],
  ['a store without its CURRENT', 74, 'STORE_UNREADABLE', folder('store/CURRENT', undefined)],
  [
    'a ledger where one is',
    78,
    'LEDGER_EXISTS',
    (desk) =>
      desk.run(['init', desk.town.folder, '--origin', 'a', '--name', 'b', '--country', 'DE']),
  ],
]

const WORDS: readonly FileRow[] = [
  ['a command of nobody', 64, '', (desk) => desk.run([CANARY])],
  ['a flag of nobody', 64, '', (desk) => desk.run(['verify', `--${CANARY}`])],
  [
    'an id of 7 digits',
    65,
    'STATEMENT_ID_INVALID',
    (desk) => desk.run(['show', 'abcdef0', '--dir', desk.town.folder]),
  ],
  [
    'an id that nobody has',
    66,
    'STATEMENT_NOT_FOUND',
    (desk) => desk.run(['show', 'ab'.repeat(32), '--dir', desk.town.folder]),
  ],
  [
    'a file whose digest nobody has',
    3,
    'NOTHING_TO_VERIFY',
    (desk) => desk.run(['lineage', desk.file(CANARY), '--dir', desk.town.folder]),
  ],
  [
    'half a number of workers',
    64,
    'USAGE',
    (desk) => desk.run(['audit', '--dir', desk.town.folder, '--workers', '0.5']),
  ],
  [
    'a port of 70,000',
    64,
    'USAGE',
    (desk) => desk.run(['serve', '--dir', desk.town.folder, '--port', '70000']),
  ],
  ['a code of nobody', 64, 'USAGE', (desk) => desk.run(['explain', CANARY])],
  ['nothing to verify', 3, 'NOTHING_TO_VERIFY', (desk) => desk.run(['verify'])],
]

export const FOLDER_FILES: readonly FileRow[] = [...FOLDERS, ...WORDS]
