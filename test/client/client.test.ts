/**
 * The client against a real server on a real ledger: both sides of a transfer, bulk, proofs, and
 * everything a careful countersigner refuses to sign.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../api/main.js'
import {
  type Client,
  type Draft,
  execSigner,
  openClient,
  parsePolicy,
  type Signer,
} from '../../client/index.js'
import { countersignEnvelope } from '../../ledger/core/build.js'
import { openStatement } from '../../ledger/core/check.js'
import { openCheckpoint } from '../../ledger/core/checkpoint.js'
import { entryLeaf } from '../../ledger/core/entry.js'
import { type Envelope, envelopeJson } from '../../ledger/core/envelope.js'
import type { Json } from '../../ledger/core/json.js'
import { jwkOf } from '../../ledger/core/jwk.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { Policy } from '../../ledger/core/policy.js'
import { verifyConsistency, verifyInclusion } from '../../ledger/core/proof.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/crypto/native.js'
import { generateKeyPem, signerFromPem, signerFromSeed } from '../../ledger/crypto/signer.js'
import { initLedgerFolder, operatorSigners } from '../../ledger/log/folder.js'

const ORIGIN = 'ledger.example/client'
const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'
const crypto = bestCrypto()

let root = ''
let server: RunningServer
let policy: Policy
let registrar: { readonly client: Client; readonly signer: Signer }
let exporter: Firm
let importer: Firm
let stranger: Firm

type Firm = { readonly signer: Signer; readonly party: PartyId; readonly client: Client }

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'waybill-client-'))
  const folder = join(root, 'ledger')
  const made = await initLedgerFolder(folder, { origin: ORIGIN, name: 'Operator', country: 'DE' })
  policy = parsePolicy(made.policy)
  server = await startServer({ folder, port: 0, workers: 0 })
  const keys = await operatorSigners(folder)
  const client = openClient({ server: server.url, apiSigner: keys.api, party: made.registrar })
  registrar = { client, signer: keys.registrar }
  exporter = await enrolled(1)
  importer = await enrolled(2)
  stranger = await enrolled(3)
})

afterAll(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

function firmOf(number: number): Firm {
  const signer = signerFromSeed(new Uint8Array(32).fill(100 + number))
  const client = openClient({ server: server.url, apiSigner: signer, retries: 0 })
  return { signer, client, party: signer.kid as string as PartyId }
}

async function enrolled(number: number): Promise<Firm> {
  const firm = firmOf(number)
  const key = { ...jwkOf(firm.signer.publicKey) }
  const claims = {
    party: { key, uses: ['statement', 'api'] },
    name: `Firm ${number}`,
    country: 'DE',
  }
  await firm.client.submit(
    await firm.client.buildAndSign({ type: 'party/1', claims }, 'party', firm.signer),
  )
  const { items } = await registrar.client.inbox()
  for (const item of items) await registrar.client.countersign(item, registrar.signer)
  return firm
}

function dataset(from: readonly number[]): Json {
  return { n: 0, name: 'rides', digest: createHash('sha256').update('rides').digest('hex'), from }
}

function collection(): Draft {
  return {
    type: 'collection/1',
    claims: {
      collector: exporter.party,
      place: { jurisdiction: 'DE' },
      purposes: [PURPOSE],
      datasets: [dataset([])],
      period: { begin: '2026-11-01T00:00:00Z' },
    },
  }
}

function transfer(parent: StatementId, more: Partial<Draft> = {}): Draft {
  const { claims, ...rest } = more
  return {
    type: 'transfer/1',
    parents: [{ id: parent, n: 0 }],
    ...rest,
    claims: {
      exporter: exporter.party,
      importer: importer.party,
      route: { from: 'DE', to: 'IN', mode: 'copy' },
      purposes: [PURPOSE],
      datasets: [dataset([0])],
      terms: {
        exporter: { role: 'https://w3id.org/dpv#DataController' },
        importer: { role: 'https://w3id.org/dpv#DataProcessor', onBehalfOf: exporter.party },
        endUse: { statement: 'service-to-exporter' },
      },
      period: { begin: '2026-11-14T00:00:00Z' },
      ...claims,
    },
  }
}

async function collected(): Promise<StatementId> {
  const { client, signer } = exporter
  return (await client.submit(await client.buildAndSign(collection(), 'collector', signer))).id
}

/** A proposal of the exporter, submitted. */
async function proposed(
  more: Partial<Draft> = {},
): Promise<{ id: StatementId; envelope: Envelope }> {
  const draft = transfer(await collected(), more)
  const envelope = await exporter.client.buildAndSign(draft, 'exporter', exporter.signer)
  const { id } = await exporter.client.submit(envelope)
  return { id, envelope }
}

