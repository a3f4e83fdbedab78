import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  fromBase64,
  fromBase64url,
  fromHex,
  toHex,
  utf8Decode,
  utf8Encode,
} from '../../ledger/core/bytes.js'
import { openClaims } from '../../ledger/core/disclosure.js'
import { portableCrypto } from '../../ledger/core/ed25519.js'
import { encodeEntry, parseEntry } from '../../ledger/core/entry.js'
import { parseEnvelope } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { bundleJson, type Evidence } from '../../ledger/core/evidence.js'
import { type Finding, recordVerdict } from '../../ledger/core/finding.js'
import {
  encodeJcs,
  type Json,
  type JsonObject,
  parseCanonical,
  parseJson,
} from '../../ledger/core/json.js'
import { lineageOf } from '../../ledger/core/lineage.js'
import { parsePolicy } from '../../ledger/core/policy.js'
import { parseEvidence, receiptJson } from '../../ledger/core/receipt.js'
import { registryKey, verifyRegistryPath } from '../../ledger/core/registry.js'
import { parsePayload, type StatementId } from '../../ledger/core/statement.js'
import { verifyEvidence } from '../../ledger/core/verify.js'
import { applyEdits, type EvidenceCase, evidenceCases } from './evidence-cases.js'
import { exampleVector, registryMapVector } from './example-vectors.js'
import {
  type Case,
  disclosureCases,
  encodingCases,
  entryCases,
  envelopeCases,
  payloadCases,
  strictJsonCases,
} from './form-vectors.js'
import { LIES } from './lies.js'
import { POLICY_TEXT, workedExample } from './worked-example.js'
import { cosigned, WITNESS_POLICY_TEXT } from './worked-witnesses.js'

/** `WRITE=1` makes the files anew; without it they must be what is made. */
const WRITE = process.env['WRITE'] === '1'

