/** Statements that the wrong roles or the wrong keys sign: DESIGN 5. */
import type { Signer } from '../../ledger/crypto/signer.js'
import { ACME, BOLT, CORAL } from '../log/support/firms.js'
import { collection, enrolment, keyChange, type Signing } from '../log/support/statements.js'
import { CANARY, forge, nowS } from './forge.js'
import type { Row } from './rows.js'
import * as site from './site.js'

type At = site.Site

const collector: readonly Signing[] = [['collector', ACME.signer]]

/** A collection of ACME's that these sign. */
const signedBy =
  (...signings: readonly Signing[]) =>
  async (at: At) =>
    at.submit(await forge(collection(ACME, CANARY), signings))

/** A collection that another key signs. */
const by = (key: Signer) => signedBy(['collector', key])

/** A transfer from ACME to BOLT that these sign. */
const moved =
  (...signings: readonly Signing[]) =>
  async (at: At) =>
    at.submit(await forge(site.ridesTransfer(at.known), signings))

export const ROLE_ROWS: readonly Row[] = [
  ['a role of another type', 422, 'ROLE_NOT_ALLOWED', signedBy(['performer', ACME.signer])],
  ['a role of nobody', 422, 'ROLE_NOT_ALLOWED', signedBy(['kanarienvogel', ACME.signer])],
  ['a role too many', 422, 'ROLE_NOT_ALLOWED', signedBy(...collector, ['registrar', ACME.signer])],
  ['an importer of a collection', 422, 'ROLE_NOT_ALLOWED', signedBy(['importer', ACME.signer])],
  [
    'a registrar of a transfer',
    422,
    'ROLE_NOT_ALLOWED',
    moved(...site.bySides, ['registrar', ACME.signer]),
  ],
  ['a key of another firm', 422, 'ROLE_KEY_WRONG', by(CORAL.signer)],
  [
    'one firm in both roles',
    422,
    'ROLE_KEY_WRONG',
    moved(['exporter', ACME.signer], ['importer', ACME.signer]),
  ],
  [
    'the sides changed over',
    422,
    'ROLE_KEY_WRONG',
    moved(['exporter', BOLT.signer], ['importer', ACME.signer]),
  ],
  [
    'a third firm as importer',
    422,
    'ROLE_KEY_WRONG',
    moved(['exporter', ACME.signer], ['importer', CORAL.signer]),
  ],
  ['a firm as registrar', 422, 'ROLE_KEY_WRONG', enrolled(ACME.signer)],
  ['a newcomer as its own registrar', 422, 'ROLE_KEY_WRONG', enrolled(site.NOBODY.signer)],
  ['a key that another brings', 422, 'ROLE_KEY_WRONG', enrolledWith(ACME.signer)],
  ['a key of nobody', 422, 'KEY_UNKNOWN', by(site.NOBODY.signer)],
  ['a key whose enrolment waits', 422, 'KEY_UNKNOWN', by(site.LATE.signer)],
  ['a retired key', 422, 'KEY_NOT_ACTIVE', by(site.RETIRED)],
  ['a revoked key', 422, 'KEY_NOT_ACTIVE', by(site.REVOKED)],
  ['a compromised key', 422, 'KEY_NOT_ACTIVE', by(site.COMPROMISED)],
  ['a key for the API', 422, 'KEY_USE_WRONG', by(site.API_ONLY)],
  ['a retired key that adds a key', 422, 'KEY_NOT_ACTIVE', adding(site.RETIRED)],
  ['a stranger who adds a key', 422, 'ROLE_KEY_WRONG', adding(CORAL.signer)],
  ['a firm that revokes by itself', 422, 'ROLE_NOT_ALLOWED', revoking(['subject', ACME.signer])],
  ['a firm that revokes as registrar', 422, 'ROLE_KEY_WRONG', revoking(['registrar', ACME.signer])],
  ['a key that was ended, added again', 409, 'KEY_EXISTS', adding(ACME.signer, site.RETIRED)],
  ['a firm that is enrolled', 409, 'PARTY_EXISTS', again],
]

function enrolled(registrar: Signer) {
  return async (at: At) =>
    at.submit(
      await forge({ ...enrolment(site.NOBODY), countersignBy: nowS() + site.HOUR_S }, [
        ['party', site.NOBODY.signer],
        ['registrar', registrar],
      ]),
    )
}

/** An enrolment of a key by somebody who does not have it. */
function enrolledWith(key: Signer) {
  return async (at: At) =>
    at.submit(
      await forge({ ...enrolment(site.NOBODY), countersignBy: nowS() + site.HOUR_S }, [
        ['party', key],
        ['registrar', at.registrar],
      ]),
    )
}

async function again(at: At) {
  const draft = { ...enrolment(ACME), countersignBy: nowS() + site.HOUR_S }
  return at.submit(
    await forge(draft, [
      ['party', ACME.signer],
      ['registrar', at.registrar],
    ]),
  )
}

function adding(holder: Signer, key: Signer = site.NOBODY.signer) {
  return async (at: At) => {
    const draft = { ...keyChange(ACME, key, 'add'), countersignBy: nowS() + site.HOUR_S }
    return at.submit(
      await forge(draft, [
        ['holder', holder],
        ['registrar', at.registrar],
        ['subject', key],
      ]),
    )
  }
}

function revoking(...signings: readonly Signing[]) {
  return async (at: At) => {
    const draft = { ...keyChange(ACME, ACME.signer, 'revoke'), countersignBy: nowS() + site.HOUR_S }
    return at.submit(await forge(draft, signings))
  }
}
