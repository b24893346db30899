import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openRoleBench } from '../test/role-bench.ts'
import { simulatorRole } from './simulator-role.ts'

test('venue servers that are started again listen where they did and keep the truth of before', async () => {
  let venuesUrl: string | undefined
  const bench = await openRoleBench({ venuesUrl: () => venuesUrl })
  onTestFinished(bench.close)
  const truth = () => readFileSync(join(bench.home, 'simulator-truth.jsonl'), 'utf8').split('\n')
  const first = bench.start(simulatorRole)
  venuesUrl = String((await first.ready)['url'])
  await first.stop()
  const before = truth()
  expect(before.length).toBeGreaterThan(10)

  const again = bench.start(simulatorRole)
  expect(await again.ready).toEqual({ url: venuesUrl })
  expect((await fetch(`${venuesUrl}/api.binance.com/api/v3/time`)).status).toBe(200)
  const health = await fetch(`${venuesUrl}/simulator/health`)
  const traded = ['kucoin', 'binance', 'okx', 'bybit', 'bitget']
  expect(await health.json()).toMatchObject({ status: 'ok', traded })
  await again.stop()
  expect(truth().length).toBeGreaterThan(before.length)
})
