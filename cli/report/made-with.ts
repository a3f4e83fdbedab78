/**
 * What a report was made with besides its evidence: the policy, what the ledger answered, what the
 * person remembered. With it the page can be made again, and be compared with the file.
 *
 * None of it is proven by anything: whoever made the page chose it. Who verifies a page is told so.
 */
import type { MemoryVerdict } from '../../client/index.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { items, members, text, whole } from '../../ledger/core/evidence.js'
import { hasFormat } from '../../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { formatPolicy } from '../../ledger/core/policy.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type Law, lawOf } from '../../ledger/rules/law.js'
import { parseRuleset } from '../../ledger/rules/ruleset-file.js'
import { lawOfFile, lawOfRecorded, shippedLaw } from '../../ledger/rules/ruleset-in-force.js'
import { sumJson, usageOfSums } from '../../ledger/rules/sums.js'
import type { Job } from '../command.js'
import type { LineageJudgement } from '../lineage-judge.js'
import type { AsOf, RulesQuestion } from '../rules-judge.js'
import type { TrustBasis } from '../trust.js'
import { VERSION } from '../version.js'

/** What writes the words: this version, with its names of countries. */
export const SOFTWARE = `waybill ${VERSION}, CLDR ${process.versions['cldr'] ?? 'unknown'}`

export type MadeWith = {
  readonly software: string
  /** Seconds since 1970. */
  readonly made: number
  /** What was asked about. */
  readonly id: string
  /** SHA-256 of the file that was asked about. */
  readonly digest: string | undefined
  /** Text of the policy file. */
  readonly policy: string
  readonly basis: TrustBasis
  readonly path: string
  readonly pins: ReadonlyMap<PartyId, string>
  readonly aliases: ReadonlyMap<string, string>
  readonly memory: MemoryVerdict | undefined
  /** A ledger was asked, and said that it had left nothing out. */
  readonly searched: boolean
  readonly question: RulesQuestion
  /** Sums over transfers, as the ledger answered. */
  readonly sums: readonly Json[] | undefined
}

/** @param digest of the file that was asked about */
export function madeWithOf(
  judged: LineageJudgement,
  digest: string | undefined,
  { io, settings }: Job,
): MadeWith {
  const { root, trust, memory, rules, basis, report, findings } = judged
  // The rest of somebody's address book is nobody's business.
  const isNamed = (party: string): boolean =>
    report.parties.has(party as PartyId) ||
    findings.some(({ detail }) => detail?.includes(party) === true)
  return {
    software: SOFTWARE,
    made: Math.floor(io.now() / 1000),
    id: root,
    digest,
    policy: formatPolicy(trust.policy),
    basis: trust.basis,
    path: trust.path,
    pins: new Map([...trust.pins].filter(([party]) => isNamed(party))),
    aliases: new Map([...settings.aliases].filter(([, party]) => isNamed(party))),
    memory,
    searched: rules?.searched ?? false,
    question: basis?.question ?? {},
    sums: basis?.sums?.map(sumJson),
  }
}

export function madeWithJson(made: MadeWith): JsonObject {
  const { digest, pins, aliases, memory, question, sums, ...rest } = made
  return {
    ...rest,
    digest: digest ?? null,
    pins: [...pins].map(([party, name]) => ({ party, name })),
    aliases: [...aliases].map(([name, party]) => ({ party, name })),
    memory: memory === undefined ? null : { ...memory },
    as_of: question.asOf === undefined ? null : { ...question.asOf },
    ruleset: question.law === undefined ? null : lawJson(question.law),
    sums: sums ?? null,
  }
}

const MEMBERS = [
  ...['software', 'made', 'id', 'digest', 'policy', 'basis', 'path', 'pins', 'aliases'],
  ...['memory', 'searched', 'as_of', 'ruleset', 'sums'],
]
const BASES: readonly TrustBasis[] = ['given', 'remembered', 'first use']

