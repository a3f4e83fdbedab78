/** The demo's story as data: it passes the schemas, and what is sent keeps the limits it is sent under. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Act, Known } from '../../cli/demo/act.js'
import type { Firm } from '../../cli/demo/cast.js'
import { leadsText } from '../../cli/demo/leads.js'
import { reportText } from '../../cli/demo/report.js'
import { scenario } from '../../cli/demo/scenario.js'
import { type Calendar, calendarOf } from '../../cli/demo/words.js'
import { type Draft, prepareDraft } from '../../client/index.js'
import { utf8Encode } from '../../ledger/core/bytes.js'
import type { Json, JsonObject } from '../../ledger/core/json.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { StatementId } from '../../ledger/core/statement.js'
import { bestCrypto } from '../../ledger/crypto/native.js'

const TODAY = Date.parse('2026-11-22T00:05:00Z')
const DAY_MS = 86_400_000
const VOCABULARY = new URL('../../../shared/vocabulary/', import.meta.url)

type Told = { readonly act: Act; readonly draft: Draft }

function idOf(key: string): StatementId {
  return createHash('sha256').update(key).digest('hex') as StatementId
}

/** The story's drafts, with ids that stand for the real ones. */
function tell(calendar: Calendar): readonly Told[] {
  const played = new Set<string>()
  const known: Known = {
    calendar,
    party: (name: Firm) => createHash('sha256').update(name).digest('base64url') as PartyId,
    id: (key) => {
      if (!played.has(key)) throw new Error(`${key} is cited before it was played`)
      return idOf(key)
    },
  }
  const files = {
    report: utf8Encode(reportText(calendar)),
    leads: utf8Encode(leadsText(calendar)),
  }
  const acts = scenario(calendar, files).flatMap((stage) => stage.acts)
  return acts.map((act) => {
    const draft = act.draft(known)
    if (act.answer?.how !== 'refuse') played.add(act.key)
    return { act, draft }
  })
}

const STORY = tell(calendarOf(TODAY))
const BY_ID = new Map(STORY.map(({ act, draft }) => [idOf(act.key), draft]))

function listOf(draft: Draft | undefined, claim: string): readonly JsonObject[] {
  return (draft?.claims[claim] ?? []) as unknown as readonly JsonObject[]
}

/** Fields of dataset `n` of a statement, by name. */
function fieldsOf(draft: Draft | undefined, n: number): ReadonlySet<unknown> {
  return new Set(
    listOf(draft, 'fields').flatMap((field) => (field['n'] === n ? [field['name']] : [])),
  )
}

describe('the story', () => {
  test('has some hundred statements, a refusal, a withdrawal and a remote access', () => {
    const answers = STORY.map(({ act }) => act.answer)
    const refused = answers.filter((answer) => answer?.how === 'refuse')

    expect(STORY.length).toBeGreaterThan(120)
    expect(STORY.length).toBeLessThan(200)
    expect(refused.map(({ role, reason }) => [role, reason])).toEqual([
      ['exporter', 'withdrawn'],
      ['importer', 'terms-unacceptable'],
    ])
    const modes = STORY.map(
      ({ draft }) => (draft.claims['route'] as JsonObject | undefined)?.['mode'],
    )
    expect(modes.filter((mode) => mode === 'access')).toHaveLength(1)
  })

  test.each([0, 1, 2, 3, 4, 5, 6])(
    'passes the schemas %i days later, on other workdays',
    (offset) => {
      const now = TODAY + offset * DAY_MS
      const context = { origin: 'demo.example', now: () => now, random, crypto: bestCrypto() }

      for (const { draft } of tell(calendarOf(now))) prepareDraft(draft, context)
    },
  )

  test('is over before it is recorded', () => {
    const ends = STORY.map(({ draft }) =>
      String((draft.claims['period'] as JsonObject | undefined)?.['end'] ?? ''),
    )

    expect([...ends].sort().at(-1)).toMatch(/^2026-11-21T/)
  })

  test('explains every field by fields of the parents', () => {
    const unexplained = STORY.flatMap(({ act, draft }) =>
      listOf(draft, 'fields').flatMap((field) =>
        ((field['source'] ?? []) as unknown as readonly JsonObject[]).flatMap((source) => {
          const parent = draft.parents?.[Number(source['parent'])]
          const known = fieldsOf(BY_ID.get(parent?.id ?? ('' as StatementId)), parent?.n ?? -1)
          return known.has(source['name']) ? [] : [`${act.key}: ${String(field['name'])}`]
        }),
      ),
    )

    expect(unexplained).toEqual([])
  })

  test('needs each field for a purpose of its statement', () => {
    const needless = STORY.flatMap(({ act, draft }) =>
      listOf(draft, 'fields').flatMap((field) =>
        (field['necessary'] as readonly string[]).every((purpose) =>
          (draft.claims['purposes'] as readonly string[]).includes(purpose),
        )
          ? []
          : [act.key],
      ),
    )

    expect(needless).toEqual([])
  })

  test('lets nobody keep data longer than those it comes from', () => {
    const until = (draft: Draft | undefined): string =>
      String((draft?.claims['retention'] as JsonObject | null | undefined)?.['until'] ?? '9999')
    const longer = STORY.filter(({ draft }) =>
      (draft.parents ?? []).some(
        ({ id }) => draft.claims['retention'] !== undefined && until(draft) > until(BY_ID.get(id)),
      ),
    )

    expect(longer.map(({ act }) => act.key)).toEqual([])
  })

  test('sends only categories that the instrument allows', () => {
    const others = STORY.filter(({ act, draft }) => {
      if (draft.type !== 'transfer/1' || act.answer?.how === 'refuse') return false
      const instrument = BY_ID.get(draft.claims['instrument'] as StatementId)
      const allowed = instrument?.claims['categories'] as readonly string[]
      return listOf(draft, 'fields').some((field) => !allowed.includes(String(field['category'])))
    })

    expect(others.map(({ act }) => act.key)).toEqual([])
  })

  test('uses terms that the vocabulary has', (context) => {
    if (!existsSync(VOCABULARY)) return context.skip('skipped: no shared data')
    const terms = new Set<string>()
    for (const path of readdirSync(VOCABULARY, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.csv')) continue
      const text = readFileSync(new URL(path, VOCABULARY), 'utf8')
      for (const [iri] of text.matchAll(/https:\/\/w3id\.org\/dpv[^",\s;]*/g)) terms.add(iri)
    }
    const used = new Set(STORY.flatMap(({ draft }) => dpvTerms(draft.claims as Json)))

    expect(used.size).toBeGreaterThan(20)
    expect([...used].filter((term) => !terms.has(term))).toEqual([])
  })
})

function dpvTerms(value: Json): readonly string[] {
  if (typeof value === 'string') return value.startsWith('https://w3id.org/dpv') ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inner) => dpvTerms(inner as Json))
}

function random(count: number): Uint8Array {
  return Uint8Array.from(randomBytes(count))
}
