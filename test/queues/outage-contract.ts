// The server goes away and returns.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { aborted, eventually, newPrefix } from './test-desks.ts'
import type { TestDesks } from './test-desks.ts'

const gone = /ECONNREFUSED|isn't writeable|did not take|closed/

export function outageContract(desks: TestDesks): void {
  test('F1: while the server is gone adding fails fast, and everything goes on when it is back', async (context) => {
    const { stop, start } = desks.server()
    if (stop === undefined) return context.skip('TEST_REDIS_URL names a server that is not ours')
    const lines: string[] = []
    const queues = await desks.open(newPrefix(), lines)
    const ran: string[] = []
    await queues.work(
      'execute-trade',
      async ({ trade }) => {
        ran.push(trade)
      },
      { concurrency: 2 },
    )
    let shards = 0
    await queues.work(
      'shard',
      async (_, { signal }) => {
        shards++
        await aborted(signal)
        shards--
      },
      { concurrency: 1, endless: true },
    )
    let ticks = 0
    await queues.work(
      'sweep',
      async () => {
        ticks++
      },
      { concurrency: 1 },
    )
    await queues.schedule('sweep', {}, 300)
    let missed = 0
    const heard: string[] = []
    await queues.subscribe(
      'settings',
      (text) => heard.push(text),
      () => missed++,
    )
    await queues.enqueue('shard', { shard: 's' }, { id: 's' })
    await queues.enqueue('execute-trade', { trade: 'before' }, { id: 'before' })
    await eventually('all runs', () => ran.length === 1 && shards === 1 && ticks > 0)
    // What has run must also be ticked off, or it runs again: at least once is all that is promised.
    await sleep(200)

    await stop()
    const from = performance.now()
    await expect(queues.enqueue('execute-trade', { trade: 'lost' })).rejects.toThrow(gone)
    expect(performance.now() - from).toBeLessThan(2_500)
    expect(await queues.isReady()).toBe(false)
    await expect(queues.publish('settings', 'lost')).rejects.toThrow(gone)
    await eventually('a shard without a lock stops', () => shards === 0)
    expect(lines.filter((line) => line.includes('is gone'))).toHaveLength(1)

    await start()
    const ticksBefore = ticks
    await eventually('messages may be missed', () => missed === 1)
    await queues.enqueue('execute-trade', { trade: 'after' }, { id: 'after' })
    await queues.publish('settings', 'after')
    await eventually('a job runs', () => ran.includes('after'))
    await eventually('a message is heard', () => heard.includes('after'))
    await eventually('the schedule ticks', () => ticks > ticksBefore + 2, 15_000)
    await eventually('the shard runs', () => shards === 1, 15_000)
    expect(ran).toEqual(['before', 'after'])
    expect(lines.filter((line) => line.includes('is back after'))).toHaveLength(1)
    expect(lines).toHaveLength(3)
  }, 60_000)

  test('F1: closing while the server is gone does not hang', async (context) => {
    const { stop, start } = desks.server()
    if (stop === undefined) return context.skip('TEST_REDIS_URL names a server that is not ours')
    const queues = await desks.open(newPrefix())
    let runs = 0
    await queues.work(
      'shard',
      async (_, { signal }) => {
        runs++
        await aborted(signal)
      },
      { concurrency: 1, endless: true },
    )
    await queues.subscribe('settings', () => {})
    await queues.enqueue('shard', { shard: 's' })
    await eventually('it runs', () => runs === 1)
    await stop()
    await sleep(500)
    const from = performance.now()
    await queues.close()
    const ms = performance.now() - from
    await start()
    expect(ms).toBeLessThan(5_000)
  })
}
