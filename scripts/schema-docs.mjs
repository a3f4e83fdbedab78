/**
 * docs/statements.md from the schemas: node scripts/schema-docs.mjs [--write]. Needs the built dist/.
 *
 * The schemas are the only source; nobody writes the tables by hand. Without --write it says whether
 * the file that is checked in is what the schemas make. The examples are test vectors.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { built, checkedIn, inProject, table } from './made-docs.mjs'

/**
 * @typedef {import('../ledger/core/schema.js').Shape} Shape
 * @typedef {import('../ledger/core/schema.js').Member} Member
 * @typedef {import('../ledger/core/schema.js').StatementSchema} StatementSchema
 * @typedef {import('../ledger/core/formats.js').FormatRule} FormatRule
 * @typedef {object} Core what the document is made from: modules of ledger/core
 * @property {readonly string[]} STATEMENT_TYPES
 * @property {(type: string) => StatementSchema | undefined} schemaOf
 * @property {Readonly<Record<string, FormatRule>>} FORMATS
 * @property {Readonly<Record<string, unknown>>} shapes all exports of the files of shared shapes
 * @typedef {ReadonlyMap<Shape, string>} Titles sections of shared shapes
 */

/** Shapes with a section of their own: title and name of the export. */
const SHARED = {
  Dataset: 'DATASET',
  'Subject counts': 'SUBJECT_COUNTS',
  Field: 'FIELD',
  Transformation: 'TRANSFORMATION',
  Retention: 'RETENTION',
  Onward: 'ONWARD',
  Recipient: 'RECIPIENT',
  Document: 'DOCUMENT',
  'Legal basis': 'LEGAL_BASIS',
  Listing: 'LISTING',
  Period: 'PERIOD',
}

const INTRODUCTION = `# Statement types

Every statement has a type, and the type says which claims it has, what their values look like and
who signs. This file is made from the schemas in \`ledger/core/schemas/\` by
\`scripts/schema-docs.mjs\`; change those, not this.

How to read it:

- **Claims are all there, always.** A claim that is not required is disclosed as \`null\`, a list claim
  without elements as \`[]\`. A *list claim* has one placeholder per element, so each element can be
  shown or withheld alone.
- **Members that are not required are left out**, never null. Members that are not listed are refused.
- **Numbers are integers.** Decimals are strings of the format \`decimal\`.
- **Form is checked when a statement is admitted; meaning is not.** That a country is a country and a
  term is an IRI is form. That the term is in the vocabulary, the country adequate and the purpose
  compatible is for rules, whose numbers are dated and change.
- **No person is named.** Statements name organisations, offices, kinds of data and counts.
- *Kept by* says who keeps the value after admission: the \`ledger\`, or only its \`holder\`s, the
  parties.
- *Listed word* and *listed term*: only those under *vocabulary*; other vocabularies are advice.
- *Source* names the law, clause or rule (R01 to R40, see the end) that asks for it. SCC are the standard
  contractual clauses of Decision (EU) 2021/914, IDTA is the UK agreement of 2022, DPV is the W3C Data
  Privacy Vocabulary 2.3.

Limits: a value has at most 16,384 bytes in JCS form and 16 levels, a string 1,024 characters (Unicode
code points) or what its format says, a statement 64 datasets, 1,000 fields and 1,024 values in all.

What is wrong is reported all at once: \`CLAIM_MISSING\`, \`CLAIM_INVALID\`, \`CLAIM_UNKNOWN_MEMBER\`, and
\`CLAIM_INCONSISTENT\` where two values contradict each other.
`

const RULES = `## Which rule reads what

Rules come in a later version; that each finds its inputs is decided here. A rule whose input is
withheld or left out says UNKNOWN, never PASS. *Besides* is what it reads that is no claim.
`

const HEAD = ['type', 'required', 'unit', 'vocabulary', 'meaning', 'source']

/**
 * The whole document.
 *
 * @param {Core} core
 * @returns {string}
 */
export function statementDocs(core) {
  const schemas = core.STATEMENT_TYPES.map((type) => core.schemaOf(type)).filter(
    (schema) => !!schema,
  )
  /** @type {Map<Shape, string>} */
  const titles = new Map()
  for (const [title, name] of Object.entries(SHARED)) {
    titles.set(/** @type {Shape} */ (core.shapes[name]), title)
  }
  const overview = table(
    ['type', 'signed by', 'visible extras', 'what it says'],
    schemas.map((schema) => [
      `[\`${schema.type}\`](#${anchor(schema.type)})`,
      roleSets(schema.roles),
      extras(schema),
      schema.doc,
    ]),
  )
  return [
    INTRODUCTION,
    overview,
    ...schemas.map((schema) => typeSection(schema, titles)),
    '## Shared shapes\n',
    ...[...titles].map(([shape, title]) => shapeSection(title, shape, titles)),
    '## Formats\n',
    table(
      ['format', 'longest, in characters', 'what is expected'],
      Object.entries(core.FORMATS).map(([name, rule]) => [
        `\`${name}\``,
        String(rule.charsMax),
        rule.expected,
      ]),
    ),
    RULES,
    ruleTable(),
  ].join('\n')
}

/** @param {StatementSchema} schema @param {Titles} titles */
function typeSection(schema, titles) {
  const rows = Object.entries(schema.claims).flatMap(([name, claim]) => [
    [`**\`${name}\`**`, claim.holderKept ? 'holder' : 'ledger', ...cells(claim, titles)],
    ...members(claim.shape, claim.list ? `${name}[]` : name, titles).map(([path = '', ...rest]) => [
      path,
      '',
      ...rest,
    ]),
  ])
  return [
    `## ${schema.type}\n`,
    `${schema.doc}\n`,
    `Signed by ${roleSets(schema.roles)}. Visible extras: ${extras(schema)}.\n`,
    ...rolesByWord(schema),
    table(['claim', 'kept by', ...HEAD], rows),
    'Example, all claims opened:\n',
    `\`\`\`json\n${JSON.stringify(example(schema.type), null, 2)}\n\`\`\`\n`,
  ].join('\n')
}

