/**
 * Settings: flag beats environment beats file, and a bad file is named.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { firstOf, loadSettings, readEnvironment, setting } from '../../cli/config.js'

const root = mkdtempSync(join(tmpdir(), 'waybill-config-'))
let count = 0

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** An environment whose settings file holds `content`. */
function environmentOf(
  content: string | undefined,
  variables: Readonly<Record<string, string>> = {},
) {
  count += 1
  const home = join(root, String(count))
  mkdirSync(join(home, '.config', 'waybill'), { recursive: true })
  if (content !== undefined) writeFileSync(join(home, '.config', 'waybill', 'config.json'), content)
  return { home, environment: readEnvironment({ HOME: home, ...variables }) }
}

test('a flag beats a variable, a variable beats the file', async () => {
  const { environment } = environmentOf(
    '{"server":"https://file","party":"file","policy":"/file"}',
    {
      WAYBILL_SERVER: 'https://variable',
      WAYBILL_PARTY: 'variable',
    },
  )

  const settings = await loadSettings(environment, { server: 'https://flag' })

  expect(setting(settings, 'server')).toBe('https://flag')
  expect(setting(settings, 'party')).toBe('variable')
  expect(setting(settings, 'policy')).toBe('/file')
  expect(setting(settings, 'key')).toBeUndefined()
})

test('a flag for one source beats a variable for the other', async () => {
  const { environment } = environmentOf('{"key":"/file.pem"}', {
    WAYBILL_SERVER: 'https://variable',
  })

  const settings = await loadSettings(environment, { dir: '/ledger' })

  expect(firstOf(settings, ['server', 'dir'])).toEqual({ name: 'dir', value: '/ledger' })
  expect(firstOf(settings, ['key', 'signer'])).toEqual({ name: 'key', value: '/file.pem' })
  const both = await loadSettings(environment, { dir: '/ledger', server: 'https://flag' })
  expect(() => firstOf(both, ['server', 'dir'])).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      details: { reason: 'give one of --server and --dir, not both' },
    }),
  )
})

test('paths in the file are relative to the file', async () => {
  const { home, environment } = environmentOf('{"key":"keys/acme.pem","policy":"/etc/policy.txt"}')

  const settings = await loadSettings(environment, {})

  expect(setting(settings, 'key')).toBe(join(home, '.config', 'waybill', 'keys', 'acme.pem'))
  expect(setting(settings, 'policy')).toBe('/etc/policy.txt')
})

test('without a file there are no settings', async () => {
  const { environment } = environmentOf(undefined)

  expect((await loadSettings(environment, {})).aliases.size).toBe(0)
})

test.each([
  ['not JSON', '{', 'not JSON'],
  ['a name twice', '{"key":"a","key":"b"}', 'not JSON'],
  ['no object', '[]', 'not a JSON object'],
  ['an unknown member', '{"sever":"x"}', undefined],
  ['a member that is no string', '{"key":5}', undefined],
  ['aliases that are no object', '{"aliases":[]}', undefined],
  ['an alias that is no string', '{"aliases":{"a":1}}', undefined],
])('a file with %s is CONFIG_INVALID and named', async (_name, content, reason) => {
  const { home, environment } = environmentOf(content)

  await expect(loadSettings(environment, {})).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    details: {
      path: join(home, '.config', 'waybill', 'config.json'),
      ...(reason === undefined ? {} : { reason }),
    },
  })
})

test('XDG folders count when they are absolute', () => {
  const given = readEnvironment({ HOME: '/home/x', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' })
  const ignored = readEnvironment({ HOME: '/home/x', XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: '' })

  expect([given.configFolder, given.stateFolder]).toEqual(['/c/waybill', '/s/waybill'])
  expect([ignored.configFolder, ignored.stateFolder]).toEqual([
    '/home/x/.config/waybill',
    '/home/x/.local/state/waybill',
  ])
})

test('NO_COLOR counts when it is not empty, whatever it says', () => {
  expect(readEnvironment({ NO_COLOR: '0' }).noColor).toBe(true)
  expect(readEnvironment({ NO_COLOR: '' }).noColor).toBe(false)
  expect(readEnvironment({ TERM: 'dumb' }).noColor).toBe(true)
})
