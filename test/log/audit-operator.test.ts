/**
 * The audit against an operator who has the log's key: what no ledger would admit is appended all the
 * same, every hash and derived record is right, and the head is signed over it. DESIGN 2.
 */
import { describe, expect, test } from 'vitest'
import { fromHex } from '../../ledger/core/bytes.js'
import { openStatement } from '../../ledger/core/check.js'
import type { Envelope } from '../../ledger/core/envelope.js'
import { factsOf } from '../../ledger/core/facts.js'
import { exitCodeOf, type Finding } from '../../ledger/core/finding.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { type AuditReport, auditLog } from '../../ledger/log/audit.js'
import { encodeHolder } from '../../ledger/store/codec.js'
import { encodeIndex, holderKey, idKey } from '../../ledger/store/layout.js'
import { openMemoryStore } from '../../ledger/store/memory.js'
import { ACME, BOLT, CORAL, firmOf, keyOf, OPERATOR } from './support/firms.js'
import { Forger } from './support/forge.js'
import { adding, both, ending } from './support/ledger-town.js'
import { POLICY, type Site } from './support/site.js'
import {
  collection,
  crypto,
  dataset,
  enrolling,
  enrolment,
  idOf,
  instrument,
  keyChange,
  ORIGIN,
  only,
  outcome,
  PATIENCE_S,
  processing,
  refusal,
  START_S,
  sign,
  transfer,
} from './support/statements.js'

async function audit(site: Site): Promise<AuditReport> {
  const store = openMemoryStore(site.disk)
  const parts = { origin: ORIGIN, head: site.head, policy: POLICY, crypto, workers: 0 }
  try {
    return await auditLog({ ...parts, store })
  } finally {
    await store.close()
  }
}

function said(findings: readonly Finding[]): readonly string[] {
  // The town has a key that was declared compromised: audit-keys.test.ts looks at what is said of it.
  const others = findings.filter(({ code }) => code !== 'KEY_COMPROMISED')
  return others.map(({ code, at }) => `${code} ${at}`)
}

/** Appends what `cheat` wants, then one honest statement; answers what the audit says. */
async function verdictOn(
  cheat: (forger: Forger) => Promise<void> | void,
): Promise<readonly string[]> {
  const forger = await Forger.start()
  await cheat(forger)
  await forger.add(collection(ACME, 'honest'), [['collector', ACME.signer]])
  const { verdict, findings } = await audit(await forger.site())
  return [verdict, ...said(findings)]
}

const BY_ACME = [['collector', ACME.signer]] as const
const LATE = START_S + PATIENCE_S + 1

/** Entry 4: rides, collected by ACME. */
function collect(forger: Forger): Promise<StatementId> {
  return forger.add(collection(ACME, 'rides'), BY_ACME)
}

function rides(parent: StatementId, more: object = {}) {
  return transfer([ACME, BOLT], [{ id: parent, n: 0 }], [dataset('rides', [0])], { ...more })
}

test('what the forger appends by the rules is VERIFIED', async () => {
  const forger = await Forger.start()
  const id = await collect(forger)
  const pact = await forger.add(instrument(ACME, BOLT), both(ACME, BOLT))
  const sent = await forger.add(rides(id, { instrument: pact }), both(ACME, BOLT))
  await forger.add(outcome(BOLT, [{ id: sent, n: 0 }], 'r'), [['performer', BOLT.signer]])
  const proposal = await sign(rides(id), both(ACME, BOLT))
  forger.keepDeclined(idOf(proposal), only(proposal, 'exporter'))
  await forger.add(refusal(idOf(proposal), 'not-agreed'), [['importer', BOLT.signer]])
  const { verdict, findings } = await audit(await forger.site())

  expect([verdict, ...findings]).toEqual(['VERIFIED'])
})