/** @param {string} title @param {Shape} shape @param {Titles} titles */
function shapeSection(title, shape, titles) {
  return `### ${title}\n\n${table(['member', ...HEAD], members(shape, '', titles))}`
}

function ruleTable() {
  /** @type {{ rule: string, title: string, reads: string[], besides?: string }[]} */
  const rules = vector('rule-inputs').rules
  return table(
    ['rule', 'what it asks', 'claims and members it reads', 'besides'],
    rules.map(({ rule, title, reads, besides }) => [
      rule,
      title,
      reads.map((path) => `\`${path}\``).join(', '),
      besides ?? '–',
    ]),
  )
}

/** @param {string} type such as transfer/1: its example is the test vector of that name */
function example(type) {
  const { parents, about, claims } = vector(type.slice(0, type.indexOf('/')))
  return { type, parents, about, claims }
}

/** @param {string} name */
function vector(name) {
  return JSON.parse(readFileSync(inProject(`test/vectors/statements/${name}.json`), 'utf8'))
}

/** @param {StatementSchema} schema @returns {string[]} */
function rolesByWord(schema) {
  if (schema.rolesBy === undefined) return []
  const { claim, member, sets } = schema.rolesBy
  const path = member === undefined ? claim : `${claim}.${member}`
  const rows = Object.entries(sets).map(([word, allowed]) => [`\`${word}\``, roleSets(allowed)])
  return [table([`\`${path}\``, 'signed by'], rows)]
}

/**
 * Rows for the members of a shape and of what is inside it; shared shapes have their own section.
 *
 * @param {Shape} shape
 * @param {string} path
 * @param {Titles} titles
 * @returns {string[][]}
 */
function members(shape, path, titles) {
  if (shape.kind === 'list') return members(shape.of, `${path}[]`, titles)
  if (shape.kind !== 'object' || (path !== '' && titles.has(shape))) return []
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const inner = path === '' ? name : `${path}.${name}`
    return [[`\`${inner}\``, ...cells(member, titles)], ...members(member.shape, inner, titles)]
  })
}

/** @param {Member & { list?: boolean, max?: number, unique?: boolean }} member @param {Titles} titles */
function cells(member, titles) {
  const type = typeName(member.shape, titles)
  return [
    member.list ? `list claim of ${type}${bounds(0, member.max, member.unique)}` : type,
    member.required ? 'yes' : 'no',
    member.unit ?? '–',
    [words(member.shape), member.vocabulary].filter(Boolean).join('; ') || '–',
    member.doc,
    member.source ?? '–',
  ]
}

/** @param {Shape} shape @param {Titles} titles @returns {string} */
function typeName(shape, titles) {
  const title = titles.get(shape)
  if (title !== undefined) return `[${title}](#${anchor(title)})`
  switch (shape.kind) {
    case 'string':
      if (shape.oneOf !== undefined) return shape.format === 'term' ? 'listed term' : 'listed word'
      return `\`${shape.format}\`${shape.charsMax === undefined ? '' : `, at most ${shape.charsMax} characters`}`
    case 'integer':
      return `integer${range(shape)}`
    case 'list':
      return `list of ${typeName(shape.of, titles)}${bounds(shape.min, shape.max, shape.unique)}`
    case 'jwk':
      return 'public key (RFC 8037 JWK)'
    case 'open':
      return 'any object'
    default:
      return shape.kind
  }
}

/** @param {{ min: number, max: number }} shape */
function range({ min, max }) {
  return max === Number.MAX_SAFE_INTEGER ? `, at least ${min}` : `, ${min} to ${max}`
}

/** @param {number} min @param {number | undefined} max @param {boolean | undefined} unique */
function bounds(min, max, unique) {
  const count = min === 0 ? `at most ${max}` : `${min} to ${max}`
  return ` (${count}${unique ? ', each once' : ''})`
}

/** @param {Shape} shape @returns {string} the closed list of a shape or of its elements */
function words(shape) {
  if (shape.kind === 'list') return words(shape.of)
  if (shape.kind !== 'string' || shape.oneOf === undefined) return ''
  return shape.oneOf.map((word) => `\`${word}\``).join(' ')
}

/** @param {readonly (readonly string[])[]} sets */
function roleSets(sets) {
  return sets.map((set) => set.map((role) => `\`${role}\``).join(' + ')).join(' or ')
}

/** @param {StatementSchema} schema */
function extras({ extras: { parents, about, supersedes }, countersigned }) {
  const named = [
    countersigned ? '`countersign_by`' : '',
    parents === 'required' ? '`parents`' : '',
    about === 'required' ? '`about`' : '',
    supersedes === 'optional' ? '`supersedes` (optional)' : '',
  ]
  return named.filter(Boolean).join(', ') || 'none'
}

/** @param {string} title */
function anchor(title) {
  return title.toLowerCase().replaceAll(' ', '-').replaceAll('/', '')
}

async function main() {
  const core = async (/** @type {string} */ file) =>
    /** @type {object} */ (await built(`ledger/core/${file}.js`))
  const made = statementDocs({
    .../** @type {Pick<Core, 'STATEMENT_TYPES' | 'schemaOf'>} */ (await core('schemas')),
    .../** @type {Pick<Core, 'FORMATS'>} */ (await core('formats')),
    shapes: { ...(await core('schemas/shapes')), ...(await core('schemas/datasets')) },
  })
  checkedIn('docs/statements.md', made, 'the schemas')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
