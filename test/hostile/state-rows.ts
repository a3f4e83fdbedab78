/** Sound statements that the log, as it stands, must not take: DESIGN 5 "Custody", "Two-sided flow". */
import { countersignEnvelope } from '../../ledger/core/build.js'
import { parseEnvelope } from '../../ledger/core/envelope.js'
import type { Json } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { ACME, BOLT, CORAL } from '../log/support/firms.js'
import {
  collection,
  dataset,
  only,
  processing,
  refusal,
  signatureOf,
  transfer,
} from '../log/support/statements.js'
import { CANARY, forge, nowS, signatureAt } from './forge.js'
import type { Row } from './rows.js'
import { bySides, HOUR_S, NOBODY, ridesTransfer, type Site } from './site.js'

const NOWHERE = 'ab'.repeat(32) as StatementId

/** A transfer of `rides` that claims this besides. */
const moving =
  (
    more: (site: Site) => Readonly<Record<string, Json>>,
    draft: (site: Site) => object = () => ({}),
  ) =>
  async (site: Site) =>
    site.submit(await forge(ridesTransfer(site.known, more(site), draft(site)), bySides))

/** What somebody makes of a parent. */
const made =
  (parent: (site: Site) => { readonly id: StatementId; readonly n: number }, by = ACME) =>
  async (site: Site) => {
    const draft = processing(by, [parent(site)], [dataset(CANARY, [0])])
    return site.submit(await forge(draft, [['performer', by.signer]]))
  }

type Which = 'copy' | 'waiting' | 'refused' | 'withdrawn' | 'expired' | 'enrolling'

const envelopeOf = (site: Site, which: Which): Json =>
  site.known.envelopes.get(site.known[which]) ?? null

/** The whole envelope of a proposal, as both sides signed it. */
const submitted = (which: Which) => async (site: Site) => {
  if (which === 'expired') await site.untilExpired()
  return site.submit(envelopeOf(site, which))
}

/** One of a proposal's own signatures, where the other side's is wanted. */
const countersigned = (which: Which, position: number) => async (site: Site) => {
  if (which === 'expired') await site.untilExpired()
  return countersign(site, site.known[which], signatureAt(envelopeOf(site, which), position))
}

function countersign(site: Site, id: string, body: Json | string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return site.server.post(`/v1/statements/${id}/countersignatures`, text)
}

/** BOLT's signature of another statement, in some role. */
const foreign = (role: string) => async (site: Site) => {
  const other = await forge(collection(ACME, CANARY), [[role, BOLT.signer]])
  return countersign(site, site.known.waiting, signatureAt(other, 0))
}

/** A good signature of a firm that the proposal does not name. */
async function byThird(site: Site) {
  const whole = parseEnvelope(envelopeOf(site, 'waiting'))
  const signed = await countersignEnvelope(
    only(whole, 'exporter'),
    'importer',
    CORAL.signer,
    nowS(),
  )
  return countersign(site, site.known.waiting, signatureOf(signed, 'importer'))
}

/** A refusal by a firm in a role, sent to the proposal's own address. */
const refused =
  (which: Which | 'nowhere' | 'rides', code: string, role: 'exporter' | 'importer', by = BOLT) =>
  async (site: Site) => {
    if (which === 'expired') await site.untilExpired()
    const about = which === 'nowhere' ? NOWHERE : site.known[which]
    return refuse(site, about, await forge(refusal(about, code), [[role, by.signer]]))
  }

function refuse(site: Site, id: string, body: Json) {
  return site.server.post(`/v1/statements/${id}/refusals`, JSON.stringify(body))
}

/** A refusal of one proposal at the address of another. */
async function misdirected(site: Site) {
  const body = await forge(refusal(site.known.waiting, 'not-agreed'), [['importer', BOLT.signer]])
  return refuse(site, site.known.expired, body)
}

