/**
 * Entries and proofs: public, because they reveal times and digests and nothing else. DESIGN 3, 4.7.
 */
import { toBase64 } from '../../ledger/core/bytes.js'
import { parseCheckpoint } from '../../ledger/core/checkpoint.js'
import { LedgerError } from '../../ledger/core/errors.js'
import { parseNote } from '../../ledger/core/note.js'
import { formatTlogProof } from '../../ledger/core/tlog-proof.js'
import { jsonAnswer } from '../answers.js'
import type { ApiLedger } from '../deps.js'
import { objectOf, VALUES } from '../schemas.js'
import { integerParam, publicRoute, requiredParam, textParam } from '../spec.js'

const TAG = 'log'
const INDEX_MAX = Number.MAX_SAFE_INTEGER
const JSON_TYPE = 'application/json'
/** An entry never changes. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' }

const entry = publicRoute(
  {
    method: 'GET',
    url: '/v1/entries/:index',
    tag: TAG,
    operationId: 'getEntry',
    summary: 'The bytes of one entry',
    params: { index: requiredParam(integerParam(0, INDEX_MAX, 'Position in the log, from 0.')) },
    answers: {
      200: {
        description: 'The 143 bytes.',
        mediaType: JSON_TYPE,
        schema: objectOf({ index: VALUES.index, entry: VALUES.bytes }),
      },
    },
    codes: ['ENTRY_NOT_FOUND'],
  },
  ({ params }, { ledger }) =>
    jsonAnswer({ index: params.index, entry: toBase64(ledger.entry(params.index)) }, 200, FOR_EVER),
)

const inclusion = publicRoute(
  {
    method: 'GET',
    url: '/v1/proofs/inclusion',
    tag: TAG,
    operationId: 'proveInclusion',
    summary: 'Proof that an entry is in the tree',
    description:
      'By `id` or by `index`. `proof` is a c2sp.org/tlog-proof with a signed checkpoint; it is there when `size` is left out, and for every size of which the server holds one. `path` alone serves a checkpoint that you have.',
    query: {
      id: textParam('^[0-9a-f]{8,64}$', 64, 'Statement id, or a prefix of 8 or more digits.'),
      index: integerParam(0, INDEX_MAX, 'Entry index.'),
      size: integerParam(
        1,
        INDEX_MAX,
        'Tree size; the newest signed one that has the entry when left out.',
      ),
    },
    answers: {
      200: {
        description: 'The proof.',
        mediaType: JSON_TYPE,
        schema: objectOf(
          {
            index: VALUES.index,
            size: VALUES.count,
            entry: VALUES.bytes,
            path: VALUES.path,
            proof: { ...VALUES.text, description: 'c2sp.org/tlog-proof text.' },
          },
          ['proof'],
        ),
      },
    },
    codes: [
      'ENTRY_NOT_FOUND',
      'STATEMENT_NOT_FOUND',
      'STATEMENT_ID_AMBIGUOUS',
      'PROOF_INDEX_RANGE',
    ],
  },
  async ({ query }, { ledger }) => {
    const index = await indexOf(query.id, query.index, ledger)
    const bytes = ledger.entry(index)
    const signed = checkpoints(ledger)
    const newest = signed.find(({ size }) => size > index)
    const size = query.size ?? newest?.size ?? ledger.size
    const path = ledger.inclusionProof(index, size)
    const note = signed.find((checkpoint) => checkpoint.size === size)?.note
    const proof =
      note === undefined ? {} : { proof: formatTlogProof({ index, path, checkpoint: note }) }
    return jsonAnswer({ index, size, entry: toBase64(bytes), path: path.map(toBase64), ...proof })
  },
)

const consistency = publicRoute(
  {
    method: 'GET',
    url: '/v1/proofs/consistency',
    tag: TAG,
    operationId: 'proveConsistency',
    summary: 'Proof that an older tree is the beginning of a newer one',
    query: {
      first: requiredParam(integerParam(0, INDEX_MAX, 'Size of the older tree.')),
      second: integerParam(
        0,
        INDEX_MAX,
        'Size of the newer tree; the published one when left out.',
      ),
    },
    answers: {
      200: {
        description: 'The proof, RFC 6962 §2.1.2; empty when either size is 0 or both are equal.',
        mediaType: JSON_TYPE,
        schema: objectOf({ first: VALUES.count, second: VALUES.count, path: VALUES.path }),
      },
    },
    codes: ['PROOF_INDEX_RANGE', 'CHECKPOINT_NOT_PUBLISHED'],
  },
  ({ query }, { ledger }) => {
    const { first } = query
    const second = query.second ?? sizeOf(ledger.publishedCheckpoint())
    if (first > second || second > ledger.size) {
      throw new LedgerError('PROOF_INDEX_RANGE', { size: ledger.size })
    }
    const path = first === 0 ? [] : ledger.consistencyProof(first, second)
    return jsonAnswer({ first, second, path: path.map(toBase64) })
  },
)

/** In the order in which they are documented. */
export const PROOF_ROUTES = [entry, inclusion, consistency]

async function indexOf(
  prefix: string | undefined,
  index: number | undefined,
  ledger: ApiLedger,
): Promise<number> {
  if ((prefix === undefined) === (index === undefined)) {
    throw new LedgerError('REQUEST_INVALID', { at: 'query', reason: 'either id or index' })
  }
  if (index !== undefined) return index
  const found = ledger.indexOf(await ledger.resolve(prefix ?? ''))
  // A proposal that waits has no place in the log, and nobody is told that it exists.
  if (found === undefined) throw new LedgerError('STATEMENT_NOT_FOUND')
  return found
}

/** What is signed: the published checkpoint first, because others have it too. */
function checkpoints(
  ledger: ApiLedger,
): readonly { readonly note: string; readonly size: number }[] {
  const shown = ledger.health().publishedSize === undefined ? [] : [ledger.publishedCheckpoint()]
  return [...shown, ledger.headCheckpoint()].map((note) => ({
    note,
    size: sizeOf(note),
  }))
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
