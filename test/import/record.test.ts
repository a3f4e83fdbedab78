/**
 * Recording a plan: twice adds nothing, a crash anywhere loses and doubles nothing, and what waits for
 * somebody goes on when they have signed.
 */
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareDraft, signatureOf, signOpened } from '../../client/index.js'
import { openJournal } from '../../import/openlineage/journal.js'
import type { LedgerPort } from '../../import/openlineage/recording.js'
import { openStatement } from '../../ledger/core/check.js'
import { envelopeJson } from '../../ledger/core/envelope.js'
import { LedgerError } from '../../ledger/core/errors.js'
import type { JsonObject } from '../../ledger/core/json.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { fileOf, type Said } from './events.js'
import { ANY, ANY_TRANSFER, DEFAULTS, partiesOf } from './maps.js'
import {
  claimOf,
  crypto,
  type Imported,
  type ImportWorld,
  idOf,
  importInto,
  lineageVerdict,
  openImportWorld,
} from './world.js'

let world: ImportWorld
beforeEach(async () => {
  world = await openImportWorld(['alpha', 'beta'])
})
afterEach(() => world.close())

function mapOf(more: JsonObject = {}): JsonObject {
  const owners = ['alpha', 'beta'].map((party) => ({ namespace: party, name: '*', party }))
  return {
    format: 'waybill-openlineage-map/1',
    parties: partiesOf({ alpha: 'DE', beta: 'IN' }),
    defaults: DEFAULTS,
    jobs: owners,
    sources: owners,
    transfers: [ANY_TRANSFER],
    outcomes: [{ ...ANY, artefact: 'manifest' }],
    ...more,
  }
}

/** Alpha collects, beta takes it over, works on it and makes a report. Six statements with the source. */
const STORY: readonly Said[] = [
  { at: '09:00', run: 'a', job: 'alpha load', out: ['x'] },
  { at: '10:00', run: 'b', job: 'beta work', in: ['x', 'beta table'], out: ['y'] },
  { at: '11:00', run: 'c', job: 'beta report', in: ['y'], out: ['z'] },
]

/** Statuses by the first word of the key. */
function statuses({ result }: Imported): readonly string[] {
  return result.reports.map(({ key, status }) => `${(JSON.parse(key) as string[])[0]} ${status}`)
}

const run = (more: Partial<Parameters<typeof importInto>[1]> = {}): Promise<Imported> =>
  importInto(world, { files: fileOf(...STORY), map: mapOf(), ...more })

const PENDING = {
  ...partiesOf({ alpha: 'DE' }),
  beta: { key: 'beta.pem', country: 'IN', pending: true },
}

