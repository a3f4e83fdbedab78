/**
 * The command line as such: help, usage, words of failure, and what never happens on stdout.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readEnvironment } from '../../cli/config.js'
import { run } from '../../cli/run.js'
import { ERRORS } from '../../ledger/core/error-table.js'
import { RULES } from '../../ledger/rules/rules.js'
import { collectionDraft, Person, streamOf } from './harness.js'

const root = mkdtempSync(join(tmpdir(), 'waybill-run-'))
const person = new Person(join(root, 'person'))

afterAll(() => rmSync(root, { recursive: true, force: true }))

const COMMANDS =
  'init serve keygen party sign submit inbox countersign refuse show receipt verify lineage impact simulate search export mirror repair audit publish witness demo doctor explain'

describe('help', () => {
  test('lists every command and exits with 0', async () => {
    const ran = await person.run(['--help'])

    expect(ran.code).toBe(0)
    for (const command of COMMANDS.split(' '))
      expect(ran.out).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    expect(ran.err).toBe('')
  })

  test.each(COMMANDS.split(' '))('waybill %s --help says what it does', async (command) => {
    const ran = await person.run([command, '--help'])

    expect(ran.code).toBe(0)
    expect(ran.out).toContain(`Usage: waybill ${command}`)
    expect(ran.out).toContain('--json')
  })

  test('the version is that of the package', async () => {
    expect((await person.run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('an id that begins with a hyphen', () => {
  const ID = '-f6e4zjhGEV4xHaTVb3MGwiOi7AJYXbZDEgmrNhlBQU'

  test.each([
    ['alone', ['party', 'show', ID, '--dir', join(root, 'nowhere')]],
    ['last', ['party', 'show', '--dir', join(root, 'nowhere'), '--json', ID]],
    ['behind --', ['party', 'show', '--dir', join(root, 'nowhere'), '--', ID]],
  ])('%s is an id and no option', async (_name, argv) => {
    const ran = await person.run(argv)

    expect(ran.err).toContain('LEDGER_NOT_FOUND')
  })

  test('is the value of the option before it', async () => {
    const ran = await person.run(['search', '--party', ID, '--dir', join(root, 'nowhere')])

    expect(ran.err).toContain('LEDGER_NOT_FOUND')
  })

  test('a mistyped option is still one', async () => {
    expect((await person.run(['party', 'show', '--policiy-fileeee', 'x'])).code).toBe(64)
  })
})

describe('what is not understood: exit 64', () => {
  test.each([
    ['no such command', ['fly']],
    ['a missing argument', ['sign']],
    ['an unknown option', ['explain', '--loud']],
    ['an option without its value', ['verify', '--policy']],
    ['no ledger named', ['inbox', '--key', 'x.pem']],
    ['two ledgers named', ['party', 'list', '--server', 'http://127.0.0.1:1', '--dir', root]],
    ['a number that is none', ['serve', '--dir', root, '--port', 'many']],
    ['a code that does not exist', ['explain', 'NO_SUCH_CODE']],
  ] as const)('%s', async (_name, argv) => {
    const ran = await person.run(argv)

    expect(ran.code).toBe(argv[0] === 'inbox' ? 66 : 64)
    expect(ran.out).toBe('')
    expect(ran.err).not.toBe('')
  })

  test('no command at all prints help', async () => {
    const ran = await person.run([])

    expect(ran.code).toBe(64)
    expect(ran.err).toContain('Usage: waybill')
  })

  test('with --json the failure is JSON on stdout, and words are on stderr', async () => {
    const ran = await person.run(['fly', '--json'])

    expect(ran.code).toBe(64)
    expect(ran.json()).toMatchObject({ error: { code: 'USAGE' } })
    expect(ran.err).toContain('fly')
  })
})

describe('failures', () => {
  test('say what, where, what to do, and the code', async () => {
    const ran = await person.run(['show', join(root, 'nowhere.json'), '--json'])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain(ERRORS.STATEMENT_ID_INVALID.title)
    expect(ran.err).toContain(ERRORS.STATEMENT_ID_INVALID.explain)
    expect(ran.err).toContain('waybill explain STATEMENT_ID_INVALID')
    expect(ran.json()).toMatchObject({ error: { code: 'STATEMENT_ID_INVALID' } })
  })

  test('a server that is not there is 69', async () => {
    const ran = await person.run(['party', 'list', '--server', 'http://127.0.0.1:1'])

    expect(ran.code).toBe(69)
    expect(ran.err).toContain('submitting twice is harmless')
  })

  test('an error that is not ours is a bug: 70', async () => {
    let err = ''
    const code = await run(['sign', '-', '--origin', 'ledger.example/x', '--dry-run'], {
      stdin: {
        bytes: streamOf(JSON.stringify(collectionDraft('x'.repeat(42).concat('A')))),
        isTty: false,
      },
      stdout: { write: () => undefined, isTty: false },
      stderr: { write: (text) => (err += text), isTty: false },
      environment: readEnvironment(person.environment),
      ownProcess: false,
      now: Date.now,
      random: () => {
        throw new TypeError('no randomness')
      },
      untilInterrupted: () => new AbortController().signal,
    })

    expect(code).toBe(70)
    expect(err).toContain('waybill: a bug in Waybill')
    expect(err).toContain('TypeError: no randomness')
  })
})

describe('explain', () => {
  test('every code has its words', async () => {
    const all = await person.run(['explain'])

    const codes = all.out.trimEnd().split('\n')
    for (const name of [...Object.keys(ERRORS), ...RULES.map(({ id }) => id)])
      expect(codes.filter((line) => line.startsWith(`${name} `))).toHaveLength(1)
    const one = await person.run(['explain', 'key_unknown'])
    expect(one.code).toBe(0)
    expect(one.out).toContain(ERRORS.KEY_UNKNOWN.explain)
    expect(one.out).toContain('exit code 65')
    expect((await person.run(['explain', 'KEY_UNKNOWN', '--json'])).json()).toMatchObject({
      code: 'KEY_UNKNOWN',
      exit: 65,
    })
  })
})
