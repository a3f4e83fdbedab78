import { afterAll, beforeAll, expect, test } from 'vitest'
import { envelopeJson } from '../../ledger/core/envelope.js'
import { openWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('a statement that all roles signed is admitted with its receipt', async () => {
  const answer = await world.call('POST', '/v1/statements', envelopeJson(await world.collection()))

  console.log(answer.text.slice(0, 500))
  expect(answer.status).toBe(201)
})