describe('an import', () => {
  test('records everything, and recorded again adds nothing', async () => {
    const first = await run()
    const size = world.ledger.size
    const second = await run()

    expect(statuses(first)).toEqual(
      ['run', 'transfer', 'source', 'run', 'run', 'outcome'].map((kind) => `${kind} admitted`),
    )
    expect(statuses(second)).toEqual(
      statuses(first).map((text) => text.replace('admitted', 'already')),
    )
    expect(second.result.reports.map(({ id }) => id)).toEqual(
      first.result.reports.map(({ id }) => id),
    )
    expect(world.ledger.size).toBe(size)
    expect(lineageVerdict(world, idOf(first, '"outcome"'))).toBe('VERIFIED')
  })

  test('makes ids that nobody can guess from the events', async () => {
    const first = await run()
    const second = await run({ state: 'another' })

    // Without its state an import is another one: this is why the state is to be kept.
    expect(second.result.reports.every(({ status }) => status === 'admitted')).toBe(true)
    expect(
      new Set([...first.result.reports, ...second.result.reports].map(({ id }) => id)).size,
    ).toBe(12)
  })

  test('keeps its state for its owner alone', async () => {
    const { journal } = await run()

    expect(statSync(journal.path).mode % 0o1000).toBe(0o600)
  })

  test('goes on from earlier imports: what they made is known', async () => {
    await run({ files: fileOf(...STORY.slice(0, 2)) })
    const next = await run({
      files: fileOf(...STORY.slice(2), {
        at: '12:00',
        run: 'd',
        job: 'beta again',
        in: ['x', 'beta table'],
      }),
    })

    expect(statuses(next).filter((text) => text.endsWith('admitted'))).toEqual([
      'run admitted',
      'run admitted',
      'outcome admitted',
    ])
    expect(next.result.notes).toEqual([])
  })

  test('leaves what is recorded as it is when events or map say otherwise later, and says so', async () => {
    const first = await run()
    const purposes = ['https://w3id.org/dpv#Marketing']
    const map = mapOf({
      defaults: { ...DEFAULTS, processing: { purposes, nature: ['https://w3id.org/dpv#Combine'] } },
    })
    const second = await run({ map })

    expect(second.result.notes.map(({ kind }) => kind)).toEqual([
      'recorded-otherwise',
      'recorded-otherwise',
    ])
    expect(statuses(second).every((text) => text.endsWith('already'))).toBe(true)
    expect(second.result.reports.map(({ id }) => id)).toEqual(
      first.result.reports.map(({ id }) => id),
    )
  })

  test('refuses a state of another ledger, a state that was changed, and one that another import writes', async () => {
    const { journal } = await run()
    const port = { ...world.port(), origin: 'ledger.example/other' }
    const text = readFileSync(journal.path, 'utf8')

    await expect(run({ port })).rejects.toMatchObject({ code: 'IMPORT_STATE_INVALID' })
    writeFileSync(journal.path, text.replace(/"id":"./, '"id":"_'))
    await expect(run()).rejects.toMatchObject({
      code: 'IMPORT_STATE_INVALID',
      details: { line: 2 },
    })
    writeFileSync(journal.path, `hello\n${text}`)
    await expect(run()).rejects.toMatchObject({
      code: 'IMPORT_STATE_INVALID',
      details: { line: 1 },
    })

    writeFileSync(journal.path, text)
    const slow = await openJournal(journal.path, crypto)
    appendFileSync(journal.path, '{"event":"dropped","key":"nothing"}\n')
    await expect(slow.append([{ event: 'dropped', key: 'x' }])).rejects.toMatchObject({
      code: 'IMPORT_STATE_BUSY',
    })
    await slow.close()
  })
})

/** What a killed process leaves: the ledger has seen `sent` calls, and nothing after is done. */
class Killed extends Error {}

function killedPort(port: LedgerPort, calls: number, reaches: boolean): LedgerPort {
  let left = calls
  return {
    ...port,
    submit: async (envelopes) => {
      left -= 1
      if (left >= 0) return port.submit(envelopes)
      if (reaches) await port.submit(envelopes)
      throw new Killed()
    },
  }
}

describe('killed at any call', () => {
  /** More statements than one batch holds. */
  const many: readonly Said[] = Array.from({ length: 130 }, (_, at) => {
    const run_ = `${at.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`
    const hour = `${String(Math.floor(at / 60) + 8).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
    const own = at % 2 === 0
    return own
      ? { at: hour, run: run_, job: 'alpha load', out: [`x${at}`] }
      : { at: hour, run: run_, job: 'beta work', in: [`x${at - 1}`], out: [`y${at}`] }
  })
  const expected = 65 + 65 + 65 + 65

  test.each([
    ['before the ledger hears of the first batch', 0, false],
    ['after the ledger has the first batch, before this is written down', 0, true],
    ['before the ledger hears of the second batch', 1, false],
    ['after the ledger has the second batch, before this is written down', 1, true],
  ])('%s, an import goes on with the very same statements', async (_, calls, reaches) => {
    const files = fileOf(...many)
    const before = world.ledger.size

    await expect(run({ files, port: killedPort(world.port(), calls, reaches) })).rejects.toThrow(
      Killed,
    )
    const kept = (await openJournal(world.path('state'), crypto)).all()
    const again = await run({ files })

    expect(world.ledger.size).toBe(before + expected)
    expect(again.result.reports).toHaveLength(expected)
    for (const { key, id } of kept)
      expect(again.result.reports.find((report) => report.key === key)?.id).toBe(id)
    expect((await run({ files })).result.reports.every(({ status }) => status === 'already')).toBe(
      true,
    )
    expect(world.ledger.size).toBe(before + expected)
  })

  test('while it writes its state, at any byte, an import loses and doubles nothing', async () => {
    const reference = await run({ state: 'reference' })
    const { length } = reference.result.reports
    const text = readFileSync(reference.journal.path)
    // Nothing after the last whole line was ever submitted; before it, everything may have been.
    const cuts = process.env['SLOW'] === '1' ? 400 : 16
    for (let cut = 0; cut < cuts; cut += 1) {
      const bytes = Math.floor((text.length * cut) / cuts)
      const size = world.ledger.size
      writeFileSync(world.path('torn'), text.subarray(0, bytes))
      const again = await run({ state: 'torn' })
      const added = again.result.reports.filter(({ status }) => status === 'admitted').length

      expect(again.result.reports).toHaveLength(length)
      expect(world.ledger.size).toBe(size + added)
      const twice = await run({ state: 'torn' })
      expect(twice.result.reports.every(({ status }) => status === 'already')).toBe(true)
    }
  })

  test('an import cuts off a torn line and nothing else', async () => {
    const { journal } = await run()
    const whole = readFileSync(journal.path, 'utf8')
    appendFileSync(journal.path, '{"event":"built","key":"[\\"run\\"')
    await run({ files: fileOf(...STORY, { at: '13:00', run: 'e', job: 'alpha load', out: ['x'] }) })

    expect(readFileSync(journal.path, 'utf8').startsWith(whole)).toBe(true)
    await expect(openJournal(journal.path, crypto)).resolves.toMatchObject({ empty: false })
    truncateSync(journal.path, 0)
    expect((await openJournal(journal.path, crypto)).empty).toBe(true)
  })
})

describe('a party that is pending', () => {
  /** Somebody at beta countersigns what is in the inbox. */
  async function countersign(id: StatementId): Promise<void> {
    const proposal = world.ledger.proposal(id)
    const signer = world.signers.get('beta')
    if (proposal === undefined || signer === undefined) throw new Error('nothing to sign')
    const opened = openStatement(proposal.envelope, crypto)
    const own = signatureOf(
      await signOpened(opened, 'importer', signer, world.context()),
      'importer',
    )
    await world.ledger.countersign(id, { protected: own.protected, signature: own.signature })
  }

  test('lets its proposals wait, and what is behind them; an import goes on when it has signed', async () => {
    const map = mapOf({ parties: PENDING })
    const first = await run({ map })
    const id = idOf(first, '"transfer"')
    const still = await run({ map })
    await countersign(id)
    const after = await run({ map })

    expect(statuses(first)).toEqual([
      'run admitted',
      'transfer waiting',
      'source admitted',
      'run blocked',
      'run blocked',
      'outcome blocked',
    ])
    expect(first.result.reports[1]).toMatchObject({ missing: [world.partyId('beta')] })
    expect(first.result.reports[3]).toMatchObject({ behind: 'dataset acme x from alpha to beta' })
    expect(statuses(still)).toEqual(
      statuses(first).map((text) => text.replace('admitted', 'already')),
    )
    expect(statuses(after)).toEqual([
      'run already',
      'transfer already',
      'source already',
      'run admitted',
      'run admitted',
      'outcome admitted',
    ])
    expect(lineageVerdict(world, idOf(after, '"outcome"'))).toBe('VERIFIED')
  })

  test('may get its key into the map later: the same bytes are signed', async () => {
    const first = await run({ map: mapOf({ parties: PENDING }) })
    const after = await run()

    expect(idOf(after, '"transfer"')).toBe(idOf(first, '"transfer"'))
    expect(statuses(after).filter((text) => text.endsWith('admitted'))).toHaveLength(4)
  })

  test('without a key is handed what it alone must sign, and what it signs is found', async () => {
    const parties = {
      ...partiesOf({ alpha: 'DE' }),
      beta: { id: world.partyId('beta'), country: 'IN', pending: true },
    }
    const map = mapOf({ parties })
    const first = await run({ map })
    const [handed, ...others] = first.result.handedOver
    if (handed === undefined) throw new Error('nothing was handed over')
    const still = await run({ map })
    const signer = world.signers.get('beta')
    if (signer === undefined) throw new Error('no key')
    const signed = await signOpened(
      openStatement(handed.envelope, crypto),
      'collector',
      signer,
      world.context(),
    )
    await world.ledger.submit(envelopeJson(signed))
    await countersign(idOf(first, '"transfer"'))
    const after = await run({ map })

    expect(others).toEqual([])
    expect(statuses(first)).toEqual([
      'run admitted',
      'transfer waiting',
      'source handed-over',
      'run blocked',
      'run blocked',
      'outcome blocked',
    ])
    expect(still.result.handedOver.map(({ id }) => id)).toEqual([handed.id])
    expect(statuses(after)).toEqual([
      'run already',
      'transfer already',
      'source already',
      'run handed-over',
      'run blocked',
      'outcome blocked',
    ])
  })
})

describe('what a ledger refuses', () => {
  test('is told, with everything behind it; a corrected map makes it anew', async () => {
    const wrong = mapOf({
      transfers: [{ ...ANY_TRANSFER, instrument: 'scc' }],
      instruments: { scc: { id: 'a'.repeat(64) } },
    })
    const first = await run({ map: wrong })
    const same = await run({ map: wrong })
    const after = await run()

    expect(first.result.reports.map(({ status, error }) => error?.code ?? status)).toEqual([
      'admitted',
      'INSTRUMENT_INVALID',
      'admitted',
      'blocked',
      'blocked',
      'blocked',
    ])
    expect(same.result.reports[1]).toMatchObject({
      status: 'refused',
      id: idOf(first, '"transfer"'),
    })
    expect(statuses(after).filter((text) => text.endsWith('admitted'))).toHaveLength(4)
    expect(claimOf(world.ledger, idOf(after, '"transfer"'), 'instrument')).toEqual([null])
  })

  test('because a party is not enrolled yet is sent again as it was', async () => {
    world.makeKey('gamma')
    const map = mapOf({
      parties: partiesOf({ gamma: 'JP' }),
      jobs: [{ ...ANY, party: 'gamma' }],
      sources: [],
    })
    const files = fileOf(...STORY.slice(0, 1))
    const first = await run({ map, files })
    await world.admit('gamma')
    const after = await run({ map, files })

    expect(first.result.reports.map(({ status, error }) => error?.code ?? status)).toEqual([
      'KEY_UNKNOWN',
      'blocked',
    ])
    expect(statuses(after)).toEqual(['run admitted', 'outcome admitted'])
    expect(idOf(after, '"run"')).toBe(first.result.reports[0]?.id)
  })

  test('because the other side said no stays refused until the map says something else', async () => {
    const map = mapOf({ parties: PENDING })
    const first = await run({ map })
    const id = idOf(first, '"transfer"')
    const signer = world.signers.get('beta')
    if (signer === undefined) throw new Error('no key')
    const draft = {
      type: 'refusal/1',
      about: id,
      claims: { reason: { code: 'not-agreed' } },
    } as const
    const refusal = await signOpened(
      prepareDraft(draft, world.context()),
      'importer',
      signer,
      world.context(),
    )
    await world.ledger.submit(envelopeJson(refusal))
    const after = await run({ map })
    const better = await run({
      map: mapOf({
        parties: PENDING,
        transfers: [{ ...ANY_TRANSFER, claims: { onward: { allowed: false } } }],
      }),
    })

    expect(after.result.reports[1]).toMatchObject({
      status: 'refused',
      id,
      error: { code: 'STATEMENT_REFUSED' },
    })
    expect(better.result.reports[1]?.status).toBe('waiting')
    expect(better.result.reports[1]?.id).not.toBe(id)
  })

  test('because its deadline passed is proposed anew', async () => {
    const map = mapOf({ parties: PENDING, countersignDays: 2 })
    const first = await run({ map })
    world.clock.nowS += 3 * 86_400
    const after = await run({ map })

    expect(after.result.reports[1]).toMatchObject({
      status: 'waiting',
      countersignBy: world.clock.nowS + 2 * 86_400,
    })
    expect(idOf(after, '"transfer"')).not.toBe(idOf(first, '"transfer"'))
  })

  test('as a whole, because it cannot be reached, ends the import; the next one goes on', async () => {
    const port: LedgerPort = {
      ...world.port(),
      submit: () => Promise.reject(new LedgerError('SERVER_UNAVAILABLE')),
    }

    await expect(run({ port })).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE' })
    expect(statuses(await run())).toEqual(
      ['run', 'transfer', 'source', 'run', 'run', 'outcome'].map((kind) => `${kind} admitted`),
    )
  })
})
