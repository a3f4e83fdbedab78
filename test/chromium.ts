/**
 * A headless Chromium for tests, where one is installed (`.ci/run` installs Debian's).
 *
 * playwright-core's own types ask for a browser's globals, which nothing here has: so it is loaded as
 * CommonJS, with the types of the few calls that tests make.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type Locator = {
  count(): Promise<number>
  textContent(): Promise<string | null>
}

export type Page = {
  on(event: 'request', heard: (request: { url(): string }) => void): void
  on(event: 'console', heard: (message: { text(): string }) => void): void
  on(event: 'pageerror', heard: (error: Error) => void): void
  goto(url: string): Promise<unknown>
  waitForLoadState(state: 'networkidle'): Promise<void>
  locator(selector: string): Locator
  evaluate(script: string): Promise<unknown>
  pdf(settings: { readonly format: 'A4' }): Promise<Buffer>
}

export type Browser = { newPage(): Promise<Page>; close(): Promise<void> }

type Playwright = {
  readonly chromium: {
    launch(settings: {
      readonly executablePath: string
      readonly args: readonly string[]
    }): Promise<Browser>
  }
}

/** Undefined where no Chromium is installed: then tests say that they were skipped. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
)

/** As root, as CI is, Chromium has no sandbox of its own. */
export function startChromium(executablePath: string): Promise<Browser> {
  const { chromium } = require('playwright-core') as Playwright
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  return chromium.launch({ executablePath, args })
}

/** The script of axe-core, to be run in a page. */
export function axeScript(): string {
  return require.resolve('axe-core/axe.min.js')
}
