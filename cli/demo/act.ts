/**
 * One act of the demo: somebody signs a statement, and somebody may answer. Acts are data; play.ts
 * carries them out through a server, with everybody's own key.
 */
import type { Draft } from '../../client/index.js'
import type { PartyId } from '../../ledger/core/key-state.js'
import type { ParentRef, StatementId } from '../../ledger/core/statement.js'
import type { Firm } from './cast.js'
import type { Calendar } from './words.js'

export type Act = {
  /** Its name; later acts cite it by this. */
  readonly key: string
  /** Who signs first. */
  readonly by: Firm
  readonly role: 'exporter' | 'collector' | 'performer'
  /** What becomes of a proposal. Absent where one signature is enough. */
  readonly answer?: Answer
  readonly draft: (known: Known) => Draft
}

export type Answer =
  | { readonly how: 'countersign'; readonly by: Firm }
  | {
      readonly how: 'refuse'
      /** The importer declines, the exporter withdraws. */
      readonly by: Firm
      readonly role: 'importer' | 'exporter'
      readonly reason: string
      readonly note: string
    }

/** What an act can look up when its turn comes. */
export type Known = {
  readonly party: (name: Firm) => PartyId
  /** Id of an act that was played already. */
  readonly id: (key: string) => StatementId
  readonly calendar: Calendar
}

/** Acts that are told in one sentence. */
export type Stage = {
  /** What happens, for the person who watches. */
  readonly title: string
  /** None of the acts cites another, and each needs one signature: they may go in one call. */
  readonly together?: boolean
  readonly acts: readonly Act[]
}

/** Dataset `n` of an act, as a parent. */
export function datasetOf(known: Known, key: string, n = 0): ParentRef {
  return { id: known.id(key), n }
}
