/** The operator replaces the log's key, and readers follow. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectionDraft, log, Town } from './harness.js'

const town = new Town()
let firm: Awaited<ReturnType<Town['enrolled']>>
let old: string
let both: string
let next: string

beforeAll(async () => {
  await town.init()
  await town.serve()
  firm = await town.enrolled('firm', 'Lindenau Räder eG', 'DE')
  await log(firm, 'early', collectionDraft(firm.party, 'early'))
  old = town.policy
  both = firm.path('both.txt')
  next = firm.path('next.txt')
})

afterAll(() => town.close())

function operate(...argv: readonly string[]) {
  return town.operator.run(['log-key', ...argv, '--dir', town.folder])
}

function show(policy: string, ...more: readonly string[]) {
  return firm.run(['log-key', 'show', '--server', town.url, '--policy', policy, '--json', ...more])
}

/** Exit codes of a new receipt under the three policies. */
async function verified(name: string): Promise<readonly number[]> {
  const id = await log(firm, name, collectionDraft(firm.party, name))
  const file = firm.path(`${name}.receipt.json`)
  await firm.must(['receipt', id, '-o', file, '--policy', both])
  const codes: number[] = []
  for (const policy of [old, both, next]) {
    // Each reader has a memory of their own.
    const reader = town.person(`reader of ${name} ${codes.length}`)
    codes.push((await reader.run(['verify', file, '--policy', policy])).code)
  }
  return codes
}

describe('log-key', () => {
  test('show names the key that the operator declared when there was no rotation', async () => {
    const ran = await show(old)

    expect(ran.code).toBe(0)
    expect(ran.json()).toMatchObject({ record: 'VERIFIED', keys: [{ status: 'declared' }] })
  })

  test('is not changed while a server runs, or without a yes', async () => {
    expect((await operate('rotate', '--yes')).code).toBe(69)
    await town.stop()
    expect((await operate('finish', '--yes')).code).toBe(64)
    const asked = await town.operator.run(['log-key', 'rotate', '--dir', town.folder], {
      answer: 'n\n',
    })
    expect(asked.out).toContain('nothing was changed')
  })

  test('rotate: either key is enough for readers, and the keys stand in the registry', async () => {
    const ran = await operate('rotate', '--yes', '--policy-out', both)
    await town.serve()
    firm.configure({ server: town.url, key: firm.path('key.pem') })

    expect(ran.code).toBe(0)
    const shown = (await show(old, '--policy-out', both)).json()
    const vkeys = (shown['keys'] as readonly { vkey: string }[]).map(({ vkey }) => vkey)
    expect(shown).toMatchObject({ keys: [{ status: 'active' }, { status: 'active' }] })
    firm.write('next.txt', `log ${vkeys[1]}\nquorum none\n`)
    expect(await verified('meanwhile')).toEqual([0, 0, 0])
  })

  test('finish: the new key alone; the old policy is told that its key has ended', async () => {
    await town.stop()
    const ran = await operate('finish', '--yes')
    await town.serve()
    firm.configure({ server: town.url, key: firm.path('key.pem') })

    expect(ran.code).toBe(0)
    // The checkpoint of the ending itself still has both lines.
    const last = await show(old)
    expect(last.code).toBe(0)
    expect(JSON.stringify(last.json()['findings'])).toContain('LOG_KEY_ENDED')
    expect(await verified('afterwards')).toEqual([1, 0, 0])
    const shown = (await show(next)).json()
    expect(shown).toMatchObject({ keys: [{ status: 'retired' }, { status: 'active' }] })
    expect(
      String(shown['policy'])
        .split('\n')
        .filter((line) => line.startsWith('log ')),
    ).toHaveLength(1)
  })
})
