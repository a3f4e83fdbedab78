/**
 * Statements of the tests: small claims for each type, built and signed by the core's own builder.
 * Salts and nonces come from a counter, so that runs repeat; times are fixed.
 */

import {
  type BuiltStatement,
  buildStatement,
  countersignEnvelope,
  type RandomBytes,
  type SigningKey,
  type StatementDraft,
  signStatement,
} from '../../../ledger/core/build.js'
import { toHex, utf8Encode } from '../../../ledger/core/bytes.js'
import type { Envelope } from '../../../ledger/core/envelope.js'
import { portableSha256 } from '../../../ledger/core/hash.js'
import type { Json } from '../../../ledger/core/json.js'
import type { StatementType } from '../../../ledger/core/schemas.js'
import { type ParentRef, type StatementId, statementId } from '../../../ledger/core/statement.js'
import type { TestKey, TestParty } from './parties.js'

export const ORIGIN = 'ledger.example/test'
/** Time at which the tests' statements are made: 2023-11-14, in the past for every library's clock. */
export const NOW = 1_700_000_000
const DAY = 86_400
const PURPOSE = 'https://w3id.org/dpv#ServiceOptimisation'

/** Bytes from a counter: unlike each other, the same in every run. */
export function countingRandom(name = 'test'): RandomBytes {
  let count = 0
  return (bytes) => {
    count += 1
    return portableSha256(utf8Encode(`${name} ${count}`)).slice(0, bytes)
  }
}

const random = countingRandom()

/** A digest that stands for some content. */
export function digestOf(content: string): string {
  return toHex(portableSha256(utf8Encode(content)))
}

export function idOf(envelope: Envelope): StatementId {
  return statementId(envelope.payloadBytes, portableSha256)
}

/** Dataset `n` of a statement, as a parent. */
export function datasetOf(envelope: Envelope, n = 0): ParentRef {
  return { id: idOf(envelope), n }
}

/** A draft with the visible members that its type needs. */
export function draftOf(
  type: StatementType,
  claims: Readonly<Record<string, Json>>,
  more: Partial<StatementDraft> = {},
): StatementDraft {
  const countersigned = ['party/1', 'key/1', 'instrument/1', 'transfer/1'].includes(type)
  return {
    type,
    origin: ORIGIN,
    iat: NOW,
    ...(countersigned ? { countersignBy: NOW + DAY } : {}),
    claims,
    ...more,
  }
}

/** Signs in every role given, in any order. */
export async function signed(
  draft: StatementDraft | BuiltStatement,
  signers: Readonly<Record<string, SigningKey>>,
): Promise<Envelope> {
  const built = 'payloadBytes' in draft ? draft : buildStatement(draft, random)
  const [first, ...others] = Object.entries(signers)
  if (first === undefined) throw new Error('a statement needs a signer')
  // Nobody signs before there is something to sign.
  const at = 'payloadBytes' in draft ? NOW + 1 : Math.max(NOW, draft.iat) + 1
  let envelope = await signStatement(built, first[0], first[1], at)
  for (const [role, signer] of others) {
    envelope = await countersignEnvelope(envelope, role, signer, at + 1)
  }
  return envelope
}

export function partyDraft(
  party: TestParty,
  more: Readonly<Record<string, Json>> = {},
): StatementDraft {
  return draftOf('party/1', {
    party: { key: party.jwk, uses: ['statement', 'api'] },
    name: party.name,
    country: 'DE',
    ...more,
  })
}

/** Enrolment of a party, admitted by the registrar. */
export function enrolment(party: TestParty, registrar: TestKey): Promise<Envelope> {
  return signed(partyDraft(party), { party, registrar })
}

export function keyDraft(
  party: TestParty,
  key: TestKey,
  action: 'add' | 'retire' | 'revoke' | 'compromised',
  more: Readonly<Record<string, Json>> = {},
): StatementDraft {
  return draftOf('key/1', {
    party: party.id,
    key: key.jwk,
    action,
    use: action === 'add' ? ['statement'] : [],
    ...(action === 'compromised' ? { since: 0 } : {}),
    reason: { code: 'routine' },
    ...more,
  })
}

export function dataset(content: string, from: readonly number[] = [], n = 0): Json {
  return { n, name: content, digest: digestOf(content), from }
}

export function collectionDraft(collector: TestParty, contents: readonly string[]): StatementDraft {
  return draftOf('collection/1', {
    collector: collector.id,
    place: { jurisdiction: 'DE' },
    purposes: [PURPOSE],
    datasets: contents.map((content, n) => dataset(content, [], n)),
    period: { begin: '2023-11-01T00:00:00Z' },
  })
}

