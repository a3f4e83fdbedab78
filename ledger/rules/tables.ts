/**
 * What the rules ask of a ruleset's tables: which law restricts a route, which tools it accepts, what
 * is adequate on a day. Days are UTC, `YYYY-MM-DD`; a rule takes them from the hop, never from a clock.
 */
import { addDays, type Days, daysBetween } from './days.js'
import type { Law } from './law.js'
import type { Adequacy, Corridor, InstrumentKind, Regime, Ruleset, Term, Tool } from './ruleset.js'

type Tables = {
  readonly regimes: ReadonlyMap<string, Regime>
  readonly byCountry: ReadonlyMap<string, readonly Regime[]>
  readonly adequacy: ReadonlyMap<string, readonly Adequacy[]>
}

const TABLES = new WeakMap<Ruleset, Tables>()
const NO_REGIMES: readonly Regime[] = []
const NO_ROWS: readonly Adequacy[] = []

/** Laws that restrict what leaves a country; none for a country that the ruleset does not know. */
export function regimesOf(law: Law, country: string): readonly Regime[] {
  return tablesOf(law.ruleset).byCountry.get(country) ?? NO_REGIMES
}

/** The law with this code, as in the regime of a legal basis. */
export function regimeOf(law: Law, code: string): Regime | undefined {
  return tablesOf(law.ruleset).regimes.get(code)
}

/** Within one country, or among the countries of the regime, nothing is restricted. */
export function isFreeBetween(regime: Regime, from: string, to: string): boolean {
  return from === to || (regime.countries.includes(from) && regime.countries.includes(to))
}

/** Laws that restrict this route: those of `from` that do not reach to `to`. */
export function restrictingRegimes(law: Law, from: string, to: string): readonly Regime[] {
  return regimesOf(law, from).filter((regime) => !isFreeBetween(regime, from, to))
}

/** How a regime accepts an instrument of this kind; undefined: it does not. */
export function toolOf(regime: Regime, kind: InstrumentKind): Tool | undefined {
  return regime.tools.find((tool) => tool.kind === kind)
}

/** Rows of the adequacy table in force on a day; a row may cover only organisations of a scheme. */
export function adequacyOn(law: Law, regime: string, to: string, day: string): readonly Adequacy[] {
  return adequacyRows(law, regime, to).filter((row) => inForce(row, day))
}

/** Every row of the adequacy table for a country, whenever it is in force. */
export function adequacyRows(law: Law, regime: string, to: string): readonly Adequacy[] {
  return tablesOf(law.ruleset).adequacy.get(`${regime} ${to}`) ?? NO_ROWS
}

/** What a law has decided of a country for a span of days. */
export type AdequacyOver = {
  /** `whole`: everybody there, on each of the days; `some`: on some days organisations of a list only. */
  readonly state: 'whole' | 'some' | 'none'
  /** In force on any of the days. */
  readonly rows: readonly Adequacy[]
}

/** Decisions over a span: one that ended and was renewed later leaves a gap, in which there was none. */
export function adequacyOver(law: Law, regime: string, to: string, days: Days): AdequacyOver {
  const rows = adequacyRows(law, regime, to).filter(
    ({ from, until }) => from <= days.last && (until === undefined || until >= days.first),
  )
  const whole = rows.filter(({ scheme }) => scheme === undefined)
  if (covers(whole, days)) return { state: 'whole', rows }
  return { state: covers(rows, days) ? 'some' : 'none', rows }
}

function covers(terms: readonly Term[], { first, last }: Days): boolean {
  for (let day = first; ; ) {
    const now = terms.filter((term) => inForce(term, day))
    const end = now
      .map(({ until = last }) => until)
      .sort()
      .at(-1)
    if (end === undefined || end >= last) return end !== undefined
    day = addDays(end, 1)
  }
}

/** First and last day count. */
export function inForce(term: Term, day: string): boolean {
  return term.from <= day && (term.until === undefined || day <= term.until)
}

/** Days since the tables were last checked; 0 on days before that. */
export function tableAge(law: Law, day: string): number {
  return Math.max(0, daysBetween(law.ruleset.asOf, day))
}

/** The tables are older on this day than the ruleset itself allows. */
export function isTableOld(law: Law, day: string): boolean {
  return tableAge(law, day) > law.ruleset.times.tableMaxAgeDays
}

/** A way that data take, with the protection of the data on it. */
export type Way = {
  readonly from: string
  readonly to: string
  readonly special: readonly NonNullable<Corridor['special']>[]
}

/**
 * Tier of risk of a way: the highest of the corridors that match, 0 when none does. Within one country
 * and among the countries of one law only a corridor that names both ends matches.
 */
export function tierOf(law: Law, { from, to, special }: Way): number {
  const free = from === to || regimesOf(law, from).some((regime) => isFreeBetween(regime, from, to))
  let tier = 0
  for (const corridor of law.ruleset.corridors) {
    const named = corridor.from === from && corridor.to === to
    const reaches =
      (corridor.from === undefined || corridor.from === from) &&
      (corridor.to === undefined || corridor.to === to)
    const concerns = corridor.special === undefined || special.includes(corridor.special)
    if (reaches && concerns && (named || !free)) tier = Math.max(tier, corridor.tier)
  }
  return tier
}

function tablesOf(ruleset: Ruleset): Tables {
  const known = TABLES.get(ruleset)
  if (known !== undefined) return known
  const tables: Tables = {
    regimes: new Map(ruleset.regimes.map((regime) => [regime.code, regime])),
    byCountry: grouped(
      ruleset.regimes.flatMap((regime) =>
        regime.countries.map((country) => [country, regime] as const),
      ),
    ),
    adequacy: grouped(ruleset.adequacy.map((row) => [`${row.regime} ${row.to}`, row] as const)),
  }
  TABLES.set(ruleset, tables)
  return tables
}

function grouped<Value>(
  pairs: readonly (readonly [string, Value])[],
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