const example = await workedExample()
const { log, ids } = example

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../vectors/format/${name}`, import.meta.url))
}

function checkedIn(name: string, made: string): string {
  const path = pathOf(name)
  if (WRITE) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, made)
  }
  return readFileSync(path, 'utf8')
}

/** One line per case: a change of one case is a change of one line. */
function table(description: string, cases: readonly object[]): string {
  const lines = cases.map((each) => `  ${JSON.stringify(each)}`)
  return `{"description":${JSON.stringify(description)},"cases":[\n${lines.join(',\n')}\n]}\n`
}

function pretty(value: Json): string {
  return `${JSON.stringify(value, null, 1)}\n`
}

const BUNDLED = [ids.collection, ids.transfer, ids.outcome]

const MADE: Readonly<Record<string, () => string | Promise<string>>> = {
  'encodings.json': () =>
    table('Strict hex, base64 and base64url. `hex` are the bytes.', encodingCases()),
  'strict-json.json': () =>
    table(
      'JSON text, or bytes in hex: `read` as any file, `signed` as signed bytes (JCS, integers only).',
      strictJsonCases(),
    ),
  'payloads.json': () => table('Statement payloads as text.', payloadCases(example)),
  'disclosures.json': () =>
    table('Disclosures of a payload: what they open, or why not.', disclosureCases()),
  'envelopes.json': async () =>
    table('Envelopes: form only, no signature is verified.', await envelopeCases(example)),
  'entries.json': () => table('Entries in hex.', entryCases(example)),
  'registry-map.json': () => pretty(registryMapVector()),
  'example.json': async () => pretty(await exampleVector(example)),
  'policy.txt': () => POLICY_TEXT,
  'policy-witnesses.txt': () => WITNESS_POLICY_TEXT,
  'cosigned.bundle.json': async () => {
    const evidence = await log.evidence(BUNDLED.map((id) => ({ id })))
    return encodeJcs(bundleJson({ ...evidence, checkpoint: await cosigned(evidence.checkpoint) }))
  },
  'transfer.receipt.json': async () =>
    encodeJcs(receiptJson(await log.evidence([{ id: ids.transfer }]))),
  'outcome.bundle.json': async () =>
    encodeJcs(bundleJson(await log.evidence(BUNDLED.map((id) => ({ id }))))),
  'outcome-stubs.bundle.json': async () => {
    const shown = BUNDLED.map(
      (id) => ({ id, as: id === ids.outcome ? 'envelope' : 'stub' }) as const,
    )
    return encodeJcs(bundleJson(await log.evidence(shown)))
  },
  'evidence.json': () =>
    table(
      'Receipts and bundles under policy.txt, or under `policy`: `edits` to `file`, then the verdict, or the code of what cannot be read, and all its findings, each once, sorted. Of a bundle, custody is judged from its last statement that has parents.',
      evidenceCases(),
    ),
  ...Object.fromEntries(
    Object.entries(LIES).map(([name, make]) => [
      `lies/${name}`,
      async () => encodeJcs(await make()),
    ]),
  ),
}

describe('files', () => {
  test.each(Object.entries(MADE))('%s is what is made', async (name, make) => {
    const made = await make()

    expect(checkedIn(name, made)).toBe(made)
  })
})

/** `OK`, or the code of the refusal. */
function outcomeOf(read: () => unknown): string {
  try {
    read()
    return 'OK'
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return error.code
  }
}

function casesOf(cases: readonly Case[]): [string, JsonObject][] {
  return cases.map((each) => [each.name, each])
}

describe('encodings', () => {
  const decoders = { hex: fromHex, base64: fromBase64, base64url: fromBase64url }

  test.each(casesOf(encodingCases()))('%s', (_, { encoding, text, expect: wanted, hex }) => {
    const decode = decoders[encoding as keyof typeof decoders]
    const outcome = outcomeOf(() => expect(toHex(decode(String(text)))).toBe(hex))

    expect(outcome).toBe(wanted)
  })
})

describe('strict JSON', () => {
  test.each(casesOf(strictJsonCases()))('%s', (_, { text, hex, read, signed }) => {
    const bytes = typeof hex === 'string' ? fromHex(hex) : utf8Encode(String(text))

    expect(outcomeOf(() => parseJson(utf8Decode(bytes)))).toBe(read)
    expect(outcomeOf(() => parseCanonical(bytes))).toBe(signed)
  })
})

describe('payloads', () => {
  test.each(casesOf(payloadCases(example)))('%s', (_, { payload, expect: wanted }) => {
    expect(outcomeOf(() => parsePayload(utf8Encode(String(payload))))).toBe(wanted)
  })
})

describe('disclosures', () => {
  test.each(casesOf(disclosureCases()))('%s', (_, each) => {
    const payload = parsePayload(utf8Encode(String(each['payload'])))
    const texts = each['disclosures'] as readonly string[]
    const outcome = outcomeOf(() => {
      const open = openClaims(payload, () => false, texts)
      const shown = [...open.claims].filter(([, { values }]) => values[0] !== undefined)
      expect(Object.fromEntries(shown.map(([name, { values }]) => [name, values[0]]))).toEqual(
        each['values'],
      )
      expect(open.withheld).toEqual(each['withheld'])
    })

    expect(outcome).toBe(each['expect'])
  })
})

describe('envelopes', async () => {
  test.each(casesOf(await envelopeCases(example)))('%s', (_, { envelope, expect: wanted }) => {
    expect(outcomeOf(() => parseEnvelope(envelope ?? null))).toBe(wanted)
  })
})

describe('entries', () => {
  test.each(casesOf(entryCases(example)))('%s', (_, { entry, expect: wanted }) => {
    const outcome = outcomeOf(() => {
      const bytes = fromHex(String(entry))
      expect(encodeEntry(parseEntry(bytes))).toEqual(bytes)
    })

    expect(outcome).toBe(wanted)
  })
})

describe('registry map', () => {
  const { maps, claims } = registryMapVector() as {
    maps: { root: string; leaves: { identifier: string; ids: StatementId[]; path: string[] }[] }[]
    claims: {
      name: string
      identifier: string
      ids: StatementId[]
      path: string[]
      root: string
      expect: string
    }[]
  }
  const outcome = (claim: Omit<(typeof claims)[0], 'name' | 'expect'>) =>
    outcomeOf(() =>
      verifyRegistryPath(
        {
          key: registryKey('party', claim.identifier),
          ids: claim.ids,
          path: claim.path.map((hash) => fromHex(hash)),
        },
        fromHex(claim.root),
      ),
    )

  test('every leaf of every map has a path to its root', () => {
    for (const { root, leaves } of maps) {
      for (const leaf of leaves) expect(outcome({ ...leaf, root })).toBe('OK')
    }
    expect(maps[5]?.leaves.map(({ path }) => path.length)).toEqual([13, 1, 4, 10, 13])
  })

  test.each(claims.map((claim) => [claim.name, claim] as const))('%s', (_, claim) => {
    expect(outcome(claim)).toBe(claim.expect)
  })
})

/** What a verifier says: the record and, of a bundle, custody before its last statement with parents. */
function judge(evidence: Evidence, { file, policy: name }: EvidenceCase): readonly string[] {
  const isBundle = file.endsWith('.bundle.json')
  const policy = parsePolicy(readFileSync(pathOf(name ?? 'policy.txt'), 'utf8'))
  const { statements, findings } = verifyEvidence(evidence, { policy, crypto: portableCrypto })
  const root = [...statements.values()].findLast(({ facts }) => facts.parents.length > 0)
  const custody: readonly Finding[] =
    root === undefined || !isBundle ? [] : lineageOf(root, (id) => statements.get(id)).findings
  const all = [...findings, ...custody]
  const words = new Set(all.map(({ severity, code }) => `${severity} ${code}`))
  return [recordVerdict(all, statements.size), ...[...words].sort()]
}

function judgedFile(one: EvidenceCase): readonly string[] {
  const { file, edits = [] } = one
  const value = applyEdits(parseJson(readFileSync(pathOf(file), 'utf8')), edits)
  try {
    return judge(parseEvidence(value), one)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return [error.code]
  }
}

describe('evidence', () => {
  const named = evidenceCases().map((each) => [each.name, each] as const)
  const judged = (_: string, each: EvidenceCase) => {
    expect(judgedFile(each)).toEqual([each.expect, ...(each.findings ?? [])])
  }

  test.each(named)('%s', judged)
})
