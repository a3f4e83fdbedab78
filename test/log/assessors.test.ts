/** Assessments by strangers are not even read: anybody may assess anything, as often as it likes. */
import { expect, test } from 'vitest'
import type { StatementId } from '../../ledger/core/statement.js'
import { ACME, BOLT, CORAL } from './support/firms.js'
import { collect, scene } from './support/scene.js'
import { admit } from './support/site.js'
import { assessment, dataset, json, processing, sign } from './support/statements.js'

test('judging reads the assessments of parties of the hop and its source only, also after opening', async () => {
  const { ledger, site } = await scene({ rules: {} })
  const source = await collect(ledger, ACME)
  const strange: StatementId[] = []
  for (const firm of [CORAL, BOLT]) {
    for (let count = 0; count < 3; count += 1)
      strange.push(await admit(ledger, assessment(firm, [source]), [['assessor', firm.signer]]))
  }
  const own = await admit(ledger, assessment(ACME, [source]), [['assessor', ACME.signer]])
  await ledger.close()

  const again = await site.open({ rules: {} })
  await again.rules.prepare()
  const read = new Set<StatementId>()
  const { index } = again.rules
  const statement = index.statement.bind(index)
  index.statement = (id) => {
    read.add(id)
    return statement(id)
  }
  const draft = processing(ACME, [{ id: source, n: 0 }], [dataset('more', [0])])
  const { rules } = await again.validate(json(await sign(draft, [['performer', ACME.signer]])))

  expect(rules).toBeDefined()
  expect(read.has(own)).toBe(true)
  expect(strange.filter((id) => read.has(id))).toEqual([])
  // Whoever asks for all is told of all.
  expect(again.rules.facts().assessments(source)).toHaveLength(7)
  await again.close()
})
