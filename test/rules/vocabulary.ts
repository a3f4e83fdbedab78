/**
 * A vocabulary small enough to read: the terms of DPV 2.3 that the tests of the rules use, each with
 * all its parents. An oracle of its own for coverage: it climbs the parents for every question.
 */
import type { PurposeSet } from '../../ledger/rules/purposes.js'
import type { Ruleset } from '../../ledger/rules/ruleset.js'
import type { Vocabulary } from '../../ledger/rules/vocabulary.js'

const DPV = 'https://w3id.org/dpv#'
const PD = 'https://w3id.org/dpv/pd#'
const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#'

/** A term of DPV. */
export const dpv = (name: string): string => `${DPV}${name}`
/** A category of personal data. */
export const pd = (name: string): string => `${PD}${name}`
/** A term of the GDPR extension, such as `A6-1-a`. */
export const gdpr = (name: string): string => `${GDPR}${name}`

const PURPOSES = table(dpv, {
  Purpose: [],
  AcademicResearch: ['ResearchAndDevelopment'],
  Advertising: ['Marketing'],
  CommercialPurpose: ['Purpose'],
  CommercialResearch: ['CommercialPurpose', 'ResearchAndDevelopment'],
  Counterterrorism: ['PublicBenefit'],
  DirectMarketing: ['Marketing'],
  EnforceSecurity: ['Purpose'],
  FulfilmentOfObligation: ['Purpose'],
  HumanResourceManagement: ['Purpose'],
  LegalCompliance: ['FulfilmentOfObligation'],
  Marketing: ['Purpose'],
  MisusePreventionAndDetection: ['EnforceSecurity'],
  FraudPreventionAndDetection: ['MisusePreventionAndDetection'],
  NonCommercialPurpose: ['Purpose'],
  NonCommercialResearch: ['NonCommercialPurpose', 'ResearchAndDevelopment'],
  Personalisation: ['Purpose'],
  PersonalisedAdvertising: ['Advertising', 'Personalisation'],
  PersonnelHiring: ['PersonnelManagement'],
  PersonnelManagement: ['HumanResourceManagement'],
  ProvideOfficialStatistics: ['PublicBenefit'],
  PublicBenefit: ['Purpose'],
  RecruitmentAdvertising: ['Advertising', 'PersonnelHiring'],
  ResearchAndDevelopment: ['Purpose'],
  ScientificResearch: ['ResearchAndDevelopment'],
  SellDataToThirdParties: ['SellProducts'],
  SellProducts: ['ServiceProvision'],
  ServiceManagement: ['Purpose'],
  ServiceProvision: ['ServiceManagement'],
  RequestedServiceProvision: ['ServiceProvision'],
})

const OTHERS = new Map([
  ...table(dpv, {
    Processing: [],
    Alter: ['Transform'],
    Aggregate: ['Alter'],
    Analyse: ['Use'],
    Copy: ['Processing'],
    Disclose: ['Processing'],
    Infer: ['Derive'],
    Derive: ['Obtain'],
    Obtain: ['Processing'],
    Profiling: ['Use'],
    Share: ['Disclose'],
    Store: ['Processing'],
    Tracking: ['Use'],
    Transform: ['Processing'],
    Pseudonymise: ['Transform'],
    Use: ['Processing'],
  }),
  ...table(gdpr, {
    'A6-1-a': [],
    'A6-1-e': [],
    'A6-1-f': [],
    'A9-2-a': [],
    'A9-2-j': [],
    SupplementaryMeasure: [],
  }),
])

const CATEGORIES = new Map<string, readonly string[]>([
  [dpv('PersonalData'), []],
  [dpv('NonPersonalData'), []],
  [dpv('UncategorisedData'), []],
  [dpv('SpecialCategoryPersonalData'), [dpv('PersonalData')]],
  ...table(pd, {
    External: [],
    Social: [],
    Tracking: [],
    Age: ['PhysicalCharacteristic'],
    AgeRange: ['Age'],
    Criminal: ['Social'],
    CriminalConviction: ['Criminal'],
    EmailAddress: ['Contact'],
    Contact: ['Tracking'],
    HealthRecord: ['MedicalHealth'],
    Identifying: ['External'],
    Location: ['Tracking'],
    Name: ['Identifying'],
    PhysicalCharacteristic: ['External'],
    Region: ['Location'],
    Transaction: [],
  }),
  [pd('MedicalHealth'), [dpv('SpecialCategoryPersonalData'), pd('External')]],
  [pd('EthnicOrigin'), [dpv('SpecialCategoryPersonalData'), pd('External')]],
])

/** The vocabulary under the lists of a ruleset. */
export function smallVocabulary({ purposes, categories }: Ruleset): Vocabulary {
  const purposeParents = new Map(PURPOSES)
  for (const { term, parents } of purposes.localTerms) purposeParents.set(term, parents)
  const categoryParents = new Map(CATEGORIES)
  for (const { term, parents } of categories.localTerms) categoryParents.set(term, parents)
  const under = (list: readonly string[], category: string) =>
    list.some((term) => climbs(categoryParents, category, term))
  return {
    purposeKind(term) {
      const parents = purposeParents.get(term)
      if (parents === undefined) return 'unknown'
      if (parents.length === 0) return 'root'
      return parents.every((parent) => parent === dpv('Purpose')) ? 'broad' : 'specific'
    },
    purposesOf: (terms) => covered(terms, purposeParents, purposes.explicitOnly),
    purposeUnder: (term, ancestor) => climbs(purposeParents, term, ancestor),
    categoryUnder: (term, ancestor) => climbs(categoryParents, term, ancestor),
    isCategory: (term) => categoryParents.has(term),
    isSpecial: (category) =>
      under([dpv('SpecialCategoryPersonalData'), ...categories.special], category) &&
      !under(categories.notSpecial, category),
    isCriminal: (category) => under(categories.criminal, category),
    isUnder: (term, ancestor) => climbs(OTHERS, term, ancestor),
    labelOf: (term) => term.slice(term.lastIndexOf('#') + 1),
  }
}

function covered(
  terms: readonly string[],
  parentsOf: ReadonlyMap<string, readonly string[]>,
  explicitOnly: readonly string[],
): PurposeSet {
  const is = (term: string): boolean => {
    if (terms.includes(term)) return true
    const parents = parentsOf.get(term) ?? []
    const above = parents.filter((parent) => parent !== dpv('Purpose'))
    return !explicitOnly.includes(term) && above.length > 0 && above.every(is)
  }
  return { covered: new Set([...parentsOf.keys(), ...terms].filter(is)) }
}

function climbs(
  parentsOf: ReadonlyMap<string, readonly string[]>,
  term: string,
  ancestor: string,
): boolean {
  return (
    term === ancestor ||
    (parentsOf.get(term) ?? []).some((parent) => climbs(parentsOf, parent, ancestor))
  )
}

function table(
  iri: (name: string) => string,
  parents: Readonly<Record<string, readonly string[]>>,
): Map<string, readonly string[]> {
  return new Map(Object.entries(parents).map(([name, above]) => [iri(name), above.map(iri)]))
}
