// Jobs, schedules and messages, whatever server they run on.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eventually, newPrefix } from './test-desks.ts'
import type { TestDesks } from './test-desks.ts'

export function jobsContract(backend: 'redis' | 'postgres', desks: TestDesks): void {
  test('a job runs once, with its payload', async () => {
    const queues = await desks.open(newPrefix())
    expect(queues.backend).toBe(backend)
    expect(await queues.isReady()).toBe(true)
    const ran: unknown[] = []
    await queues.work(
      'execute-trade',
      async ({ trade }, { attempt, signal }) => {
        ran.push([trade, attempt, signal.aborted])
      },
      { concurrency: 2 },
    )
    await queues.enqueue('execute-trade', { trade: 'one' })
    await queues.enqueue('execute-trade', { trade: 'two' }, { id: '17', delayMs: 100 })
    await eventually('both run', () => ran.length === 2)
    await sleep(300)
    expect(ran).toEqual([
      ['one', 1, false],
      ['two', 1, false],
    ])
  })

  test('the smaller priority number goes first, and none before all', async () => {
    const queues = await desks.open(newPrefix())
    for (const [trade, priority] of [
      ['late', 5],
      ['early', 1],
    ] as const)
      await queues.enqueue('execute-trade', { trade }, { priority })
    await queues.enqueue('execute-trade', { trade: 'at once' })
    const ran: string[] = []
    await queues.work(
      'execute-trade',
      async ({ trade }) => {
        ran.push(trade)
      },
      { concurrency: 1 },
    )
    await eventually('all run', () => ran.length === 3)
    expect(ran).toEqual(['at once', 'early', 'late'])
  })

  test('an id that waits or runs adds nothing; a finished or failed one can be added again', async () => {
    const lines: string[] = []
    const queues = await desks.open(newPrefix(), lines)
    const add = () => queues.enqueue('shard', { shard: 'a:1' }, { id: 'a:1' })
    await add()
    await add()
    const gates: (() => void)[] = []
    await queues.work(
      'shard',
      async () => {
        await new Promise<void>((resolve) => gates.push(resolve))
        if (gates.length === 2) throw new Error('this one fails')
      },
      { concurrency: 5 },
    )
    await eventually('the first runs', () => gates.length === 1)
    await add()
    await sleep(200)
    expect(gates).toHaveLength(1)
    for (const round of [1, 2]) {
      gates[round - 1]?.()
      await sleep(200)
      await add()
      await eventually('it runs again', () => gates.length === round + 1)
    }
    gates[2]?.()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^shard .* failed: this one fails$/)
  })

  test('a schedule ticks, one tick at a time over all processes', async () => {
    const prefix = newPrefix()
    const lines: string[] = []
    const both = [await desks.open(prefix, lines), await desks.open(prefix, lines)]
    let running = 0
    let most = 0
    let ticks = 0
    for (const queues of both)
      await queues.work(
        'sweep',
        async () => {
          ticks++
          most = Math.max(most, ++running)
          await sleep(350)
          running--
        },
        { concurrency: 2 },
      )
    for (const queues of both) await queues.schedule('sweep', {}, 200)
    await eventually('five ticks', () => ticks >= 5)
    expect(most).toBe(1)
    expect(lines).toEqual([])
  })

  test('a schedule outlives its processes, and takes another period', async () => {
    const prefix = newPrefix()
    const first = await desks.open(prefix)
    await first.schedule('housekeeping', {}, 250)
    await first.close()

    const second = await desks.open(prefix)
    const at: number[] = []
    const work = await second.work(
      'housekeeping',
      async () => {
        at.push(performance.now())
      },
      { concurrency: 1 },
    )
    await eventually('it ticks', () => at.length >= 4)
    await second.schedule('housekeeping', {}, 60_000)
    await sleep(400)
    const before = at.length
    await sleep(1_000)
    expect(at.length).toBe(before)
    await second.schedule('housekeeping', {}, 200)
    await eventually('it ticks again', () => at.length >= before + 3, 2_000)
    await work.close()
  })

  test('a payload that does not fit is refused, and dropped when it is there already', async () => {
    const prefix = newPrefix()
    const lines: string[] = []
    const queues = await desks.open(prefix, lines)
    const wrong: { trade: string } = JSON.parse('{"trade": 5, "order": "BTC"}')
    await expect(queues.enqueue('execute-trade', wrong)).rejects.toThrow('expected string')
    let runs = 0
    await queues.work(
      'execute-trade',
      async () => {
        runs++
      },
      { concurrency: 1 },
    )
    await desks.server().addRaw(prefix, 'execute-trade', wrong)
    await eventually('it is dropped', () => lines.length > 0)
    await queues.enqueue('execute-trade', { trade: 'right' })
    await eventually('the right one runs', () => runs === 1)
    await sleep(1_500)
    expect(runs).toBe(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^a execute-trade job is dropped, its payload is wrong: .*order/)
  })

  test('a message reaches every process within a second', async () => {
    const prefix = newPrefix()
    const all = [await desks.open(prefix), await desks.open(prefix), await desks.open(newPrefix())]
    const heard = all.map((): string[] => [])
    const stops = await Promise.all(
      all.map((queues, i) => queues.subscribe('settings', (text) => heard[i]?.push(text))),
    )
    await all[0]?.publish('settings', 'größer 🚀')
    const ms = await eventually(
      'both hear it',
      () => heard[0]?.length === 1 && heard[1]?.length === 1,
    )
    expect(ms).toBeLessThan(1_000)
    await all[0]?.publish('other', 'not for them')
    await stops[1]?.()
    await all[0]?.publish('settings', 'second')
    await eventually('one hears it', () => heard[0]?.length === 2)
    expect(heard).toEqual([['größer 🚀', 'second'], ['größer 🚀'], []])
    await expect(all[0]?.publish('settings', 'x'.repeat(8_000))).rejects.toThrow(
      'A message on settings has 8000 bytes; 7900 are the most.',
    )
  })

  test('whoever subscribes while the last listener leaves goes on hearing', async () => {
    const queues = await desks.open(newPrefix())
    const heard: string[] = []
    const listen = () => queues.subscribe('settings', (text) => heard.push(text))
    let stop = await listen()
    for (const text of ['one', 'two', 'three']) {
      const [, next] = await Promise.all([stop(), listen()])
      stop = next
      await queues.publish('settings', text)
      await eventually('it is heard', () => heard.at(-1) === text)
    }
    expect(heard).toEqual(['one', 'two', 'three'])
  })
}
