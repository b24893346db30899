// Endless jobs go from worker to worker: after a kill, a lost lock, a throw and an orderly close.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { aborted, eventually, newPrefix } from './test-desks.ts'
import type { TestDesks } from './test-desks.ts'

export function takeoverContract(backend: 'redis' | 'postgres', desks: TestDesks): void {
  test('an endless job of a worker killed with -9 runs elsewhere in under ten seconds', async () => {
    const prefix = newPrefix()
    const queues = await desks.open(prefix)
    await queues.enqueue('shard', { shard: 's' }, { id: 's' })
    const script = `
      import { openQueues } from '${join(import.meta.dirname, '..', '..', 'src', 'queues', 'queues.ts')}'
      const queues = await openQueues(${JSON.stringify({ ...desks.server().urls, prefix })})
      await queues.work('shard', async () => {
        console.log('runs')
        await new Promise(() => {})
      }, { concurrency: 1, endless: true })`
    const times: number[] = []
    for (let kill = 0; kill < 2; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      desks.cleanups.push(async () => child.kill('SIGKILL'))
      let runs = false
      child.stdout.on('data', () => (runs = true))
      await eventually('the child runs it', () => runs, 20_000)
      // Long enough for its lock to be prolonged a few times.
      await sleep(1_000 + kill * 700)

      let taken = false
      const work = await queues.work(
        'shard',
        async (_, { signal }) => {
          taken = true
          await aborted(signal)
        },
        { concurrency: 1, endless: true },
      )
      await sleep(100)
      expect(taken).toBe(false)
      child.kill('SIGKILL')
      times.push(await eventually('another takes it', () => taken))
      await work.close()
    }
    process.stdout.write(
      `takeover after kill -9 on ${backend}: ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')}\n`,
    )
    expect(Math.max(...times)).toBeLessThan(10_000)
  })

  test('an endless job moves on at once when its worker closes, and starts again when it throws', async () => {
    const prefix = newPrefix()
    const lines: string[] = []
    const [one, other] = [await desks.open(prefix, lines), await desks.open(prefix, lines)]
    const runs: string[] = []
    await one.enqueue('shard', { shard: 's' }, { id: 's' })
    const work = await one.work(
      'shard',
      async (_, { signal, attempt }) => {
        runs.push(`one ${attempt}`)
        if (attempt === 1) throw new Error('the feed broke')
        await aborted(signal)
      },
      { concurrency: 1, endless: true },
    )
    await eventually('it starts again', () => runs.includes('one 2'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('the feed broke')
    await other.work(
      'shard',
      async (_, { signal, attempt }) => {
        runs.push(`other ${attempt}`)
        await aborted(signal)
      },
      { concurrency: 1, endless: true },
    )
    await work.close()
    await eventually('the other has it', () => runs.includes('other 3'), 1_500)
    expect(runs).toEqual(['one 1', 'one 2', 'other 3'])
  })

  test('F3: a lost lock aborts the handler, and the job runs again', async () => {
    const prefix = newPrefix()
    const lines: string[] = []
    const queues = await desks.open(prefix, lines)
    const attempts: number[] = []
    let stopped = 0
    await queues.work(
      'shard',
      async (_, { signal, attempt }) => {
        attempts.push(attempt)
        await aborted(signal)
        stopped++
      },
      { concurrency: 1, endless: true },
    )
    await queues.enqueue('shard', { shard: 's' }, { id: 's' })
    await eventually('it runs', () => attempts.length === 1)
    await desks.server().stealLocks(prefix, 'shard')
    const ms = await eventually('it is aborted', () => stopped === 1)
    expect(ms).toBeLessThan(5_000)
    await eventually('it runs again', () => attempts.length === 2, 15_000)
    expect(attempts).toEqual([1, 2])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('is stopped here: its lock is not ours any more')
  })

  test('a handler that does not stop cannot keep the worker from closing', async () => {
    const lines: string[] = []
    const queues = await desks.open(newPrefix(), lines)
    let runs = 0
    const work = await queues.work(
      'notify',
      async () => {
        runs++
        await sleep(60_000, undefined, { ref: false })
      },
      { concurrency: 1 },
    )
    await queues.enqueue('notify', {})
    await eventually('it runs', () => runs === 1)
    const from = performance.now()
    await work.close()
    await queues.close()
    expect(performance.now() - from).toBeLessThan(5_000)
    expect(lines).toEqual([
      'a notify handler did not stop in 2500 ms; its job is run again elsewhere',
    ])
  })
}
