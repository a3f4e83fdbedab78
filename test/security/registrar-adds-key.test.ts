/**
 * Attack: the registrar adds a key to a party behind its back, and signs in its name.
 *
 * The key needs a signature by a key that the party had. Without one the party's list does not verify,
 * for anybody, offline; a thief with the party's key can make one that does, and then the party that
 * watches its own name sees a key that it does not know.
 */
import { afterAll, describe, expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { ACME, BOLT, keyOf, OPERATOR } from '../log/support/firms.js'
import { Forger } from '../log/support/forge.js'
import { collection, type Draft, keyChange, type Signing } from '../log/support/statements.js'
import { CheatingOperator } from './support/cheating-operator.js'

const STOLEN = keyOf('a key that ACME never made')
const operator = new CheatingOperator()
afterAll(() => operator.close())

const ADD: Draft = keyChange(ACME, STOLEN, 'add', { use: ['statement'] })

/** Who signs as holder: the registrar has no key of ACME's. */
const behindItsBack: readonly (readonly [string, readonly Signing[]])[] = [
  [
    'with the new key as its holder',
    [
      ['holder', STOLEN],
      ['registrar', OPERATOR.signer],
      ['subject', STOLEN],
    ],
  ],
  [
    "with the registrar's own key as its holder",
    [
      ['holder', OPERATOR.signer],
      ['registrar', OPERATOR.signer],
      ['subject', STOLEN],
    ],
  ],
  [
    "with another party's key as its holder",
    [
      ['holder', BOLT.signer],
      ['registrar', OPERATOR.signer],
      ['subject', STOLEN],
    ],
  ],
  [
    'without a holder',
    [
      ['registrar', OPERATOR.signer],
      ['subject', STOLEN],
    ],
  ],
]

describe.each(behindItsBack)('a key added %s', (_, signings) => {
  test('alarms the party that watches, and what it keeps convinces others', async () => {
    const forger = await Forger.start()
    const honest = await operator.serve(forger)
    const acme = operator.reader(`acme ${_}`)
    const watch = (url: string) =>
      acme.run([
        'party',
        'watch',
        ACME.party,
        '--once',
        '--json',
        '--server',
        url,
        '--policy',
        acme.policy,
      ])
    expect((await watch(honest.url)).code).toBe(0)

    await forger.add(ADD, signings)
    const cheat = await operator.serve(forger)
    const alarmed = await watch(cheat.url)

    expect(alarmed.code).toBe(5)
    const { alarms, code, evidence } = alarmed.json()
    expect(code).toBe('PARTY_ALARM')
    expect(JSON.stringify(alarms)).toContain(STOLEN.kid.slice(0, 12))
    const other = operator.reader(`somebody else ${_}`)
    const judged = await other.run(['verify', String(evidence), '--policy', other.policy])
    expect(judged.code).toBe(1)
    expect(judged.out).toContain('Record: FAILED')
  })

  test('and what is signed with it fails for everybody, offline', async () => {
    const forger = await Forger.start()
    await forger.add(ADD, signings)
    const id = await forger.add(collection(ACME, 'never collected'), [['collector', STOLEN]])
    const { ledger } = await operator.serve(forger)
    const reader = operator.reader(`reader ${_}`)
    const evidence = ledger.evidence([id])
    const file = operator.file(reader, 'collection', evidence)

    expect((await reader.run(['verify', file, '--policy', reader.policy])).code).toBe(1)
    // A list without the statement is not what the log's entries commit to.
    const parties = evidence.parties.map((item) =>
      item.party === ACME.party ? { ...item, statements: item.statements.slice(0, 1) } : item,
    )
    const hidden = operator.file(reader, 'hidden', { ...evidence, parties })
    expect((await reader.run(['verify', hidden, '--policy', reader.policy])).code).toBe(1)
  })
})

describe('a key added with a stolen key of the party', () => {
  const signings: readonly Signing[] = [
    ['holder', ACME.signer],
    ['registrar', OPERATOR.signer],
    ['subject', STOLEN],
  ]

  async function scene(name: string) {
    const forger = await Forger.start()
    const acme = operator.reader(name)
    const watch = (url: string, ...more: readonly string[]) => {
      const flags = ['--once', '--server', url, '--policy', acme.policy]
      return acme.run(['party', 'watch', ACME.party, ...flags, ...more])
    }
    return { forger, acme, watch }
  }

  test('verifies, and alarms the party that did not add it, every time until it is accepted', async () => {
    const { forger, watch } = await scene('acme that remembers')
    await watch((await operator.serve(forger)).url)
    const added: StatementId = await forger.add(ADD, signings)
    const { url } = await operator.serve(forger)

    for (const alarmed of [await watch(url), await watch(url)]) {
      expect(alarmed.code).toBe(5)
      expect(alarmed.out).toContain('*** ALARM ***')
      expect(alarmed.out).toContain(`unknown statement: key/1 add ${added.slice(0, 12)}`)
      expect(alarmed.out).toContain('VERIFIED')
    }
    expect((await watch(url, '--accept', '00000000')).code).toBe(5)
    expect((await watch(url, '--accept', added.slice(0, 12))).code).toBe(0)
    expect((await watch(url)).code).toBe(0)
  })

  test('alarms at the first look when the party says which keys are its own', async () => {
    const { forger, watch } = await scene('acme that knows its keys')
    await forger.add(ADD, signings)
    const { url } = await operator.serve(forger)
    const own = ACME.signer.kid.slice(0, 12)

    expect((await watch(url, '--keys', own)).code).toBe(5)
    expect((await watch(url, '--keys', `${own},${STOLEN.kid}`)).code).toBe(0)
  })
})
