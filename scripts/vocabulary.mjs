/**
 * ledger/rules/vocabulary-table.ts from the W3C's files: node scripts/vocabulary.mjs [--write] [FOLDER].
 *
 * FOLDER holds the CSV files of the Data Privacy Vocabulary as published, by default
 * ../shared/vocabulary beside the project. Only terms, labels and parents are taken: no definitions.
 * Without --write it says whether the table that is checked in is what those files make.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { checkedIn, inProject } from './made-docs.mjs'

const VERSION = '2.3'
const SOURCE =
  'https://github.com/w3c/dpv, folder 2.3, commit f01a55c3c0983e35cdfdf80593ece3353faba7b8'

export const VOCABULARY_FOLDER = inProject('../shared/vocabulary')

/** Files of each kind of term, in the order of the table. */
const FILES = {
  purpose: ['dpv-core/purposes.csv'],
  category: ['dpv-core/personal_data.csv', 'dpv-pd/pd.csv'],
  'legal-basis': [
    'dpv-core/legal_basis.csv',
    'dpv-eu-gdpr/legal_basis.csv',
    'dpv-eu-gdpr/legal_basis_special.csv',
  ],
  'transfer-tool': ['dpv-eu-gdpr/data_transfers.csv'],
  processing: ['dpv-core/processing.csv'],
  measure: [
    'dpv-core/technical_measures.csv',
    'dpv-core/organisational_measures.csv',
    'dpv-eu-gdpr/purpose_compatibility.csv',
  ],
  subject: ['dpv-core/entities_datasubject.csv'],
  role: ['dpv-core/entities_legalrole.csv'],
}

/**
 * Legal bases of transfers, module legal_basis_data_transfer of the same version, which is published
 * without a CSV file: term, label of our own, further parents besides dpv:DataTransferLegalBasis.
 *
 * @type {readonly (readonly [term: string, label: string, ...parents: string[]])[]}
 */
const TRANSFER_BASES = [
  ['A45-3', 'Art 45(3) adequacy decision'],
  ['A46-2-a', 'Art 46(2-a) instrument between public bodies'],
  ['A46-2-b', 'Art 46(2-b) binding corporate rules', 'eu-gdpr:BindingCorporateRules'],
  ['A46-2-c', 'Art 46(2-c) standard clauses of the Commission', 'eu-gdpr:SCCByCommission'],
  ['A46-2-d', 'Art 46(2-d) standard clauses of an authority', 'eu-gdpr:SCCBySupervisoryAuthority'],
  ['A46-2-e', 'Art 46(2-e) code of conduct'],
  ['A46-2-f', 'Art 46(2-f) certification'],
  ['A46-3-a', 'Art 46(3-a) contractual clauses, authorised'],
  ['A46-3-b', 'Art 46(3-b) administrative arrangement, authorised'],
  ['A49-1-a', 'Art 49(1-a) explicit consent', 'dpv:ExplicitlyExpressedConsent', 'eu-gdpr:Consent'],
  ['A49-1-b', 'Art 49(1-b) contract with the data subject', 'dpv:Contract'],
  ['A49-1-c', 'Art 49(1-c) contract in the data subject’s interest', 'dpv:Contract'],
  ['A49-1-d', 'Art 49(1-d) public interest', 'dpv:PublicInterest'],
  ['A49-1-e', 'Art 49(1-e) legal claims'],
  ['A49-1-f', 'Art 49(1-f) vital interests', 'dpv:VitalInterestOfNaturalPerson'],
  ['A49-1-g', 'Art 49(1-g) public register'],
  ['A49-2', 'Art 49(1) second subparagraph, compelling interests', 'dpv:LegitimateInterest'],
]

/** Terms of those files that are no terms of the kind. */
const LEFT_OUT = new Set(['dpv:Sector'])

/** Short forms of IRIs, the longer IRI first where one begins another; see ledger/core/term-names.ts. */
const PREFIXES = [
  ['dpv-pd:', 'https://w3id.org/dpv/pd#'],
  ['eu-gdpr:', 'https://w3id.org/dpv/legal/eu/gdpr#'],
  ['dpv:', 'https://w3id.org/dpv#'],
]

