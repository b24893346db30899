import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { openDatabase } from '../../src/database/connect.ts'
import { whileListening } from './while-listening.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
})
afterAll(() => desk.close())

const leaseMs = 600

function listener(name: string, log: string[], owner?: string) {
  const stopping = new AbortController()
  const warnings: string[] = []
  const ended = whileListening(
    {
      lease: desk.runtime.surfaceLease,
      surface: 'telegram',
      warn: (line) => void warnings.push(line),
      leaseMs,
      owner,
    },
    (signal) => {
      log.push(`${name} listens`)
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          log.push(`${name} stops`)
          resolve()
        })
      })
    },
    stopping.signal,
  )
  return {
    warnings,
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

test('E11 one process listens; when it stops, the one that waited does', async () => {
  const log: string[] = []
  const first = listener('first', log)
  await expect.poll(() => log).toEqual(['first listens'])
  const second = listener('second', log)
  await expect.poll(() => second.warnings).toHaveLength(1)
  expect(second.warnings[0]).toContain('another process listens')
  await first.stop()
  await expect
    .poll(() => log, { timeout: 5000 })
    .toEqual(['first listens', 'first stops', 'second listens'])
  await second.stop()
})

test('E11 a process that died leaves its place when its lease is over', async () => {
  const log: string[] = []
  await desk.runtime.surfaceLease.hold('telegram', 'a process that was killed', leaseMs)
  const next = listener('next', log)
  await expect.poll(() => log, { timeout: 5000 }).toEqual(['next listens'])
  await next.stop()
})

test('E11 the next child of one supervisor listens at once where the last was killed', async () => {
  const log: string[] = []
  await desk.runtime.surfaceLease.hold('telegram', 'supervisor 1', 60_000)
  const next = listener('next', log, 'supervisor 1')
  await expect.poll(() => log).toEqual(['next listens'])
  expect(next.warnings).toEqual([])
  await next.stop()
})

test('E11 who lost the lease stops, and asks for it again', async () => {
  const log: string[] = []
  const one = listener('one', log)
  await expect.poll(() => log).toEqual(['one listens'])
  const url = desk.runtime.config.databaseUrl?.reveal() ?? ''
  const { db, close } = openDatabase({ url, name: 'thief' })
  await db.updateTable('surface_leases').set({ owner: 'a thief' }).execute()
  await expect
    .poll(() => log, { timeout: 5000 })
    .toEqual(['one listens', 'one stops', 'one listens'])
  expect(one.warnings[0]).toContain('the right to listen was lost')
  await close()
  await one.stop()
})
