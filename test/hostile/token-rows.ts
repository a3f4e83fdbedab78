/** Tokens that test/api/auth.test.ts leaves out: keys that ended, and tokens that travel. DESIGN 7.3. */
import { createHash, randomUUID } from 'node:crypto'
import { toBase64url, utf8Encode } from '../../ledger/core/bytes.js'
import type { Json } from '../../ledger/core/json.js'
import type { Signer } from '../../ledger/crypto/signer.js'
import { ACME, BOLT, CORAL, type Firm } from '../log/support/firms.js'
import { collection, ORIGIN } from '../log/support/statements.js'
import { CANARY, forge, nowS, signatureAt } from './forge.js'
import type { Row } from './rows.js'
import * as site from './site.js'

type At = site.Site

const INBOX = '/v1/inbox'

/** A token made by hand. */
async function token(
  firm: Firm,
  {
    signer = firm.signer,
    header = {},
    claims = {},
  }: { signer?: Signer; header?: object; claims?: object },
): Promise<string> {
  const part = (value: object): string => toBase64url(utf8Encode(JSON.stringify(value)))
  const at = nowS()
  const input = `${part({ alg: 'Ed25519', kid: signer.kid, typ: 'waybill-auth+jwt', ...header })}.${part(
    {
      aud: ORIGIN,
      bh: createHash('sha256').digest('base64url'),
      exp: at + 60,
      htm: 'GET',
      htu: INBOX,
      iat: at,
      iss: firm.party,
      jti: randomUUID(),
      ...claims,
    },
  )}`
  return `${input}.${toBase64url(await signer.sign(utf8Encode(input)))}`
}

/** A call of the inbox with a token made like this. */
const call =
  (firm: Firm, parts: Parameters<typeof token>[1] = {}, path = INBOX) =>
  async (at: At) =>
    at.get(path, { headers: { authorization: `Bearer ${await token(firm, parts)}` } })

const withHeader = (authorization: string) => (at: At) =>
  at.get(INBOX, { headers: { authorization } })

/** A call that begins well, and the same token again for something else. */
const again =
  (path: string, method = 'GET') =>
  async (at: At) => {
    const authorization = await at.token(ACME, INBOX)
    const first = await at.get(INBOX, { headers: { authorization } })
    if (first.status !== 200) throw new Error('the first call was refused')
    return at.server.call(method, path, { headers: { authorization } })
  }

const claims = (more: Readonly<Record<string, Json>>) => call(ACME, { claims: more })