describe('keys', () => {
  test.each(['retire', 'revoke', 'compromised'] as const)(
    'a statement signed by a key after %s',
    async (action) => {
      const key = keyOf('acme second')
      const found = await verdictOn(async (forger) => {
        await forger.add(keyChange(ACME, key, 'add'), adding(ACME, key))
        const since = action === 'compromised' ? { since: 4 } : {}
        await forger.add(keyChange(ACME, key, action, since), ending(ACME))
        await forger.add(collection(ACME, 'late'), [['collector', key]])
      })

      expect(found).toEqual(['FAILED', 'KEY_NOT_ACTIVE entry 6'])
    },
  )

  test('a statement signed by a key that is declared later', async () => {
    const key = keyOf('acme second')
    const found = await verdictOn(async (forger) => {
      await forger.add(collection(ACME, 'early'), [['collector', key]])
      await forger.add(keyChange(ACME, key, 'add'), adding(ACME, key))
    })

    expect(found).toEqual(['FAILED', 'ROLE_KEY_WRONG entry 4'])
  })

  test('a statement signed by a key that is for the API only', async () => {
    const key = keyOf('acme api')
    const found = await verdictOn(async (forger) => {
      await forger.add(keyChange(ACME, key, 'add', { use: ['api'] }), adding(ACME, key))
      await forger.add(collection(ACME, 'x'), [['collector', key]])
    })

    expect(found).toEqual(['FAILED', 'KEY_USE_WRONG entry 5'])
  })

  test('a statement signed by another party, by nobody known, by nobody at all', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add(collection(ACME, 'a'), [['collector', BOLT.signer]])
      await forger.add(collection(ACME, 'b'), [['collector', keyOf('stranger')]])
      await forger.add(collection(firmOf('stranger'), 'c'), [['collector', ACME.signer]])
    })

    expect(found).toEqual([
      'FAILED',
      'ROLE_KEY_WRONG entry 4',
      'KEY_UNKNOWN entry 5',
      'PARTY_UNKNOWN entry 6',
    ])
  })

  test('a signature over other bytes', async () => {
    const found = await verdictOn(async (forger) => {
      const [one, two] = await Promise.all([
        sign(collection(ACME, 'a'), BY_ACME),
        sign(collection(ACME, 'b'), BY_ACME),
      ])
      forger.append({ ...one, signatures: two.signatures })
    })

    expect(found).toEqual(['FAILED', 'SIGNATURE_INVALID entry 4'])
  })
})

describe('signatures', () => {
  test('a transfer that only one side signed', async () => {
    const found = await verdictOn(async (forger) => {
      const envelope = await sign(rides(await collect(forger)), both(ACME, BOLT))
      forger.append(only(envelope, 'exporter'))
    })

    expect(found).toEqual(['FAILED', 'SIGNATURE_MISSING entry 5'])
  })

  test('one side signing twice, and sides in another order', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const [one, two] = await Promise.all([
        sign(rides(id), both(ACME, BOLT)),
        sign(rides(id), both(ACME, BOLT)),
      ])
      const last = one.signatures.slice(-1)
      forger.append({ ...one, signatures: [...one.signatures, ...last] })
      forger.append({ ...two, signatures: [...two.signatures].reverse() })
    })

    expect(found).toEqual(['FAILED', 'SIGNATURE_ORDER entry 5', 'SIGNATURE_ORDER entry 6'])
  })

  test('one party on both sides', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const draft = transfer([ACME, ACME], [{ id, n: 0 }], [dataset('rides', [0])])
      await forger.add(draft, both(ACME, ACME))
    })

    expect(found).toEqual(['FAILED', 'ROLES_SAME_PARTY entry 5'])
  })

  test('a statement for another ledger', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add({ ...collection(ACME, 'x'), origin: 'log.example/other' }, BY_ACME)
    })

    expect(found).toEqual(['FAILED', 'AUDIENCE_WRONG entry 4'])
  })
})

