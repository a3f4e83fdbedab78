/**
 * Runs + map → the statements to come, in an order in which parents come first. Pure.
 *
 * Walks the runs as they began. For each: its party by the map; each input's version, which comes from
 * an earlier run, or from outside as a collection; a transfer where another party holds it, once per
 * version and importer; then the run itself. At last, versions that are end points become outcomes.
 */
import type { Sha256 } from '../../ledger/core/hash.js'
import { UNCATEGORISED } from './claims.js'
import { instrumentItem, transferItem } from './drafts.js'
import { type EventDataset, nameKey } from './event.js'
import { readFacets } from './facets.js'
import { fieldRule, firstMatch, type ImportMap, transferRule } from './map.js'
import type { Parties, Party } from './party.js'
import { datasetText, Findings, fateOf } from './plan-findings.js'
import {
  isKind,
  keyOf,
  type Plan,
  type PlanItem,
  type PlannedParent,
  type RunFate,
} from './plan-item.js'
import { type FileDigest, planOutcomes } from './plan-outcomes.js'
import { compareMoments, type Run } from './run.js'
import { type DraftParts, type Input, runItem, sourceItem } from './run-drafts.js'
import { type Version, VersionBook } from './version.js'

export type PlanContext = {
  readonly map: ImportMap
  readonly parties: Parties
  readonly sha: Sha256
  /** Versions that earlier imports recorded. */
  readonly known: readonly Version[]
  /** Digest of an artefact's file, relative to the map; undefined when it is not there. */
  readonly fileDigest: FileDigest
}

/** Plans an import. `runs` are in order of their first events. */
export function planImport(runs: readonly Run[], context: PlanContext): Plan {
  return new Planner(runs, context).plan()
}

class Planner {
  readonly #context: PlanContext
  readonly #runs: readonly Run[]
  readonly #parts: DraftParts
  readonly #items = new Map<string, PlanItem>()
  readonly #findings = new Findings()
  readonly #fates = new Map<string, RunFate>()
  readonly #book = new VersionBook()
  /** Versions in the log. */
  readonly #known = new Map<string, Version>()
  /** Versions from outside the stream, by key of their collection. */
  readonly #sources = new Map<string, Version>()
  /** Names of datasets whose maker has no rule. */
  readonly #lost = new Set<string>()
  readonly #owners = new Map<string, Party>()
  /** Names of datasets that a run of this stream reads. */
  readonly #read = new Set<string>()

  constructor(runs: readonly Run[], context: PlanContext) {
    this.#runs = runs
    this.#context = context
    const { map, parties, sha } = context
    this.#parts = { map, parties, sha, note: ({ kind, what }) => this.#findings.note(kind, what) }
    for (const party of parties.values()) this.#owners.set(party.id, party)
  }

  plan(): Plan {
    for (const run of this.#runs) this.#fates.set(run.runId, fateOf(run, this.#context.map))
    const taken = this.#runs.filter(({ runId }) => this.#fates.get(runId) === 'taken')
    this.#remember(taken)
    for (const run of taken) for (const input of run.inputs) this.#read.add(nameKey(input))
    for (const run of taken) this.#planRun(run)
    const outcomes = planOutcomes(this.#book.all(), {
      parts: this.#parts,
      owners: this.#owners,
      read: this.#read,
      fileDigest: this.#context.fileDigest,
      isOurs: ({ key }) => this.#items.has(key),
      problem: (what, rule, code) => this.#findings.problem(what, rule, code),
    })
    for (const item of outcomes) this.#items.set(item.key, item)
    return {
      items: [...this.#items.values()],
      notes: this.#findings.notes,
      problems: this.#findings.problems,
      fates: this.#fates,
    }
  }

  /** Takes over what earlier imports made, except what this stream tells again. */
  #remember(taken: readonly Run[]): void {
    const again = new Set(
      taken.flatMap(({ runId, outputs }) =>
        outputs.map((dataset) => versionKey({ ...dataset, key: keyOf('run', runId) })),
      ),
    )
    for (const version of this.#context.known) {
      const key = versionKey(version)
      this.#known.set(key, version)
      // What came from outside is asked for by name, not by time.
      if (!again.has(key) && !isKind(version.key, 'source')) this.#book.add(version)
    }
  }

