/** R31: what leaves China takes the path that its volume since 1 January asks for. */
import type { PartyId } from '../core/key-state.js'
import { type Cited, citedBy, kindNotSeen, notSeen } from './cited.js'
import type { UsageKey } from './facts.js'
import type { Transfer } from './hop.js'
import type { Law } from './law.js'
import { destinationsOf, enrolledIn, originsBeside } from './places.js'
import type { Judging, Rule } from './rule.js'
import type { ChinaExport, InstrumentKind } from './ruleset.js'
import { regimeOf } from './tables.js'
import { addBounds, type Bounds, boundsOf, overTransfers, sensitiveUsed, usedBy } from './used.js'
import { fail, type Judged, notApplicable, pass, unknown, warn } from './verdict.js'
import { yearStart } from './windows.js'

const LAW_CODE = 'cn-pipl'

/** Paths by strength: nothing to do, contract filed or certificate, security assessment. */
const PATHS = [
  'no path',
  'a filed standard contract or a certificate',
  'a security assessment',
] as const
type Path = 0 | 1 | 2

const PATH_OF: Readonly<Partial<Record<InstrumentKind, Path>>> = {
  'CN-SC': 1,
  'CN-Cert': 1,
  'CN-SA': 2,
}

export const R31: Rule = {
  id: 'R31',
  title: 'China export path',
  inputs: [
    'route',
    'terms.subProcessors',
    'country of both parties',
    'where the data was',
    'instrument',
    'terms.china',
    'datasets',
    'fields',
    'usage: export',
  ],
  citation: 'PIPL Art. 38, 40; CAC Provisions of 22 March 2024 Art. 5–8; CAC Order 20',
  explain:
    'Whoever sends personal data out of China counts the persons since 1 January, Chinese time, over all importers: from the first threshold on a standard contract must be filed or a certificate held, from the second (or a lower one for sensitive data, for operators of critical infrastructure and for important data) the authority assesses. The larger of what the ledger sums and what the parties declare is held against the thresholds; splitting a volume over importers or transfers changes nothing. FAIL: the instrument is a weaker path than asked for. UNKNOWN, among others: the exporter is enrolled in China or the data was there, and the route begins elsewhere.',
  judge(judging) {
    const { hop, law } = judging
    if (hop.type !== 'transfer/1') return [notApplicable('nothing leaves a country here')]
    const { route } = hop.claims
    if (route === undefined) return [unknown('its route is withheld', { at: 'claims.route' })]
    const leaves = leavesChina(judging, hop, route.from)
    if (leaves === 'no') return [notApplicable('it does not leave China')]
    if (hop.claims.terms === undefined) {
      return [unknown('the terms of Chinese law are withheld', { at: 'claims.terms' })]
    }
    const judged = judgeExport(judging, hop, leaves === 'yes' ? [] : countriesOf(law))
    if (leaves === 'yes') return judged
    const { why, at, settle } = leaves
    // What is not known to leave is at worst not known to be in order.
    return judged.every(({ verdict }) => verdict === 'PASS')
      ? [notApplicable('it does not leave China, or no other path is asked for')]
      : [unknown(`whether it leaves China is not known: ${why}`, { at, settle })]
  },
}

function countriesOf(law: Law): readonly string[] {
  return regimeOf(law, LAW_CODE)?.countries ?? []
}

type Doubt = { readonly why: string; readonly at: string; readonly settle: string }

/** By its route; in doubt where a party or the data sits elsewhere than the route says. */
function leavesChina(judging: Judging, hop: Transfer, from: string): 'yes' | 'no' | Doubt {
  const china = countriesOf(judging.law)
  const { importer, terms } = hop.claims
  const out = (country: string | undefined): boolean =>
    country === undefined || !china.includes(country)
  const goesOut = destinationsOf(hop).some(({ country }) => out(country))
  const mayGoOut = goesOut || out(enrolledIn(importer, judging)) || terms === undefined
  const settle = 'its exporter or importer'
  if (china.includes(from)) {
    if (goesOut) return 'yes'
    const why = 'its importer is not known to be established there, or its sub-processors to be'
    return mayGoOut ? { why, at: 'claims.importer', settle } : 'no'
  }
  const beside = originsBeside(hop, judging)
  const begins = beside.some((country) => country === undefined || china.includes(country))
  if (!begins || !mayGoOut) return 'no'
  const why = beside.includes(undefined)
    ? 'where its exporter is, or the data was, is not shown'
    : `its exporter or the data was there, and its route begins in ${from}`
  return { why, at: 'claims.route.from', settle }
}

type Volume = {
  readonly persons: Bounds
  readonly sensitive: Bounds
  /** How many were added up. */
  readonly transfers: number
}