const PARENTS: readonly Row[] = [
  ['a parent that is not there', 422, 'PARENT_NOT_FOUND', made(() => ({ id: NOWHERE, n: 0 }))],
  [
    'a dataset that is not there',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.rides, n: 7 })),
  ],
  [
    'a dataset number past 65,535',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.rides, n: 70_000 })),
  ],
  [
    'a dataset number at 2^53',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.rides, n: Number.MAX_SAFE_INTEGER })),
  ],
  [
    'a proposal as a parent',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.waiting, n: 0 })),
  ],
  [
    'a refused proposal as a parent',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.refused, n: 0 })),
  ],
  [
    'an instrument as a parent',
    422,
    'PARENT_NOT_FOUND',
    made((site) => ({ id: site.known.contract, n: 0 })),
  ],
  [
    'a dataset of another firm',
    422,
    'PARENT_NOT_HELD',
    made((site) => ({ id: site.known.rides, n: 0 }), CORAL),
  ],
  [
    'the copy that the exporter gave away',
    422,
    'PARENT_NOT_HELD',
    made((site) => ({ id: site.known.copy, n: 0 })),
  ],
  [
    'a transfer of what the importer holds',
    422,
    'PARENT_NOT_HELD',
    moving(
      () => ({}),
      (site) => ({ parents: [{ id: site.known.copy, n: 0 }] }),
    ),
  ],
  [
    'a copy with another digest',
    422,
    'DATASET_DIGEST_CHANGED',
    moving(() => ({ datasets: [dataset('other', [0])] })),
  ],
  [
    'an instrument that is not there',
    422,
    'INSTRUMENT_INVALID',
    moving(() => ({ instrument: NOWHERE })),
  ],
  [
    'a collection as instrument',
    422,
    'INSTRUMENT_INVALID',
    moving((site) => ({ instrument: site.known.trips })),
  ],
  [
    'an instrument between others',
    422,
    'INSTRUMENT_INVALID',
    moving((site) => ({ instrument: site.known.otherContract })),
  ],
  [
    'superseding what is not there',
    422,
    'SUPERSEDES_INVALID',
    moving(
      () => ({}),
      () => ({ supersedes: NOWHERE }),
    ),
  ],
  [
    'superseding another type',
    422,
    'SUPERSEDES_INVALID',
    moving(
      () => ({}),
      (site) => ({ supersedes: site.known.contract }),
    ),
  ],
  ['superseding others’ transfer', 422, 'SUPERSEDES_INVALID', supersedingOthers],
]

