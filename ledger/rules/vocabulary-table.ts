/**
 * Terms of the W3C's Data Privacy Vocabulary (DPV), by kind. Made by scripts/vocabulary.mjs from the
 * files that VOCABULARY names; change nothing here. Attribution and licence are in NOTICE.
 *
 * One line per term: short form, label, short forms of all its parents. No definitions: for those see
 * https://w3id.org/dpv. vocabulary-terms.ts reads it.
 */

/** Which vocabulary this is; statements name its terms by IRI, which no version changes. */
export const VOCABULARY = {
  name: 'W3C Data Privacy Vocabulary',
  version: '2.3',
  source: 'https://github.com/w3c/dpv, folder 2.3, commit f01a55c3c0983e35cdfdf80593ece3353faba7b8',
  licence: 'W3C Software and Document License 2023',
} as const

/** The terms by kind. */
export const VOCABULARY_TABLE = {
  purpose: `
dpv:AcademicResearch | Academic Research | dpv:ResearchAndDevelopment
dpv:AccountManagement | Account Management | dpv:Purpose
dpv:Advertising | Advertising | dpv:Marketing
dpv:AgeVerification | Age Verification | dpv:Verification
dpv:CombatClimateChange | Combat Climate Change | dpv:PublicBenefit
dpv:CommercialPurpose | Commercial Purpose | dpv:Purpose
dpv:CommercialResearch | Commercial Research | dpv:CommercialPurpose dpv:ResearchAndDevelopment
dpv:CommunicationForCustomerCare | Communication for Customer Care | dpv:CommunicationManagement dpv:CustomerCare
dpv:CommunicationManagement | Communication Management | dpv:Purpose
dpv:CounterMoneyLaundering | Counter Money Laundering | dpv:FraudPreventionAndDetection
dpv:Counterterrorism | Counterterrorism | dpv:PublicBenefit
dpv:CustomerCare | Customer Care | dpv:CustomerManagement
dpv:CustomerClaimsManagement | Customer Claims Management | dpv:CustomerManagement
dpv:CustomerManagement | Customer Management | dpv:Purpose
dpv:CustomerOrderManagement | Customer Order Management | dpv:CustomerManagement
dpv:CustomerRelationshipManagement | Customer Relationship Management | dpv:CustomerManagement
dpv:CustomerSolvencyMonitoring | Customer Solvency Monitoring | dpv:CustomerManagement
dpv:DataAltruism | Data Altruism | dpv:PublicBenefit
dpv:DeliveryOfGoods | Delivery of Goods | dpv:RequestedServiceProvision
dpv:DirectMarketing | Direct Marketing | dpv:Marketing
dpv:DisputeManagement | Dispute Management | dpv:OrganisationGovernance
dpv:EnforceAccessControl | Enforce Access Control | dpv:EnforceSecurity
dpv:EnforceSecurity | Enforce Security | dpv:Purpose
dpv:EstablishContractualAgreement | Establish Contractual Agreement | dpv:Purpose
dpv:FraudPreventionAndDetection | Fraud Prevention and Detection | dpv:MisusePreventionAndDetection
dpv:FulfilmentOfContractualObligation | Fulfilment of Contractual Obligation | dpv:FulfilmentOfObligation
dpv:FulfilmentOfObligation | Fulfilment of Obligation | dpv:Purpose
dpv:HumanResourceManagement | Human Resource Management | dpv:Purpose
dpv:IdentityAuthentication | Identity Authentication | dpv:EnforceSecurity
dpv:IdentityVerification | Identity Verification | dpv:Verification
dpv:ImproveExistingProductsAndServices | Improve Existing Products and Services | dpv:OptimisationForController
dpv:ImproveHealthcare | Improve Healthcare | dpv:PublicBenefit
dpv:ImproveInternalCRMProcesses | Improve Internal CRM Processes | dpv:CustomerRelationshipManagement dpv:OptimisationForController
dpv:ImprovePublicServices | Improve Public Services | dpv:PublicBenefit
dpv:ImproveTransportMobility | Improve Transport and Mobility | dpv:PublicBenefit
dpv:IncreaseServiceRobustness | Increase Service Robustness | dpv:OptimisationForController
dpv:InternalResourceOptimisation | Internal Resource Optimisation | dpv:OptimisationForController
dpv:LegalCompliance | Legal Compliance | dpv:FulfilmentOfObligation
dpv:MaintainFraudDatabase | Maintain Fraud Database | dpv:FraudPreventionAndDetection
dpv:Marketing | Marketing | dpv:Purpose
dpv:MemberPartnerManagement | Members and Partners Management | dpv:OrganisationGovernance
dpv:MisusePreventionAndDetection | Misuse, Prevention and Detection | dpv:EnforceSecurity
dpv:NonCommercialPurpose | Non-commercial Purpose | dpv:Purpose
dpv:NonCommercialResearch | Non-Commercial Research | dpv:NonCommercialPurpose dpv:ResearchAndDevelopment
dpv:OptimisationForConsumer | Optimisation for Consumer | dpv:ServiceOptimisation
dpv:OptimisationForController | Optimisation for Controller | dpv:ServiceOptimisation
dpv:OptimiseUserInterface | Optimise User Interface | dpv:OptimisationForConsumer
dpv:OrganisationComplianceManagement | Organisation Compliance Management | dpv:OrganisationGovernance
dpv:OrganisationGovernance | Organisation Governance | dpv:Purpose
dpv:OrganisationRiskManagement | Organisation Risk Management | dpv:OrganisationGovernance
dpv:PaymentManagement | Payment Management | dpv:ServiceManagement
dpv:Personalisation | Personalisation | dpv:Purpose
dpv:PersonalisedAdvertising | Personalised Advertising | dpv:Advertising dpv:Personalisation
dpv:PersonalisedBenefits | Personalised Benefits | dpv:ServicePersonalisation
dpv:PersonnelBehaviourMonitoring | Personnel Behaviour Monitoring | dpv:PersonnelMonitoring
dpv:PersonnelHiring | Personnel Hiring | dpv:PersonnelManagement
dpv:PersonnelManagement | Personnel Management | dpv:HumanResourceManagement
dpv:PersonnelMonitoring | Personnel Monitoring | dpv:PersonnelManagement
dpv:PersonnelOffboarding | Personnel Offboarding | dpv:PersonnelManagement
dpv:PersonnelOnboarding | Personnel Onboarding | dpv:PersonnelHiring
dpv:PersonnelPayment | Personnel Payment | dpv:PersonnelManagement
dpv:PersonnelPerformanceEvaluation | Personnel Performance Evaluation | dpv:PersonnelPerformanceManagement
dpv:PersonnelPerformanceManagement | Personnel Performance Management | dpv:PersonnelManagement dpv:PersonnelMonitoring
dpv:PersonnelPerformanceMonitoring | Personnel Performance Monitoring | dpv:PersonnelMonitoring dpv:PersonnelPerformanceManagement
dpv:PersonnelPerformancePrediction | Personnel Performance Prediction | dpv:PersonnelPerformanceManagement
dpv:PersonnelPromotionManagement | Personnel Promotion Management | dpv:PersonnelManagement
dpv:PersonnelTerminationManagement | Personnel Termination Management | dpv:PersonnelManagement
dpv:PersonnelWorkloadManagement | Personnel Workload Management | dpv:PersonnelManagement
dpv:PoliticalCampaign | Political Campaign | dpv:Advertising dpv:Personalisation
dpv:ProtectionOfIPR | Protection of Intellectual Property Rights | dpv:FulfilmentOfObligation
dpv:ProtectionOfNationalSecurity | Protection of National Security | dpv:PublicBenefit
dpv:ProtectionOfPublicSecurity | Protection of Public Security | dpv:PublicBenefit
dpv:ProvideEventRecommendations | Provide Event Recommendations | dpv:ProvidePersonalisedRecommendations
dpv:ProvideOfficialStatistics | Provide Official Statistics | dpv:PublicBenefit
dpv:ProvidePersonalisedRecommendations | Provide Personalised Recommendations | dpv:ServicePersonalisation
dpv:ProvideProductRecommendations | Provide Product Recommendations | dpv:ProvidePersonalisedRecommendations
dpv:PublicBenefit | Public Benefit | dpv:Purpose
dpv:PublicPolicyMaking | Public Policy Making | dpv:PublicBenefit
dpv:PublicRelations | Public Relations | dpv:Marketing
dpv:Purpose | Purpose |
dpv:RecordManagement | Record Management | dpv:Purpose
dpv:RecruitmentAdvertising | Recruitment Advertising | dpv:Advertising dpv:PersonnelHiring
dpv:RecruitmentApplicantBackgroundCheck | Recruitment Applicant Background Check | dpv:RecruitmentManagement
dpv:RecruitmentApplicantCriminalBackgroundCheck | Recruitment Applicant Criminal Background Check | dpv:RecruitmentManagement
dpv:RecruitmentApplicantInformationAuthentication | Recruitment Applicant Information Authentication | dpv:RecruitmentManagement
dpv:RecruitmentApplicantSelection | Recruitment Applicant Selection | dpv:RecruitmentManagement
dpv:RecruitmentApplicationAnalysis | Recruitment Application Analysis | dpv:RecruitmentApplicationManagement
dpv:RecruitmentApplicationManagement | Recruitment Application Management | dpv:RecruitmentManagement
dpv:RecruitmentApplicationScreening | Recruitment Application Screening | dpv:RecruitmentApplicationManagement
dpv:RecruitmentInterviewAnalysis | Recruitment Interview Analysis | dpv:RecruitmentInterviewManagement
dpv:RecruitmentInterviewAssessment | Recruitment Interview Assessment | dpv:RecruitmentInterviewManagement
dpv:RecruitmentInterviewManagement | Recruitment Interview Management | dpv:RecruitmentManagement
dpv:RecruitmentInterviewScheduling | Recruitment Interview Scheduling | dpv:RecruitmentInterviewManagement
dpv:RecruitmentManagement | Recruitment Management | dpv:PersonnelHiring
dpv:RecruitmentTargetedAdvertising | Targeted Recruitment Advertising | dpv:RecruitmentAdvertising dpv:TargetedAdvertising
dpv:RepairImpairments | Repair Impairments | dpv:ServiceManagement
dpv:RequestedServiceProvision | Requested Service Provision | dpv:ServiceProvision
dpv:ResearchAndDevelopment | Research and Development | dpv:Purpose
dpv:RightsFulfilment | Rights Fulfilment | dpv:LegalObligation
dpv:ScientificResearch | Scientific Research | dpv:ResearchAndDevelopment
dpv:SearchFunctionalities | Search Functionalities | dpv:ServiceProvision
dpv:SellDataToThirdParties | Sell Data to Third Parties | dpv:SellProducts
dpv:SellInsightsFromData | Sell Insights from Data | dpv:SellProducts
dpv:SellProducts | Sell Products | dpv:ServiceProvision
dpv:SellProductsToDataSubject | Sell Products to Data Subject | dpv:SellProducts
dpv:ServiceAccessDetermination | Service Access Determination | dpv:ServiceManagement
dpv:ServiceManagement | Service Management | dpv:Purpose
dpv:ServiceMonitoring | Service Monitoring | dpv:ServiceManagement
dpv:ServiceOptimisation | Service Optimisation | dpv:ServiceManagement
dpv:ServicePersonalisation | Service Personalisation | dpv:Personalisation dpv:ServiceManagement
dpv:ServiceProvision | Service Provision | dpv:ServiceManagement
dpv:ServiceRegistration | Service Registration | dpv:ServiceManagement
dpv:ServiceUsageAnalytics | Service Usage Analytics | dpv:ServiceMonitoring
dpv:SocialMediaMarketing | Social Media Marketing | dpv:Marketing
dpv:TargetedAdvertising | Targeted Advertising | dpv:PersonalisedAdvertising
dpv:TechnicalServiceProvision | Technical Service Provision | dpv:ServiceProvision
dpv:UserInterfacePersonalisation | User Interface Personalisation | dpv:ServicePersonalisation
dpv:VendorManagement | Vendor Management | dpv:Purpose
dpv:VendorPayment | Vendor Payment | dpv:VendorManagement
dpv:VendorRecordsManagement | Vendor Records Management | dpv:VendorManagement
dpv:VendorSelectionAssessment | Vendor Selection Assessment | dpv:VendorManagement
dpv:Verification | Verification | dpv:EnforceSecurity
`,
  category: `
dpv:AnonymisedData | Anonymised Data | dpv:NonPersonalData
dpv:CollectedData | Collected Data | dpv:Data
dpv:CollectedPersonalData | Collected Personal Data | dpv:CollectedData dpv:PersonalData
dpv:CommerciallyConfidentialData | Commercially Confidential Data | dpv:ConfidentialData
dpv:ConfidentialData | Confidential Data | dpv:Data
dpv:ContextuallyAnonymisedData | Contextually Anonymised Data | dpv:PseudonymisedData
dpv:Data | Data |
dpv:DerivedData | Derived Data | dpv:Data
dpv:DerivedPersonalData | Derived Personal Data | dpv:DerivedData dpv:PersonalData
dpv:GeneratedData | Generated Data | dpv:Data
dpv:GeneratedPersonalData | Generated Personal Data | dpv:PersonalData
dpv:IdentifyingPersonalData | Identifying Personal Data | dpv:PersonalData
dpv:IncorrectData | Incorrect Data | dpv:Data
dpv:InferredData | Inferred Data | dpv:DerivedData
dpv:InferredPersonalData | Inferred Personal Data | dpv:DerivedPersonalData dpv:InferredData
dpv:IntellectualPropertyData | Intellectual Property Data | dpv:ConfidentialData
dpv:NonPersonalData | Non-Personal Data | dpv:Data
dpv:ObservedData | Observed Data | dpv:CollectedData
dpv:ObservedPersonalData | Observed Personal Data | dpv:CollectedPersonalData dpv:ObservedData
dpv:PersonalData | Personal Data | dpv:Data
dpv:ProfessionalConfidentialData | Professional Confidential Data | dpv:ConfidentialData
dpv:ProvidedData | Provided Data | dpv:CollectedData
dpv:ProvidedPersonalData | Provided Personal Data | dpv:CollectedPersonalData dpv:ProvidedData
dpv:PseudonymisedData | Pseudonymised Data | dpv:PersonalData
dpv:SensitiveData | Sensitive Data | dpv:Data
dpv:SensitiveNonPersonalData | Sensitive Non Personal Data | dpv:SensitiveData
dpv:SensitivePersonalData | Sensitive Personal Data | dpv:PersonalData dpv:SensitiveData
dpv:SpecialCategoryPersonalData | Special Category Personal Data | dpv:SensitivePersonalData
dpv:StatisticallyConfidentialData | Statistically Confidential Data | dpv:ConfidentialData
dpv:SyntheticData | Synthetic Data | dpv:GeneratedData
dpv:UncategorisedData | Uncategorised Data | dpv:Data
dpv:UnstructuredData | Unstructured Data | dpv:Data
dpv:UnverifiedData | Unverified Data | dpv:Data
dpv:VerifiedData | Verified Data | dpv:Data
dpv-pd:Accent | Accent | dpv-pd:Language
dpv-pd:AccountIdentifier | Account Identifier | dpv-pd:FinancialAccount
dpv-pd:Acquaintance | Acquaintance | dpv-pd:SocialNetwork
dpv-pd:Age | Age | dpv-pd:PhysicalCharacteristic
dpv-pd:AgeExact | Age Exact | dpv-pd:AgeRange
dpv-pd:AgeRange | Age Range | dpv-pd:Age
dpv-pd:ApartmentOwned | Apartment Owned | dpv-pd:HouseOwned
dpv-pd:Association | Association | dpv-pd:SocialNetwork
dpv-pd:Attitude | Attitude | dpv-pd:Behavioural
dpv-pd:Authenticating | Authenticating | dpv-pd:Internal
dpv-pd:AuthenticationHistory | Authentication History | dpv-pd:Behavioural
dpv-pd:BankAccount | Bank Account | dpv-pd:FinancialAccount
dpv-pd:Behavioural | Behavioural | dpv-pd:External
dpv-pd:Biometric | Biometric | dpv:SpecialCategoryPersonalData dpv-pd:Identifying
dpv-pd:BirthCountry | Birth Country | dpv-pd:BirthPlace dpv-pd:Country
dpv-pd:BirthDate | Birth Date | dpv-pd:Age
dpv-pd:BirthPlace | Birth Place | dpv-pd:Location
dpv-pd:BloodType | Blood Type | dpv-pd:MedicalHealth
dpv-pd:BrowserFingerprint | Browser Fingerprint | dpv-pd:DeviceBased
dpv-pd:BrowserHistory | Browser History | dpv-pd:BrowsingBehaviour
dpv-pd:BrowsingBehaviour | Browsing Behaviour | dpv-pd:Behavioural
dpv-pd:BrowsingReferral | Browsing Referral | dpv-pd:BrowsingBehaviour
dpv-pd:CallLog | Call Log | dpv-pd:Behavioural
dpv-pd:CarOwned | Car Owned | dpv-pd:Ownership
dpv-pd:Character | Character | dpv-pd:PublicLife
dpv-pd:Citizenship | Citizenship | dpv-pd:External
dpv-pd:City | City | dpv-pd:PhysicalAddress
dpv-pd:Communication | Communication | dpv-pd:Social
dpv-pd:CommunicationsMetadata | Communications Metadata | dpv-pd:PublicLife
dpv-pd:Connection | Connection | dpv-pd:SocialNetwork
dpv-pd:Contact | Contact | dpv-pd:Tracking
dpv-pd:Country | Country | dpv-pd:Location
dpv-pd:Credit | Credit | dpv-pd:Transactional
dpv-pd:CreditCapacity | Credit Capacity | dpv-pd:Credit
dpv-pd:CreditCardNumber | Credit Card Number | dpv-pd:PaymentCardNumber
dpv-pd:CreditRecord | Credit Record | dpv-pd:Credit
dpv-pd:CreditScore | Credit Score | dpv-pd:CreditWorthiness
dpv-pd:CreditStanding | Credit Standing | dpv-pd:Credit
dpv-pd:CreditWorthiness | Credit Worthiness | dpv-pd:Credit
dpv-pd:Criminal | Criminal | dpv-pd:Social
dpv-pd:CriminalCharge | Criminal Charge | dpv-pd:Criminal
dpv-pd:CriminalConviction | Criminal Conviction | dpv-pd:Criminal
dpv-pd:CriminalOffence | Criminal Offence | dpv-pd:Criminal
dpv-pd:CriminalPardon | Criminal Pardon | dpv-pd:Criminal
dpv-pd:CurrentEmployment | Current Employment | dpv-pd:EmploymentHistory
dpv-pd:CurrentLocation | Current Location | dpv-pd:Location
dpv-pd:DNACode | DNA Code | dpv-pd:MedicalHealth
dpv-pd:Demeanour | Demeanour | dpv-pd:Behavioural
dpv-pd:Demographic | Demographic | dpv-pd:External
dpv-pd:DeviceApplications | Device Applications | dpv-pd:DeviceSoftware
dpv-pd:DeviceBased | Device Based | dpv-pd:Tracking
dpv-pd:DeviceOperatingSystem | Device Operating System | dpv-pd:DeviceSoftware
dpv-pd:DeviceSoftware | Device Software | dpv-pd:DeviceBased
dpv-pd:Dialect | Dialect | dpv-pd:Language
dpv-pd:DigitalFingerprint | Digital Fingerprint | dpv-pd:Tracking
dpv-pd:Disability | Disability | dpv-pd:MedicalHealth
dpv-pd:DisciplinaryAction | Disciplinary Action | dpv-pd:Professional
dpv-pd:Dislike | Dislike | dpv-pd:Interest
dpv-pd:Divorce | Divorce | dpv-pd:FamilyStructure
dpv-pd:Domicile | Domicile | dpv-pd:Location
dpv-pd:DrugTestResult | Drug Test Result | dpv-pd:MedicalHealth
dpv-pd:Education | Education | dpv-pd:Professional
dpv-pd:EducationExperience | Education Experience | dpv-pd:Education
dpv-pd:EducationQualification | Education Qualification | dpv-pd:Education
dpv-pd:EducationTraining | Education Training | dpv-pd:Education
dpv-pd:EmailAddress | Email Address | dpv-pd:Contact
dpv-pd:EmailAddressPersonal | Email Address Personal | dpv-pd:EmailAddress
dpv-pd:EmailAddressWork | Email Address Work | dpv-pd:EmailAddress
dpv-pd:EmailContent | Email Content | dpv-pd:Communication
dpv-pd:Emotion | Emotion | dpv-pd:Internal
dpv-pd:EmploymentHistory | Employment History | dpv-pd:Professional
dpv-pd:EthnicOrigin | Ethnic Origin | dpv:SpecialCategoryPersonalData dpv-pd:Ethnicity
dpv-pd:Ethnicity | Ethnicity | dpv-pd:External
dpv-pd:External | External | dpv:PersonalData
dpv-pd:FacialExpression | Facial Expression | dpv-pd:Biometric
dpv-pd:FacialPrint | Facial Print | dpv-pd:Biometric
dpv-pd:Family | Family | dpv-pd:Social
dpv-pd:FamilyHealthHistory | Family Health History | dpv-pd:HealthHistory
dpv-pd:FamilyStructure | Family Structure | dpv-pd:Family
dpv-pd:Favourite | Favourite | dpv-pd:Preference
dpv-pd:FavouriteColour | Favourite Colour | dpv-pd:Favourite
dpv-pd:FavouriteFood | Favourite Food | dpv-pd:Favourite
dpv-pd:FavouriteMusic | Favourite Music | dpv-pd:Favourite
dpv-pd:Fetish | Fetish | dpv-pd:Sexual
dpv-pd:Financial | Financial | dpv:PersonalData
dpv-pd:FinancialAccount | Financial Account | dpv-pd:Financial
dpv-pd:FinancialAccountNumber | Financial Account Number | dpv-pd:AccountIdentifier
dpv-pd:FinancialStatus | Financial Status | dpv-pd:Financial
dpv-pd:Fingerprint | Fingerprint | dpv-pd:Biometric
dpv-pd:Friend | Friend | dpv-pd:SocialNetwork
dpv-pd:GPSCoordinate | GPS Coordinate | dpv-pd:CurrentLocation
dpv-pd:Gender | Gender | dpv-pd:PhysicalCharacteristic
dpv-pd:GeneralReputation | General Reputation | dpv-pd:PublicLife
dpv-pd:Genetic | Genetic | dpv-pd:Health
dpv-pd:Geographic | Geographic | dpv-pd:Demographic
dpv-pd:GroupMembership | Group Membership | dpv-pd:SocialNetwork
dpv-pd:GroupProfile | Group Profile | dpv-pd:Profile
dpv-pd:HairColour | Hair Colour | dpv-pd:PhysicalCharacteristic
dpv-pd:Health | Health | dpv-pd:MedicalHealth
dpv-pd:HealthHistory | Health History | dpv-pd:MedicalHealth
dpv-pd:HealthRecord | Health Record | dpv-pd:MedicalHealth
dpv-pd:Height | Height | dpv-pd:PhysicalCharacteristic
dpv-pd:Historical | Historical | dpv:PersonalData
dpv-pd:HomeLocation | Home Place | dpv-pd:Location
dpv-pd:HouseNumber | House Number | dpv-pd:PhysicalAddress
dpv-pd:HouseOwned | House Owned | dpv-pd:Ownership
dpv-pd:Household | Household | dpv:PersonalData
dpv-pd:IPAddress | IP Address | dpv-pd:DeviceBased
dpv-pd:Identifier | Identifier | dpv-pd:Tracking
dpv-pd:Identifying | Identifying | dpv-pd:External
dpv-pd:Income | Income | dpv-pd:Transactional
dpv-pd:IncomeBracket | Income Bracket | dpv-pd:Demographic
dpv-pd:IndividualHealthHistory | Individual Health History | dpv-pd:HealthHistory
dpv-pd:IndividualProfile | Individual Profile | dpv-pd:Profile
dpv-pd:Insurance | Insurance | dpv-pd:Financial
dpv-pd:Intention | Intention | dpv-pd:Preference
dpv-pd:Interaction | Interaction | dpv-pd:PublicLife
dpv-pd:Interest | Interest | dpv-pd:Preference
dpv-pd:Internal | Internal | dpv:PersonalData
dpv-pd:Job | Job | dpv-pd:Professional
dpv-pd:KnowledgeBelief | Knowledge and Beliefs | dpv-pd:Internal
dpv-pd:Language | Language | dpv-pd:External
dpv-pd:LifeHistory | Life History | dpv-pd:Historical
dpv-pd:Like | Like | dpv-pd:Interest
dpv-pd:LinkClicked | Link Clicked | dpv-pd:Behavioural
dpv-pd:LoanRecord | Loan Record | dpv-pd:Transactional
dpv-pd:Locality | Locality | dpv-pd:PhysicalAddress
dpv-pd:Location | Location | dpv-pd:Tracking
dpv-pd:MACAddress | MAC Address | dpv-pd:DeviceBased
dpv-pd:MaritalStatus | Marital Status | dpv-pd:PublicLife
dpv-pd:Marriage | Marriage | dpv-pd:FamilyStructure
dpv-pd:MedicalHealth | Medical Health | dpv:SpecialCategoryPersonalData dpv-pd:External
dpv-pd:MentalHealth | Mental Health | dpv-pd:Health
dpv-pd:Mood | Mood | dpv-pd:Internal
dpv-pd:Name | Name | dpv-pd:Identifying
dpv-pd:Nationality | Nationality | dpv-pd:External
dpv-pd:OfficialID | Official ID | dpv-pd:Identifying
dpv-pd:Offspring | Offspring | dpv-pd:FamilyStructure
dpv-pd:Opinion | Opinion | dpv-pd:Preference
dpv-pd:Ownership | Ownership | dpv-pd:Financial
dpv-pd:PINCode | PIN Code | dpv-pd:Authenticating
dpv-pd:Parent | Parent | dpv-pd:FamilyStructure
dpv-pd:Passport | Passport | dpv-pd:OfficialID
dpv-pd:Password | Password | dpv-pd:Authenticating
dpv-pd:PastEmployment | Past Employment | dpv-pd:EmploymentHistory
dpv-pd:PaymentCard | Payment Card | dpv-pd:FinancialAccount
dpv-pd:PaymentCardExpiry | Payment Card Expiry | dpv-pd:PaymentCard
dpv-pd:PaymentCardNumber | Payment Card Number | dpv-pd:AccountIdentifier dpv-pd:PaymentCard
dpv-pd:PerformanceAtWork | Performance at Work | dpv-pd:Behavioural dpv-pd:Professional
dpv-pd:PersonalDocuments | Personal Documents | dpv-pd:External
dpv-pd:PersonalPossession | Personal Possession | dpv-pd:Ownership
dpv-pd:Personality | Personality | dpv-pd:Behavioural
dpv-pd:PhilosophicalBelief | Philosophical Belief | dpv:SpecialCategoryPersonalData dpv-pd:KnowledgeBelief
dpv-pd:PhysicalAddress | Physical Address | dpv-pd:Contact dpv-pd:Location
dpv-pd:PhysicalCharacteristic | Physical Characteristic | dpv-pd:External
dpv-pd:PhysicalHealth | Physical Health | dpv-pd:Health
dpv-pd:PhysicalTrait | Physical Trait | dpv-pd:Demographic
dpv-pd:Picture | Picture | dpv-pd:Identifying
dpv-pd:Piercing | Piercing | dpv-pd:PhysicalCharacteristic
dpv-pd:PoliticalAffiliation | Political Affiliation | dpv:SpecialCategoryPersonalData dpv-pd:PublicLife
dpv-pd:PoliticalOpinion | Political Opinion | dpv:SpecialCategoryPersonalData dpv-pd:PublicLife
dpv-pd:PostalCode | Postal Code | dpv-pd:PhysicalAddress
dpv-pd:Preference | Preference | dpv-pd:Internal
dpv-pd:Prescription | Prescription | dpv-pd:MedicalHealth
dpv-pd:PrivacyPreference | Privacy Preference | dpv-pd:Preference
dpv-pd:Proclivity | Proclivity | dpv-pd:Sexual
dpv-pd:Professional | Professional | dpv-pd:Social
dpv-pd:ProfessionalCertification | Professional Certification | dpv-pd:Professional
dpv-pd:ProfessionalEvaluation | Professional Evaluation | dpv-pd:Professional
dpv-pd:ProfessionalExperience | Professional Experience | dpv-pd:Professional
dpv-pd:ProfessionalInterview | Professional Interview | dpv-pd:Professional
dpv-pd:ProfessionalTraining | Professional Training | dpv-pd:Professional
dpv-pd:Profile | Profile | dpv:PersonalData
dpv-pd:PublicLife | Public Life | dpv-pd:Social
dpv-pd:PubliclyAvailableSocialMedia | Publicly Available Social Media | dpv-pd:SocialMedia
dpv-pd:Purchase | Purchase | dpv-pd:Transactional
dpv-pd:PurchasesAndSpendingHabit | Purchases and Spending Habit | dpv-pd:Transactional
dpv-pd:Race | Race | dpv:SpecialCategoryPersonalData dpv-pd:Ethnicity
dpv-pd:Reference | Reference | dpv-pd:Professional
dpv-pd:Region | Region | dpv-pd:PhysicalAddress
dpv-pd:Relationship | Relationship | dpv-pd:Family
dpv-pd:Reliability | Reliability | dpv-pd:Behavioural
dpv-pd:Religion | Religion | dpv:SpecialCategoryPersonalData dpv-pd:PublicLife
dpv-pd:ReligiousBelief | Religious Belief | dpv:SpecialCategoryPersonalData dpv-pd:KnowledgeBelief
dpv-pd:Residency | Residency | dpv-pd:Location
dpv-pd:Retina | Retina | dpv-pd:Biometric
dpv-pd:RoomNumber | Room Number | dpv-pd:PhysicalAddress
dpv-pd:Salary | Salary | dpv-pd:Professional
dpv-pd:Sale | Sale | dpv-pd:Transactional
dpv-pd:School | School | dpv-pd:Professional
dpv-pd:SecretText | Secret Text | dpv-pd:Authenticating
dpv-pd:ServiceConsumptionBehaviour | Service Consumption Behaviour | dpv-pd:Behavioural
dpv-pd:Sexual | Sexual | dpv:SpecialCategoryPersonalData dpv-pd:External
dpv-pd:SexualHistory | Sexual History | dpv-pd:Sexual
dpv-pd:SexualPreference | Sexual Preference | dpv-pd:Sexual
dpv-pd:Sibling | Sibling | dpv-pd:FamilyStructure
dpv-pd:SkinTone | Skin Tone | dpv-pd:PhysicalCharacteristic
dpv-pd:Social | Social | dpv:PersonalData
dpv-pd:SocialBehaviour | Social Behaviour | dpv-pd:Behavioural dpv-pd:Social
dpv-pd:SocialMedia | Social Media | dpv-pd:Communication
dpv-pd:SocialMediaCommunication | Social Media Communication | dpv-pd:Communication
dpv-pd:SocialNetwork | Social Network | dpv-pd:Social
dpv-pd:SocialStatus | Social Status | dpv-pd:PublicLife
dpv-pd:Street | Street | dpv-pd:PhysicalAddress
dpv-pd:TVViewingBehaviour | TV Viewing Behaviour | dpv-pd:ServiceConsumptionBehaviour
dpv-pd:Tattoo | Tattoo | dpv-pd:PhysicalCharacteristic
dpv-pd:Tax | Tax | dpv-pd:Transactional
dpv-pd:TechnicalKnowledge | Technical Knowledge | dpv-pd:KnowledgeBelief
dpv-pd:TelephoneNumber | Telephone Number | dpv-pd:Contact
dpv-pd:Thought | Thought | dpv-pd:KnowledgeBelief
dpv-pd:Tracking | Tracking | dpv:PersonalData
dpv-pd:TradeUnionMembership | Trade Union Membership | dpv:SpecialCategoryPersonalData dpv-pd:GroupMembership
dpv-pd:Transaction | Transaction | dpv-pd:Transactional
dpv-pd:Transactional | Transactional | dpv-pd:Financial
dpv-pd:TravelHistory | Travel History | dpv-pd:Location
dpv-pd:UID | UID | dpv-pd:Identifying
dpv-pd:UserAgent | User agent | dpv-pd:Tracking
dpv-pd:Username | Username | dpv-pd:Identifying
dpv-pd:VehicalLicenseNumber | Vehicle License Number | dpv-pd:VehicleLicense
dpv-pd:VehicalLicenseRegistration | Vehicle License Registration | dpv-pd:VehicleLicense
dpv-pd:Vehicle | Vehicle | dpv-pd:External
dpv-pd:VehicleLicense | Vehicle License | dpv-pd:Identifying dpv-pd:Vehicle
dpv-pd:VehicleUsage | Vehicle Usage | dpv-pd:Behavioural dpv-pd:Vehicle
dpv-pd:VoiceCommunicationRecording | Voice Communication Recording | dpv-pd:Communication
dpv-pd:VoiceMail | Voice Mail | dpv-pd:Communication
dpv-pd:Vulnerability | Vulnerability | dpv:SensitivePersonalData
dpv-pd:Weight | Weight | dpv-pd:PhysicalCharacteristic
dpv-pd:WorkEnvironment | Work Environment | dpv-pd:Professional
dpv-pd:WorkExperience | Work Experience | dpv-pd:ProfessionalExperience
dpv-pd:WorkHistory | Work History | dpv-pd:Professional
dpv-pd:WorkLocation | Work Place | dpv-pd:Location
`,
  'legal-basis': `
dpv:Consent | Consent | dpv:LegalBasis
dpv:Contract | Contract | dpv:LegalBasis
dpv:ContractPerformance | Contract Performance | dpv:Contract
dpv:DataTransferLegalBasis | Data Transfer Legal Basis | dpv:LegalBasis
dpv:EnterIntoContract | Enter Into Contract | dpv:Contract
dpv:LegalBasis | Legal Basis |
dpv:LegalObligation | Legal Obligation | dpv:LegalBasis
dpv:LegitimateInterest | Legitimate Interest | dpv:LegalBasis
dpv:LegitimateInterestOfController | Legitimate Interest of Controller | dpv:LegitimateInterest
dpv:LegitimateInterestOfDataSubject | Legitimate Interest of Data Subject | dpv:LegitimateInterest
dpv:LegitimateInterestOfThirdParty | Legitimate Interest of Third Party | dpv:LegitimateInterest
dpv:OfficialAuthorityOfController | Official Authority of Controller | dpv:LegalBasis
dpv:PublicInterest | Public Interest | dpv:LegalBasis
dpv:VitalInterest | Vital Interest | dpv:LegalBasis
dpv:VitalInterestOfDataSubject | Vital Interest of Data Subject | dpv:VitalInterestOfNaturalPerson
dpv:VitalInterestOfNaturalPerson | Vital Interest of Natural Person | dpv:VitalInterest
eu-gdpr:A6-1-a | Art.6(1-a) consent | dpv:ExpressedConsent eu-gdpr:Consent
eu-gdpr:A6-1-a-explicit-consent | Art 6(1-a) explicit consent | dpv:ExplicitlyExpressedConsent eu-gdpr:A6-1-a eu-gdpr:Consent
eu-gdpr:A6-1-a-non-explicit-consent | Art.6(1-a) regular consent | dpv:ExpressedConsent eu-gdpr:A6-1-a eu-gdpr:Consent
eu-gdpr:A6-1-b | Art 6(1-b) contract | dpv:Contract
eu-gdpr:A6-1-b-contract-performance | Art 6(1-b) contract performance | dpv:ContractPerformance eu-gdpr:A6-1-b
eu-gdpr:A6-1-b-enter-into-contract | Art 6(1-b) enter into contract | dpv:EnterIntoContract eu-gdpr:A6-1-b
eu-gdpr:A6-1-c | Art 6(1-c) legal obligation | dpv:LegalObligation
eu-gdpr:A6-1-d | Art 6(1-d) protect vital interests | dpv:VitalInterest
eu-gdpr:A6-1-d-data-subject | Art 6(1-d) protect vital interests of data subject | dpv:VitalInterestOfDataSubject eu-gdpr:A6-1-d
eu-gdpr:A6-1-d-natural-person | Art 6(1-d) protect vital interests of natural person | dpv:VitalInterestOfNaturalPerson eu-gdpr:A6-1-d
eu-gdpr:A6-1-e | Art 6(1-e) public interest or official authority | dpv:OfficialAuthorityOfController dpv:PublicInterest
eu-gdpr:A6-1-e-official-authority | Art 6(1-e) official authority | dpv:OfficialAuthorityOfController eu-gdpr:A6-1-e
eu-gdpr:A6-1-e-public-interest | Art 6(1-e) public interest | dpv:PublicInterest eu-gdpr:A6-1-e
eu-gdpr:A6-1-f | Art 6(1-f) legitimate interest | dpv:LegitimateInterest
eu-gdpr:A6-1-f-controller | Art 6(1-f) legitimate interest of controller | dpv:LegitimateInterestOfController eu-gdpr:A6-1-f
eu-gdpr:A6-1-f-third-party | Art 6(1-f) legitimate interest of third party | dpv:LegitimateInterestOfThirdParty eu-gdpr:A6-1-f
eu-gdpr:Consent | Consent | dpv:Consent
eu-gdpr:A9-2-a | Art 9(2-a) explicit consent | dpv:ExplicitlyExpressedConsent eu-gdpr:Consent
eu-gdpr:A9-2-b | Art 9(2-b) employment, social security, social protection law | dpv:LegalBasis
eu-gdpr:A9-2-c | Art 9(2-c) protect vital interest | dpv:VitalInterest
eu-gdpr:A9-2-d | Art 9(2-d) legitimate activities | dpv:LegitimateInterest
eu-gdpr:A9-2-e | Art 9(2-e) data made public | dpv:LegalBasis
eu-gdpr:A9-2-f | Art 9(2-f) judicial process | dpv:LegalBasis
eu-gdpr:A9-2-g | Art 9(2-g) public interest | dpv:PublicInterest
eu-gdpr:A9-2-h | Art 9(2-h) health & medicine | dpv:LegalBasis
eu-gdpr:A9-2-i | Art 9(2-i) public interest in public health | dpv:PublicInterest
eu-gdpr:A9-2-j | Art 9(2-j) public interest, scientific research, statistical purpose | dpv:PublicInterest
`,
  'transfer-tool': `
eu-gdpr:AdHocContractualClauses | AdHoc Contractual Clauses | dpv:Contract eu-gdpr:DataTransferTool
eu-gdpr:BindingCorporateRules | Binding Corporate Rules (BCR) | eu-gdpr:DataTransferTool
eu-gdpr:CertificationMechanismsForDataTransfers | Certification Mechanisms for Data Transfers | eu-gdpr:DataTransferTool
eu-gdpr:CodesOfConductForDataTransfers | Codes of Conduct for Data Transfers | eu-gdpr:DataTransferTool
eu-gdpr:DataTransferTool | Data Transfer Tool | dpv:OrganisationalMeasure
eu-gdpr:SCCByCommission | SCCs adopted by Commission | eu-gdpr:DataTransferTool eu-gdpr:StandardContractualClauses
eu-gdpr:SCCBySupervisoryAuthority | SCCs adopted by Supervisory Authority | eu-gdpr:DataTransferTool eu-gdpr:StandardContractualClauses
eu-gdpr:StandardContractualClauses | Standard Contractual Clauses (SCC) | dpv:Contract eu-gdpr:DataTransferTool
eu-gdpr:SupplementaryMeasure | Supplementary Measure | eu-gdpr:DataTransferTool
eu-gdpr:A45-3 | Art 45(3) adequacy decision | dpv:DataTransferLegalBasis
eu-gdpr:A46-2-a | Art 46(2-a) instrument between public bodies | dpv:DataTransferLegalBasis
eu-gdpr:A46-2-b | Art 46(2-b) binding corporate rules | dpv:DataTransferLegalBasis eu-gdpr:BindingCorporateRules
eu-gdpr:A46-2-c | Art 46(2-c) standard clauses of the Commission | dpv:DataTransferLegalBasis eu-gdpr:SCCByCommission
eu-gdpr:A46-2-d | Art 46(2-d) standard clauses of an authority | dpv:DataTransferLegalBasis eu-gdpr:SCCBySupervisoryAuthority
eu-gdpr:A46-2-e | Art 46(2-e) code of conduct | dpv:DataTransferLegalBasis
eu-gdpr:A46-2-f | Art 46(2-f) certification | dpv:DataTransferLegalBasis
eu-gdpr:A46-3-a | Art 46(3-a) contractual clauses, authorised | dpv:DataTransferLegalBasis
eu-gdpr:A46-3-b | Art 46(3-b) administrative arrangement, authorised | dpv:DataTransferLegalBasis
eu-gdpr:A49-1-a | Art 49(1-a) explicit consent | dpv:DataTransferLegalBasis dpv:ExplicitlyExpressedConsent eu-gdpr:Consent
eu-gdpr:A49-1-b | Art 49(1-b) contract with the data subject | dpv:DataTransferLegalBasis dpv:Contract
eu-gdpr:A49-1-c | Art 49(1-c) contract in the data subject’s interest | dpv:DataTransferLegalBasis dpv:Contract
eu-gdpr:A49-1-d | Art 49(1-d) public interest | dpv:DataTransferLegalBasis dpv:PublicInterest
eu-gdpr:A49-1-e | Art 49(1-e) legal claims | dpv:DataTransferLegalBasis
eu-gdpr:A49-1-f | Art 49(1-f) vital interests | dpv:DataTransferLegalBasis dpv:VitalInterestOfNaturalPerson
eu-gdpr:A49-1-g | Art 49(1-g) public register | dpv:DataTransferLegalBasis
eu-gdpr:A49-2 | Art 49(1) second subparagraph, compelling interests | dpv:DataTransferLegalBasis dpv:LegitimateInterest
`,
  processing: `
dpv:Access | Access | dpv:Use
dpv:Acquire | Acquire | dpv:Obtain
dpv:Adapt | Adapt | dpv:Transform
dpv:Aggregate | Aggregate | dpv:Alter
dpv:Align | Align | dpv:Transform
dpv:Alter | Alter | dpv:Transform
dpv:Analyse | Analyse | dpv:Use
dpv:Anonymise | Anonymise | dpv:Transform
dpv:Assess | Assess | dpv:Use
dpv:Collect | Collect | dpv:Obtain
dpv:Combine | Combine | dpv:Transform
dpv:Consult | Consult | dpv:Use
dpv:Copy | Copy | dpv:Processing
dpv:CrossBorderTransfer | Cross-Border Transfer | dpv:Transfer
dpv:Delete | Delete | dpv:Remove
dpv:Derive | Derive | dpv:Obtain
dpv:Destruct | Destruct | dpv:Remove
dpv:Disclose | Disclose | dpv:Processing
dpv:DiscloseByTransmission | Disclose by Transmission | dpv:Disclose
dpv:Display | Display | dpv:Disclose
dpv:Disseminate | Disseminate | dpv:Disclose
dpv:Download | Download | dpv:Disclose
dpv:Erase | Erase | dpv:Remove
dpv:Export | Export | dpv:Disclose
dpv:Filter | Filter | dpv:Transform
dpv:Format | Format | dpv:Structure
dpv:Generate | Generate | dpv:Obtain
dpv:Infer | Infer | dpv:Derive
dpv:MakeAvailable | Make Available | dpv:Disclose
dpv:Match | Match | dpv:Use
dpv:Modify | Modify | dpv:Alter
dpv:Monitor | Monitor | dpv:Consult
dpv:Move | Move | dpv:Transfer
dpv:Observe | Observe | dpv:Obtain
dpv:Obtain | Obtain | dpv:Processing
dpv:Organise | Organise | dpv:Processing
dpv:Processing | Processing |
dpv:Profiling | Profiling | dpv:Use
dpv:Pseudonymise | Pseudonymise | dpv:Transform
dpv:Query | Query | dpv:Consult
dpv:Record | Record | dpv:Obtain
dpv:Reformat | Reformat | dpv:Format
dpv:Remove | Remove | dpv:Processing
dpv:Restrict | Restrict | dpv:Transform
dpv:Retrieve | Retrieve | dpv:Use
dpv:Screen | Screen | dpv:Transform
dpv:Share | Share | dpv:Disclose
dpv:Store | Store | dpv:Processing
dpv:Structure | Structure | dpv:Organise
dpv:Tracking | Tracking | dpv:Use
dpv:TrackingByFirstParty | Tracking by First Party | dpv:Tracking
dpv:TrackingByThirdParty | Tracking by Third Party | dpv:Tracking
dpv:Transfer | Transfer | dpv:Processing
dpv:Transform | Transform | dpv:Processing
dpv:Transmit | Transmit | dpv:Disclose
dpv:Use | Use | dpv:Processing
`,
  measure: `
dpv:AccessControlMethod | Access Control Method | dpv:TechnicalMeasure
dpv:ActivityMonitoring | Activity Monitoring | dpv:TechnicalMeasure
dpv:Anonymisation | Anonymisation | dpv:Deidentification
dpv:AsymmetricCryptography | Asymmetric Cryptography | dpv:CryptographicMethods
dpv:AsymmetricEncryption | Asymmetric Encryption | dpv:Encryption
dpv:Authentication-ABC | Authentication using ABC | dpv:CryptographicAuthentication
dpv:Authentication-PABC | Authentication using PABC | dpv:CryptographicAuthentication
dpv:AuthenticationProtocols | Authentication Protocols | dpv:TechnicalMeasure
dpv:AuthorisationProtocols | Authorisation Protocols | dpv:TechnicalMeasure
dpv:BiometricAuthentication | Biometric Authentication | dpv:AuthenticationProtocols
dpv:CryptographicAuthentication | Cryptographic Authentication | dpv:AuthenticationProtocols dpv:CryptographicMethods
dpv:CryptographicKeyManagement | Cryptographic Key Management | dpv:CryptographicMethods
dpv:CryptographicMethods | Cryptographic Methods | dpv:TechnicalMeasure
dpv:DataBackupProtocols | Data Backup Protocols | dpv:TechnicalMeasure
dpv:DataRedaction | Data Redaction | dpv:DataSanitisationTechnique
dpv:DataSanitisationTechnique | Data Sanitisation Technique | dpv:TechnicalMeasure
dpv:Deidentification | De-Identification | dpv:DataSanitisationTechnique
dpv:DeterministicPseudonymisation | Deterministic Pseudonymisation | dpv:Pseudonymisation
dpv:DifferentialPrivacy | Differential Privacy | dpv:CryptographicMethods
dpv:DigitalRightsManagement | Digital Rights Management | dpv:TechnicalMeasure
dpv:DigitalSignatures | Digital Signatures | dpv:CryptographicMethods
dpv:DistributedSystemSecurity | Distributed System Security | dpv:SecurityMethod
dpv:DocumentRandomisedPseudonymisation | Document Randomised Pseudonymisation | dpv:Pseudonymisation
dpv:DocumentSecurity | Document Security | dpv:SecurityMethod
dpv:Encryption | Encryption | dpv:TechnicalMeasure
dpv:EncryptionAtRest | Encryption at Rest | dpv:Encryption
dpv:EncryptionInTransfer | Encryption in Transfer | dpv:Encryption
dpv:EncryptionInUse | Encryption in Use | dpv:Encryption
dpv:EndToEndEncryption | End-to-End Encryption (E2EE) | dpv:Encryption
dpv:FailSafeProtocols | Fail-Safe Protocols | dpv:TechnicalMeasure
dpv:FileSystemSecurity | File System Security | dpv:SecurityMethod
dpv:FullyRandomisedPseudonymisation | Fully Randomised Pseudonymisation | dpv:Pseudonymisation
dpv:HardwareSecurityProtocols | Hardware Security Protocols | dpv:SecurityMethod
dpv:HashFunctions | Hash Functions | dpv:CryptographicMethods
dpv:HashMessageAuthenticationCode | Hash-based Message Authentication Code (HMAC) | dpv:CryptographicAuthentication
dpv:HomomorphicEncryption | Homomorphic Encryption | dpv:CryptographicMethods
dpv:InformationFlowControl | Information Flow Control | dpv:TechnicalMeasure
dpv:IntrusionDetectionSystem | Intrusion Detection System | dpv:SecurityMethod
dpv:MessageAuthenticationCodes | Message Authentication Codes (MAC) | dpv:CryptographicAuthentication
dpv:MobilePlatformSecurity | Mobile Platform Security | dpv:SecurityMethod
dpv:MonotonicCounterPseudonymisation | Monotonic Counter Pseudonymisation | dpv:Pseudonymisation
dpv:MultiFactorAuthentication | Multi-Factor Authentication (MFA) | dpv:AuthenticationProtocols
dpv:NetworkProxyRouting | Network Proxy Routing | dpv:SecurityMethod
dpv:NetworkSecurityProtocols | Network Security Protocols | dpv:SecurityMethod
dpv:OperatingSystemSecurity | Operating System Security | dpv:SecurityMethod
dpv:PasswordAuthentication | Password Authentication | dpv:AuthenticationProtocols
dpv:PenetrationTestingMethods | Penetration Testing Methods | dpv:SecurityMethod
dpv:PostQuantumCryptography | Post-Quantum Cryptography | dpv:CryptographicMethods
dpv:PrivacyPreservingProtocol | Privacy Preserving Protocol | dpv:CryptographicMethods
dpv:PrivateInformationRetrieval | Private Information Retrieval | dpv:CryptographicMethods
dpv:Pseudonymisation | Pseudonymisation | dpv:Deidentification
dpv:QuantumCryptography | Quantum Cryptography | dpv:CryptographicMethods
dpv:RNGPseudonymisation | RNG Pseudonymisation | dpv:Pseudonymisation
dpv:SecretSharingSchemes | Secret Sharing Schemes | dpv:CryptographicMethods
dpv:SecureMultiPartyComputation | Secure Multi-Party Computation | dpv:CryptographicMethods
dpv:SecurityMethod | Security Method | dpv:TechnicalMeasure
dpv:SingleSignOn | Single Sign On | dpv:AuthenticationProtocols
dpv:SymmetricCryptography | Symmetric Cryptography | dpv:CryptographicMethods
dpv:SymmetricEncryption | Symmetric Encryption | dpv:Encryption
dpv:TrustedComputing | Trusted Computing | dpv:CryptographicMethods
dpv:TrustedExecutionEnvironment | Trusted Execution Environment | dpv:CryptographicMethods
dpv:UsageControl | Usage Control | dpv:AccessControlMethod
dpv:UseSyntheticData | Use of Synthetic Data | dpv:SecurityMethod
dpv:VirtualisationSecurity | Virtualisation Security | dpv:SecurityMethod
dpv:VulnerabilityTestingMethods | Vulnerability Testing Methods | dpv:SecurityMethod
dpv:WebBrowserSecurity | WebBrowser Security | dpv:SecurityMethod
dpv:WebSecurityProtocols | Web Security Protocols | dpv:SecurityMethod
dpv:WirelessSecurityProtocols | Wireless Security Protocols | dpv:SecurityMethod
dpv:ZeroKnowledgeAuthentication | Zero Knowledge Authentication | dpv:AuthenticationProtocols dpv:CryptographicMethods
dpv:AIGovernance | AI Governance | dpv:GovernanceProcedures
dpv:AILiteracy | AI Literacy | dpv:DigitalLiteracy
dpv:AINotice | AI Notice | dpv:Notice
dpv:AcceptableUsePolicy | Acceptable Use Policy | dpv:Policy
dpv:ApprovalProcedure | Approval Procedure | dpv:GovernanceProcedures
dpv:Assessment | Assessment | dpv:OrganisationalMeasure
dpv:AssetManagementProcedures | Asset Management Procedures | dpv:GovernanceProcedures
dpv:Audit | Audit | dpv:OrganisationalMeasure
dpv:AuthorisationProcedure | Authorisation Procedure | dpv:SecurityProcedure
dpv:BackgroundChecks | Background Checks | dpv:SecurityProcedure
dpv:Certification | Certification | dpv:CertificationSeal
dpv:CertificationSeal | Certification and Seal | dpv:OrganisationalMeasure
dpv:CodeOfConduct | Code of Conduct | dpv:GuidelinesPrinciple
dpv:ComplianceAssessment | Compliance Assessment | dpv:Assessment
dpv:ComplianceMonitoring | Compliance Monitoring | dpv:GovernanceProcedures
dpv:ConformanceAssessment | Conformance Assessment | dpv:Assessment
dpv:ConsentManagement | Consent Management | dpv:PermissionManagement
dpv:ConsentNotice | Consent Notice | dpv:PrivacyNotice
dpv:ConsentReceipt | Consent Receipt | dpv:ConsentRecord
dpv:ConsentRecord | Consent Record | dpv:DataProcessingRecord
dpv:Consultation | Consultation | dpv:OrganisationalMeasure
dpv:ConsultationWithAuthority | Consultation with Authority | dpv:Consultation
dpv:ConsultationWithDPO | Consultation with DPO | dpv:Consultation
dpv:ConsultationWithDataSubject | Consultation with Data Subject | dpv:Consultation
dpv:ConsultationWithDataSubjectRepresentative | Consultation with Data Subject Representative | dpv:ConsultationWithDataSubject
dpv:CredentialManagement | Credential Management | dpv:AuthorisationProcedure
dpv:CybersecurityTraining | Cybersecurity Training | dpv:StaffTraining
dpv:DataAvailabilityAssessment | Data Availability Assessment | dpv:DataGovernance
dpv:DataBreachNotice | Data Breach Notice | dpv:SecurityIncidentNotice
dpv:DataBreachNotification | Data Breach Notification | dpv:SecurityIncidentNotification
dpv:DataBreachRecord | Data Breach Record | dpv:RecordsOfActivities
dpv:DataDeletionPolicy | Data Deletion Policy | dpv:DataProcessingPolicy
dpv:DataErasurePolicy | Data Erasure Policy | dpv:DataProcessingPolicy
dpv:DataGovernance | Data Governance | dpv:OrganisationGovernance
dpv:DataInteroperabilityAssessment | Data Interoperability Assessment | dpv:Assessment dpv:DataInteroperabilityManagement
dpv:DataInteroperabilityImprovement | Data Interoperability Improvement | dpv:DataInteroperabilityManagement
dpv:DataInteroperabilityManagement | Data Interoperability Management | dpv:DataGovernance
dpv:DataInventoryManagement | Data Inventory Management | dpv:DataGovernance
dpv:DataJurisdictionPolicy | Data Jurisdiction Policy | dpv:DataProcessingPolicy
dpv:DataLiteracy | Data Literacy | dpv:DigitalLiteracy
dpv:DataProcessingPolicy | Data Processing Policy | dpv:Policy
dpv:DataProcessingRecord | Data Processing Record | dpv:RecordsOfActivities
dpv:DataProtectionTraining | Data Protection Training | dpv:StaffTraining
dpv:DataQualityAssessment | Data Quality Assessment | dpv:Assessment dpv:DataQualityManagement
dpv:DataQualityImprovement | Data Quality Improvement | dpv:DataQualityManagement
dpv:DataQualityManagement | Data Quality Management | dpv:DataGovernance
dpv:DataRestorationPolicy | Data Restoration Policy | dpv:DataProcessingPolicy
dpv:DataReusePolicy | Data Reuse Policy | dpv:DataProcessingPolicy
dpv:DataSecurityManagement | Data Security Management | dpv:DataGovernance dpv:SecurityProcedure
dpv:DataStoragePolicy | Data Storage Policy | dpv:DataProcessingPolicy
dpv:DataSubjectRightsManagement | Data Subject Rights Management | dpv:RightsManagement
dpv:DataSuitabilityAssessment | Data Suitability Assessment | dpv:DataQualityAssessment
dpv:DataTransferNotice | Data Transfer Notice | dpv:Notice
dpv:DataTransferRecord | Data Transfer Record | dpv:DataProcessingRecord
dpv:DesignStandard | Design Standard | dpv:Standard
dpv:DigitalLiteracy | Digital Literacy | dpv:OrganisationalMeasure
dpv:DisasterRecoveryProcedures | Disaster Recovery Procedures | dpv:GovernanceProcedures
dpv:EducationalTraining | Educational Training | dpv:StaffTraining
dpv:EffectivenessDeterminationProcedures | Effectiveness Determination Procedures | dpv:Assessment
dpv:GovernanceProcedures | Governance Procedures | dpv:OrganisationalMeasure
dpv:Guideline | Guideline | dpv:GuidelinesPrinciple
dpv:GuidelinesPrinciple | Guidelines Principle | dpv:OrganisationalMeasure
dpv:HumanOversight | Human Oversight | dpv:GovernanceProcedures
dpv:IPRManagement | Intellectual Property Rights Management | dpv:RightsManagement
dpv:IdentityManagementMethod | Identity Management Method | dpv:AuthorisationProcedure
dpv:IncidentManagementProcedures | Incident Management Procedures | dpv:GovernanceProcedures
dpv:IncidentReportingCommunication | Incident Reporting Communication | dpv:GovernanceProcedures
dpv:InformationAudit | Information Audit | dpv:Audit
dpv:InformationSecurityPolicy | Information Security Policy | dpv:Policy
dpv:LegalComplianceAssessment | Legal Compliance Assessment | dpv:ComplianceAssessment
dpv:LegalComplianceAudit | Legal Compliance Audit | dpv:Audit
dpv:LegitimateInterestAssessment | Legitimate Interest Assessment | dpv:Assessment
dpv:LoggingPolicy | Logging Policy | dpv:Policy
dpv:ManagementStandard | Management Standard | dpv:Standard
dpv:MetadataManagement | Metadata Management | dpv:DataGovernance
dpv:MonitoringPolicy | Monitoring Policy | dpv:Policy
dpv:Notice | Notice | dpv:OrganisationalMeasure
dpv:Notification | Notification | dpv:OrganisationalMeasure
dpv:PermissionManagement | Permission Management | dpv:RightsManagement
dpv:PersonalDataAudit | Personal Data Audit | dpv:InformationAudit
dpv:Policy | Policy | dpv:GovernanceProcedures
dpv:Principle | Principle | dpv:GuidelinesPrinciple
dpv:PrivacyByDefault | Privacy by Default | dpv:GuidelinesPrinciple
dpv:PrivacyByDesign | Privacy by Design | dpv:GuidelinesPrinciple
dpv:PrivacyNotice | Privacy Notice | dpv:Notice
dpv:ProfessionalTraining | Professional Training | dpv:StaffTraining
dpv:ROPA | Records of Processing Activities | dpv:DataProcessingRecord
dpv:RecertificationPolicy | Recertification Policy | dpv:Policy
dpv:RecordsOfActivities | Records of Activities | dpv:OrganisationalMeasure
dpv:RegulatorySandbox | Regulatory Sandbox | dpv:Safeguard
dpv:ReviewImpactAssessment | Review Impact Assessment | dpv:ImpactAssessment dpv:ReviewProcedure
dpv:ReviewProcedure | Review Procedure | dpv:GovernanceProcedures
dpv:RightsManagement | Rights Management | dpv:OrganisationalMeasure
dpv:Safeguard | Safeguard | dpv:OrganisationalMeasure
dpv:SafeguardForDataTransfer | Safeguard for Data Transfer | dpv:Safeguard
dpv:Seal | Seal | dpv:CertificationSeal
dpv:SecureProcessingEnvironment | Secure Processing Environment | dpv:SecurityProcedure
dpv:SecurityAudit | Security Audit | dpv:Audit
dpv:SecurityIncidentNotice | Security Incident Notice | dpv:Notice
dpv:SecurityIncidentNotification | Security Incident Notification | dpv:Notification
dpv:SecurityIncidentRecord | Security Incident Record | dpv:RecordsOfActivities
dpv:SecurityKnowledgeTraining | Security Knowledge Training | dpv:StaffTraining
dpv:SecurityProcedure | Security Procedure | dpv:OrganisationalMeasure
dpv:SecurityRoleProcedures | Security Role Procedures | dpv:SecurityProcedure
dpv:StaffTraining | Staff Training | dpv:OrganisationalMeasure
dpv:Standard | Standard | dpv:GuidelinesPrinciple
dpv:StandardsConformance | Standards Conformance | dpv:GovernanceProcedures
dpv:SupportContractNegotiation | Support Contract Negotiation | dpv:SupportEntityDecisionMaking
dpv:SupportEntityDecisionMaking | Support Entity Decision Making | dpv:OrganisationalMeasure
dpv:SupportExchangeOfViews | Support Exchange of Views | dpv:SupportEntityDecisionMaking
dpv:SupportInformedConsentDecision | Support Informed Consent Decision | dpv:SupportEntityDecisionMaking
dpv:TechnicalStandard | Technical Standard | dpv:Standard
dpv:ThirdPartySecurityProcedures | Third Party Security Procedures | dpv:SecurityProcedure
eu-gdpr:PurposeCompatibilityAssessment | Purpose Compatibility Assessment | dpv:Assessment
`,
  subject: `
dpv:Adult | Adult | dpv:HumanSubject
dpv:Applicant | Applicant | dpv:HumanSubject
dpv:AsylumSeeker | Asylum Seeker | dpv:VulnerableHuman
dpv:Child | Child | dpv:VulnerableHuman
dpv:Citizen | Citizen | dpv:HumanSubject
dpv:Client | Client | dpv:Customer
dpv:Consumer | Consumer | dpv:HumanSubject
dpv:Customer | Customer | dpv:HumanSubject
dpv:DataSubject | Data Subject | dpv:HumanSubject
dpv:ElderlyDataSubject | Elderly Data Subject | dpv:VulnerableDataSubject
dpv:ElderlyHuman | Elderly Human | dpv:VulnerableHuman
dpv:Employee | Employee | dpv:HumanSubject
dpv:GuardianOfDataSubject | Guardian(s) of Data Subject | dpv:GuardianOfHuman
dpv:GuardianOfHuman | Guardian(s) of Human | dpv:HumanSubject
dpv:HumanSubject | Human Subject | dpv:LegalEntity
dpv:Immigrant | Immigrant | dpv:HumanSubject
dpv:JobApplicant | Job Applicant | dpv:HumanSubject
dpv:Member | Member | dpv:HumanSubject
dpv:MentallyVulnerableDataSubject | Mentally Vulnerable Data Subject | dpv:MentallyVulnerableHuman dpv:VulnerableDataSubject
dpv:MentallyVulnerableHuman | Mentally Vulnerable Human | dpv:VulnerableHuman
dpv:NonCitizen | Non-Citizen | dpv:HumanSubject
dpv:ParentOfDataSubject | Parent(s) of Data Subject | dpv:ParentOfHuman
dpv:ParentOfHuman | Parent of Human | dpv:HumanSubject
dpv:Participant | Participant | dpv:HumanSubject
dpv:Patient | Patient | dpv:HumanSubject
dpv:Student | Student | dpv:HumanSubject
dpv:Subscriber | Subscriber | dpv:HumanSubject
dpv:Tourist | Tourist | dpv:HumanSubject
dpv:User | User | dpv:HumanSubject
dpv:Visitor | Visitor | dpv:HumanSubject
dpv:VulnerableDataSubject | Vulnerable Data Subject | dpv:VulnerableHuman
dpv:VulnerableHuman | Vulnerable Human | dpv:HumanSubject
`,
  role: `
dpv:DataController | Data Controller | dpv:LegalEntity
dpv:DataExporter | Data Exporter | dpv:LegalEntity
dpv:DataImporter | Data Importer | dpv:Recipient
dpv:DataProcessor | Data Processor | dpv:Recipient
dpv:DataProtectionOfficer | Data Protection Officer | dpv:Representative
dpv:DataSubProcessor | Data Sub-Processor | dpv:DataProcessor
dpv:JointDataControllers | Joint Data Controllers | dpv:DataController
dpv:Recipient | Recipient | dpv:LegalEntity
dpv:ServiceConsumer | Service Consumer | dpv:LegalEntity
dpv:ServiceProvider | Service Provider | dpv:LegalEntity
dpv:ThirdParty | Third Party | dpv:LegalEntity
`,
} as const
