/**
 * The built command in processes of its own: streams, exit codes, pipes and signals.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'waybill-main-'))
const env = { ...process.env, HOME: root, XDG_STATE_HOME: join(root, 'state'), NO_COLOR: '1' }

afterAll(() => rmSync(root, { recursive: true, force: true }))

function waybill(argv: readonly string[], input = '') {
  return spawnSync(process.execPath, [MAIN, ...argv], { env, input, encoding: 'utf8' })
}

test('results go to stdout, words to stderr, and the exit code is that of the command', () => {
  const version = waybill(['--version'])
  const nothing = waybill(['verify'])

  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect([version.status, version.stderr]).toEqual([0, ''])
  expect([nothing.status, nothing.stdout]).toEqual([3, ''])
  expect(nothing.stderr).toContain('code NOTHING_TO_VERIFY')
})

test('a reader that goes away is no error', () => {
  const piped = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" explain | head -1`], {
    env,
    encoding: 'utf8',
  })

  expect(piped.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect([piped.status, piped.stderr]).toEqual([0, ''])
})

test('a ledger is made, served until SIGTERM, and audited by worker threads', async () => {
  const ledger = join(root, 'ledger')
  const made = waybill([
    'init',
    ledger,
    '--origin',
    'ledger.example/main',
    '--name',
    'X',
    '--country',
    'DE',
  ])
  expect(made.status).toBe(0)

  const server = spawn(
    process.execPath,
    [MAIN, 'serve', '--dir', ledger, '--port', '0', '--json'],
    { env },
  )
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve))
  const said = await new Promise<string>((resolve) => {
    let out = ''
    server.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes('}')) resolve(out)
    })
  })
  const { url, size } = JSON.parse(said) as { url: string; size: number }
  const info = (await (await fetch(`${url}/v1/ledger`)).json()) as { origin: string }
  server.kill('SIGTERM')

  expect([info.origin, size]).toEqual(['ledger.example/main', 2])
  expect(await ended).toBe(0)
  const audit = waybill(['audit', '--dir', ledger, '--workers', '2'])
  expect(audit.stdout.trimEnd().split('\n').at(-1)).toBe('Overall: VERIFIED (record only)')
  expect(audit.status).toBe(0)
})

test('a pipe without a terminal is not asked: --yes must be given', () => {
  const key = join(root, 'key.pem')
  waybill(['keygen', key])

  const ran = waybill(
    [
      'party',
      'enrol',
      '--name',
      'X',
      '--country',
      'DE',
      '--key',
      key,
      '--dir',
      join(root, 'ledger'),
    ],
    'y\n',
  )

  expect(ran.status).toBe(64)
  expect(ran.stderr).toContain('--yes')
})