describe('both sides of a transfer', () => {
  test('ten lines log a transfer and keep a receipt that verifies', async () => {
    const { id } = await proposed()

    for (const item of (await importer.client.inbox()).items) {
      await importer.client.countersign(item, importer.signer)
    }
    const receipt = await exporter.client.receipt(id)
    const report = exporter.client.verify(receipt, policy)

    expect(report.verdict).toBe('VERIFIED')
    expect(report.statements.get(id)?.signers.map(({ role }) => role)).toEqual([
      'exporter',
      'importer',
    ])
  })

  test('submitting again answers with what is there', async () => {
    const { client, signer } = exporter
    const envelope = await client.buildAndSign(collection(), 'collector', signer)

    const first = await client.submit(envelope)
    const again = await client.submit(envelope)

    expect(first.status).toBe('admitted')
    expect(again).toMatchObject({ status: 'existing', id: first.id, envelopeDiffers: false })
    expect(again.status === 'existing' && again.receipt?.statements.length).toBe(1)
  })

  test('the importer declines and the proposal can never be admitted', async () => {
    const { id, envelope } = await proposed()

    const refusal = await importer.client.refuse(
      { about: id, reason: 'not-agreed' },
      'importer',
      importer.signer,
    )

    expect(refusal.status).toBe('admitted')
    await expect(importer.client.countersign({ envelope }, importer.signer)).rejects.toMatchObject({
      code: 'STATEMENT_REFUSED',
    })
  })

  test('a waiting inbox is told of a proposal that comes in', async () => {
    for (const item of (await importer.client.inbox()).items) {
      await importer.client.countersign(item, importer.signer)
    }

    const waiting = importer.client.inbox({ wait: 20 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { id } = await proposed()

    expect((await waiting).items.map((item) => item.id)).toEqual([id])
    const sent = await exporter.client.inbox({ box: 'sent' })
    expect(sent.items.map((item) => item.roles)).toContainEqual(['importer'])
  })

  test('a key behind a command signs statements and tokens', async () => {
    const { pem } = generateKeyPem()
    const file = join(root, 'kms.pem')
    writeFileSync(file, pem, { mode: 0o600 })
    const { publicKey, kid } = signerFromPem(pem)
    const script = `node -e "const c=require('crypto'),f=require('fs');process.stdout.write(c.sign(null,f.readFileSync(0),f.readFileSync('${file}')))"`
    const signer = execSigner(script, publicKey)
    const client = openClient({ server: server.url, apiSigner: signer })
    const claims = {
      party: { key: { ...jwkOf(publicKey) }, uses: ['statement', 'api'] },
      name: 'KMS',
      country: 'DE',
    }
    await client.submit(await client.buildAndSign({ type: 'party/1', claims }, 'party', signer))
    for (const item of (await registrar.client.inbox()).items)
      await registrar.client.countersign(item, registrar.signer)

    expect((await client.inbox()).items).toEqual([])
    expect((await client.party(kid as string as PartyId)).keys).toMatchObject([
      { kid, status: 'active' },
    ])
  })
})

describe('building', () => {
  test('every issue of a draft is named before the key is asked', async () => {
    let asked = 0
    const signer = {
      ...exporter.signer,
      sign: (message: Uint8Array) => {
        asked += 1
        return exporter.signer.sign(message)
      },
    }
    const draft = {
      ...collection(),
      claims: { ...collection().claims, purposes: [], place: { jurisdiction: 'XX' } },
    }

    await expect(exporter.client.buildAndSign(draft, 'collector', signer)).rejects.toMatchObject({
      code: expect.stringMatching(/^CLAIM_/),
      details: {
        issues: expect.arrayContaining([
          expect.objectContaining({ at: 'claims.place.jurisdiction' }),
        ]),
      },
    })
    expect(asked).toBe(0)
  })

  test.each([['a role that the type does not have', 'exporter', 'ROLE_NOT_ALLOWED']])(
    '%s is refused',
    async (_name, role, code) => {
      await expect(
        exporter.client.buildAndSign(collection(), role, exporter.signer),
      ).rejects.toMatchObject({ code })
    },
  )

  test('an enrolment must be signed with the key that it brings', async () => {
    const claims = {
      party: { key: { ...jwkOf(exporter.signer.publicKey) }, uses: ['api'] },
      name: 'X',
      country: 'DE',
    }

    await expect(
      exporter.client.buildAndSign({ type: 'party/1', claims }, 'party', importer.signer),
    ).rejects.toMatchObject({ code: 'ROLE_KEY_WRONG' })
  })
})

describe('a countersigner looks before it signs', () => {
  test('a proposal with a claim withheld is not signed', async () => {
    const { envelope } = await proposed()

    for (const position of [0, 3, envelope.disclosures.length - 1]) {
      const disclosures = envelope.disclosures.filter((_, at) => at !== position)
      await expect(
        importer.client.countersign({ envelope: { ...envelope, disclosures } }, importer.signer),
      ).rejects.toMatchObject({ code: 'CLAIM_NOT_OPENED' })
    }
  })

  test('a claim opened twice is not signed', async () => {
    const { envelope } = await proposed()
    const disclosures = [...envelope.disclosures, ...envelope.disclosures.slice(0, 1)]

    await expect(
      importer.client.countersign({ envelope: { ...envelope, disclosures } }, importer.signer),
    ).rejects.toMatchObject({ code: 'DISCLOSURE_REPEATED' })
  })

  test('a statement for another ledger is not signed', async () => {
    const { envelope } = await proposed()
    const elsewhere = openClient({
      server: server.url,
      origin: 'ledger.example/other',
      apiSigner: importer.signer,
    })

    await expect(elsewhere.countersign({ envelope }, importer.signer)).rejects.toMatchObject({
      code: 'AUDIENCE_WRONG',
    })
  })

  test('a proposal past its deadline is not signed', async () => {
    const { envelope } = await proposed()
    const later = openClient({
      server: server.url,
      apiSigner: importer.signer,
      now: () => Date.now() + 40 * 86_400_000,
    })

    await expect(later.countersign({ envelope }, importer.signer)).rejects.toMatchObject({
      code: 'STATEMENT_EXPIRED',
    })
  })

  test('a proposal in which another party is meant is not signed', async () => {
    const { envelope } = await proposed()

    await expect(stranger.client.countersign({ envelope }, stranger.signer)).rejects.toMatchObject({
      code: 'ROLE_NOT_ALLOWED',
    })
  })

  test("a signature by someone else in the exporter's place is not joined", async () => {
    const draft = transfer(await collected())
    const own = await stranger.client.buildAndSign(draft, 'exporter', stranger.signer)

    await expect(
      importer.client.countersign({ envelope: own }, importer.signer),
    ).rejects.toMatchObject({
      code: 'KEY_UNKNOWN',
    })
  })

  test('a signature that does not verify is not joined', async () => {
    const { envelope } = await proposed()
    const [signature] = envelope.signatures
    const other = await countersignEnvelope(
      { ...envelope, signatures: [] },
      'exporter',
      stranger.signer,
      1,
    )
    const forged = {
      ...envelope,
      signatures: [{ ...signature, signature: other.signatures[0]?.signature }],
    } as Envelope

    await expect(
      importer.client.countersign({ envelope: forged }, importer.signer),
    ).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  test('what has both signatures already is not signed again', async () => {
    const { envelope } = await proposed()
    await importer.client.countersign({ envelope }, importer.signer)
    const both = await countersignEnvelope(
      envelope,
      'importer',
      importer.signer,
      Math.floor(Date.now() / 1000),
    )

    await expect(
      importer.client.countersign({ envelope: both }, importer.signer),
    ).rejects.toMatchObject({
      code: 'ROLE_NOT_ALLOWED',
    })
  })

  test('the registrar looks at an enrolment the same way', async () => {
    const firm = firmOf(9)
    const claims = {
      party: { key: { ...jwkOf(firm.signer.publicKey) }, uses: ['statement'] },
      name: 'Firm 9',
      country: 'DE',
    }
    const envelope = await firm.client.buildAndSign(
      { type: 'party/1', claims },
      'party',
      firm.signer,
    )
    const changed = { ...envelope, disclosures: envelope.disclosures.slice(1) }

    const good = await registrar.client.checkProposal(envelope)
    expect(good.role).toBe('registrar')
    await expect(registrar.client.checkProposal(changed)).rejects.toMatchObject({
      code: 'CLAIM_NOT_OPENED',
    })
  })
})

describe('many at once', () => {
  test.each(['json', 'ndjson'] as const)(
    '%s: in order, each with its own outcome',
    async (format) => {
      const { client, signer } = exporter
      const first = await client.buildAndSign(collection(), 'collector', signer)
      const child = await client.buildAndSign(
        transfer(openStatement(first, crypto).id),
        'exporter',
        signer,
      )
      const orphan = await client.buildAndSign(
        transfer('0'.repeat(64) as StatementId),
        'exporter',
        signer,
      )
      const progress: number[] = []

      const outcomes = await client.submitMany([first, child, orphan], {
        format,
        onProgress: (done) => progress.push(done),
      })

      expect(outcomes.map(({ status }) => status)).toEqual([
        'admitted',
        'waiting',
        expect.any(String),
      ])
      expect(progress).toEqual([3])
    },
  )

  test('more than a call may hold goes in several calls', async () => {
    const { client, signer } = exporter
    const one = await client.buildAndSign(collection(), 'collector', signer)
    const progress: number[] = []

    const outcomes = await client.submitMany(new Array(1_500).fill(one), {
      onProgress: (done) => progress.push(done),
    })

    expect(progress).toEqual([1_000, 1_500])
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['admitted', 'existing']))
  })

  test('validating lists issues and stores nothing', async () => {
    const { client, signer } = exporter
    const envelope = await client.buildAndSign(
      transfer('0'.repeat(64) as StatementId),
      'exporter',
      signer,
    )
    const before = (await client.ledger()).size

    const { valid, issues } = await client.validate(envelope)

    expect(valid).toBe(false)
    expect(issues.map(({ code }) => code)).toContain('PARENT_NOT_FOUND')
    expect((await client.ledger()).size).toBe(before)
  })
})

describe('reading', () => {
  test('what is not yours is not there', async () => {
    const id = await collected()

    await expect(stranger.client.statement(id)).rejects.toMatchObject({
      code: 'STATEMENT_NOT_FOUND',
    })
    expect((await exporter.client.statement(id.slice(0, 10))).id).toBe(id)
  })

  test('without a key, what is confidential asks for one before anything is sent', async () => {
    const anyone = openClient({ server: server.url })

    await expect(anyone.inbox()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' })
    expect((await anyone.parties()).items.length).toBeGreaterThan(2)
  })

  test('a key that is not enrolled is refused', async () => {
    const signer = signerFromSeed(Uint8Array.from(randomBytes(32)))

    await expect(
      openClient({ server: server.url, apiSigner: signer }).inbox(),
    ).rejects.toMatchObject({
      code: 'AUTH_INVALID',
    })
  })

  test('entry, inclusion and consistency proofs verify', async () => {
    const anyone = openClient({ server: server.url })
    const id = await collected()

    const proof = await anyone.inclusionProof(id)
    const { checkpoint } = openCheckpoint(proof.checkpoint, policy, crypto)
    const leaf = entryLeaf(await anyone.entry(proof.index))
    verifyInclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)

    await collected()
    const later = openCheckpoint(
      (await anyone.inclusionProof(await collected())).checkpoint,
      policy,
      crypto,
    ).checkpoint
    const path = await anyone.consistencyProof(checkpoint.size, later.size)
    verifyConsistency(checkpoint.size, later.size, path, checkpoint.root, later.root)
    expect(later.size).toBeGreaterThan(checkpoint.size)
  })

  test('an outcome is found by the digest of its file, with its lineage', async () => {
    const { client, signer, party } = exporter
    const parent = await collected()
    const digest = createHash('sha256').update('a report').digest('hex')
    const claims = {
      performer: party,
      kind: 'report',
      artefact: { digest, name: 'report' },
      purposes: [PURPOSE],
      personalData: 'anonymous',
      period: { begin: '2026-11-14T00:00:00Z' },
    }
    const draft: Draft = { type: 'outcome/1', parents: [{ id: parent, n: 0 }], claims }
    const { id } = await client.submit(await client.buildAndSign(draft, 'performer', signer))

    expect(await client.outcomes(digest)).toEqual([id])
    const lineage = client.verify(await client.lineage(id), policy)
    expect(lineage.verdict).toBe('VERIFIED')
    expect([...lineage.statements.keys()].sort()).toEqual([id, parent].sort())
  })

  test('an envelope goes over the wire unchanged', async () => {
    const { id, envelope } = await proposed()

    const record = await exporter.client.statement(id)

    expect(record.index).toBeUndefined()
    expect(envelopeJson(record.statement.envelope)).toEqual(envelopeJson(envelope))
  })
})
