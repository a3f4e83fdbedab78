/**
 * What rules ask of the vocabulary: DPV's terms with a ruleset's local ones. Terms are IRIs.
 */
import { invariant } from '../core/errors.js'
import { expandTerm, shortTerm } from '../core/term-names.js'
import { coverPurposes, type PurposeGraph, type PurposeSet } from './purposes.js'
import { Recent } from './recent.js'
import type { LocalTerm } from './ruleset.js'
import { PURPOSE_ROOT, SPECIAL_ROOT, type TermKind, termOf, termsOf } from './vocabulary-terms.js'

export type Vocabulary = {
  /** `unknown`: no term of this vocabulary; `root`: dpv:Purpose; `broad`: a direct child of the root. */
  purposeKind(term: string): 'unknown' | 'root' | 'broad' | 'specific'
  /** The set of purposes that a list allows, closed under coverage. The same list gives the same set. */
  purposesOf(terms: readonly string[]): PurposeSet
  /** Is the purpose this term, or under it by any chain of parents? */
  purposeUnder(term: string, ancestor: string): boolean
  /** Is the category of data this term, or under it? */
  categoryUnder(term: string, ancestor: string): boolean
  isCategory(term: string): boolean
  /**
   * May data of the category be of this one, which the category does not tell? A category that nobody
   * knows, one that says nothing of what the data tell, and a wider one may.
   */
  mayBe(category: string, term: string): boolean
  /** Special (Art. 9), by the vocabulary and the ruleset's own lists. */
  isSpecial(category: string): boolean
  isCriminal(category: string): boolean
  /** May data of the category be special or criminal, though the category does not tell? */
  mayBeProtected(category: string): boolean
  /** Is the term of processing, measure or legal basis this one, or under it? */
  isUnder(term: string, ancestor: string): boolean
  /** Label for people; the short form of the term where there is none. */
  labelOf(term: string): string
}

/** What a ruleset says about terms. Local terms are in the order in which they are declared. */
export type VocabularyRules = {
  /** Purposes that no wider purpose implies. */
  readonly explicitOnly: readonly string[]
  readonly purposes: readonly LocalTerm[]
  /** Special beyond what the vocabulary says; with all that is under them. */
  readonly special: readonly string[]
  /** Not special, whatever is above them: the vocabulary's closure is wider than the law. */
  readonly notSpecial: readonly string[]
  /** Criminal (Art. 10); with all that is under them. */
  readonly criminal: readonly string[]
  readonly categories: readonly LocalTerm[]
}

/** Most lists of purposes whose sets are kept; a log has few that differ. */
const KEPT_LISTS_MAX = 4_096

/** The vocabulary with a ruleset's local terms and lists. Made once per ruleset. */
export function vocabularyOf(rules: VocabularyRules): Vocabulary {
  const terms = new Terms([
    ...rules.purposes.map((term) => ['purpose', term] as const),
    ...rules.categories.map((term) => ['category', term] as const),
  ])
  const special = marked(terms, [...rules.special, SPECIAL_ROOT], rules.notSpecial)
  const criminal = marked(terms, rules.criminal, [])
  const isUnder = (term: string, ancestor: string) => terms.ancestorsOf(term).has(ancestor)
  const mayBe = (category: string, ofThese: ReadonlySet<string>): boolean =>
    ofThese.has(category) || terms.kindOf(category) !== 'category' || isUntold(category)
  const ofProtected = lazily(() => {
    const all = [...termsOf('category').map(({ iri }) => iri), ...terms.localNames('category')]
    return terms.withAncestors(all.filter((term) => special(term) || criminal(term)))
  })
  return {
    purposeKind(term) {
      if (term === PURPOSE_ROOT) return 'root'
      if (terms.kindOf(term) !== 'purpose') return 'unknown'
      return terms.parentsOf(term).every((parent) => parent === PURPOSE_ROOT) ? 'broad' : 'specific'
    },
    purposesOf: keptSets(purposeGraph(terms, rules)),
    purposeUnder: isUnder,
    categoryUnder: isUnder,
    isUnder,
    isCategory: (term) => terms.kindOf(term) === 'category',
    mayBe: (category, term) => isUnder(category, term) || mayBe(category, terms.ancestorsOf(term)),
    mayBeProtected: (category) => mayBe(category, ofProtected()),
    isSpecial: (category) => special(category),
    isCriminal: (category) => criminal(category),
    labelOf: (term) => terms.labelOf(term),
  }
}

const ABOUT_NOBODY: readonly string[] = ['dpv:NonPersonalData', 'dpv:SensitiveNonPersonalData'].map(
  expandTerm,
)
const DPV = expandTerm('dpv:')

