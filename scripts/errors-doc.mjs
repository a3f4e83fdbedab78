/**
 * docs/errors.md from the table of errors: node scripts/errors-doc.mjs [--write]. Needs the built dist/.
 *
 * ledger/core/error-table.ts is the only source; `waybill explain CODE` prints the same words. Without
 * --write it says whether the file that is checked in is what the table makes.
 */
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { built, checkedIn, table, wrapped } from './made-docs.mjs'

/**
 * @typedef {object} Row
 * @property {number} http
 * @property {number} exit
 * @property {string} title
 * @property {string} explain
 * @typedef {Readonly<Record<string, Row>>} ErrorTable
 */

/** What each exit code means, in the order in which they are listed. */
const EXITS = {
  0: 'Done; of a verification: the record is verified and, where rules were judged, none says FAIL or UNKNOWN.',
  1: 'A verification failed: something is proven wrong.',
  2: 'The record is verified and a rule says FAIL; with `--fail-on unknown` also UNKNOWN, with `--fail-on warn` also WARN.',
  3: 'Incomplete: something needed is missing, withheld or unreadable, or there was nothing to verify or to find; also, the record is verified and a rule says UNKNOWN.',
  4: 'Not authorised.',
  5: 'Split view: two checkpoints of one log contradict each other.',
  64: 'The command or request was not understood.',
  65: 'Input is malformed or breaks a rule of its form.',
  66: 'No such input.',
  69: 'The server or the ledger cannot answer now.',
  70: 'A bug in Waybill.',
  74: 'A file or the store could not be read or written, or is damaged.',
  78: 'Configuration or policy is wrong.',
}

const INTRODUCTION = `# Errors

Every refusal and every finding has a code. Codes are stable: programs may switch on them, a code is
never reused for another meaning, and its title may be worded better at any time. This file is made
from \`ledger/core/error-table.ts\` by \`scripts/errors-doc.mjs\`; change that, not this.
\`waybill explain CODE\` prints the same words.

- **Over HTTP** an error is a problem document (RFC 9457) with the code in \`code\` and in \`type\`
  (\`urn:waybill:error:CODE\`), and the status below. It names places and limits, never a value that
  was submitted.
- **On the command line** the exit code is the one below. Where several things went wrong, the worst
  decides: 5, 1, 3 for the record, then 2 and 3 for the rules ([format.md](format.md), section 16).
  \`--fail-on never\` leaves the rules out: then 0 may stand beside \`Overall: INCOMPLETE\` or \`VERIFIED WITH
  FINDINGS\`. So does what is about the record alone (\`verify\`, \`audit\`, \`receipt\`) and \`export bundle\`,
  which prints what the rules say and is done when its file is written and verifies.
- **As a finding** of a verification or an audit, a code comes with a severity: \`failed\` is proven
  wrong, \`incomplete\` cannot be shown with what is at hand, \`note\` is worth knowing. The verdict
  follows from the severities, so one code can end a command with 65 and leave a verification with 1.
  [format.md](format.md), section 14 says which code has which severity at which step.
`

/**
 * The whole document.
 *
 * @param {ErrorTable} errors
 * @returns {string}
 */
export function errorsDoc(errors) {
  const rows = Object.entries(errors)
  const exits = Object.entries(EXITS)
  const listed = rows.map(([code, { title, http, exit }]) => [
    `[\`${code}\`](#${code.toLowerCase()})`,
    title,
    String(http),
    String(exit),
  ])
  return [
    INTRODUCTION,
    '## Exit codes\n',
    table(['exit', 'meaning'], exits),
    '## All codes\n',
    table(['code', 'short', 'HTTP', 'exit'], listed),
    ...rows.map(
      ([code, { title, explain, http, exit }]) =>
        `### ${code}\n\n*${title}* (HTTP ${http}, exit ${exit})\n\n${wrapped(explain)}\n`,
    ),
  ].join('\n')
}

/** Exit codes that the document explains. */
export const EXPLAINED_EXITS = Object.keys(EXITS).map(Number)

async function main() {
  const { ERRORS } = /** @type {{ ERRORS: ErrorTable }} */ (
    await built('ledger/core/error-table.js')
  )
  const made = errorsDoc(ERRORS)
  checkedIn('docs/errors.md', made, 'the codes')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
