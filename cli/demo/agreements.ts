/**
 * The demo's instruments, one per corridor: signed by both sides before any data moves.
 */

import type { Draft } from '../../client/index.js'
import type { Act, Known } from './act.js'
import { CORRIDORS, type Corridor, onwardOf } from './corridors.js'
import { CUSTOMER } from './words.js'

export function agreements(): readonly Act[] {
  return CORRIDORS.map((corridor) => ({
    key: corridor.key,
    by: corridor.exporter,
    role: 'exporter',
    answer: { how: 'countersign', by: corridor.importer },
    draft: (known) => instrument(corridor, known),
  }))
}

function instrument(corridor: Corridor, known: Known): Draft {
  const { exporter, importer, from, to, mode, kind, purposes, categories } = corridor
  const { day } = known.calendar
  // With remote access the data stays where it is.
  const storage = mode === 'access' ? from : to
  return {
    type: 'instrument/1',
    claims: {
      exporter: known.party(exporter),
      importer: known.party(importer),
      kind,
      routes: [{ from, to, storage: [storage], access: [to] }],
      purposes,
      categories,
      subjects: [CUSTOMER],
      caps: { records: 20_000_000, subjects: 60_000, sensitive: 0, transfers: 800, window: 'P1Y' },
      retention: { until: day(corridor.keepDays) },
      onward: onwardOf(corridor, known),
      effective: { from: day(-170), until: day(925), review: day(195) },
      documents: corridor.documents(known),
    },
  }
}
