/**
 * The OpenAPI drift check: node scripts/openapi.mjs [--write]. Needs the built dist/.
 *
 * docs/openapi.json is checked in so that readers and code generators have it without a server. It
 * must be what dist/api/openapi.js `buildOpenApi()` makes; with --write it is made so.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { built, inProject } from './made-docs.mjs'

const CHECKED_IN = inProject('docs/openapi.json')

/** @returns {Promise<string>} the document as it is checked in: two spaces, a final newline */
async function madeNow() {
  const { buildOpenApi } = /** @type {{ buildOpenApi: () => Promise<unknown> }} */ (
    await built('api/openapi.js')
  )
  return `${JSON.stringify(await buildOpenApi(), null, 2)}\n`
}

/** @param {string} made @returns {string} what to tell when the two differ, otherwise empty */
function drift(made) {
  if (!existsSync(CHECKED_IN)) return 'docs/openapi.json is missing'
  const lines = readFileSync(CHECKED_IN, 'utf8').split('\n')
  const at = made.split('\n').findIndex((line, number) => line !== lines[number])
  if (at === -1 && lines.join('\n') === made) return ''
  return `docs/openapi.json differs from the API at line ${at === -1 ? lines.length : at + 1}`
}

const made = await madeNow()
if (process.argv.includes('--write')) writeFileSync(CHECKED_IN, made)
const difference = drift(made)
if (difference === '') console.log('openapi: docs/openapi.json is what the API makes')
else console.error(`openapi: ${difference}; run npm run openapi and read the change`)
process.exitCode = difference === '' ? 0 : 1
