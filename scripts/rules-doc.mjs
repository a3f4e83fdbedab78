/**
 * docs/rules.md from the rules: node scripts/rules-doc.mjs [--write]. Needs the built dist/.
 *
 * ledger/rules/rules.ts is the only source; `waybill explain R02` prints the same words. Without
 * --write it says whether the file that is checked in is what the rules make.
 */
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { built, checkedIn, table, wrapped } from './made-docs.mjs'

/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {string} title
 * @property {readonly string[]} inputs
 * @property {string} citation
 * @property {string} explain
 */

const INTRODUCTION = `# Rules

Every hop of a lineage is judged by these rules: pure functions over the hop, the limits that reach it
([limits.md](limits.md)), facts from the log, and a dated ruleset. This file is made from the rules in
\`ledger/rules/\` by \`scripts/rules-doc.mjs\`; change those, not this. \`waybill explain R02\` prints the same words.

| verdict | what it means |
| --- | --- |
| FAIL | not met on the disclosed evidence; the finding names the place |
| UNKNOWN | an input is missing or withheld; never counted as PASS. The finding says who could settle it |
| WARN | met, with something that a person should look at |
| PASS | met on the disclosed evidence |
| NA | the rule does not concern this hop, whatever is withheld |

The verdict of a hop is the worst of its rules, that of a lineage the worst of its hops. Hiding a claim can
turn a verdict into UNKNOWN and never into a better one. A verdict is evidence for a person and no finding
of law. Numbers, hours, country lists and thresholds are not here: they stand in the ruleset that the
verdict names.

A category of data that disappears on the way is a finding of R10; an identifier that disappears is one of
R12. One field is followed through a whole lineage by \`waybill lineage ID --field NAME\`.
`

/**
 * The whole document.
 *
 * @param {readonly Rule[]} rules
 * @returns {string}
 */
export function rulesDoc(rules) {
  const listed = rules.map(({ id, title, citation }) => [
    `[${id}](#${anchorOf(id, title)})`,
    title,
    citation,
  ])
  return [
    INTRODUCTION,
    '## All rules\n',
    table(['rule', 'what it asks', 'from'], listed),
    ...rules.map(
      ({ id, title, inputs, citation, explain }) =>
        `### ${id} ${title}\n\n*${citation}*\n\n${wrapped(explain)}\n\nReads: ${inputs.join('; ')}.\n`,
    ),
  ].join('\n')
}

/**
 * The anchor of a heading as Markdown viewers make it.
 *
 * @param {string} id @param {string} title
 */
function anchorOf(id, title) {
  return `${id} ${title}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}

async function main() {
  const { RULES } = /** @type {{ RULES: readonly Rule[] }} */ (await built('ledger/rules/rules.js'))
  const made = rulesDoc(RULES)
  checkedIn('docs/rules.md', made, 'the rules')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