const PROPOSALS: readonly Row[] = [
  ['a refused proposal, signed by both', 409, 'STATEMENT_REFUSED', submitted('refused')],
  ['a withdrawn proposal, signed by both', 409, 'STATEMENT_REFUSED', submitted('withdrawn')],
  [
    'a countersignature of a refused proposal',
    409,
    'STATEMENT_REFUSED',
    countersigned('refused', 1),
  ],
  [
    'a countersignature of a withdrawn proposal',
    409,
    'STATEMENT_REFUSED',
    countersigned('withdrawn', 1),
  ],
  ['a countersignature too late', 422, 'STATEMENT_EXPIRED', countersigned('expired', 1)],
  ['a whole proposal too late', 422, 'STATEMENT_EXPIRED', submitted('expired')],
  ['the exporter’s signature again', 409, 'SIGNATURE_REPEATED', countersigned('waiting', 0)],
  [
    'a countersignature of what is not there',
    404,
    'PROPOSAL_NOT_FOUND',
    (site) => countersign(site, NOWHERE, signatureAt(envelopeOf(site, 'waiting'), 1)),
  ],
  [
    'a countersignature of a collection',
    409,
    'STATEMENT_ADMITTED',
    (site) => countersign(site, site.known.rides, signatureAt(envelopeOf(site, 'waiting'), 1)),
  ],
  ['a countersignature of another statement', 422, 'SIGNATURE_INVALID', foreign('importer')],
  ['a countersignature of a third firm', 422, 'ROLE_KEY_WRONG', byThird],
  ['a countersignature in a role of nobody', 422, 'ROLE_NOT_ALLOWED', foreign('witness')],
  ['a countersignature as collector', 422, 'ROLE_NOT_ALLOWED', foreign('collector')],
  [
    'a countersignature with disclosures',
    400,
    'ENVELOPE_INVALID',
    (site) =>
      countersign(site, site.known.waiting, {
        ...signatureAt(envelopeOf(site, 'waiting'), 1),
        header: { disclosures: [CANARY] },
      }),
  ],
  [
    'a countersignature that is a list',
    400,
    'ENVELOPE_INVALID',
    (site) => countersign(site, site.known.waiting, []),
  ],
  [
    'a countersignature that is a string',
    400,
    'ENVELOPE_INVALID',
    (site) => countersign(site, site.known.waiting, `"${CANARY}"`),
  ],
  [
    'a countersignature that is null',
    400,
    'ENVELOPE_INVALID',
    (site) => countersign(site, site.known.waiting, 'null'),
  ],
  [
    'a countersignature that is no JSON',
    400,
    'JSON_INVALID',
    (site) => countersign(site, site.known.waiting, CANARY),
  ],
  [
    'a whole envelope as countersignature',
    400,
    'ENVELOPE_INVALID',
    (site) => countersign(site, site.known.waiting, envelopeOf(site, 'waiting')),
  ],
  ['an admission by nobody', 422, 'KEY_UNKNOWN', admittedByNobody],
  [
    'a refusal of what is not there',
    404,
    'PROPOSAL_NOT_FOUND',
    refused('nowhere', 'not-agreed', 'importer'),
  ],
  ['a refusal of an entry', 409, 'STATEMENT_ADMITTED', refused('copy', 'not-agreed', 'importer')],
  [
    'a refusal of a collection',
    409,
    'STATEMENT_ADMITTED',
    refused('rides', 'not-agreed', 'importer'),
  ],
  ['a second refusal', 409, 'STATEMENT_REFUSED', refused('refused', 'data-wrong', 'importer')],
  [
    'a withdrawal after the refusal',
    409,
    'STATEMENT_REFUSED',
    refused('refused', 'withdrawn', 'exporter', ACME),
  ],
  [
    'a refusal by a third firm',
    422,
    'ROLE_KEY_WRONG',
    refused('waiting', 'not-agreed', 'importer', CORAL),
  ],
  [
    'a refusal by the exporter as importer',
    422,
    'ROLE_KEY_WRONG',
    refused('waiting', 'not-agreed', 'importer', ACME),
  ],
  [
    'a withdrawal by the importer',
    422,
    'ROLE_NOT_ALLOWED',
    refused('waiting', 'withdrawn', 'importer'),
  ],
  [
    'the importer’s words of the exporter',
    422,
    'ROLE_NOT_ALLOWED',
    refused('waiting', 'not-agreed', 'exporter', ACME),
  ],
  [
    'a deadline that has not lapsed',
    422,
    'REFUSAL_INVALID',
    refused('waiting', 'deadline-lapsed', 'exporter', ACME),
  ],
  [
    'a refusal by the importer too late',
    422,
    'REFUSAL_INVALID',
    refused('expired', 'not-agreed', 'importer'),
  ],
  [
    'a refusal with a reason of nobody',
    422,
    'CLAIM_INVALID',
    refused('waiting', CANARY, 'importer'),
  ],
  ['a refusal of an enrolment', 422, 'REFUSAL_INVALID', refused('enrolling', 'other', 'importer')],
  ['a refusal at another’s address', 400, 'REQUEST_INVALID', misdirected],
  [
    'a transfer at the address of refusals',
    400,
    'REQUEST_INVALID',
    (site) => refuse(site, site.known.waiting, envelopeOf(site, 'waiting')),
  ],
]

async function supersedingOthers(site: Site) {
  const trips = [{ id: site.known.trips, n: 0 }]
  const draft = transfer([ACME, CORAL], trips, [dataset('trips', [0])])
  const signings = [['exporter', ACME.signer] as const, ['importer', CORAL.signer] as const]
  const dated = { ...draft, countersignBy: nowS() + HOUR_S, supersedes: site.known.copy }
  return site.submit(await forge(dated, signings))
}

/** A key that is not enrolled, as the registrar of an enrolment. */
async function admittedByNobody(site: Site) {
  const other = await forge(collection(ACME, CANARY), [['registrar', NOBODY.signer]])
  return countersign(site, site.known.enrolling, signatureAt(other, 0))
}

export const STATE_ROWS: readonly Row[] = [...PARENTS, ...PROPOSALS]