describe('the registry', () => {
  const stranger = firmOf('stranger')

  test('an enrolment that no registrar signed, and what that party signs', async () => {
    const found = await verdictOn(async (forger) => {
      const envelope = await sign(enrolment(stranger), enrolling(stranger))
      forger.append(only(envelope, 'party'))
      await forger.add(collection(stranger, 'x'), [['collector', stranger.signer]])
    })

    expect(found).toEqual([
      'FAILED',
      'SIGNATURE_MISSING entry 4',
      'REGISTRY_MISMATCH entry 4',
      'PARTY_UNKNOWN entry 5',
    ])
  })

  test('an enrolment that another firm signed as registrar', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add(enrolment(stranger), [
        ['party', stranger.signer],
        ['registrar', ACME.signer],
      ])
    })

    expect(found).toEqual(['FAILED', 'ROLE_KEY_WRONG entry 4'])
  })

  test('a key added without an active key of its party', async () => {
    const key = keyOf('acme forged')
    const found = await verdictOn(async (forger) => {
      await forger.add(keyChange(ACME, key, 'add'), [
        ['holder', OPERATOR.signer],
        ['registrar', OPERATOR.signer],
        ['subject', key],
      ])
    })

    expect(found).toEqual(['FAILED', 'ROLE_KEY_WRONG entry 4'])
  })

  test('a party twice, a key twice, a key ended twice', async () => {
    const key = keyOf('acme second')
    const found = await verdictOn(async (forger) => {
      await forger.add(keyChange(ACME, key, 'add'), adding(ACME, key))
      await forger.add(enrolment(BOLT), enrolling(BOLT), { ignored: true })
      await forger.add(keyChange(CORAL, key, 'add'), adding(CORAL, key), { ignored: true })
      await forger.add(keyChange(ACME, key, 'retire'), ending(ACME))
      await forger.add(keyChange(ACME, key, 'retire'), ending(ACME), { ignored: true })
    })

    expect(found).toEqual([
      'FAILED',
      'PARTY_EXISTS entry 5',
      'KEY_EXISTS entry 6',
      'KEY_NOT_ACTIVE entry 8',
    ])
  })

  test('a root that the statements do not give, named once for as long as it stays', async () => {
    const wrong = crypto.sha256(Uint8Array.of(3))
    const found = await verdictOn(async (forger) => {
      const right = forger.root
      await forger.add(collection(ACME, 'a'), BY_ACME, { registryRoot: wrong })
      await forger.add(collection(ACME, 'b'), BY_ACME, { registryRoot: wrong })
      await forger.add(collection(ACME, 'c'), BY_ACME, { registryRoot: right })
      await forger.add(enrolment(stranger), enrolling(stranger), { registryRoot: right })
    })

    expect(found).toEqual(['FAILED', 'REGISTRY_MISMATCH entry 4', 'REGISTRY_MISMATCH entry 7'])
  })

  test('entry 0 that is not the operator enrolling itself', async () => {
    const forger = new Forger()
    await forger.add(enrolment(OPERATOR), [
      ['party', OPERATOR.signer],
      ['registrar', ACME.signer],
    ])
    const { verdict, findings } = await audit(await forger.site())

    expect([verdict, ...said(findings)]).toEqual([
      'FAILED',
      'KEY_UNKNOWN entry 0',
      'REGISTRY_MISMATCH entry 0',
    ])
  })
})

describe('parents and custody', () => {
  const performed = [['performer', BOLT.signer]] as const

  test('a transfer of what its exporter does not hold', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const draft = transfer([BOLT, CORAL], [{ id, n: 0 }], [dataset('rides', [0])])
      await forger.add(draft, both(BOLT, CORAL))
    })

    expect(found).toEqual(['FAILED', 'PARENT_NOT_HELD entry 5'])
  })

  test('a parent that is not there, comes later, makes nothing, or has no such dataset', async () => {
    const later = await sign(collection(BOLT, 'later'), [['collector', BOLT.signer]])
    const found = await verdictOn(async (forger) => {
      const held = await forger.add(collection(BOLT, 'held'), [['collector', BOLT.signer]])
      const parents = [
        { id: 'ab'.repeat(32) as StatementId, n: 0 },
        { id: idOf(later), n: 0 },
        { id: await forger.add(outcome(BOLT, [{ id: held, n: 0 }], 'r'), performed), n: 0 },
        { id: held, n: 7 },
        { id: held, n: 70_000 },
      ]
      for (const parent of parents)
        await forger.add(processing(BOLT, [parent], [dataset('made', [0])]), performed)
      forger.append(later)
    })

    const missing = [6, 7, 8, 9, 10].map((index) => `PARENT_NOT_FOUND entry ${index}`)
    // The edge of entry 7 leads to an entry that was not there when it was admitted.
    expect(found.filter((line) => line.startsWith('PARENT'))).toEqual(missing)
    expect(found[0]).toBe('FAILED')
  })

  test('another digest than the parent has, and nothing that explains it', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const draft = transfer([ACME, BOLT], [{ id, n: 0 }], [dataset('walks', [0])])
      await forger.add(draft, both(ACME, BOLT))
    })

    expect(found).toEqual(['FAILED', 'DATASET_DIGEST_CHANGED entry 5'])
  })

  test('custody by a forged record: the record is found, with the entry it lies about', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const key = holderKey(fromHex(id), 9)
      const value = encodeHolder({ party: BOLT.party, digest: crypto.sha256(Uint8Array.of(1)) })
      forger.put(sealed(key, value))
      await forger.add(processing(BOLT, [{ id, n: 9 }], [dataset('made', [0])]), performed)
    })

    expect(found).toEqual(['FAILED', 'ENTRY_MISMATCH entry 4'])
  })

  test('a lineage to a statement that exists in a forged record only', async () => {
    const ghost = 'cd'.repeat(32) as StatementId
    const found = await verdictOn(async (forger) => {
      await collect(forger)
      const value = encodeHolder({ party: BOLT.party, digest: crypto.sha256(Uint8Array.of(1)) })
      forger.put(
        sealed(idKey(fromHex(ghost)), encodeIndex(4)),
        sealed(holderKey(fromHex(ghost), 0), value),
      )
      await forger.add(processing(BOLT, [{ id: ghost, n: 0 }], [dataset('made', [0])]), performed)
    })

    expect(found[0]).toBe('FAILED')
    expect(found).toContain('ENTRY_MISMATCH entry 4')
  })

  test('a correction and an instrument of other parties', async () => {
    const found = await verdictOn(async (forger) => {
      const id = await collect(forger)
      const pact = await forger.add(instrument(BOLT, CORAL), both(BOLT, CORAL))
      await forger.add(rides(id, { instrument: pact }), both(ACME, BOLT))
      await forger.add({ ...rides(id), supersedes: pact }, both(ACME, BOLT))
    })

    expect(found).toEqual(['FAILED', 'INSTRUMENT_INVALID entry 6', 'SUPERSEDES_INVALID entry 7'])
  })
})

