/**
 * Members of a server's answer, by name: there and of the form that is wanted, or
 * SERVER_ANSWER_INVALID.
 */
import { LedgerError } from '../ledger/core/errors.js'
import { isObject, type Json, type JsonObject } from '../ledger/core/json.js'
import { parseStatementId, type StatementId } from '../ledger/core/statement.js'
import { refuseAnswer } from './http.js'

export function idsAt(value: JsonObject, name: string): readonly StatementId[] {
  return listAt(value, name).map((id) => refuseAnswer(name, () => parseStatementId(id)))
}

export function textAt(value: JsonObject, name: string): string {
  const text = value[name]
  if (typeof text !== 'string') throw invalid(name)
  return text
}

export function idAt(value: JsonObject, name: string): StatementId {
  return refuseAnswer(name, () => parseStatementId(value[name]))
}

export function wholeAt(value: JsonObject, name: string): number {
  const number = value[name]
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw invalid(name)
  return number
}

export function textsAt(value: JsonObject, name: string): readonly string[] {
  return listAt(value, name).map((item) => {
    if (typeof item !== 'string') throw invalid(name)
    return item
  })
}

export function objectsAt(value: JsonObject, name: string): readonly JsonObject[] {
  return listAt(value, name).map((item) => objectAt(item, name))
}

export function listAt(value: JsonObject, name: string): readonly Json[] {
  const list = value[name]
  if (!Array.isArray(list)) throw invalid(name)
  return list as readonly Json[]
}

export function objectAt(value: Json, at: string): JsonObject {
  if (!isObject(value)) throw invalid(at)
  return value
}

export function invalid(at: string): LedgerError {
  return new LedgerError('SERVER_ANSWER_INVALID', { at })
}
