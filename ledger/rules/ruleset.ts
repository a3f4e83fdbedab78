/**
 * A ruleset: the dated numbers and lists by which the rules judge. domain: adequacy decisions,
 * transfer tools, thresholds, hours, country lists, corridors, exemptions, explicit-only purposes.
 *
 * Data without code: an operator can write their own. A transfer is judged by the ruleset that was in
 * force when it was recorded, and may be judged again by another day's. Days are UTC, `YYYY-MM-DD`;
 * countries ISO 3166-1 alpha-2; terms are IRIs.
 */
import type { InstrumentClaims } from '../core/schemas/instrument.js'
import type { TransferClaims } from '../core/schemas/transfer.js'

/** Where a value comes from and the day on which that was looked up. */
export type Sourced = { readonly source: string; readonly asOf: string }

/** First and last day on which something holds; no `until`: no end is set. */
export type Term = { readonly from: string; readonly until?: string }

export type InstrumentKind = InstrumentClaims['kind']['code']
/** Which organisations a decision covers; see the listings of instruments and transfers. */
export type ListingScheme = NonNullable<InstrumentClaims['kind']['listings']>[number]['scheme']

/** A transfer tool that a regime accepts. */
export type Tool = Sourced & {
  readonly kind: InstrumentKind
  /** Rests on an adequacy decision: in force only while a row of the table says so. */
  readonly adequacy?: boolean
  /** A derogation: exceptional, never for what repeats. */
  readonly derogation?: boolean
  /** An assessment of the destination’s law (TIA, TRA, PIPIA) must be on file, by document kind. */
  readonly assessment?: 'tia' | 'pipia'
}

/** A law that restricts what leaves its countries. */
export type Regime = Sourced & {
  /** `eu-gdpr`, `uk-gdpr`, `cn-pipl` … as in the regime of a legal basis. */
  readonly code: string
  readonly name: string
  /** Countries it governs; among them data moves freely. */
  readonly countries: readonly string[]
  /** It follows the data: what is passed on from elsewhere needs one of its tools too. */
  readonly onward?: boolean
  readonly tools: readonly Tool[]
}

/** One adequacy decision, or what serves as one. */
export type Adequacy = Sourced &
  Term & {
    /** Code of the regime that decided. */
    readonly regime: string
    readonly to: string
    /** It covers only organisations with this listing; left out: all. */
    readonly scheme?: ListingScheme
  }

type BulkCategory = NonNullable<
  NonNullable<TransferClaims['datasets'][number]['subjects']>['volumes']
>[number]['category']

export type BulkThreshold = Sourced & {
  readonly category: BulkCategory
  /** What is counted: persons, or devices. */
  readonly unit: 'persons' | 'devices'
  /** More than so many is bulk. */
  readonly count: number
}

/** 28 CFR 202: bulk sensitive data of US persons. */
export type UsBulk = Sourced & {
  readonly countriesOfConcern: readonly string[]
  readonly windowMonths: number
  readonly thresholds: readonly BulkThreshold[]
  /** Warn from this share of a threshold on. */
  readonly warnPercent: number
  /** Owned by countries of concern with at least this share: a covered person. */
  readonly coveredShareBasisPoints: number
  /** Purposes and data categories (dpv-pd) that stand for a bulk category where no volumes are declared. */
  readonly categories: readonly { readonly term: string; readonly category: BulkCategory }[]
}

/** China: PIPL Art. 38 and the CAC provisions of 2024. */
export type ChinaExport = Sourced & {
  /** Fewer persons since 1 January, none sensitive: exempt. */
  readonly exemptBelow: number
  /** So many persons or more: security assessment. */
  readonly assessmentFrom: number
  /** So many persons with sensitive data or more: security assessment. */
  readonly assessmentSensitiveFrom: number
  /** Claims of exemption that are accepted; `below-threshold` is computed, never believed. */
  readonly exemptions: readonly string[]
  /** Offset of the day on which the year begins from UTC, hours. */
  readonly utcOffsetHours: number
}

/** A term of one’s own; it means what all its parents mean together. */
export type LocalTerm = {
  readonly term: string
  readonly label: string
  /** Terms of the vocabulary or local ones declared before. */
  readonly parents: readonly string[]
}

/** A corridor with a tier of risk; `from` or `to` left out: any. */
export type Corridor = Sourced & {
  readonly from?: string
  readonly to?: string
  /** Only for data with this protection; left out: any. */
  readonly special?: 'special' | 'criminal' | 'sensitive'
  readonly tier: number
}

/** What an end-use statement allows: purposes under these terms; an empty list: those of the transfer. */
export type EndUse = Sourced & {
  readonly statement: NonNullable<TransferClaims['terms']['endUse']>['statement']
  readonly purposes: readonly string[]
}

/** A prohibited use and what betrays it, by terms of purpose and of processing. */
export type ProhibitedUse = Sourced & {
  readonly use: NonNullable<TransferClaims['terms']['prohibitedUses']>[number]
  readonly purposes: readonly string[]
  readonly nature: readonly string[]
}

export type Ruleset = {
  readonly format: 'waybill-ruleset/1'
  /** Who publishes it, as a code: `waybill`. */
  readonly name: string
  /** Unique per name, sorts by time: `2026-11`. */
  readonly version: string
  readonly effective: Term
  /** Day on which its tables were last checked. */
  readonly asOf: string
  readonly regimes: readonly Regime[]
  readonly adequacy: readonly Adequacy[]
  readonly usBulk: UsBulk
  readonly china: ChinaExport
  readonly endUses: readonly EndUse[]
  readonly prohibitedUses: readonly ProhibitedUse[]
  readonly corridors: readonly Corridor[]
  readonly purposes: Sourced & {
    /** Never implied by a wider purpose. */
    readonly explicitOnly: readonly string[]
    readonly localTerms: readonly LocalTerm[]
  }
  readonly categories: Sourced & {
    /** Special (Art. 9) beyond, or despite, what the vocabulary’s closure says. */
    readonly special: readonly string[]
    readonly notSpecial: readonly string[]
    readonly criminal: readonly string[]
    readonly localTerms: readonly LocalTerm[]
  }
  readonly times: Sourced & {
    /** Recorded so many days after it began: late. */
    readonly lateLoggingDays: number
    /** Clocks may differ by so many seconds. */
    readonly skewSeconds: number
    /** A table older than this is a WARN. */
    readonly tableMaxAgeDays: number
    /** Warn so many days before something lapses. */
    readonly lapseWarnDays: number
    /** A listing checked longer ago than this is no evidence. */
    readonly listingMaxAgeDays: number
    /** End-use statements are asked for from this tier on. */
    readonly endUseTier: number
  }
}