function sealed(key: Uint8Array, value: Uint8Array) {
  const seal = crypto.sha256(new Uint8Array([...key, ...value])).subarray(0, 8)
  return { key, value: new Uint8Array([...value, ...seal]) }
}

describe('time, order and uniqueness', () => {
  test('an entry dated back', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add(collection(ACME, 'a'), BY_ACME, { time: START_S - 1 })
    })

    expect(found).toEqual(['FAILED', 'ENTRY_CHAIN_BROKEN entry 4'])
  })

  test('an entry that continues another one', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add(collection(ACME, 'a'), BY_ACME, { previous: new Uint8Array(32) })
    })

    expect(found).toEqual(['FAILED', 'ENTRY_CHAIN_BROKEN entry 4'])
  })

  test('a statement admitted after its deadline, and one from the future', async () => {
    const forger = await Forger.start()
    const id = await collect(forger)
    await forger.add({ ...collection(ACME, 'early'), iat: START_S + 301 }, BY_ACME)
    await forger.add(rides(id), both(ACME, BOLT), { time: LATE })
    const { findings } = await audit(await forger.site())

    expect(said(findings)).toEqual(['STATEMENT_FROM_FUTURE entry 5', 'STATEMENT_EXPIRED entry 6'])
  })

  test('one id twice, whichever entry the index knows', async () => {
    const twice = await sign(collection(ACME, 'rides'), BY_ACME)
    const first = await verdictOn((forger) => {
      forger.append(twice)
      forger.append(twice)
    })
    const id = idOf(twice)
    const second = await verdictOn((forger) => {
      forger.append(twice)
      forger.append(twice)
      forger.put(sealed(idKey(fromHex(id)), encodeIndex(4)))
    })

    expect(first).toEqual(['FAILED', 'STATEMENT_ADMITTED entry 5'])
    expect(second).toEqual(['FAILED', 'STATEMENT_ADMITTED entry 5'])
  })
})

