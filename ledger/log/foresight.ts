/**
 * Impact and simulation on a log: who has data derived from this, what breaks if that falls. DESIGN 6.
 *
 * What may be reached is gathered from the rules index first, for a store answers ranges only in its
 * own time; then the pure functions of ledger/rules run on it. A party is shown what it is involved
 * in: where others hold the data, the answer says that they do and no more.
 */
import { parseEntry } from '../core/entry.js'
import { LedgerError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { PartyId } from '../core/key-state.js'
import type { StatementId } from '../core/statement.js'
import { type AsOf, readAsOf } from '../rules/as-of.js'
import { type Change, subjectOf } from '../rules/change.js'
import type { Facts } from '../rules/facts.js'
import { type Children, type ForwardGraph, factsAsOf } from '../rules/forward-graph.js'
import type { Hop } from '../rules/hop.js'
import { impactOf } from '../rules/impact.js'
import { impactJson, simulationJson } from '../rules/impact-json.js'
import { lawOf } from '../rules/law.js'
import { type LawInForce, lawInForce } from '../rules/ruleset-in-force.js'
import { lawNamed } from '../rules/ruleset-named.js'
import { simulateStepwise } from '../rules/simulate.js'
import { concernOf, holderOfHop, type Subject } from '../rules/subject.js'
import type { Vocabulary } from '../rules/vocabulary.js'
import { noSuchTerm } from './asked-terms.js'
import { hopOfTaken } from './hop-judge.js'
import type { Ledger } from './ledger.js'
import type { StoredStatement } from './reader.js'

/** What is asked of a ledger here. */
export type ForesightLedger = Pick<
  Ledger,
  'size' | 'lastTime' | 'search' | 'rules' | 'entry' | 'statement' | 'partiesOf'
>

export type Foresight = {
  /** Who asks; left out: somebody who may see everything. */
  readonly onlooker?: PartyId
  /** As the ledger was then, as `readAsOf` reads it; left out: as it is. */
  readonly asOf?: string
  /** Most statements that are followed. */
  readonly max: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/** A change; of a ruleset that the ledger knows its name is enough. */
export type AskedChange = Change | { readonly kind: 'ruleset'; readonly name: string }

/**
 * Everything that came of a subject, as `impactJson`.
 *
 * Rejects with ENTRY_NOT_FOUND, LINEAGE_TOO_LARGE, REQUEST_INVALID, ENTRY_MISMATCH; with PARTY_NOT_FOUND,
 * INSTRUMENT_NOT_FOUND or TERM_NOT_FOUND for what there is not.
 */
export async function impactIn(
  ledger: ForesightLedger,
  subject: Subject,
  asked: Foresight,
): Promise<JsonObject> {
  const scene = await sceneOf(ledger, subject, asked)
  const impact = impactOf(scene.graph, subject, scene.vocabulary)
  if (impact.steps.length === 0) refuseUnknownTerm(ledger, subject, scene.vocabulary)
  return impactJson(impact, subject, { treeSize: ledger.size, asOf: scene.last })
}

/** What a change would break, as `simulationJson`. Rejects as `impactIn`, and with RULESET_NOT_FOUND. */
export async function simulateIn(
  ledger: ForesightLedger,
  askedChange: AskedChange,
  asked: Foresight,
): Promise<JsonObject> {
  await ledger.rules.prepare()
  const change = changeIn(ledger, askedChange)
  const scene = await sceneOf(ledger, subjectOf(change), asked)
  const { graph, vocabulary, last, lawAt } = scene
  const all = ledger.rules.facts(last + 1)
  const facts = asked.onlooker === undefined ? all : ownFacts(all, ledger, asked.onlooker)
  const steps = simulateStepwise(graph, change, vocabulary, {
    facts: factsAsOf(facts, last),
    // As of a day in the past, by that day's law; else each by the law of its own.
    lawFor: asked.asOf === undefined ? (hop) => lawAt(hop).law : () => lawAt().law,
  })
  const simulation = await ledger.rules.run(steps, asked.signal)
  return simulationJson(simulation, change, { treeSize: ledger.size, asOf: last })
}

/** @throws LedgerError RULESET_NOT_FOUND */
function changeIn({ rules, size }: ForesightLedger, change: AskedChange): Change {
  if (!('name' in change)) return change
  const law = lawNamed(change.name, rules.index.rulesets(size))
  if (law === undefined) throw new LedgerError('RULESET_NOT_FOUND')
  return { kind: 'ruleset', law }
}

type Scene = {
  readonly graph: ForwardGraph
  readonly vocabulary: Vocabulary
  /** Index of the last entry that counts. */
  readonly last: number
  /** Left out: what is recorded right after the last entry. */
  readonly lawAt: (hop?: Pick<Hop, 'index' | 'time'>) => LawInForce
}

async function sceneOf(
  ledger: ForesightLedger,
  subject: Subject | undefined,
  asked: Foresight,
): Promise<Scene> {
  await ledger.rules.prepare()
  if (subject !== undefined) refuseUnknown(ledger, subject)
  const { last, time } = lastEntry(ledger, asked.asOf)
  const rulesets = ledger.rules.index.rulesets(last + 1)
  const lawAt: Scene['lawAt'] = (hop = { index: last + 1, time }) => lawInForce(rulesets, hop)
  const { vocabulary } = lawAt().law
  const gathering = new Gathering(ledger, { ...asked, last })
  const graph = await gathering.graphOf(subject, vocabulary)
  return { graph, vocabulary, last, lawAt }
}

/**
 * What does not exist is refused: an empty answer would be taken for a clean one.
 *
 * @throws LedgerError PARTY_NOT_FOUND, INSTRUMENT_NOT_FOUND
 */
function refuseUnknown({ rules }: ForesightLedger, { kind, value }: Subject): void {
  if (kind === 'party' && rules.index.party(value as PartyId) === undefined)
    throw new LedgerError('PARTY_NOT_FOUND')
  if (kind !== 'instrument') return
  if (rules.index.statement(value as StatementId)?.facts.type !== 'instrument/1')
    throw new LedgerError('INSTRUMENT_NOT_FOUND')
}

/** @throws LedgerError TERM_NOT_FOUND for a term that no ruleset of this ledger knows */
function refuseUnknownTerm(
  { rules, size }: ForesightLedger,
  { kind, value }: Subject,
  current: Vocabulary,
): void {
  if (kind !== 'purpose' && kind !== 'category') return
  const all = rules.index.rulesets(size).map(({ ruleset }) => lawOf(ruleset).vocabulary)
  const isKnown = [current, ...all].some((vocabulary) =>
    kind === 'purpose' ? vocabulary.purposeKind(value) !== 'unknown' : vocabulary.isCategory(value),
  )
  if (isKnown) return
  const local = rules.index
    .rulesets(size)
    .flatMap(({ ruleset }) => [...ruleset.purposes.localTerms, ...ruleset.categories.localTerms])
  throw noSuchTerm(
    kind,
    value,
    local.map(({ term }) => term),
  )
}

/** The last entry that counts, and until when. @throws LedgerError ENTRY_NOT_FOUND, REQUEST_INVALID */
export function lastEntry(
  ledger: Pick<ForesightLedger, 'size' | 'lastTime' | 'entry'>,
  text: string | undefined,
): { readonly last: number; readonly time: number } {
  if (text === undefined) return { last: ledger.size - 1, time: ledger.lastTime }
  const asOf: AsOf | undefined = readAsOf(text)
  if (asOf === undefined) {
    throw new LedgerError('REQUEST_INVALID', { at: 'query.as_of', expected: 'an index or a time' })
  }
  const last = 'index' in asOf ? asOf.index : lastAt(ledger, asOf.time)
  if (last < 0 || last >= ledger.size) throw new LedgerError('ENTRY_NOT_FOUND')
  return { last, time: 'time' in asOf ? asOf.time : parseEntry(ledger.entry(last)).time }
}

/** The last entry that was recorded at this time or before; -1 when none was. */
function lastAt(ledger: Pick<ForesightLedger, 'size' | 'entry'>, time: number): number {
  let low = 0
  let high = ledger.size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (parseEntry(ledger.entry(middle)).time <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

const PAGE = 200

/** Reads forward from what may concern a subject, as far as the onlooker may see. */
class Gathering {
  readonly #ledger: ForesightLedger
  readonly #onlooker: PartyId | undefined
  readonly #last: number
  readonly #max: number
  readonly #signal: AbortSignal | undefined
  readonly #children = new Map<StatementId, Children>()

  constructor(ledger: ForesightLedger, asked: Foresight & { readonly last: number }) {
    this.#ledger = ledger
    this.#onlooker = asked.onlooker
    this.#last = asked.last
    this.#max = asked.max
    this.#signal = asked.signal
  }

  async graphOf(subject: Subject | undefined, vocabulary: Vocabulary): Promise<ForwardGraph> {
    const begins = await this.#candidates(subject, vocabulary)
    if (begins.length > this.#max) throw this.#tooLarge()
    const queue = [...begins]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (this.#children.has(next)) continue
      if (this.#children.size >= this.#max) throw this.#tooLarge()
      this.#signal?.throwIfAborted()
      const children = await this.#childrenOf(next)
      this.#children.set(next, children)
      for (const child of children.ids) queue.push(child)
    }
    const hop: ForwardGraph['hop'] = (id) => this.#hop(id)
    const children = this.#children
    return {
      hop,
      children: (id) => children.get(id) ?? { ids: [], complete: false },
      *candidates() {
        for (const id of begins) {
          const found = hop(id)
          if (found !== undefined) yield found
        }
      },
    }
  }

  #tooLarge(): LedgerError {
    return new LedgerError('LINEAGE_TOO_LARGE', { statementsMax: this.#max })
  }

  #hop(id: StatementId): Hop | undefined {
    const taken = this.#ledger.rules.index.statement(id)
    if (taken === undefined || taken.index > this.#last) return undefined
    const mine =
      this.#onlooker === undefined || this.#ledger.partiesOf(taken.facts).includes(this.#onlooker)
    return mine ? hopOfTaken(taken, true) : undefined
  }

  /** What others do with data that they hold is theirs to say: of that, only one's own part is told. */
  async #childrenOf(id: StatementId): Promise<Children> {
    const { index } = this.#ledger.rules
    const found = await index.cited('parent', id, this.#last + 1)
    const ids = found.map((entry) => parseEntry(this.#ledger.entry(entry)).id)
    if (this.#onlooker === undefined) return { ids, complete: true }
    const hop = this.#hop(id)
    const holds = hop !== undefined && holderOfHop(hop) === this.#onlooker
    return { ids: ids.filter((child) => this.#hop(child) !== undefined), complete: holds }
  }

  async #candidates(
    subject: Subject | undefined,
    vocabulary: Vocabulary,
  ): Promise<readonly StatementId[]> {
    if (subject?.kind === 'statement') return [subject.value as StatementId]
    if (subject?.kind === 'instrument') {
      const id = subject.value as StatementId
      const cited = await this.#ledger.rules.index.cited('instrument', id)
      return cited.map((entry) => parseEntry(this.#ledger.entry(entry)).id)
    }
    // A party may be named where it does not sign: as a sub-processor, or a reader.
    const within = this.#onlooker
    const ids: StatementId[] = []
    for await (const { id } of this.#statements(within)) {
      const hop = this.#hop(id)
      if (hop === undefined) continue
      if (subject !== undefined && concernOf(hop, subject, vocabulary) === undefined) continue
      ids.push(id)
      // More will not be followed: the rest need not be read.
      if (ids.length > this.#max) throw this.#tooLarge()
    }
    return ids
  }

  /** Everything up to the last entry, of a party or of all. */
  async *#statements(within: PartyId | undefined): AsyncIterable<StoredStatement> {
    const query = within === undefined ? {} : { within }
    const size = this.#last + 1
    let after: number | undefined = 0
    while (after !== undefined) {
      const page = await this.#ledger.search(query, { after, size, limit: PAGE })
      this.#signal?.throwIfAborted()
      yield* page.found
      after = page.next
    }
  }
}

/** Facts that a party may be told: of others it learns nothing, not even a sum. */
function ownFacts(facts: Facts, ledger: ForesightLedger, onlooker: PartyId): Facts {
  const isMine = (id: StatementId): boolean => {
    const stored = ledger.statement(id)
    return stored !== undefined && ledger.partiesOf(stored.facts).includes(onlooker)
  }
  return {
    party: (id) => facts.party(id),
    instrument: (id) => (isMine(id) ? facts.instrument(id) : undefined),
    assessments(...asked) {
      const found = facts.assessments(...asked)
      return found?.every(({ id }) => isMine(id)) === true ? found : undefined
    },
    usage: () => undefined,
  }
}
