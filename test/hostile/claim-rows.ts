/** Statements whose disclosures or claims break a rule of DESIGN 4.1 or of a schema. */
import { createHash } from 'node:crypto'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import { ACME, CORAL } from '../log/support/firms.js'
import { collection, dataset, enrolment, outcome, type Signing } from '../log/support/statements.js'
import { CANARY, forge, nested, nowS, type Tricks, withProto } from './forge.js'
import type { Row } from './rows.js'
import { bySides, HOUR_S, NOBODY, ridesTransfer, type Site } from './site.js'

const collector: readonly Signing[] = [['collector', ACME.signer]]

/** A collection of ACME's with tricks. */
const own = (tricks: Tricks) => async (site: Site) =>
  site.submit(await forge(collection(ACME, CANARY), collector, tricks))

/** A collection with its list of disclosures changed. */
const disclosed = (change: (list: readonly string[]) => readonly Json[]) =>
  own({ disclosures: change })

/**
 * A collection whose collector is disclosed by this text, with the digest that belongs to it: it is
 * wrong only in itself.
 */
const instead = (text: string | Uint8Array) => {
  const fresh = toBase64url(typeof text === 'string' ? utf8Encode(text) : text)
  let replaced = ''
  return own({
    payload: (payload) => {
      const claims = payload['claims'] as Readonly<Record<string, readonly JsonObject[]>>
      replaced = String(claims['collector']?.[0]?.['...'])
      return { ...payload, claims: { ...claims, collector: [{ '...': digestOf(fresh) }] } }
    },
    disclosures: (list) => list.map((text) => (digestOf(text) === replaced ? fresh : text)),
  })
}

/** The placeholder's digest of a disclosure. */
function digestOf(disclosure: string): string {
  return createHash('sha256').update(disclosure).digest('base64url')
}

/** A collection that claims this besides, or instead. */
const claiming = (more: Readonly<Record<string, Json>>) => async (site: Site) =>
  site.submit(await forge(collection(ACME, CANARY, more), collector))

/** A transfer that claims this besides, or instead. */
const moving = (more: (site: Site) => Readonly<Record<string, Json>>) => async (site: Site) =>
  site.submit(await forge(ridesTransfer(site.known, more(site)), bySides))

const SALT = 'A'.repeat(22)
const LONG = CANARY.padEnd(1_025, 'x')
const place = (more: Readonly<Record<string, Json>>): Json => ({
  jurisdiction: 'DE',
  subjectCountries: ['DE'],
  ...more,
})
const sets = (count: number): Json =>
  Array.from({ length: count }, (_, n) => dataset(`${CANARY} ${n}`, [], n))
const fields = (count: number): Json =>
  Array.from({ length: count }, (_, n) => ({
    n: 0,
    name: `f${n}`,
    category: 'https://w3id.org/dpv/pd#UID',
  }))

