/**
 * What `sign` reads: a draft, an unsigned statement, or an envelope that waits for a signature.
 */

import type { Draft } from '../client/index.js'
import { type OpenedStatement, openStatement } from '../ledger/core/check.js'
import type { Crypto } from '../ledger/core/ed25519.js'
import { LedgerError } from '../ledger/core/errors.js'
import { parseStatementEvidence } from '../ledger/core/evidence.js'
import { hasFormat } from '../ledger/core/formats.js'
import { isObject, type Json, type JsonObject } from '../ledger/core/json.js'
import { schemaOf } from '../ledger/core/schemas.js'
import { type ParentRef, parseStatementId } from '../ledger/core/statement.js'
import type { Settings } from './config.js'

export type SignInput =
  | { readonly kind: 'draft'; readonly draft: Draft }
  /** With its payload and disclosures; without signatures when `sign --dry-run` wrote it. */
  | { readonly kind: 'statement'; readonly opened: OpenedStatement }

const DRAFT_MEMBERS = ['about', 'claims', 'countersign_by', 'parents', 'supersedes', 'type']
/** Claims that name one party, for which an alias may stand in a draft. */
const PARTY_CLAIMS = ['exporter', 'importer', 'collector', 'performer', 'party', 'continues']

/** @throws LedgerError DRAFT_INVALID, STATEMENT_TYPE_UNKNOWN, or the code of an envelope's defect */
export function parseSignInput(
  value: Json,
  settings: Settings,
  crypto: Pick<Crypto, 'sha256'>,
): SignInput {
  if (isObject(value) && value['payload'] !== undefined) {
    return {
      kind: 'statement',
      opened: openStatement(parseStatementEvidence(value).envelope, crypto),
    }
  }
  return { kind: 'draft', draft: parseDraft(value, settings) }
}

function parseDraft(value: Json, settings: Settings): Draft {
  if (!isObject(value)) throw invalid('draft', 'an object')
  if (!Object.keys(value).every((name) => DRAFT_MEMBERS.includes(name))) {
    throw invalid('draft', `only ${DRAFT_MEMBERS.join(', ')}`)
  }
  const { type, claims, parents, about, supersedes, countersign_by: countersignBy } = value
  const schema = typeof type === 'string' ? schemaOf(type) : undefined
  if (schema === undefined) throw new LedgerError('STATEMENT_TYPE_UNKNOWN', { at: 'type' })
  if (!isObject(claims)) throw invalid('claims', 'an object')
  if (countersignBy !== undefined && typeof countersignBy !== 'number')
    throw invalid('countersign_by', 'seconds')
  return {
    type: schema.type,
    claims: withAliases(claims, settings),
    ...(parents === undefined ? {} : { parents: parentList(parents) }),
    ...(about === undefined ? {} : { about: parseStatementId(about) }),
    ...(supersedes === undefined ? {} : { supersedes: parseStatementId(supersedes) }),
    ...(countersignBy === undefined ? {} : { countersignBy }),
  }
}

function parentList(value: Json): readonly ParentRef[] {
  if (!Array.isArray(value)) throw invalid('parents', 'a list')
  return value.map((item: Json, position) => {
    const n = isObject(item) ? item['n'] : undefined
    if (!isObject(item) || typeof n !== 'number') throw invalid(`parents[${position}]`, 'id and n')
    return { id: parseStatementId(item['id']), n }
  })
}

function withAliases(claims: JsonObject, { aliases }: Settings): JsonObject {
  const entries = Object.entries(claims).map(([name, value]) => {
    const replaceable =
      PARTY_CLAIMS.includes(name) && typeof value === 'string' && !hasFormat(value, 'party-id')
    return [name, replaceable ? (aliases.get(value) ?? value) : value] as const
  })
  return Object.fromEntries(entries)
}

function invalid(at: string, expected: string): LedgerError {
  return new LedgerError('DRAFT_INVALID', { at, expected })
}
