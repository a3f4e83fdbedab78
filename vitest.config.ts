/**
 * Tests. The whole suite builds dist/ first (test/build.ts), because the command line, the server
 * processes and the worker threads run from there.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    // Processes, not threads: native modules and signals belong to a process.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: process.env['SLOW'] === '1' ? 600_000 : 30_000,
    hookTimeout: 60_000,
  },
})
