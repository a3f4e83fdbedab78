/**
 * Tests. The whole suite builds dist/ first (test/build.ts), because the command line, the server
 * processes and the worker threads run from there.
 */
import { configDefaults, defineConfig } from 'vitest/config'

/** Pure functions and their tables: files share one process and its modules, which saves half a minute. */
const PURE = ['test/core/**/*.test.ts', 'test/rules/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/build.ts'],
    // Processes, not threads: native modules and signals belong to a process.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: process.env['SLOW'] === '1' ? 600_000 : 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...PURE],
        },
      },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
  },
})
