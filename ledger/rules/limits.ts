/**
 * Limits that flow with data. DESIGN 6, docs/limits.md.
 *
 * A dataset carries the meet of everything its hops and sources allow. Adding an input or a hop can
 * only shrink what is allowed. Each part says whether something that could shrink it further is not
 * known: what a known part forbids is forbidden for certain, what it allows may still be unknown.
 */
import type { PurposeSet } from './purposes.js'
import type { ProhibitedUse } from './ruleset.js'

/** `incomplete`: a claim that might narrow it is withheld, a gap, or cannot be computed. */
export type Limit<Value> = { readonly value: Value; readonly incomplete: boolean }

export type Countries = {
  /** Undefined: everywhere but `excluded`. */
  readonly included: ReadonlySet<string> | undefined
  readonly excluded: ReadonlySet<string>
}

/** Who may receive it onward, by party id; undefined: not limited. */
export type Recipients = ReadonlySet<string> | undefined

export type Limits = {
  readonly purposes: Limit<PurposeSet>
  /** Last day on which it may be kept, `YYYY-MM-DD`; undefined: no end known. */
  readonly retention: Limit<string | undefined>
  /** Whether it may be passed on at all. */
  readonly onward: Limit<boolean>
  readonly countries: Limit<Countries>
  readonly recipients: Limit<Recipients>
  /** Only with the subjects’ consent, or the exporter’s authorisation, whoever asked for it. */
  readonly conditions: Limit<{ readonly consent: boolean; readonly authorisation: boolean }>
  /** Who asked for that authorisation: each of them gives it, or it is not given. Party ids, by union. */
  readonly authorisers: Limit<ReadonlySet<string>>
  /** Categories (dpv-pd terms) in it, less what was effectively removed. */
  readonly categories: Limit<ReadonlySet<string>>
  /** Sticky until an anonymisation assessment. */
  readonly special: Limit<boolean>
  /**
   * Countries whose law came with it, by union: jurisdictions and subjects’ countries of collections,
   * subjects’ countries and `from` of the routes of transfers. R18.
   */
  readonly origins: Limit<ReadonlySet<string>>
  /**
   * Countries of the data subjects, by union over collections and transfers. Incomplete also where a
   * collection does not say. R29.
   */
  readonly subjectCountries: Limit<ReadonlySet<string>>
  /** What importers have promised of its use, by signing `terms`. R04; uses.ts. */
  readonly uses: Limit<Uses>
}

/** A use that an importer rules out, by the closed list of `terms.prohibitedUses`. */
export type ProhibitedUseCode = ProhibitedUse['use']

export type Uses = {
  /** Ruled out by any importer on the way: by union. */
  readonly prohibited: ReadonlySet<ProhibitedUseCode>
  /** What the end-use statements allow, all of them: by intersection. */
  readonly purposes: PurposeSet
}
