/**
 * `waybill search`: statements by what they say. DESIGN 7.1.
 *
 * Finds and lists; judges nothing. Without any term it lists everything that may be read.
 */
import type { Command } from 'commander'
import type { SearchItem } from '../../client/index.js'
import type { JsonObject } from '../../ledger/core/json.js'
import { type Cli, type Job, wholeNumber, withSource } from '../command.js'
import type { ExitCode } from '../io.js'
import { refuseUnknownAsked } from '../known-query.js'
import type { LedgerSource } from '../ledger-source.js'
import { type SearchFlags, searchQuery } from '../search-query.js'
import { searchTable } from '../search-text.js'
import { withLedger } from '../source.js'

export function registerSearch(program: Command, cli: Cli): void {
  withSource(program.command('search'))
    .option('--party <id>', 'party that is involved (id or alias)')
    .option('--type <type>', 'type of statement, such as transfer')
    .option('--from <country>', 'country that the data leaves, such as DE')
    .option('--to <country>', 'country that the data goes to')
    .option('--country <country>', 'country that takes part in any way')
    .option('--purpose <term>', 'purpose: an IRI, or a short form such as dpv:Marketing')
    .option('--dataset <name>', 'name of a dataset, all of it')
    .option('--digest <sha256>', 'SHA-256 of a dataset or of a report')
    .option('--since <time>', 'recorded then or later: a day, a UTC time, or seconds since 1970')
    .option('--until <time>', 'recorded then or earlier')
    .option('--limit <number>', 'most statements to list; 50 if left out', wholeNumber(1, 100_000))
    .option('--key <file>', 'private key that signs in to a server: PKCS#8 PEM, mode 0600')
    .option('--signer <exec:command>', 'command that signs in: bytes on stdin, 64 bytes out')
    .option('--public-key <key>', 'public key of --signer: base64url, or a JWK or PEM file')
    .option('--api-key <file>', 'private key that signs in, if another than --key')
    .description('find statements by what they say')
    .action(cli.action(search))
}

type Flags = SearchFlags & { readonly limit?: number }

const LIMIT_DEFAULT = 50
/** Most statements that a server gives at once. */
const PAGE_MAX = 200

type Found = {
  readonly items: readonly SearchItem[]
  readonly size: number
  readonly more: boolean
}

async function search(job: Job<Flags>): Promise<ExitCode> {
  const query = searchQuery(job.flags, job.settings)
  const limit = job.flags.limit ?? LIMIT_DEFAULT
  const { found, server } = await withLedger(asked(job), async (source) => {
    const found = await collect(source, query, { limit, job })
    if (found.items.length === 0) await refuseUnknownAsked(query, source)
    return { found, server: source.flag.startsWith('--server') }
  })
  const { items, size, more } = found
  job.out.result({ items: items.map(itemJson), tree_size: size, more }, () =>
    items.length === 0 ? ['nothing found'] : searchTable(items, job.settings),
  )
  if (more) job.out.note(`There may be more; ask for it with --limit ${2 * limit}`)
  if (items.length === 0 && server)
    job.out.note('A server finds what you are involved in; an auditor finds everything.')
  return 0
}

/** Here `--party` is what is looked for, not who asks. */
function asked<Flags>(job: Job<Flags>): Job<Flags> {
  const [{ party: _, ...flags } = {}, ...rest] = job.settings.layers
  return { ...job, settings: { ...job.settings, layers: [flags, ...rest] } }
}

/** Pages until there are enough. */
async function collect(
  source: LedgerSource,
  query: ReturnType<typeof searchQuery>,
  { limit, job }: { readonly limit: number; readonly job: Job },
): Promise<Found> {
  const items: SearchItem[] = []
  let cursor: string | undefined
  for (;;) {
    job.out.progress(`${items.length} found`)
    const page = await source.search({
      ...query,
      limit: Math.min(PAGE_MAX, limit - items.length),
      ...(cursor === undefined ? {} : { cursor }),
    })
    items.push(...page.items)
    cursor = page.cursor
    if (cursor === undefined || items.length >= limit)
      return { items, size: page.size, more: cursor !== undefined }
  }
}

function itemJson({ id, index, time, ...summary }: SearchItem): JsonObject {
  return { id, index, time, ...(summary as unknown as JsonObject) }
}
