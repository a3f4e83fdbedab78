/** One core in a tight loop: a signature, and the full check of one standard statement. */
import {
  bestCrypto,
  checkStatement,
  fromBase64url,
  parseEnvelope,
  parseJson,
  signingInput,
  utf8Decode,
  utf8Encode,
} from '../ledger/index.js'
import { type Bench, ORIGIN, standardText } from './fixtures.js'

export type CheckFigures = {
  /** Ed25519 verifications of a standard statement's signing input per second. */
  readonly verify_per_core: number
  /** Full checks (parse, JCS, open everything, two verifications) per second. */
  readonly statement_check_per_core: number
  /** Envelope with disclosures as JSON text, in bytes. */
  readonly statement_bytes: number
}

const SAMPLES = 256
const ROUNDS = 25
const ROUND_MS = 140
/** Until the engine has compiled what a check runs through. */
const WARM_MS = 2_500

/** The two loops take turns, so that a noisy moment meets both. */
export async function measureChecks(bench: Bench): Promise<CheckFigures> {
  const texts: Uint8Array[] = []
  for (let count = 0; count < SAMPLES; count += 1) texts.push(utf8Encode(await standardText(bench)))
  const crypto = bestCrypto()
  const keys = new Map(
    [bench.exporter, bench.importer].map(({ kid, publicKey }) => [kid, publicKey]),
  )
  const context = {
    origin: ORIGIN,
    crypto,
    keyOf: (kid: typeof bench.exporter.kid) => keys.get(kid),
  }
  const envelopes = texts.map((text) => parseEnvelope(parseJson(utf8Decode(text))))
  const signed = envelopes.flatMap((envelope) =>
    envelope.signatures.slice(0, 1).map((item) => ({
      message: signingInput(item.protected, envelope.payload),
      signature: fromBase64url(item.signature),
    })),
  )
  const verify = (turn: number): void => {
    const item = signed[turn % SAMPLES]
    if (
      item === undefined ||
      !crypto.verify(item.signature, item.message, bench.exporter.publicKey)
    ) {
      throw new Error('a good signature did not verify')
    }
  }
  const check = (turn: number): void => {
    const text = texts[turn % SAMPLES]
    if (text === undefined) throw new Error('no sample')
    checkStatement(parseEnvelope(parseJson(utf8Decode(text)), crypto.codec), context)
  }
  perSecond(verify, ROUND_MS)
  perSecond(check, WARM_MS)
  const rates = Array.from(
    { length: ROUNDS },
    () => [perSecond(verify, ROUND_MS), perSecond(check, ROUND_MS)] as const,
  )
  return {
    verify_per_core: median(rates.map(([rate]) => rate)),
    statement_check_per_core: median(rates.map(([, rate]) => rate)),
    statement_bytes: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length),
  }
}

function perSecond(turn: (count: number) => void, forMs: number): number {
  const end = performance.now() + forMs
  const start = performance.now()
  let count = 0
  while (performance.now() < end) {
    for (let inner = 0; inner < 50; inner += 1) turn(count + inner)
    count += 50
  }
  return Math.round((count / (performance.now() - start)) * 1_000)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
