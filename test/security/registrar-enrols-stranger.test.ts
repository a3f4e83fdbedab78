/**
 * Attack: the registrar enrols a stranger under the name of a firm that the reader knows.
 *
 * Nothing in the log is wrong: a name is the registrar's word and every report says so. A reader who
 * has the firm's party id from the firm itself (`--parties`) is told that this is another.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { ACME, firmOf } from '../log/support/firms.js'
import { Forger } from '../log/support/forge.js'
import { collection, enrolling, enrolment } from '../log/support/statements.js'
import { CheatingOperator } from './support/cheating-operator.js'

const STRANGER = firmOf('somebody who is not ACME')
const operator = new CheatingOperator()
let readers = 0
afterAll(() => operator.close())

/** The stranger's name in the registry; everything else is as it should be. */
async function signedByStranger(name: string, claims: Readonly<Record<string, string>> = {}) {
  const forger = await Forger.start()
  await forger.add(enrolment(STRANGER, { name, ...claims }), enrolling(STRANGER))
  const id = await forger.add(collection(STRANGER, 'rides'), [['collector', STRANGER.signer]])
  const { ledger } = await operator.serve(forger)
  // Each is a log of its own, and a reader who remembers another would call it a split view.
  readers += 1
  const reader = operator.reader(`reader ${readers}`)
  const file = operator.file(reader, 'collection', ledger.evidence([id]))
  const verify = (...flags: readonly string[]) =>
    reader.run(['verify', file, '--policy', reader.policy, ...flags])
  return { reader, verify }
}

const pinOf = (party: string, name: string): string => `# told by phone\n${party} ${name}\n`

describe('a stranger under a known name', () => {
  test('verifies without pins, on the registrar’s word, and the report says whose word that is', async () => {
    const { verify } = await signedByStranger('ACME Räder eG')
    const ran = await verify()

    expect(ran.code).toBe(0)
    expect(ran.out).toContain("ACME Räder eG, Germany (DE): on the registrar's word")
    expect(ran.out).toContain('that 2 names above belong to the right keys: the registrar says so')
  })

  test.each(['ACME Räder eG', 'acme  RÄDER e.G.'])(
    '%s: a pin of the real one fails it',
    async (name) => {
      const { reader, verify } = await signedByStranger(name)
      const ran = await verify(
        '--parties',
        reader.write('pins', pinOf(ACME.party, 'ACME Räder eG')),
      )

      expect(ran.code).toBe(1)
      expect(ran.out).toContain('PARTY_NAME_PINNED')
      expect(ran.out).toContain(`party ${STRANGER.party}`)
      expect(ran.out).toContain(ACME.party)
      expect(ran.out).toContain('Record: FAILED')
    },
  )

  test('a pin of the party itself is as good as ever', async () => {
    const { reader, verify } = await signedByStranger('ACME Räder eG')
    const ran = await verify(
      '--parties',
      reader.write('pins', pinOf(STRANGER.party, 'ACME Räder eG')),
    )

    expect(ran.code).toBe(0)
    expect(ran.out).toContain('pinned by you')
  })

  test('one that says it continues the real one leaves the reader to ask', async () => {
    const { reader, verify } = await signedByStranger('ACME Räder eG', { continues: ACME.party })
    const ran = await verify('--parties', reader.write('pins', pinOf(ACME.party, 'ACME Räder eG')))

    expect(ran.code).toBe(3)
    expect(ran.out).toContain('PARTY_CONTINUES')
    expect(ran.out).toContain('which it says it continues')
  })
})
