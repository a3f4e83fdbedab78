/** Terms of the vocabulary, by their short names. */
const DPV = 'https://w3id.org/dpv#'
const PD = 'https://w3id.org/dpv/pd#'
const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#'

/** A term of DPV. */
export const dpv = (name: string): string => `${DPV}${name}`
/** A category of personal data. */
export const pd = (name: string): string => `${PD}${name}`
/** A term of the GDPR extension, such as `A6-1-a`. */
export const gdpr = (name: string): string => `${GDPR}${name}`