  /** A version as the log has it, where it does: what is recorded stays as it was told then. */
  #recorded(version: Version): Version {
    const { began, ended } = version
    const known = this.#known.get(versionKey(version))
    return known === undefined ? version : { ...known, began, ended }
  }

  #planRun(run: Run): void {
    const rule = firstMatch(this.#context.map.jobs, run.job)
    const party = rule === undefined || 'ignore' in rule ? undefined : this.#party(rule.party)
    if (rule === undefined || 'ignore' in rule || party === undefined) {
      this.#findings.missing(`job ${run.job.namespace} ${run.job.name}`, 'jobs', run)
      for (const output of run.outputs) this.#lost.add(nameKey(output))
      return
    }
    const inputs = run.inputs.map((dataset) => this.#input(dataset, run, party))
    const found = inputs.filter((input) => input !== undefined)
    const item = runItem({ run, rule, party, inputs: found }, this.#parts)
    // Where an input has no rule, that problem is enough; go on to find all of them.
    if (found.length === inputs.length) this.#items.set(item.key, item)
    for (const made of item.made) {
      const version = this.#recorded(made)
      this.#book.add(version)
      this.#checkFields(version)
    }
  }

  #input(dataset: EventDataset, run: Run, party: Party): Input | undefined {
    const version = this.#versionRead(dataset, run)
    if (version === undefined) return undefined
    const parent =
      version.holder === party.id
        ? { key: version.key, n: version.n }
        : this.#transfer(version, run, party)
    return parent === undefined ? undefined : { dataset, parent }
  }

  #versionRead(dataset: EventDataset, run: Run): Version | undefined {
    const { version } = readFacets(dataset.facets)
    const read = this.#book.read(dataset, run.began, version)
    if (read === undefined) return this.#source(dataset, run, version)
    if (read.underWay)
      this.#findings.note('read-while-written', `${datasetText(dataset)} by run ${run.runId}`)
    return read.version
  }

  #source(dataset: EventDataset, run: Run, version: string | undefined): Version | undefined {
    const { namespace, name } = dataset
    const key = keyOf('source', namespace, name, ...(version === undefined ? [] : [version]))
    const before = this.#sources.get(key)
    if (before !== undefined) return before
    const rule = firstMatch(this.#context.map.sources, dataset)
    const party = rule === undefined ? undefined : this.#party(rule.party)
    const known = this.#known.get(versionKey({ key, namespace, name }))
    if (party === undefined && known !== undefined) return known
    if (rule === undefined || party === undefined) {
      // Of what a job without a rule made, that job's problem says enough.
      if (!this.#lost.has(nameKey(dataset)))
        this.#findings.missing(`${datasetText(dataset)}, which no earlier run made`, 'sources', run)
      return undefined
    }
    const item = sourceItem({ dataset, rule, party, began: run.began, key }, this.#parts)
    this.#items.set(key, item)
    const [made] = item.made.map((version) => this.#recorded(version))
    if (made === undefined) return undefined
    this.#sources.set(key, made)
    this.#checkFields(made)
    this.#noteWriters(dataset, run)
    return made
  }

  /** Says so where the stream has runs that write what comes from outside. */
  #noteWriters(dataset: EventDataset, run: Run): void {
    const writers = this.#runs.filter(({ outputs }) =>
      outputs.some((made) => nameKey(made) === nameKey(dataset)),
    )
    if (writers.length === 0) return
    const lost = writers.some(
      ({ runId, began }) =>
        this.#fates.get(runId) !== 'taken' && compareMoments(began, run.began) < 0,
    )
    this.#findings.note(
      lost ? 'writer-not-recorded' : 'read-before-made',
      `${datasetText(dataset)} by run ${run.runId}`,
    )
  }

  #transfer(version: Version, run: Run, to: Party): PlannedParent | undefined {
    const key = keyOf('transfer', version.key, version.namespace, version.name, to.id)
    if (this.#items.has(key)) return { key, n: 1 }
    const what = `${datasetText(version)} to ${to.alias}`
    const from = this.#owners.get(version.holder)
    if (from === undefined) {
      // Recorded by an earlier import, whose map had this party.
      this.#findings.missing(`${what}: its holder`, 'parties', run)
      return undefined
    }
    const rule = transferRule(this.#context.map, version, { from: from.alias, to: to.alias })
    if (rule === undefined) {
      this.#findings.missing(
        `${datasetText(version)} from ${from.alias} to ${to.alias}`,
        'transfers',
        run,
      )
      return undefined
    }
    if (rule.instrument !== null) this.#instrument(rule.instrument)
    this.#items.set(key, transferItem({ version, rule, from, to, run, key }, this.#parts))
    return { key, n: 1 }
  }

  #instrument(alias: string): void {
    const instrument = this.#context.map.instruments.get(alias)
    if (instrument === undefined || 'id' in instrument) return
    const from = this.#party(instrument.exporter)
    const to = this.#party(instrument.importer)
    if (from === undefined || to === undefined) return
    const item = instrumentItem(alias, instrument, { from, to }, this.#parts)
    this.#items.set(item.key, item)
  }

  #party(alias: string): Party | undefined {
    return this.#context.parties.get(alias)
  }

  #checkFields(version: Version): void {
    const unknown = version.fields.some((field) => {
      const category = fieldRule(this.#context.map, version, field)?.claims['category']
      return category === undefined || category === UNCATEGORISED
    })
    if (unknown) this.#findings.note('category-unknown', datasetText(version))
  }
}

function versionKey(version: Pick<Version, 'key' | 'namespace' | 'name'>): string {
  return keyOf(version.key, nameKey(version))
}
