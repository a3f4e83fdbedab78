/**
 * One HTTP call to a witness, bounded in every direction. dangers: server-side request forgery.
 *
 * Only addresses of the operator's policy file are called; no redirect is followed, since it would be
 * the witness that chooses the next address; the answer has a size and a time limit.
 */
import { LedgerError } from '../core/errors.js'

export type CallReply = { readonly status: number; readonly body: string }

export type CallOptions = {
  readonly method: 'GET' | 'POST'
  readonly body?: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** A whole note of sixty-four post-quantum lines. */
const ANSWER_BYTES_MAX = 262_144

/**
 * Calls; any status is an answer.
 *
 * @throws LedgerError WITNESS_UNAVAILABLE with a `reason`
 */
export async function callWitness(url: URL, options: CallOptions): Promise<CallReply> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
  try {
    const response = await fetch(url, {
      method: options.method,
      redirect: 'error',
      signal,
      ...(options.body === undefined ? {} : { body: options.body }),
    })
    return { status: response.status, body: await bounded(response) }
  } catch (error) {
    if (error instanceof LedgerError) throw error
    const reason = signal.aborted ? 'no answer in time' : 'no connection, or a redirect'
    throw new LedgerError('WITNESS_UNAVAILABLE', { reason }, error)
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > ANSWER_BYTES_MAX) {
      throw new LedgerError('WITNESS_UNAVAILABLE', { reason: 'the answer is too long' })
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/**
 * The address of a witness, with a final slash.
 *
 * @throws LedgerError CONFIG_INVALID unless it is http(s) without credentials, query and fragment
 */
export function witnessAddress(text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new LedgerError('CONFIG_INVALID', { at: 'policy', reason: "a witness's url" }, cause)
  }
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!plain || !['http:', 'https:'].includes(url.protocol)) {
    throw new LedgerError('CONFIG_INVALID', { at: 'policy', reason: "a witness's url" })
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