const DISCLOSURES: readonly Row[] = [
  ['one claim unopened', 422, 'CLAIM_NOT_OPENED', disclosed((list) => list.slice(1))],
  ['no claim opened', 422, 'CLAIM_NOT_OPENED', disclosed(() => [])],
  [
    'a disclosure twice',
    422,
    'DISCLOSURE_REPEATED',
    disclosed((list) => [...list, ...list.slice(0, 1)]),
  ],
  [
    'a disclosure of nothing',
    422,
    'DISCLOSURE_UNMATCHED',
    disclosed((list) => [...list, toBase64url(utf8Encode(`["${SALT}","${CANARY}"]`))]),
  ],
  [
    'another value for a claim',
    422,
    'DISCLOSURE_UNMATCHED',
    disclosed((list) => [...list.slice(1), toBase64url(utf8Encode(`["${SALT}",null]`))]),
  ],
  ['a disclosure that is a number', 400, 'ENVELOPE_INVALID', disclosed((list) => [...list, 7])],
  ['a disclosure that is null', 400, 'ENVELOPE_INVALID', disclosed((list) => [...list, null])],
  [
    'disclosures as an object',
    400,
    'ENVELOPE_INVALID',
    own({
      envelope: (all, [first]) => ({
        ...all,
        signatures: [{ ...first, header: { disclosures: { 0: '' } } }],
      }),
    }),
  ],
  [
    '1,025 disclosures',
    400,
    'ENVELOPE_INVALID',
    disclosed(() => Array.from({ length: 1_025 }, (_, n) => `d${n}`)),
  ],
  [
    'a disclosure that is cut',
    422,
    'DISCLOSURE_UNMATCHED',
    disclosed(([first = '', ...rest]) => [first.slice(0, -2), ...rest]),
  ],
  [
    'a disclosure with padding',
    422,
    'DISCLOSURE_UNMATCHED',
    disclosed(([first = '', ...rest]) => [`${first}==`, ...rest]),
  ],
  ['a disclosure with a space', 400, 'JSON_NOT_CANONICAL', instead(`["${SALT}", "${ACME.party}"]`)],
  ['a disclosure of three', 422, 'DISCLOSURE_INVALID', instead(`["${SALT}","${ACME.party}",1]`)],
  ['a disclosure of one', 422, 'DISCLOSURE_INVALID', instead(`["${CANARY}"]`)],
  ['a disclosure that is an object', 422, 'DISCLOSURE_INVALID', instead('{}')],
  ['a disclosure that is no JSON', 400, 'JSON_INVALID', instead(CANARY)],
  ['a disclosure that is no UTF-8', 400, 'UTF8_INVALID', instead(Uint8Array.of(0xff, 0xfe))],
  [
    'a salt of 15 bytes',
    422,
    'DISCLOSURE_INVALID',
    instead(`["${SALT.slice(2)}","${ACME.party}"]`),
  ],
  [
    'a salt with trailing bits',
    422,
    'DISCLOSURE_INVALID',
    instead(`["${'A'.repeat(21)}B","${ACME.party}"]`),
  ],
  ['a salt that is a number', 422, 'DISCLOSURE_INVALID', instead(`[1,"${ACME.party}"]`)],
  ['a float in a value', 400, 'JSON_NOT_CANONICAL', instead(`["${SALT}",0.5]`)],
  ['a value of 8,000 levels', 400, 'JSON_INVALID', instead(`["${SALT}",${nested(8_000)}]`)],
  ['a value of 17 levels', 400, 'JSON_INVALID', instead(`["${SALT}",${nested(17)}]`)],
  [
    'a value of 16 KiB and more',
    413,
    'VALUE_TOO_LARGE',
    instead(`["${SALT}","${'x'.repeat(16_400)}"]`),
  ],
  [
    'a value that says a name twice',
    400,
    'JSON_NOT_CANONICAL',
    instead(`["${SALT}",{"a":1,"a":1}]`),
  ],
]