export function collection(
  collector: TestParty,
  contents: readonly string[] = ['rides'],
): Promise<Envelope> {
  return signed(collectionDraft(collector, contents), { collector })
}

/** Twelve claims and eight fields, as large as the design's standard statement. */
export function transferDraft(
  exporter: TestParty,
  importer: TestParty,
  parents: readonly ParentRef[],
  more: Readonly<Record<string, Json>> = {},
): StatementDraft {
  const claims = {
    exporter: exporter.id,
    importer: importer.id,
    route: { from: 'DE', to: 'IN', storage: ['IN'], mode: 'copy' },
    purposes: [PURPOSE],
    datasets: parents.map((_, position) => dataset('rides', [position], position)),
    fields: ['rider', 'age_band', 'track', 'begin', 'end', 'bike', 'fare', 'weather'].map(
      (name) => ({
        n: 0,
        name,
        category: 'https://w3id.org/dpv/pd#TravelHistory',
        special: [],
        identifier: 'indirect',
        necessary: [PURPOSE],
      }),
    ),
    minimization: null,
    retention: { until: '2027-12-31' },
    onward: { allowed: false },
    terms: {
      exporter: {
        role: 'https://w3id.org/dpv#DataController',
        legalBasis: [{ basis: 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-f', regime: 'eu-gdpr' }],
      },
      importer: { role: 'https://w3id.org/dpv#DataProcessor', onBehalfOf: exporter.id },
      endUse: { statement: 'service-to-exporter' },
    },
    period: { begin: '2023-11-14T00:00:00Z' },
    ...more,
  }
  return draftOf('transfer/1', claims, { parents })
}

export function transfer(
  exporter: TestParty,
  importer: TestParty,
  parents: readonly ParentRef[],
  more: Readonly<Record<string, Json>> = {},
): Promise<Envelope> {
  return signed(transferDraft(exporter, importer, parents, more), { exporter, importer })
}

function processingDraft(
  performer: TestParty,
  parents: readonly ParentRef[],
  content: string,
): StatementDraft {
  const claims = {
    performer: performer.id,
    place: { jurisdiction: 'IN', role: 'https://w3id.org/dpv#DataProcessor' },
    purposes: [PURPOSE],
    nature: ['https://w3id.org/dpv#Analyse'],
    datasets: [
      dataset(
        content,
        parents.map((_, position) => position),
      ),
    ],
    transformations: [{ kind: 'train' }],
    period: { begin: '2023-11-14T01:00:00Z' },
  }
  return draftOf('processing/1', claims, { parents })
}

export function processing(
  performer: TestParty,
  parents: readonly ParentRef[],
  content = 'model',
): Promise<Envelope> {
  return signed(processingDraft(performer, parents, content), { performer })
}

export function outcomeDraft(performer: TestParty, parents: readonly ParentRef[]): StatementDraft {
  const claims = {
    performer: performer.id,
    kind: 'report',
    artefact: { digest: digestOf('report'), name: 'report.pdf' },
    purposes: [PURPOSE],
    personalData: 'anonymous',
    period: { begin: '2023-11-14T02:00:00Z' },
  }
  return draftOf('outcome/1', claims, { parents })
}

export function outcome(performer: TestParty, parents: readonly ParentRef[]): Promise<Envelope> {
  return signed(outcomeDraft(performer, parents), { performer })
}

export function instrumentDraft(exporter: TestParty, importer: TestParty): StatementDraft {
  return draftOf('instrument/1', {
    exporter: exporter.id,
    importer: importer.id,
    kind: { code: 'Contract' },
    routes: [{ from: 'DE', to: 'IN' }],
    purposes: [PURPOSE],
    categories: ['https://w3id.org/dpv/pd#TravelHistory'],
    subjects: ['https://w3id.org/dpv#Customer'],
    effective: { from: '2023-01-01' },
    documents: [{ kind: 'contract', digest: digestOf('contract'), date: '2023-01-01' }],
  })
}

export function refusalDraft(about: StatementId, code: string): StatementDraft {
  return draftOf('refusal/1', { reason: { code } }, { about })
}

/** The same envelope with only some of its disclosures. */
export function withDisclosures(
  envelope: Envelope,
  keep: (disclosure: string, position: number) => boolean,
): Envelope {
  return { ...envelope, disclosures: envelope.disclosures.filter(keep) }
}
