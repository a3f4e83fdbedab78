/**
 * `waybill vocab [KIND] [SEARCH…]`: the terms that statements may name, and how they hang together.
 *
 * It needs no ledger: the vocabulary is part of the program, marked by the ruleset that ships with it.
 */
import type { Command } from 'commander'
import { expandTerm, shortTerm } from '../../ledger/core/term-names.js'
import { VOCABULARY } from '../../ledger/rules/vocabulary-table.js'
import {
  TERM_KINDS,
  type Term,
  type TermKind,
  termOf,
  termsOf,
} from '../../ledger/rules/vocabulary-terms.js'
import type { Cli, Job } from '../command.js'
import type { ExitCode } from '../io.js'
import { clean, table } from '../output.js'
import { foundText, marksOf, termText, treeText } from '../vocabulary-text.js'

export function registerVocab(program: Command, cli: Cli): void {
  program
    .command('vocab')
    .argument('[kind]', `what a term is said of: ${Object.values(KIND_NAMES).join(', ')}`)
    .argument('[search...]', 'words of a term or its label, or one term such as dpv:Marketing')
    .description('show or search the terms that statements name: purposes, categories, bases …')
    .action(cli.action(vocab))
}

/** Nothing there is never a success. */
const NOTHING_FOUND: ExitCode = 3

/** Kinds as people say them. */
const KIND_NAMES: Readonly<Record<TermKind, string>> = {
  purpose: 'purposes',
  category: 'categories',
  'legal-basis': 'legal-bases',
  'transfer-tool': 'transfer-tools',
  processing: 'processing',
  measure: 'measures',
  subject: 'subjects',
  role: 'roles',
}

function vocab(job: Job, first?: string, rest: readonly string[] = []): ExitCode {
  const kind = TERM_KINDS.find((one) => first === one || first === KIND_NAMES[one])
  const words = kind === undefined && first !== undefined ? [first, ...rest] : rest
  if (words.length > 0) return search(job, kind, words)
  return kind === undefined ? overview(job) : whole(job, kind)
}

function overview({ out }: Job): ExitCode {
  const kinds = TERM_KINDS.map((kind) => ({ kind: KIND_NAMES[kind], terms: termsOf(kind).length }))
  out.result({ vocabulary: { ...VOCABULARY }, kinds }, () => [
    `${VOCABULARY.name} ${VOCABULARY.version}`,
    `  ${VOCABULARY.source}`,
    `  ${VOCABULARY.licence}`,
    '',
    ...table(kinds.map(({ kind, terms }) => [kind, `${terms} terms`])),
    '',
    'waybill vocab purposes           all of them, as a tree',
    'waybill vocab purposes research  those with that word',
    'waybill vocab dpv:Marketing      one term, what is above it and under it',
  ])
  return 0
}

function whole({ out }: Job, kind: TermKind): ExitCode {
  out.result({ terms: termsOf(kind).map(termJson) }, () => treeText(termsOf(kind)))
  return 0
}

function search({ out }: Job, kind: TermKind | undefined, words: readonly string[]): ExitCode {
  const all = kind === undefined ? TERM_KINDS.flatMap((one) => termsOf(one)) : termsOf(kind)
  const exact = words.length === 1 ? termOf(expandTerm(words[0] ?? '')) : undefined
  if (exact !== undefined && all.includes(exact)) {
    out.result({ terms: [termJson(exact)] }, () => termText(exact))
    return 0
  }
  const wanted = words.map((word) => word.toLowerCase())
  const found = all.filter(({ iri, label }) => {
    const text = `${shortTerm(iri)} ${label}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
  out.result({ terms: found.map(termJson) }, () =>
    found.length === 0
      ? [
          `no term has ${words.map((word) => `“${clean(word)}”`).join(' and ')}`,
          `kinds of terms: ${Object.values(KIND_NAMES).join(', ')}`,
        ]
      : foundText(found),
  )
  // A misspelt kind is a word that nothing has: scripts must see that.
  return found.length === 0 ? NOTHING_FOUND : 0
}

function termJson(term: Term) {
  const { iri, kind, label, parents } = term
  return {
    term: shortTerm(iri),
    iri,
    kind,
    label,
    parents: [...parents],
    marks: [...marksOf(term)],
  }
}