export const TOKEN_ROWS: readonly Row[] = [
  ['a retired key', 401, 'AUTH_INVALID', call(ACME, { signer: site.RETIRED })],
  ['a revoked key', 401, 'AUTH_INVALID', call(ACME, { signer: site.REVOKED })],
  ['a compromised key', 401, 'AUTH_INVALID', call(ACME, { signer: site.COMPROMISED })],
  ['a key whose enrolment waits', 401, 'AUTH_INVALID', call(site.LATE)],
  ['a key of nobody', 401, 'AUTH_INVALID', call(site.NOBODY)],
  [
    'another firm’s key under one’s own name',
    401,
    'AUTH_INVALID',
    call(ACME, { signer: CORAL.signer }),
  ],
  ['one’s own key under another firm’s name', 401, 'AUTH_INVALID', claims({ iss: BOLT.party })],
  [
    'one’s own key with another firm’s kid',
    401,
    'AUTH_INVALID',
    call(ACME, { header: { kid: BOLT.signer.kid } }),
  ],
  [
    'the registrar’s key, which is not for the API',
    401,
    'AUTH_INVALID',
    async (at) => call(ACME, { signer: at.registrar })(at),
  ],
  ['a token that was used', 401, 'AUTH_INVALID', again(INBOX)],
  [
    'a token that was used, with another address',
    401,
    'AUTH_INVALID',
    again(`/v1/outcomes?digest=${'ab'.repeat(32)}`),
  ],
  ['a token that was used, as HEAD', 401, '', again(INBOX, 'HEAD')],
  [
    'a token for the inbox at a statement',
    401,
    'AUTH_INVALID',
    async (at) => call(ACME, {}, `/v1/statements/${at.known.rides}`)(at),
  ],
  ['a token without the query', 401, 'AUTH_INVALID', call(ACME, {}, `${INBOX}?box=sent`)],
  [
    'a token with the query in another order',
    401,
    'AUTH_INVALID',
    call(ACME, { claims: { htu: `${INBOX}?wait=0&box=sent` } }, `${INBOX}?box=sent&wait=0`),
  ],
  [
    'an address that is written in another way',
    401,
    'AUTH_INVALID',
    claims({ htu: '/v1/%69nbox' }),
  ],
  ['an address with a fragment', 401, 'AUTH_INVALID', claims({ htu: `${INBOX}#${CANARY}` })],
  [
    'an address of another server’s path',
    401,
    'AUTH_INVALID',
    claims({ htu: `https://a/b${INBOX}` }),
  ],
  [
    'a token of yesterday',
    401,
    'AUTH_INVALID',
    claims({ iat: nowS() - 86_400, exp: nowS() - 86_340 }),
  ],
  [
    'a token of tomorrow',
    401,
    'AUTH_INVALID',
    claims({ iat: nowS() + 86_400, exp: nowS() + 86_460 }),
  ],
  ['a token for a year', 401, 'AUTH_INVALID', claims({ exp: nowS() + 31_536_000 })],
  [
    'a token from before the start',
    401,
    'AUTH_INVALID',
    claims({ iat: nowS() - 250, exp: nowS() + 40 }),
  ],
  ['a jti of half an alphabet', 401, 'AUTH_INVALID', claims({ jti: `${CANARY} and more` })],
  ['a jti that is an object', 401, 'AUTH_INVALID', claims({ jti: { [CANARY]: 1 } })],
  ['alg none and no signature', 401, 'AUTH_INVALID', unsigned],
  ['a DPoP scheme', 401, 'AUTH_INVALID', withHeader(`DPoP ${CANARY}.a.b`)],
  [
    'a password',
    401,
    'AUTH_INVALID',
    withHeader(`Basic ${toBase64url(utf8Encode(`a:${CANARY}`))}`),
  ],
  [
    'a token in the query',
    400,
    'REQUEST_INVALID',
    async (at) => at.get(`${INBOX}?access_token=${await token(ACME, {})}`),
  ],
  [
    'a token in a cookie',
    401,
    'AUTH_REQUIRED',
    async (at) => at.get(INBOX, { headers: { cookie: `token=${await token(ACME, {})}` } }),
  ],
  ['a statement’s signature as token', 401, 'AUTH_INVALID', statementAsToken],
  [
    'a good token for what is another’s',
    404,
    'STATEMENT_NOT_FOUND',
    (at) => at.getAs(CORAL, `/v1/statements/${at.known.copy}`),
  ],
  [
    'a good token for another’s receipt',
    404,
    'STATEMENT_NOT_FOUND',
    (at) => at.getAs(CORAL, `/v1/statements/${at.known.copy}/receipt`),
  ],
  [
    'a good token for another’s proposal',
    404,
    'STATEMENT_NOT_FOUND',
    (at) => at.getAs(CORAL, `/v1/statements/${at.known.waiting}`),
  ],
  [
    'a good token for another’s lineage',
    404,
    'STATEMENT_NOT_FOUND',
    (at) => at.getAs(CORAL, `/v1/lineage/${at.known.copy}`),
  ],
]

async function unsigned(at: At) {
  const [head = '', payload = ''] = (await token(ACME, { header: { alg: 'none' } })).split('.')
  return at.get(INBOX, { headers: { authorization: `Bearer ${head}.${payload}.` } })
}

async function statementAsToken(at: At) {
  const envelope = await forge(collection(ACME, CANARY), [['collector', ACME.signer]])
  const { payload } = envelope as { readonly payload: string }
  const { protected: head, signature } = signatureAt(envelope, 0)
  return at.get(INBOX, { headers: { authorization: `Bearer ${head}.${payload}.${signature}` } })
}
