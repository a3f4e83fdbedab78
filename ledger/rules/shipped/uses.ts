/**
 * What end-use statements allow, what betrays a prohibited use, and which purposes are never implied.
 * These choices are Waybill's; a mapping to terms can only show what the parties themselves declare.
 *
 * No term betrays coercion, discrimination, a decision taken by machine alone or the training of a
 * model: those uses are ruled out by signature and found by audit, so their rows are empty.
 */
import type { EndUse, ProhibitedUse, Ruleset } from '../ruleset.js'
import { CHECKED } from './eu.js'

function terms(...names: readonly string[]): readonly string[] {
  return names.map((name) => `https://w3id.org/dpv#${name}`)
}

const SOURCE = 'Waybill: a choice, no law'

/** Not the whole of ServiceManagement: selling data stands under it. */
const OWN_OPERATIONS = terms(
  'AccountManagement',
  'CommunicationManagement',
  'CustomerManagement',
  'EnforceSecurity',
  'EstablishContractualAgreement',
  'FulfilmentOfObligation',
  'HumanResourceManagement',
  'OrganisationGovernance',
  'PaymentManagement',
  'RecordManagement',
  'RepairImpairments',
  'RequestedServiceProvision',
  'ServiceAccessDetermination',
  'ServiceMonitoring',
  'ServiceOptimisation',
  'ServiceRegistration',
  'TechnicalServiceProvision',
  'VendorManagement',
)

const END_USE: readonly (readonly [EndUse['statement'], readonly string[]])[] = [
  ['declared-purposes-only', []],
  ['own-operations', OWN_OPERATIONS],
  ['service-to-exporter', []],
  ['research', terms('ResearchAndDevelopment')],
  ['legal-duty', terms('FulfilmentOfObligation', 'RightsFulfilment')],
  ['public-task', terms('PublicBenefit')],
]

export const END_USES: readonly EndUse[] = END_USE.map(([statement, purposes]) => ({
  statement,
  purposes,
  source: SOURCE,
  asOf: CHECKED,
}))

const PROHIBITED: readonly (readonly [
  ProhibitedUse['use'],
  purposes: readonly string[],
  nature: readonly string[],
])[] = [
  ['coercion', [], []],
  ['discrimination', [], []],
  [
    'surveillance-beyond-purpose',
    terms(
      'PersonnelMonitoring',
      'ProtectionOfNationalSecurity',
      'ProtectionOfPublicSecurity',
      'Counterterrorism',
    ),
    terms('Monitor', 'Tracking'),
  ],
  ['sale-onward', terms('SellDataToThirdParties', 'SellInsightsFromData'), []],
  ['reidentification', terms('IdentityAuthentication', 'IdentityVerification'), []],
  ['solely-automated-decision', [], []],
  [
    'profiling',
    terms('PersonalisedAdvertising', 'PersonnelPerformancePrediction'),
    terms('Profiling'),
  ],
  ['model-training', [], []],
  ['law-enforcement', terms('ProtectionOfPublicSecurity', 'Counterterrorism'), []],
  ['military', terms('ProtectionOfNationalSecurity'), []],
]

export const PROHIBITED_USES: readonly ProhibitedUse[] = PROHIBITED.map(
  ([use, purposes, nature]) => ({ use, purposes, nature, source: SOURCE, asOf: CHECKED }),
)

/** What nobody means when they agree to a wider purpose. */
export const PURPOSES: Ruleset['purposes'] = {
  explicitOnly: terms(
    'SellDataToThirdParties',
    'SellInsightsFromData',
    'PoliticalCampaign',
    'CustomerSolvencyMonitoring',
    'PersonnelBehaviourMonitoring',
    'RecruitmentApplicantCriminalBackgroundCheck',
    'Counterterrorism',
    'ProtectionOfNationalSecurity',
    'ProtectionOfPublicSecurity',
  ),
  localTerms: [],
  source: SOURCE,
  asOf: CHECKED,
}
