#!/usr/bin/env node
/**
 * The process around `run`: its arguments, streams and signals. Nothing is decided here.
 */
import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { readEnvironment } from './config.js'
import { run } from './run.js'

// A reader that went away (`waybill … | head`) is no error of ours.
process.stdout.on('error', () => process.exit(process.exitCode ?? 0))

process.exitCode = await run(process.argv.slice(2), {
  stdin: { bytes: process.stdin, isTty: process.stdin.isTTY === true },
  stdout: {
    write: (data) => void process.stdout.write(data),
    isTty: process.stdout.isTTY === true,
  },
  stderr: {
    write: (text) => void process.stderr.write(text),
    isTty: process.stderr.isTTY === true,
  },
  environment: readEnvironment(),
  ownProcess: true,
  now: Date.now,
  random: (count) => Uint8Array.from(randomBytes(count)),
  untilInterrupted: () => {
    const controller = new AbortController()
    // Once each: a second Ctrl-C ends the process the hard way.
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
    return controller.signal
  },
})
