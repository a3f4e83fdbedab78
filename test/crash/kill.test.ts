/**
 * A server that is killed again and again under load loses nothing that it promised. DESIGN 9.
 *
 * Two ledgers at once, each with a server in a process of its own. Most lives end under load, some
 * while the server is still starting and finishes what the last one left.
 */
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { Campaign } from './campaign.js'
import { ServerProcess } from './server-process.js'

const SLOW = process.env['SLOW'] === '1'
const KILLS_PER_LEDGER = SLOW ? 250 : 51
/** Of the lives, how many end before they listen. */
const KILLED_STARTING = 0.25
const LOAD_MS = { least: 20, most: 180 }
/** Things signed ahead of each life. */
const STOCK = 70

const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const campaigns = [new Campaign(seed), new Campaign(seed + 1)]
afterAll(() => {
  for (const campaign of campaigns) campaign.close()
})

type Counts = { kills: number; starting: number; broken: number }

async function live(campaign: Campaign, counts: Counts): Promise<void> {
  const { dice } = campaign
  if (dice() < KILLED_STARTING) {
    const server = new ServerProcess(campaign.ledger)
    const wait = campaign.startMs * (0.5 + 0.6 * dice())
    await Promise.race([sleep(wait), server.listening().catch(() => undefined)])
    await server.kill()
    counts.starting += 1
  } else {
    const [server] = await Promise.all([campaign.newLife(), campaign.stockUp(STOCK)])
    const stop = new AbortController()
    const load = campaign.load(server, stop.signal)
    await sleep(LOAD_MS.least + (LOAD_MS.most - LOAD_MS.least) * dice())
    await server.kill()
    stop.abort()
    counts.broken += await load
  }
  counts.kills += 1
}

async function run(campaign: Campaign): Promise<Counts> {
  const counts: Counts = { kills: 0, starting: 0, broken: 0 }
  await campaign.begin()
  while (counts.kills < KILLS_PER_LEDGER) await live(campaign, counts)
  const last = await campaign.newLife()
  expect((await last.stop()).code).toBe(0)
  await campaign.checkFolder()
  return counts
}

test(
  `SIGKILL at random moments, seed ${seed}: nothing promised is lost, nothing is said twice`,
  async () => {
    const began = performance.now()
    const counts = await Promise.all(campaigns.map(run))

    const sum = (of: (one: Counts) => number): number =>
      counts.reduce((all, one) => all + of(one), 0)
    const finished = campaigns.reduce((all, campaign) => all + campaign.finished, 0)
    const entries = campaigns.map(({ model }) => model.indexes.size)
    const checkpoints = campaigns.map(({ model }) => model.checkpoints.size)
    process.stdout.write(
      `crash: seed ${seed}, ${sum(({ kills }) => kills)} kills, ${sum(({ starting }) => starting)} of them while starting, ` +
        `${sum(({ broken }) => broken)} calls broke off, ${finished} starts finished a commit; ` +
        `entries ${entries.join(' and ')}, checkpoints ${checkpoints.join(' and ')}, ` +
        `receipts verified ${campaigns.map(({ model }) => model.receiptsVerified).join(' and ')}; ` +
        `${Math.round((performance.now() - began) / 1000)} s\n`,
    )
    expect(sum(({ kills }) => kills)).toBeGreaterThanOrEqual(100)
    expect(sum(({ broken }) => broken)).toBeGreaterThan(0)
  },
  SLOW ? 900_000 : 480_000,
)