/** @typedef {Readonly<Record<string, string>>} Row */

/** @param {string} iri @returns {string} */
function short(iri) {
  const [prefix, start] = PREFIXES.find(([, begin]) => iri.startsWith(begin ?? '')) ?? []
  if (prefix === undefined || start === undefined) throw new Error('an IRI of no known prefix')
  return `${prefix}${iri.slice(start.length)}`
}

/** @param {string} text RFC 4180 with a line of names @returns {Row[]} */
export function parseCsv(text) {
  /** @type {string[][]} */
  const lines = [[]]
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g
  for (const [whole, quoted, plain, end] of text.trimEnd().matchAll(cells)) {
    if (whole === '' && lines.at(-1)?.length === 0) break
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') lines.push([])
  }
  const [names = [], ...rows] = lines.filter((line) => line.length > 0)
  return rows.map((cellsOf) => {
    if (cellsOf.length !== names.length) throw new Error('a line of another length')
    return Object.fromEntries(names.map((name, position) => [name, cellsOf[position] ?? '']))
  })
}

/** @param {string} kind @param {Row} row @returns {boolean} */
function belongs(kind, row) {
  if (row['type'] !== 'class' || LEFT_OUT.has(short(row['iri'] ?? ''))) return false
  // The module of compatibility holds results, too; only the assessment is a measure.
  return kind !== 'measure' || /Measure$/.test(row['dpvtype'] ?? '')
}

/** @param {Row} row @returns {string} */
function lineOf(row) {
  const parents = (row['hasbroader'] ?? '').split(';').filter((parent) => parent !== '')
  return cellsOf(short(row['iri'] ?? ''), row['label'] ?? '', parents.map(short))
}

/** @param {string} term @param {string} label @param {readonly string[]} parents */
function cellsOf(term, label, parents) {
  const line = `${term} | ${label} | ${parents.join(' ')}`.trimEnd()
  if (/[`\\$]/.test(line) || label.includes('|')) throw new Error('a label with a mark of its own')
  return line
}

/**
 * @param {(path: string) => string} read text of a file of the vocabulary
 * @returns {string} the table as source
 */
export function vocabularyTable(read) {
  const kinds = Object.entries(FILES).map(([kind, paths]) => {
    const rows = paths.flatMap((path) => parseCsv(read(path))).filter((row) => belongs(kind, row))
    const lines = rows.map(lineOf)
    if (kind === 'transfer-tool') {
      lines.push(
        ...TRANSFER_BASES.map(([term, label, ...parents]) =>
          cellsOf(`eu-gdpr:${term}`, label, ['dpv:DataTransferLegalBasis', ...parents]),
        ),
      )
    }
    const name = kind.includes('-') ? `'${kind}'` : kind
    return `  ${name}: \`\n${lines.join('\n')}\n\`,\n`
  })
  return `/**
 * Terms of the W3C's Data Privacy Vocabulary (DPV), by kind. Made by scripts/vocabulary.mjs from the
 * files that VOCABULARY names; change nothing here. Attribution and licence are in NOTICE.
 *
 * One line per term: short form, label, short forms of all its parents. No definitions: for those see
 * https://w3id.org/dpv. vocabulary-terms.ts reads it.
 */

/** Which vocabulary this is; statements name its terms by IRI, which no version changes. */
export const VOCABULARY = {
  name: 'W3C Data Privacy Vocabulary',
  version: '${VERSION}',
  source: '${SOURCE}',
  licence: 'W3C Software and Document License 2023',
} as const

/** The terms by kind. */
export const VOCABULARY_TABLE = {
${kinds.join('')}} as const
`
}

function main() {
  const folder = process.argv.slice(2).find((word) => word !== '--write') ?? VOCABULARY_FOLDER
  const made = vocabularyTable((path) => readFileSync(join(folder, path), 'utf8'))
  checkedIn('ledger/rules/vocabulary-table.ts', made, 'the files of the vocabulary')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
