/**
 * The log in the form of c2sp.org/tlog-tiles, for anybody: hashes and entries by tiles. DESIGN 7.2.
 *
 * The addresses are those of the specification, below the same prefix as /checkpoint. A path is read
 * into integers and never reaches a file system. What a tile holds never changes, so it may be kept
 * for ever; that there is none yet is said by a problem document, which nothing keeps.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { LedgerError } from '../../ledger/core/errors.js'
import { ENTRIES, parseTilePath, type TileName } from '../../ledger/core/tile.js'
import { type Answer, integerParam, publicRoute, requiredParam, textParam } from '../spec.js'

const TAG = 'log'
const BYTES_TYPE = 'application/octet-stream'
const BYTES = { type: 'string', contentMediaType: BYTES_TYPE }
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' }
/** Highest level that the specification names. */
const LEVEL_MAX = 63
const PATH_CHARS_MAX = 64

const gzipped = promisify(gzip)

const path = requiredParam(
  textParam(
    '^(?:x[0-9]{3}/)*[0-9]{3}(?:\\.p/[1-9][0-9]{0,2})?$',
    PATH_CHARS_MAX,
    'Index in groups of three digits, all but the last with an `x`, such as `x001/x234/067`; then `.p/` and the width, where it is below 256. Holds slashes.',
  ),
)

const entries = publicRoute(
  {
    method: 'GET',
    url: '/tile/entries/*',
    tag: TAG,
    operationId: 'getEntryBundle',
    summary: 'A bundle of up to 256 entries',
    description:
      'c2sp.org/tlog-tiles: each entry behind its length in two bytes. Every width up to the published checkpoint is there. Compressed where `Accept-Encoding` allows gzip.',
    params: { path },
    answers: { 200: { description: 'The entries.', mediaType: BYTES_TYPE, schema: BYTES } },
    codes: ['TILE_NOT_FOUND', 'CHECKPOINT_NOT_PUBLISHED'],
  },
  async ({ params, headers }, { ledger }) => {
    const { index, width } = nameOf(`tile/${ENTRIES}/${params.path}`)
    const bundle = ledger.publicLog.entries(index, width)
    const varying = { ...FOR_EVER, vary: 'Accept-Encoding' }
    if (!acceptsGzip(headers['accept-encoding'])) return bytesAnswer(bundle, varying)
    return bytesAnswer(await gzipped(bundle), { ...varying, 'content-encoding': 'gzip' })
  },
)

const tile = publicRoute(
  {
    method: 'GET',
    url: '/tile/:level/*',
    tag: TAG,
    operationId: 'getTile',
    summary: 'A tile of up to 256 hashes',
    description:
      'c2sp.org/tlog-tiles: consecutive hashes of perfect subtrees of 256^level leaves, 32 bytes each. Every width up to the published checkpoint is there.',
    params: {
      level: requiredParam(integerParam(0, LEVEL_MAX, 'Level of the tile; 0 has the leaf hashes.')),
      path,
    },
    answers: { 200: { description: 'The hashes.', mediaType: BYTES_TYPE, schema: BYTES } },
    codes: ['TILE_NOT_FOUND', 'CHECKPOINT_NOT_PUBLISHED'],
  },
  ({ params }, { ledger }) => {
    const { index, width } = nameOf(`tile/${params.level}/${params.path}`)
    return bytesAnswer(ledger.publicLog.tile(params.level, index, width), FOR_EVER)
  },
)

/** In the order in which they are documented. */
export const TILE_ROUTES = [tile, entries]

/** @throws LedgerError TILE_NOT_FOUND for what no tile is called */
function nameOf(text: string): TileName {
  const name = parseTilePath(text)
  if (name === undefined) throw new LedgerError('TILE_NOT_FOUND')
  return name
}

function bytesAnswer(body: Uint8Array, headers: Readonly<Record<string, string>>): Answer {
  return { status: 200, body, mediaType: BYTES_TYPE, headers }
}

/** RFC 9110 §12.5.3: named, or meant by the star, and not with a weight of zero. */
function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  const items = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',')
  const weights = new Map<string, boolean>()
  for (const item of items) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
    weights.set(coding, !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter)))
  }
  return weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? false
}
