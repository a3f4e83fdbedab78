/**
 * Copies for auditors: every statement of a range, as statement lines, and what waits, as inbox lines.
 * DESIGN 7.3; docs/format.md.
 *
 * A mirror reads the log's entries from the public tiles, like anybody, and what they commit to from
 * here. An answer ends before it gets too large, after at least one line: ask again from where it ended.
 */
import { LedgerError } from '../../ledger/core/errors.js'
import { statementLines } from '../../ledger/index.js'
import { VALUES } from '../schemas.js'
import { integerParam, requiredParam, tokenRoute } from '../spec.js'

/** Most statements of one answer: as many as a bundle has entries. */
const LINES_MAX = 256
/** Characters after which an answer ends. */
const ANSWER_CHARS = 4 * 1_048_576
/** Statements read at once, before others get their turn: some ten milliseconds. */
const LINES_PER_TURN = 32
const INDEX_MAX = Number.MAX_SAFE_INTEGER

const copies = tokenRoute(
  {
    method: 'GET',
    url: '/v1/statements',
    tag: 'statements',
    operationId: 'copyStatements',
    summary: 'All statements of a range of entries, for auditors',
    description: `NDJSON, one statement line for each entry from \`from\` up to, not including, \`to\`: at most ${LINES_MAX}. The answer may end earlier, after at least one line, when it would get too large: ask again from the next index. Whoever may not read everything is refused.`,
    query: {
      from: requiredParam(integerParam(0, INDEX_MAX, 'First entry index.')),
      to: requiredParam(integerParam(1, INDEX_MAX, 'Entry index to end before.')),
    },
    answers: {
      200: {
        description: 'Statement lines, docs/format.md.',
        mediaType: 'application/x-ndjson',
        schema: VALUES.text,
      },
    },
    codes: ['AUTH_FORBIDDEN', 'ENTRY_NOT_FOUND'],
  },
  async ({ query, signal }, caller, { ledger }) => {
    if (!caller.auditor) throw new LedgerError('AUTH_FORBIDDEN')
    const { from, to } = query
    if (to <= from || to - from > LINES_MAX) {
      throw new LedgerError('REQUEST_INVALID', {
        at: 'query.to',
        expected: `1 to ${LINES_MAX} more`,
      })
    }
    if (to > ledger.size) throw new LedgerError('ENTRY_NOT_FOUND', { size: ledger.size })
    let body = ''
    for (
      let at = from;
      at < to && body.length < ANSWER_CHARS && !signal.aborted;
      at += LINES_PER_TURN
    ) {
      for (const line of await statementLines(ledger, at, Math.min(at + LINES_PER_TURN, to)))
        if (body.length < ANSWER_CHARS) body += `${line}\n`
    }
    return { status: 200, body, mediaType: 'application/x-ndjson; charset=utf-8' }
  },
)

const inboxEvents = tokenRoute(
  {
    method: 'GET',
    url: '/v1/inbox/events',
    tag: 'inbox',
    operationId: 'copyInbox',
    summary: 'What waits, for auditors',
    description:
      'NDJSON, inbox lines: the pin of the inbox (`base`, `seq`, `hash`) as of now, then its events from `from` up to, not including, `seq`, each with the envelope that it names where that still waits. The answer may end earlier, after at least one event: ask again from the next number. When `base` is another by then, the list began anew: begin with it. A number that the list does not have gives the pin alone. Whoever may not read everything is refused.',
    query: {
      from: integerParam(0, INDEX_MAX, 'First event; the oldest there is when left out.'),
    },
    answers: {
      200: {
        description: 'Inbox lines, docs/format.md.',
        mediaType: 'application/x-ndjson',
        schema: VALUES.text,
      },
    },
    codes: ['AUTH_FORBIDDEN'],
  },
  ({ query }, caller, { ledger }) => {
    if (!caller.auditor) throw new LedgerError('AUTH_FORBIDDEN')
    const body = ledger.inboxPage(query.from)
    return { status: 200, body, mediaType: 'application/x-ndjson; charset=utf-8' }
  },
)

/** In the order in which they are documented. */
export const COPY_ROUTES = [copies, inboxEvents]
