/** What the scripts share that make a file of docs/ from the code: where things are, Markdown, the check. */
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** @param {string} path from the project's root */
export const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** @param {string} path of a module in the built dist/ @returns {Promise<unknown>} */
export const built = (path) => import(pathToFileURL(inProject(`dist/${path}`)).href)

/**
 * A Markdown table.
 *
 * @param {readonly string[]} head @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

/** @param {string} text @returns {string} lines of at most 100 characters */
export function wrapped(text) {
  /** @type {string[]} */
  const lines = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || `${last} ${word}`.length > 100) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join('\n')
}

/**
 * Writes the file with --write; says whether the one that is checked in is what was made, also as the
 * exit code.
 *
 * @param {string} path from the project's root @param {string} made
 * @param {string} source what it is made from, for the message
 */
export function checkedIn(path, made, source) {
  const file = inProject(path)
  if (process.argv.includes('--write')) writeFileSync(file, made)
  const same = readFileSync(file, 'utf8') === made
  if (same) console.log(`${path} is what ${source} make`)
  else console.error(`${path} differs from what ${source} make; run with --write, read the change`)
  process.exitCode = same ? 0 : 1
}
