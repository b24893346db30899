import { afterAll, beforeAll, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { parseDecimal } from '../money.ts'
import type { LegFill } from '../trade/trade.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  await desk.desk.trades.declareBalances([
    { venue: 'kucoin', asset: 'USDT', free: parseDecimal('10000') },
    { venue: 'binance', asset: 'BTC', free: parseDecimal('5') },
  ])
})
afterAll(() => desk.close())

async function approved(n: number): Promise<string> {
  const route = `cross BTC/USDT kucoin>binance${n}`
  const asked = await desk.desk.approvals.ask(crossOpportunity({ route }), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  const card = cardIn(await desk.say(`approve ${asked.approval.id}`))
  return (card.json as { trade: string }).trade
}

async function settled(n: number): Promise<string> {
  const id = await approved(n)
  const { trades } = desk.desk
  const claim = await trades.claim(id, 'test', 10_000)
  if (claim.outcome !== 'claimed') throw new Error('not claimed')
  const { plan, expectedNet } = claim.trade
  const begun = await trades.begin(id, claim.epoch, plan, expectedNet)
  if (begun.outcome !== 'begun') throw new Error(begun.outcome)
  for (const [i, leg] of plan.entries()) {
    const sentAt = new Date()
    const fill: LegFill = {
      venue: leg.venue,
      symbol: leg.symbol,
      side: leg.side,
      orderId: `${id}-${i + 1}`,
      filled: leg.amount,
      average: leg.average,
      fee: leg.fee,
      spent: leg.spends,
      received: leg.receives,
      sentAt,
      filledAt: new Date(sentAt.getTime() + 120),
    }
    await trades.addFill(id, claim.epoch, fill)
  }
  await trades.finish(id, claim.epoch, {
    state: 'settled',
    realisedNet: parseDecimal('1.155873625017436928'),
    realisedUsdt: 1.16,
    residual: [],
    reason: '',
  })
  return id
}

test('a settled trade is shown leg by leg with its timeline, found by the end of its id', async () => {
  const id = await settled(1)
  const reply = await desk.say(`trade ${id.slice(-4)}`)
  expect(cardIn(reply).json).toMatchObject({
    id,
    state: 'settled',
    expected: { net: '1.200000000000000001', asset: 'USDT' },
    realised: { net: '1.155873625017436928', asset: 'USDT' },
    legs: [
      { venue: 'kucoin', price: '81000.123456789012345678', fee_asset: 'BTC' },
      { venue: 'binance', price: '82100.5', fee_asset: 'USDT' },
    ],
  })
  const { timeline } = cardIn(reply).json as { timeline: { what: string }[] }
  expect(timeline.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['asked', 'approved by terminal:ann', 'trade created', 'settled']),
  )
  expect(timeline[0]?.what).toBe('asked')
  expect(textOf(reply)).toContain('Realised +1.15587 USDT; +1.2 USDT expected.')
  expect(textOf(await desk.say('status'))).toContain('+1.16 USDT realised')
})

test('trades are listed newest first, a page at a time', async () => {
  const ids: string[] = []
  for (let n = 2; n <= 4; n++) ids.push(await settled(n))
  const listed = async (line: string) => cardIn(await desk.say(line)).json
  expect(await listed('trades 2')).toMatchObject({
    page: 1,
    more: true,
    trades: [{ id: ids[2] }, { id: ids[1] }],
  })
  expect(await listed('trades --limit 2 --page 2')).toMatchObject({ page: 2, more: false })
  expect(textOf(await desk.say('trades --page 9'))).toContain('There is no page 9')
  const [older] = cardIn(await desk.say('trades 2')).actions ?? []
  expect(older).toMatchObject({ command: 'trades', args: { limit: '2', page: '2' } })
})

test('a trade under way shows its plan', async () => {
  const id = await approved(9)
  expect(textOf(await desk.say(`trade ${id}`))).toContain('Prices are checked again')
})