/**
 * @throws LedgerError RECEIPT_MALFORMED, or the code of the part that is malformed
 */
export function parseMadeWith(value: Json): MadeWith {
  const made = members(value, MEMBERS, 'made-with')
  const basis = BASES.find((one) => one === made['basis'])
  if (basis === undefined || typeof made['searched'] !== 'boolean') throw malformed('basis')
  const named = (name: string): readonly (readonly [PartyId, string])[] =>
    items(made[name], name).map((item) => {
      const { party, name: called } = members(item, ['party', 'name'], name)
      const id = text(party, name)
      if (!hasFormat(id, 'party-id')) throw malformed(name)
      return [id as PartyId, text(called, name)]
    })
  return {
    software: text(made['software'], 'software'),
    made: whole(made['made'], 'made'),
    id: text(made['id'], 'id'),
    digest: made['digest'] === null ? undefined : text(made['digest'], 'digest'),
    policy: text(made['policy'], 'policy'),
    basis,
    path: text(made['path'], 'path'),
    pins: new Map(named('pins')),
    aliases: new Map(named('aliases').map(([party, name]) => [name, party])),
    memory: memoryOf(made['memory']),
    searched: made['searched'],
    question: questionOf(made),
    sums: sumsOf(made['sums']),
  }
}

function questionOf({ as_of: asOf = null, ruleset = null }: JsonObject): RulesQuestion {
  return {
    ...(asOf === null ? {} : { asOf: asOfOf(asOf) }),
    ...(ruleset === null ? {} : { law: lawOfJson(ruleset) }),
  }
}

function lawJson({ ruleset, source }: Law): Json {
  return {
    source: source === undefined ? null : { ...source },
    // A ruleset is plain data: it was read from JSON.
    tables: ruleset as unknown as Json,
  }
}

/** What claims to be shipped must be what is shipped here. */
function lawOfJson(value: Json): Law {
  const { source, tables = null } = members(value, ['source', 'tables'], 'ruleset')
  const ruleset = parseRuleset(tables)
  if (!isObject(source)) throw malformed('ruleset')
  const { kind, file, id, index } = source
  if (kind === 'file') return lawOfFile(ruleset, text(file, 'ruleset'))
  if (kind === 'recorded' && typeof id === 'string' && hasFormat(id, 'statement-id'))
    return lawOfRecorded({ id: id as StatementId, index: whole(index, 'ruleset'), ruleset })
  const shipped = shippedLaw()
  if (kind === 'shipped' && lawOf(ruleset).ref.digest === shipped.ref.digest) return shipped
  throw malformed('ruleset')
}

function asOfOf(value: Json): AsOf {
  if (isObject(value) && value['index'] !== undefined)
    return { index: whole(members(value, ['index'], 'as_of')['index'], 'as_of') }
  return { time: whole(members(value, ['time'], 'as_of')['time'], 'as_of') }
}

function sumsOf(value: Json | undefined): readonly Json[] | undefined {
  if (value === null) return undefined
  const sums = items(value, 'sums')
  if (usageOfSums(sums) === undefined) throw malformed('sums')
  return sums
}

function memoryOf(value: Json | undefined): MemoryVerdict | undefined {
  if (value === null) return undefined
  if (!isObject(value)) throw malformed('memory')
  const { kind, size, reason, asked, kept, convincing } = value
  if (kind === 'first') return { kind }
  if (kind === 'consistent') return { kind, size: whole(size, 'memory') }
  if (kind === 'unproven') {
    const known = size === undefined ? {} : { size: whole(size, 'memory') }
    return { kind, ...known, reason: text(reason, 'memory'), asked: asked === true }
  }
  if (kind !== 'inconsistent') throw malformed('memory')
  const place = kept === undefined ? {} : { kept: text(kept, 'memory') }
  return { kind, size: whole(size, 'memory'), ...place, convincing: convincing === true }
}

function malformed(at: string): LedgerError {
  return new LedgerError('RECEIPT_MALFORMED', { at })
}