/** Terms of DPV itself say how data came about or how they are kept, not what they tell. */
function isUntold(category: string): boolean {
  return category.startsWith(DPV) && !isAboutNobody(category)
}

function isAboutNobody(category: string): boolean {
  return ABOUT_NOBODY.includes(category) || termOf(category)?.parents.some(isAboutNobody) === true
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The vocabulary's terms with local ones over them. */
class Terms {
  readonly #local = new Map<string, LocalTerm & { readonly kind: TermKind }>()
  readonly #ancestors = new Map<string, ReadonlySet<string>>()

  constructor(local: readonly (readonly [kind: TermKind, term: LocalTerm])[]) {
    for (const [kind, term] of local) {
      // A reader of rulesets has refused all others; here they would change what DPV's terms mean.
      invariant(this.kindOf(term.term) === undefined, 'a local term is new')
      invariant(
        term.parents.length > 0 && term.parents.every((parent) => this.kindOf(parent) === kind),
        'the parents of a local term are known',
      )
      this.#local.set(term.term, { ...term, kind })
    }
  }

  localOf(kind: TermKind): readonly LocalTerm[] {
    return [...this.#local.values()].filter((term) => term.kind === kind)
  }

  localNames(kind: TermKind): readonly string[] {
    return this.localOf(kind).map(({ term }) => term)
  }

  kindOf(term: string): TermKind | undefined {
    return (termOf(term) ?? this.#local.get(term))?.kind
  }

  parentsOf(term: string): readonly string[] {
    return (termOf(term) ?? this.#local.get(term))?.parents ?? []
  }

  labelOf(term: string): string {
    return (termOf(term) ?? this.#local.get(term))?.label ?? shortTerm(term)
  }

  /** These terms and all that is above any of them. */
  withAncestors(these: readonly string[]): ReadonlySet<string> {
    const found = new Set(these)
    // A set hands out what is added to it while it is walked.
    for (const one of found) for (const parent of this.parentsOf(one)) found.add(parent)
    return found
  }

  /** The term itself and all that is above it, by any chain. */
  ancestorsOf(term: string): ReadonlySet<string> {
    const known = this.#ancestors.get(term)
    if (known !== undefined) return known
    const found = this.withAncestors([term])
    // Only terms: a stranger's IRIs would grow this for ever.
    if (this.kindOf(term) !== undefined) this.#ancestors.set(term, found)
    return found
  }
}

/**
 * Which terms are marked: `yes` and what is under them, but nothing by way of a term of `no`. A term
 * of both lists is marked.
 */
function marked(
  terms: Terms,
  yes: readonly string[],
  no: readonly string[],
): (term: string) => boolean {
  const [marks, cuts] = [new Set(yes), new Set(no)]
  const known = new Map<string, boolean>()
  const isMarked = (term: string): boolean => {
    const before = known.get(term)
    if (before !== undefined) return before
    const is = marks.has(term) || (!cuts.has(term) && terms.parentsOf(term).some(isMarked))
    if (terms.kindOf(term) !== undefined) known.set(term, is)
    return is
  }
  // In the order in which they are declared, so that a long chain of them is no deep recursion.
  for (const { term } of terms.localOf('category')) isMarked(term)
  return isMarked
}

function purposeGraph(terms: Terms, rules: VocabularyRules): PurposeGraph {
  const parents = new Map<string, readonly string[]>()
  for (const { iri, parents: above } of termsOf('purpose')) parents.set(iri, above)
  for (const { term, parents: above } of terms.localOf('purpose')) parents.set(term, above)
  const ordered = new Map<string, readonly string[]>()
  const place = (term: string): void => {
    const above = parents.get(term)
    if (above === undefined || ordered.has(term)) return
    for (const parent of above) place(parent)
    ordered.set(term, above)
  }
  for (const term of parents.keys()) place(term)
  return {
    root: PURPOSE_ROOT,
    ordered: [...ordered].filter(([term]) => term !== PURPOSE_ROOT),
    explicitOnly: new Set(rules.explicitOnly),
  }
}

/** Sets of purposes by the list that allows them: by the very list first, then by what is in it. */
function keptSets(graph: PurposeGraph): (terms: readonly string[]) => PurposeSet {
  const byContent = new Map<string, PurposeSet>()
  const byList = new Recent((list: readonly string[]) => {
    // IRIs hold no space.
    const content = [...list].sort().join(' ')
    const set = byContent.get(content) ?? coverPurposes(graph, list)
    if (byContent.size >= KEPT_LISTS_MAX) byContent.clear()
    byContent.set(content, set)
    return set
  })
  return (list) => byList.of(list)
}
