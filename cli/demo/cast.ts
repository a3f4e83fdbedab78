/**
 * Who plays in the demo: four firms in four countries, a regulator and an auditor. All invented.
 *
 * Names are made up, mailboxes end in .example, and the LEIs have right check digits but a prefix
 * that no issuer has. A key file in the demo's keys/ folder is named as the member is.
 */
import type { Draft } from '../../client/index.js'
import type { Jwk } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import { jsonJwk } from './words.js'

export type Firm = 'cevennes' | 'pennine' | 'nilgiri' | 'sagami'
export type Name = Firm | 'auditor' | 'regulator'

export type Member = {
  readonly name: Name
  readonly legalName: string
  readonly country: string
  readonly roles: readonly string[]
  /** What it does, for the person who watches. */
  readonly does: string
  readonly lei?: string
}

export const OPERATOR = { name: 'Waybill Demo Ledger (invented)', country: 'CH' } as const

export const CAST: readonly Member[] = [
  {
    name: 'cevennes',
    legalName: 'Cévennes Chaleur SAS',
    country: 'FR',
    roles: ['controller'],
    does: 'looks after heat pumps in homes',
    lei: '999900CEVENNESCHAL31',
  },
  {
    name: 'pennine',
    legalName: 'Pennine Energy Insight Ltd',
    country: 'GB',
    roles: ['controller'],
    does: 'joins heat, weather and repairs',
    lei: '999900PENNINEENERG51',
  },
  {
    name: 'nilgiri',
    legalName: 'Nilgiri Data Works Pvt Ltd',
    country: 'IN',
    roles: ['processor'],
    does: 'codes repairs and scores wear, for others',
    lei: '999900NILGIRIDATAW96',
  },
  {
    name: 'sagami',
    legalName: 'Sagami Thermal KK',
    country: 'JP',
    roles: ['controller'],
    does: 'makes the compressors, writes the report',
    lei: '999900SAGAMITHERMA88',
  },
  {
    name: 'auditor',
    legalName: 'Halden Revisjon AS',
    country: 'NO',
    roles: ['auditor'],
    does: 'checks the report; may read everything',
  },
  {
    name: 'regulator',
    legalName: 'Office of Data Flows (invented)',
    country: 'FR',
    roles: ['regulator', 'public-body'],
    does: 'checks the ledger; may read everything',
  },
]

/** The members that the operator's configuration lets read everything. */
export const READERS: readonly Name[] = ['auditor', 'regulator']

/** What a member signs to enrol. Signing statements and signing in is one key's work at first. */
export function enrolment({ name, legalName, country, roles, lei }: Member, key: Jwk): Draft {
  return {
    type: 'party/1',
    claims: {
      party: { key: jsonJwk(key), uses: ['statement', 'api'] },
      name: legalName,
      country,
      identifiers: lei === undefined ? [] : [{ scheme: 'lei', value: lei }],
      roles,
      contact: { offices: [{ function: 'privacy', email: `privacy@${name}.example`, country }] },
    },
  }
}

/** A second key for a firm that has one. Signed by that one, by the new key, and by the registrar. */
export function secondKey(party: PartyId, key: Jwk, use: 'statement' | 'api'): Draft {
  return {
    type: 'key/1',
    claims: {
      party,
      key: jsonJwk(key),
      action: 'add',
      use: [use],
      reason: { code: 'routine', note: SECOND_KEY_NOTES[use] },
    },
  }
}

const SECOND_KEY_NOTES = {
  api: 'Signing in is left to a key of its own.',
  statement: 'The new key is kept in a hardware module.',
} as const