describe('refusals', () => {
  type Refused = { readonly forger: Forger; readonly envelope: Envelope; readonly id: StatementId }

  async function refused(kept: (envelope: Envelope) => Envelope | undefined): Promise<Refused> {
    const forger = await Forger.start()
    const envelope = await sign(rides(await collect(forger)), both(ACME, BOLT))
    const id = idOf(envelope)
    const body = kept(envelope)
    if (body !== undefined) forger.keepDeclined(id, body)
    return { forger, envelope, id }
  }
  const offered = (envelope: Envelope): Envelope => only(envelope, 'exporter')
  const NO = [['importer', BOLT.signer]] as const

  test('an id that was refused and is admitted later', async () => {
    const { forger, envelope, id } = await refused(offered)
    await forger.add(refusal(id, 'not-agreed'), NO)
    forger.append(envelope)
    const { verdict, findings } = await audit(await forger.site())

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'STATEMENT_REFUSED entry 6'])
  })

  test('an id that was admitted and is refused later', async () => {
    const { forger, envelope, id } = await refused(offered)
    forger.append(envelope)
    await forger.add(refusal(id, 'not-agreed'), NO)
    const { verdict, findings } = await audit(await forger.site())

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'STATEMENT_ADMITTED entry 6'])
  })

  test('an id refused twice', async () => {
    const { forger, id } = await refused(offered)
    await forger.add(refusal(id, 'not-agreed'), NO)
    await forger.add(refusal(id, 'other'), NO)
    const { verdict, findings } = await audit(await forger.site())

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain('STATEMENT_REFUSED entry 6')
  })

  test('a refusal of what nobody proposed', async () => {
    const { forger, id } = await refused(() => undefined)
    await forger.add(refusal(id, 'not-agreed'), NO)
    const { verdict, findings } = await audit(await forger.site())

    expect(verdict).toBe('FAILED')
    expect(said(findings)).toContain('ENTRY_MISMATCH entry 5')
  })

  test('a refusal of a proposal whose signature is forged', async () => {
    const other = await sign(collection(ACME, 'x'), BY_ACME)
    const { forger, id } = await refused((envelope) => {
      const [first] = offered(envelope).signatures
      const signature = other.signatures[0]?.signature
      return first === undefined || signature === undefined
        ? undefined
        : { ...envelope, signatures: [{ ...first, signature }] }
    })
    await forger.add(refusal(id, 'not-agreed'), NO)
    const { verdict, findings } = await audit(await forger.site())

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'SIGNATURE_INVALID entry 5'])
  })

  test('a refusal by somebody who is no side of it', async () => {
    const { forger, id } = await refused(offered)
    await forger.add(refusal(id, 'not-agreed'), [['importer', CORAL.signer]])
    const { verdict, findings } = await audit(await forger.site())

    expect([verdict, ...said(findings)]).toEqual(['FAILED', 'ROLE_KEY_WRONG entry 5'])
  })

  test('a deadline recorded as lapsed before it was, and a no after it', async () => {
    const { forger, id } = await refused(offered)
    await forger.add(refusal(id, 'deadline-lapsed'), [['exporter', ACME.signer]])
    const early = await audit(await forger.site())
    const { forger: second, id: other } = await refused(offered)
    await second.add(refusal(other, 'not-agreed'), NO, { time: LATE })
    const late = await audit(await second.site())

    expect(said(early.findings)).toEqual(['REFUSAL_INVALID entry 5'])
    expect(said(late.findings)).toEqual(['REFUSAL_INVALID entry 5'])
  })
})

describe('claims', () => {
  test('of a form that their schema does not take', async () => {
    const found = await verdictOn(async (forger) => {
      await forger.add(collection(ACME, 'x', { purposes: ['marketing'] }), BY_ACME)
    })

    expect(found).toEqual(['FAILED', 'CLAIM_INVALID entry 4'])
  })

  test('that the ledger never had', async () => {
    const envelope = await sign(collection(ACME, 'x'), BY_ACME)
    const { ordered } = openStatement(envelope, crypto).open
    const found = await verdictOn((forger) => {
      forger.append(envelope, {
        disclosures: ordered.map((text, at) => (at === 2 ? undefined : text)),
      })
    })

    expect(found).toEqual(['FAILED', 'ENTRY_MISMATCH entry 4'])
  })

  test('that the parties keep, kept by the ledger all the same', async () => {
    const key = keyOf('acme second')
    const draft = keyChange(ACME, key, 'add', { reason: { code: 'routine' } })
    const envelope = await sign(draft, adding(ACME, key))
    const { ordered } = openStatement(envelope, crypto).open
    const found = await verdictOn((forger) => {
      forger.append(envelope, { disclosures: ordered })
    })

    expect(found).toEqual(['FAILED', 'ENTRY_MISMATCH entry 4', 'REGISTRY_MISMATCH entry 4'])
  })
})

describe('forms that this version does not know', () => {
  test('are INCOMPLETE, never FAILED: a later version can tell', async () => {
    const envelope = await sign(collection(ACME, 'x'), BY_ACME)
    const payload = new TextDecoder()
      .decode(envelope.payloadBytes)
      .replace('"collection/1"', '"collection/2"')
    const payloadBytes = new TextEncoder().encode(payload)
    const forged = {
      ...envelope,
      payload: Buffer.from(payloadBytes).toString('base64url'),
      payloadBytes,
    }
    const facts = { ...factsOf(openStatement(envelope, crypto)), id: idOf(forged) }
    const forger = await Forger.start()
    forger.append(forged, { facts, disclosures: [] })
    await forger.add(collection(ACME, 'honest'), BY_ACME)
    const { verdict, findings } = await audit(await forger.site())

    expect(said(findings)).toEqual(['STATEMENT_TYPE_UNKNOWN entry 4'])
    expect([findings[0]?.severity, exitCodeOf(verdict)]).toEqual(['incomplete', 3])
  })
})