/** `others`: countries from which it may leave as well, so that their sums count too. */
function judgeExport(
  judging: Judging,
  hop: Transfer,
  others: readonly string[],
): readonly Judged[] {
  const { law } = judging
  const china = hop.claims.terms?.china
  const summed = [...new Set([hop.claims.route?.from, ...others])]
    .map((from) => summedSince(judging, hop, from))
    .reduce((all, one) => ({
      persons: addBounds(all.persons, one.persons),
      sensitive: addBounds(all.sensitive, one.sensitive),
      transfers: Math.max(all.transfers, one.transfers),
    }))
  const volume: Volume = {
    persons: atLeast(summed.persons, china?.persons),
    sensitive: atLeast(summed.sensitive, china?.sensitivePersons),
    transfers: summed.transfers,
  }
  const needed = neededPath(law, hop, volume)
  return [
    pathVerdict(judging, hop, needed, volume),
    ...claimVerdict(summed.persons, china?.persons, 'persons'),
    ...claimVerdict(summed.sensitive, china?.sensitivePersons, 'sensitivePersons'),
  ]
}

function summedSince(judging: Judging, hop: Transfer, from: string | undefined): Volume {
  const { exporter } = hop.claims
  const key: UsageKey | undefined =
    exporter === undefined || from === undefined
      ? undefined
      : { kind: 'export', exporter: exporter as PartyId, from }
  const since = yearStart(hop.time, judging.law.ruleset.china.utcOffsetHours)
  const used = usedBy(judging, hop, key, since)
  const { sum, known } = used
  return {
    persons: boundsOf(sum.persons, sum.uncounted, known),
    sensitive: sensitiveUsed(judging, hop, used),
    transfers: sum.transfers,
  }
}

/** What is declared includes what the ledger never saw. */
function atLeast({ least, most }: Bounds, declared = 0): Bounds {
  return { least: Math.max(least, declared), most: Math.max(most, declared) }
}

type Needed = { readonly least: Path; readonly most: Path }

function neededPath({ ruleset: { china: rules } }: Law, hop: Transfer, volume: Volume): Needed {
  const china = hop.claims.terms?.china
  const exempt = china?.exemption !== undefined && rules.exemptions.includes(china.exemption)
  if (exempt && !china.importantData) return { least: 0, most: 0 }
  const { persons, sensitive } = volume
  const strict = china?.ciio === true || china?.importantData === true
  return {
    least: strict ? 2 : pathOf(rules, persons.least, sensitive.least),
    // Who says nothing of infrastructure and important data may have both.
    most: strict || china === undefined ? 2 : pathOf(rules, persons.most, sensitive.most),
  }
}

function pathOf(rules: ChinaExport, persons: number, sensitive: number): Path {
  if (persons >= rules.assessmentFrom || sensitive >= rules.assessmentSensitiveFrom) return 2
  return persons >= rules.exemptBelow || sensitive > 0 ? 1 : 0
}

function pathVerdict(
  judging: Judging,
  hop: Transfer,
  { least, most }: Needed,
  { persons, sensitive, transfers }: Volume,
): Judged {
  const all = `${persons.least} persons, ${sensitive.least} with sensitive data, since 1 January`
  const volume = `${all}${overTransfers(transfers)}`
  const cited = citedBy(hop, judging)
  const at = 'claims.instrument'
  const notes = { at, ...(cited.state === 'seen' ? { evidence: [cited.fact.id] } : {}) }
  if (most === 0) return pass('no path is asked for', notes)
  const hidden = hiddenKind(cited)
  if (hidden !== undefined) return hidden
  const kind = cited.state === 'seen' ? cited.fact.claims.kind?.code : undefined
  const path = (kind === undefined ? undefined : PATH_OF[kind]) ?? 0
  if (path >= most) return pass(`${PATHS[path]} is enough`, notes)
  if (path >= least) {
    return unknown(`${PATHS[most]} may be asked for: not all that leaves China is known`, notes)
  }
  // An exemption that was claimed and is none is the place to look at.
  const claimed = hop.claims.terms?.china?.exemption !== undefined
  return fail(`${PATHS[least]} is asked for: ${volume}; there is ${PATHS[path]}`, {
    ...notes,
    at: claimed ? 'claims.terms.china.exemption' : at,
  })
}

/** UNKNOWN where it cites an instrument whose kind is not shown. */
function hiddenKind(cited: Cited): Judged | undefined {
  if (cited.state === 'none') return undefined
  if (cited.state !== 'seen') return notSeen(cited)
  return cited.fact.claims.kind === undefined ? kindNotSeen(cited.fact) : undefined
}

/** Whoever declares fewer than the ledger sums leaves something out. */
function claimVerdict(
  { least, most }: Bounds,
  declared: number | undefined,
  name: 'persons' | 'sensitivePersons',
): Judged[] {
  if (declared === undefined) return []
  const at = `claims.terms.china.${name}`
  if (declared < least) {
    return [warn(`${declared} are declared, the transfers since 1 January sum to ${least}`, { at })]
  }
  if (most > declared) {
    return [unknown('what is declared cannot be held against a sum', { at })]
  }
  return []
}
