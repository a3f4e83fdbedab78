/**
 * Signing from the command line: what is shown is what is signed, and what cannot be right is not.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../ledger/core/json.js'
import { generateKeyPem, signerFromPem } from '../../ledger/crypto/signer.js'
import { collectionDraft, log, ORIGIN, Town, transferDraft } from './harness.js'

const town = new Town()
let exporter: Awaited<ReturnType<Town['enrolled']>>
let importer: Awaited<ReturnType<Town['enrolled']>>
let collection = ''

beforeAll(async () => {
  await town.init()
  await town.serve()
  exporter = await town.enrolled('exporter', 'Lindenau Räder eG', 'DE')
  importer = await town.enrolled('importer', 'Kaveri Models Pvt Ltd', 'IN')
  collection = await log(exporter, 'collection', collectionDraft(exporter.party))
})

afterAll(() => town.close())

function transferFile(name: string): string {
  return exporter.write(name, transferDraft(exporter.party, importer.party, collection))
}

function envelopeAt(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject
}

describe('a dry run', () => {
  test('shows claims, bytes and id, signs nothing and needs no key', async () => {
    const nobody = town.person('nobody')

    const ran = await nobody.must(['sign', transferFile('a.json'), '--dry-run', '--origin', ORIGIN])

    expect(ran.out).toMatch(/^transfer\/1\n {2}id {10}[0-9a-f]{64}$/m)
    expect(ran.out).toMatch(/route +\{ from: DE, to: IN, storage: \[IN\], mode: copy \}/)
    expect(ran.out).toContain('https://w3id.org/dpv#ServiceOptimisation (service optimisation)')
    expect(ran.out).toMatch(/^ {2}\{"_sd_alg":"sha-256","aud":\["ledger\.example\/test"\]/m)
    expect(ran.out).toContain('to sign: exporter, importer')
    expect(ran.err).toContain('Nothing was signed')
  })

  test('with --out keeps these very bytes, and signing that file signs them', async () => {
    const unsigned = exporter.path('kept.json')
    const signed = exporter.path('kept.signed.json')

    const dry = await exporter.must([
      'sign',
      transferFile('b.json'),
      '--dry-run',
      '--out',
      unsigned,
      '--json',
    ])
    await exporter.must(['sign', unsigned, '--out', signed])
    const shown = await exporter.must(['show', signed, '--json'])

    expect(shown.json()['id']).toBe(dry.json()['id'])
    expect(envelopeAt(signed)['payload']).toBe(dry.json()['payload'])
  })
})

describe('signing', () => {
  test('the envelope goes to stdout and words to stderr', async () => {
    const ran = await exporter.must(['sign', transferFile('c.json')])

    expect(Object.keys(ran.json()).sort()).toEqual(['payload', 'signatures'])
    expect(ran.err).toContain('signed as exporter: transfer/1')
  })

  test('a draft on stdin, the ledger from a policy, the deadline in days', async () => {
    const person = town.person('policy-user')
    await person.must(['keygen', person.path('key.pem')])
    const before = Math.floor(Date.now() / 1000)
    const stdin = JSON.stringify(transferDraft(exporter.party, importer.party, collection))

    const argv = [
      'sign',
      '-',
      '--key',
      person.path('key.pem'),
      '--policy',
      town.policy,
      '--deadline',
      '3',
      '--role',
      'exporter',
    ]
    const signed = person.write('out.json', (await person.must(argv, { stdin })).out)
    const shown = (await person.must(['show', signed, '--json'])).json()

    expect(shown['origin']).toBe(ORIGIN)
    expect(Number(shown['countersign_by']) - before).toBeGreaterThanOrEqual(3 * 86_400)
    expect(Number(shown['countersign_by']) - before).toBeLessThan(3 * 86_400 + 60)
  })

  test('an alias stands for a party in drafts', async () => {
    exporter.configure({
      server: town.url,
      key: exporter.path('key.pem'),
      aliases: { kaveri: importer.party },
    })
    const draft = transferDraft(exporter.party, 'kaveri', collection)

    const dry = await exporter.must([
      'sign',
      exporter.write('alias.json', draft),
      '--dry-run',
      '--json',
    ])

    expect((dry.json()['claims'] as JsonObject)['importer']).toBe(importer.party)
  })

  test('a key behind a command signs', async () => {
    const { pem } = generateKeyPem()
    const file = exporter.path('kms.pem')
    writeFileSync(file, pem, { mode: 0o600 })
    const { publicKey } = signerFromPem(pem)
    const script = `exec:node -e "const c=require('crypto'),f=require('fs');process.stdout.write(c.sign(null,f.readFileSync(0),f.readFileSync('${file}')))"`
    const key = Buffer.from(publicKey).toString('base64url')
    const argv = [
      'sign',
      transferFile('d.json'),
      '--signer',
      script,
      '--public-key',
      key,
      '--role',
      'exporter',
    ]

    const ran = await exporter.must(argv)

    expect(ran.json()['signatures']).toHaveLength(1)
    const failing = await exporter.run([
      ...argv.slice(0, 2),
      '--signer',
      'exec:exit 1',
      '--public-key',
      key,
      '--role',
      'exporter',
    ])
    expect(failing.code).toBe(69)
    expect((await exporter.run(['sign', transferFile('d.json'), '--signer', script])).code).toBe(64)
    expect(
      (await exporter.run(['sign', transferFile('d.json'), '--signer', 'sh', '--public-key', key]))
        .code,
    ).toBe(64)
  })
})

describe('what is not signed', () => {
  const good = (): JsonObject => transferDraft(exporter.party, importer.party, collection)
  const claims = (more: JsonObject): JsonObject => ({
    ...good(),
    claims: { ...(good()['claims'] as JsonObject), ...more },
  })

  test.each([
    ['no object', 'DRAFT_INVALID', () => [] as never],
    ['an unknown member', 'DRAFT_INVALID', () => ({ ...good(), nonce: 'x' })],
    ['no claims', 'DRAFT_INVALID', () => ({ type: 'transfer/1' })],
    ['an unknown type', 'STATEMENT_TYPE_UNKNOWN', () => ({ ...good(), type: 'gift/1' })],
    ['a claim of another type', 'CLAIM_UNKNOWN', () => claims({ artefact: {} })],
    [
      'a country that is none',
      'CLAIM_INVALID',
      () => claims({ route: { from: 'DE', to: 'EU', mode: 'copy' } }),
    ],
    ['no purposes', 'CLAIM_MISSING', () => claims({ purposes: [] })],
    [
      'a parent that is no id',
      'STATEMENT_ID_INVALID',
      () => ({ ...good(), parents: [{ id: 'abc', n: 0 }] }),
    ],
    [
      'a deadline where nobody countersigns',
      'PAYLOAD_INVALID',
      () => ({ ...collectionDraft(exporter.party), countersign_by: 1_900_000_000 }),
    ],
    ['both sides the same', 'ROLES_SAME_PARTY', () => claims({ importer: exporter.party })],
  ])('%s: %s', async (_name, code, draft) => {
    const ran = await exporter.run(['sign', exporter.write('bad.json', draft())])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain(`code ${code}`)
    expect(ran.out).toBe('')
  })

  test('every issue is listed with its place', async () => {
    const bad = claims({ purposes: ['marketing'], period: { begin: 'yesterday' } })

    const ran = await exporter.run(['sign', exporter.write('bad.json', bad)])

    expect(ran.err).toContain('claims.purposes[0]')
    expect(ran.err).toContain('claims.period.begin')
  })

  test('a key that is in no role asks for one', async () => {
    const person = town.person('somebody')
    await person.must(['keygen', person.path('key.pem')])

    const ran = await person.run([
      'sign',
      transferFile('e.json'),
      '--key',
      person.path('key.pem'),
      '--origin',
      ORIGIN,
    ])

    expect(ran.code).toBe(64)
    expect(ran.err).toContain('--role exporter or --role importer')
  })

  test('a key file that others can read: 78', async () => {
    const path = exporter.path('open.pem')
    writeFileSync(path, generateKeyPem().pem, { mode: 0o644 })

    expect((await exporter.run(['sign', transferFile('f.json'), '--key', path])).code).toBe(78)
  })

  test('without a ledger it is not known whom it is for', async () => {
    const person = town.person('lost')

    const ran = await person.run(['sign', transferFile('g.json'), '--dry-run'])

    expect(ran.code).toBe(64)
    expect(ran.err).toContain('--origin NAME')
  })
})

describe('countersigning a file', () => {
  test('offline: shown, asked, signed, and said that the first signature was not checked', async () => {
    const half = exporter.path('half.json')
    await exporter.must(['sign', transferFile('h.json'), '--out', half])
    const alone = town.person('alone')
    const argv = [
      'sign',
      half,
      '--origin',
      ORIGIN,
      '--key',
      importer.path('key.pem'),
      '--out',
      alone.path('both.json'),
    ]

    const silent = await alone.run(argv)
    const no = await alone.run(argv, { answer: 'n\n' })
    const yes = await alone.must(argv, { answer: 'y\n' })

    expect(silent.code).toBe(64)
    expect(silent.err).toContain('--yes')
    expect(no.code).toBe(1)
    expect(yes.err).toContain('NOT checked: the signatures it carries')
    expect(yes.out).toContain('signed as importer')
    expect(yes.out).toContain('complete')
    expect((await exporter.must(['submit', alone.path('both.json')])).out).toContain(
      'admitted as entry',
    )
  })

  test('with a ledger at hand everything on it is checked first', async () => {
    const half = exporter.path('half2.json')
    await exporter.must(['sign', transferFile('i.json'), '--out', half])
    const good = envelopeAt(half)
    const [first] = good['signatures'] as readonly JsonObject[]
    const other = await exporter.must(['sign', transferFile('j.json')])
    const forged = {
      ...good,
      signatures: [
        {
          ...first,
          signature: (other.json()['signatures'] as readonly JsonObject[])[0]?.['signature'] ?? '',
        },
      ],
    }

    const checked = await importer.must(['countersign', half, '--yes'])
    const refused = await importer.run([
      'countersign',
      importer.write('forged.json', forged),
      '--yes',
    ])

    expect(checked.err).not.toContain('NOT checked')
    expect(checked.json()['signatures']).toHaveLength(2)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('code SIGNATURE_INVALID')
  })

  test('another ledger than it was made for: 65', async () => {
    const half = exporter.path('half3.json')
    await exporter.must(['sign', transferFile('k.json'), '--out', half])
    const alone = town.person('elsewhere')

    const ran = await alone.run([
      'sign',
      half,
      '--origin',
      'ledger.example/other',
      '--key',
      importer.path('key.pem'),
      '--yes',
    ])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('code AUDIENCE_WRONG')
  })

  test('what nobody signed is not countersigned', async () => {
    const ran = await importer.run(['countersign', transferFile('l.json'), '--yes'])

    expect(ran.code).toBe(65)
    expect(ran.err).toContain('nobody has signed it yet')
  })
})
