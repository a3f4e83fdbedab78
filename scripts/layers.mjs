/**
 * The layer check: node scripts/layers.mjs [ROOT]. Rules: .dependency-cruiser.mjs.
 *
 * Exits 1 for a violation, and also when any source file was not among the modules cruised: a check
 * that sees nothing reports no violations. ROOT is a tree to look at in place of this project's.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { cruise, format } from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import config from '../.dependency-cruiser.mjs'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['ledger', 'client', 'api', 'cli', 'import', 'witness', 'bench', 'test', 'scripts']

/** @param {string} root @param {string} folder @returns {string[]} paths from root, with slashes */
function sourceFiles(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /(?<!\.d)\.(ts|mjs)$/.test(path))
}

const root = resolve(process.argv[2] ?? PROJECT)
const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)))
const files = folders.flatMap((folder) => sourceFiles(root, folder))
const { forbidden, options } = config

const cruised = await cruise(
  folders,
  { ...options, baseDir: root, validate: true, ruleSet: { forbidden } },
  undefined,
  { tsConfig: extractTsConfig(join(PROJECT, 'tsconfig.json')) },
)
if (typeof cruised.output === 'string') throw new TypeError('dependency-cruiser gave no result')

const seen = new Set(cruised.output.modules.map((module) => module.source))
const unseen = files.filter((file) => !seen.has(file))
const report = await format(cruised.output, { outputType: 'err-long' })
console.log(String(report.output).trim())
if (files.length === 0 || unseen.length > 0) {
  console.error(`layers: ${unseen.length} of ${files.length} source files were not looked at`)
  for (const file of unseen.slice(0, 20)) console.error(`  ${file}`)
}
process.exitCode = report.exitCode === 0 && files.length > 0 && unseen.length === 0 ? 0 : 1
