/** A row of the tables of hostile input: what it is, and exactly how it must be answered. */
import type { Reply } from '../crash/server-process.js'
import type { Site } from './site.js'

/** `code`: where the answer is no problem document, what stands for its code. */
export type Answer = Reply & { readonly code?: string }

export type Row = readonly [
  what: string,
  status: number,
  /** Code of the problem document; empty for an answer without one. */
  code: string,
  send: (site: Site) => Promise<Answer>,
]
