/** A row of the tables of hostile input: what it is, and exactly how it must be answered. */
import type { Reply } from '../crash/server-process.js'
import type { Site } from './site.js'

export type Row = readonly [
  what: string,
  status: number,
  /** Code of the problem document; empty for an answer that has none. */
  code: string,
  send: (site: Site) => Promise<Reply>,
]
