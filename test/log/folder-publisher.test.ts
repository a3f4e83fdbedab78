/** A folder that is kept up to date while a log grows. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { LedgerError } from '../../ledger/core/errors.js'
import { FolderPublisher } from '../../ledger/log/folder-publisher.js'
import type { PublicLog } from '../../ledger/log/public-log.js'
import { openPublishedFolder } from '../../ledger/log/published-folder.js'
import { crypto, SyntheticLog } from '../c2sp/synthetic-log.js'

const root = mkdtempSync(join(tmpdir(), 'waybill-follow-'))
afterAll(() => rmSync(root, { recursive: true }))

async function following(log: SyntheticLog, folder: string, more: Partial<PublicLog> = {}) {
  const errors: unknown[] = []
  const publisher = await FolderPublisher.start({
    log: { ...log.publicLog, ...more },
    folder,
    everyMs: 20,
    options: { policy: log.policy, crypto },
    onError: (error) => errors.push(error),
  })
  return { publisher, errors }
}

function checkpointOf(folder: string): string | undefined {
  return existsSync(join(folder, 'checkpoint'))
    ? openPublishedFolder(folder).checkpoint()
    : undefined
}

describe('a folder publisher', () => {
  test('publishes before it answers, follows, and publishes once more at the end', async () => {
    const [log, folder] = [await new SyntheticLog().publish(10), join(root, 'follow')]
    const { publisher, errors } = await following(log, folder)

    expect(checkpointOf(folder)).toBe(log.publicLog.checkpoint())
    await log.publish(300)
    await expect.poll(() => checkpointOf(folder)).toBe(log.publicLog.checkpoint())
    await log.publish(301)
    await publisher.close()
    expect(checkpointOf(folder)).toBe(log.publicLog.checkpoint())
    await log.publish(302)
    await pause(60)
    expect(checkpointOf(folder)).toContain('\n301\n')
    expect(errors).toEqual([])
  })

  test('refuses at once what publish refuses', async () => {
    const folder = join(root, 'ahead')
    await (await following(await new SyntheticLog().publish(10), folder)).publisher.close()
    const older = await new SyntheticLog().publish(9)

    await expect(following(older, folder)).rejects.toMatchObject({ code: 'PUBLISH_FOLDER_AHEAD' })
    expect(checkpointOf(folder)).toContain('\n10\n')
  })

  test('tells of a turn that failed, and does better at the next', async () => {
    const [log, folder] = [await new SyntheticLog().publish(10), join(root, 'fails')]
    let broken = false
    const entries = (index: number, width: number): Uint8Array => {
      if (broken) throw new LedgerError('ENTRY_MISMATCH', { index })
      return log.publicLog.entries(index, width)
    }
    const { publisher, errors } = await following(log, folder, { entries })
    broken = true
    await log.publish(20)
    await expect.poll(() => errors.length).toBeGreaterThan(1)

    expect(errors[0]).toMatchObject({ code: 'ENTRY_MISMATCH' })
    expect(checkpointOf(folder)).toContain('\n10\n')
    broken = false
    await expect.poll(() => checkpointOf(folder)).toContain('\n20\n')
    await publisher.close()
  })

  test('has nothing to do while nothing may be published', async () => {
    const [log, folder] = [await new SyntheticLog().publish(10), join(root, 'quorum')]
    let quorum = false
    const checkpoint = (): string => {
      if (!quorum) throw new LedgerError('CHECKPOINT_NOT_PUBLISHED')
      return log.publicLog.checkpoint()
    }
    const { publisher, errors } = await following(log, folder, { checkpoint })
    await pause(60)

    expect(existsSync(folder)).toBe(false)
    quorum = true
    await expect.poll(() => checkpointOf(folder)).toContain('\n10\n')
    await publisher.close()
    expect(errors).toEqual([])
  })
})
