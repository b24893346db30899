import { expect, onTestFinished, test } from 'vitest'
import { openTestDesk } from '../test/desk.ts'
import { crossOpportunity } from '../test/opportunities.ts'
import { grantTrade } from '../test/stores.ts'
import { executionOf } from './execution-of.ts'
import { housekeep } from './housekeeping.ts'

const dayMs = 86_400_000
const sinceMs = 400 * dayMs

test('old history goes, and a trade that nobody carries goes on', async () => {
  const { runtime, close } = await openTestDesk({ 'history.prices_days': '2' })
  onTestFinished(close)
  const { history, trades, executions, settings } = runtime
  const price = (daysAgo: number) => ({
    venue: 'kucoin',
    symbol: 'SOL/USDT',
    minute: new Date(Math.floor(Date.now() / 60_000) * 60_000 - daysAgo * dayMs),
    bid: 100 - daysAgo,
    ask: 101,
  })
  await history.addPrices([price(0), price(1), price(40)])
  const trade = await grantTrade(runtime, crossOpportunity())
  const held = await grantTrade(runtime, crossOpportunity({ route: 'cross BTC/USDT okx>mexc' }))
  const approved = await trades.find(held)
  if (approved === undefined) throw new Error('the trade is gone')
  await executions.create(executionOf(approved, settings.current(), 0))
  await executions.claim(held, 'another worker', 60_000)

  const carried: string[] = []
  await runtime.queues.work('execute-trade', async (job) => void carried.push(job.trade), {
    concurrency: 1,
  })
  await housekeep(runtime)
  expect((await history.prices('kucoin', 'SOL/USDT', sinceMs)).map(({ bid }) => bid)).toEqual([
    99, 100,
  ])
  await expect.poll(() => carried).toEqual([trade])
})
