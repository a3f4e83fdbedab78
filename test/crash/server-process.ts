/**
 * `waybill serve` as a process of its own, on loopback: started, asked, killed. Runs from dist/.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STARTING_MAX_MS = 60_000

export type Reply = { readonly status: number; readonly text: string }

export type Call = {
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string>>
}

export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export class ServerProcess {
  /** Everything it printed, to both streams. */
  printed = ''
  url = ''
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ending>
  readonly #child: ChildProcess
  readonly #agent = new Agent({ keepAlive: true })
  /** Resolves when it listens; rejects when it ended before. */
  readonly #listening: Promise<void>

  constructor(folder: string, flags: readonly string[] = ['--workers', '1']) {
    const argv = ['dist/cli/main.js', 'serve', '--dir', folder, '--port', '0', ...flags]
    this.#child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#agent.destroy()
        resolve({ code, signal })
      })
    })
    this.#listening = this.#waitForUrl()
    // Whoever kills it while it starts does not wait for it to listen.
    this.#listening.catch(() => undefined)
  }

  static async start(folder: string, flags?: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(folder, flags)
    await server.listening()
    return server
  }

  listening(): Promise<void> {
    return this.#listening
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async kill(): Promise<Ending> {
    this.signal('SIGKILL')
    return await this.ended
  }

  /** Asks it to end in good order. */
  async stop(): Promise<Ending> {
    this.signal('SIGTERM')
    return await this.ended
  }

  /** One call. Rejects when the connection ends before the whole answer is here. */
  call(method: string, path: string, { body, headers = {} }: Call = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request(
        this.url + path,
        { method, agent: this.#agent, headers: { ...headers, ...lengthOf(body) } },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('close', () => {
            if (!answer.complete) reject(new Error('the answer is cut off'))
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** Posts JSON, or what is given as another type. */
  post(path: string, body: Uint8Array | string, type = 'application/json'): Promise<Reply> {
    return this.call('POST', path, { body, headers: { 'content-type': type } })
  }

  #waitForUrl(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.signal('SIGKILL'), STARTING_MAX_MS)
      const take = (chunk: Buffer): void => {
        this.printed += chunk.toString()
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(this.printed)?.[0]
        if (url === undefined || this.url !== '') return
        this.url = url
        clearTimeout(timer)
        resolve()
      }
      this.#child.stdout?.on('data', take)
      this.#child.stderr?.on('data', take)
      void this.ended.then(({ code, signal }) => {
        clearTimeout(timer)
        reject(
          new Error(`the server ended (${code ?? signal}) before it listened: ${this.printed}`),
        )
      })
    })
  }
}

function lengthOf(body: Uint8Array | string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}