const CLAIMS: readonly Row[] = [
  [
    'a string of 1,025 characters',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), name: LONG }] }),
  ],
  [
    'a member that no schema knows',
    422,
    'CLAIM_UNKNOWN_MEMBER',
    claiming({ place: place({ [CANARY]: 1 }) }),
  ],
  [
    'a member __proto__',
    422,
    'CLAIM_UNKNOWN_MEMBER',
    claiming({ place: { ...(place({}) as object), ...withProto(CANARY), z: 1 } }),
  ],
  ['a required claim that is absent', 422, 'CLAIM_MISSING', claiming({ place: null })],
  ['a required list that is empty', 422, 'CLAIM_MISSING', claiming({ datasets: [] })],
  [
    'a required member that is absent',
    422,
    'CLAIM_MISSING',
    claiming({ datasets: [{ n: 0, name: CANARY, from: [] }] }),
  ],
  [
    'a member that is null',
    422,
    'CLAIM_INVALID',
    claiming({ place: place({ jurisdiction: null }) }),
  ],
  ['65 datasets', 422, 'CLAIM_INVALID', claiming({ datasets: sets(65) })],
  ['1,001 fields', 422, 'CLAIM_INVALID', claiming({ fields: fields(1_001) })],
  [
    'a digest in capitals',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), digest: 'AB'.repeat(32) }] }),
  ],
  [
    'a digest that is short',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), digest: 'ab'.repeat(31) }] }),
  ],
  [
    'a country of three letters',
    422,
    'CLAIM_INVALID',
    claiming({ place: place({ jurisdiction: 'DEU' }) }),
  ],
  [
    'a country in small letters',
    422,
    'CLAIM_INVALID',
    claiming({ place: place({ jurisdiction: 'de' }) }),
  ],
  ['a purpose that is no term', 422, 'CLAIM_INVALID', claiming({ purposes: [CANARY] })],
  [
    'a purpose that is a script',
    422,
    'CLAIM_INVALID',
    claiming({ purposes: ['javascript:alert(1)'] }),
  ],
  [
    'a time that is no time',
    422,
    'CLAIM_INVALID',
    claiming({ period: { begin: '2026-13-45T99:00:00Z' } }),
  ],
  [
    'a control character in a name',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), name: `a\u001b[2J${CANARY}` }] }),
  ],
  [
    'ext with a member __proto__',
    422,
    'CLAIM_INVALID',
    claiming({ ext: withProto({ [CANARY]: 1 }) }),
  ],
  ['ext with a member _sd', 422, 'CLAIM_INVALID', claiming({ ext: { a: { _sd: [] } } })],
  ['ext with a member ...', 422, 'CLAIM_INVALID', claiming({ ext: { '...': CANARY } })],
  ['ext with null', 422, 'CLAIM_INVALID', claiming({ ext: { [CANARY]: null } })],
  ['ext with a long name', 422, 'CLAIM_INVALID', claiming({ ext: { [LONG]: 1 } })],
  ['ext that is a list', 422, 'CLAIM_INVALID', claiming({ ext: [CANARY] })],
  [
    'ext of 17 levels',
    400,
    'JSON_INVALID',
    claiming({ ext: { a: JSON.parse(nested(17)) as Json } }),
  ],
  [
    'two datasets of one number',
    422,
    'CLAIM_INCONSISTENT',
    claiming({ datasets: [dataset('a'), dataset('b')] }),
  ],
  [
    'a negative count',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), records: -1 }] }),
  ],
  [
    'a count as text',
    422,
    'CLAIM_INVALID',
    claiming({ datasets: [{ ...dataset('a'), records: '7' }] }),
  ],
  [
    'a field of no dataset',
    422,
    'CLAIM_INCONSISTENT',
    claiming({ fields: [{ n: 9, name: CANARY, category: 'https://w3id.org/dpv/pd#UID' }] }),
  ],
  ['a collector that is no party id', 422, 'CLAIM_INVALID', claiming({ collector: CANARY })],
  [
    'a dataset from nowhere',
    422,
    'CLAIM_INCONSISTENT',
    moving(() => ({ datasets: [dataset(CANARY, [1])] })),
  ],
  [
    'a copy without an origin',
    422,
    'CLAIM_INCONSISTENT',
    moving(() => ({ datasets: [dataset(CANARY)] })),
  ],
  [
    'an origin twice',
    422,
    'CLAIM_INVALID',
    moving(() => ({ datasets: [dataset(CANARY, [0, 0])] })),
  ],
  ['an instrument that is no id', 422, 'CLAIM_INVALID', moving(() => ({ instrument: CANARY }))],
  ['both sides one party', 422, 'ROLES_SAME_PARTY', moving(() => ({ importer: ACME.party }))],
  [
    'a key of small order',
    422,
    'KEY_INVALID',
    enrolling({ crv: 'Ed25519', kty: 'OKP', x: 'A'.repeat(43) }),
  ],
  [
    'a key that is no point',
    422,
    'KEY_INVALID',
    enrolling({ crv: 'Ed25519', kty: 'OKP', x: `Ag${'A'.repeat(41)}` }),
  ],
  [
    'a key of another curve',
    422,
    'CLAIM_INVALID',
    enrolling({ crv: 'X25519', kty: 'OKP', x: 'A'.repeat(43) }),
  ],
  [
    'a private key',
    422,
    'CLAIM_INVALID',
    enrolling({ crv: 'Ed25519', d: CANARY, kty: 'OKP', x: 'A'.repeat(43) }),
  ],
  ['an outcome as a parent', 422, 'PARENT_NOT_FOUND', fromOutcome],
]

function enrolling(key: Json) {
  return async (site: Site) => {
    const draft = enrolment(NOBODY, { party: { key, uses: ['statement'] }, name: CANARY })
    return site.submit(
      await forge({ ...draft, countersignBy: nowS() + HOUR_S }, [['party', NOBODY.signer]]),
    )
  }
}

/** An outcome ends a lineage: nothing is made of it. */
async function fromOutcome(site: Site) {
  const made = outcome(CORAL, [{ id: site.known.contract, n: 0 }], CANARY)
  return site.submit(await forge(made, [['performer', CORAL.signer]]))
}

export const CLAIM_ROWS: readonly Row[] = [...DISCLOSURES, ...CLAIMS]
