import { expect, test } from 'vitest'
import { crossOpportunity } from '../../test/opportunities.ts'
import { posted } from '../../test/notifications.ts'
import { digestCard } from './digest-card.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const gaps = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    posted(
      {
        kind: 'opportunity',
        opportunity: crossOpportunity({ id: `gap${i}`, netPercent: 0.42 - i * 0.01 }),
        blocked: 'approval.mode is alert',
      },
      i,
    ),
  )

test('a flood is one message: how many, how good, and the best of them', () => {
  const card = digestCard(gaps(14).toReversed(), 60_000, labels)
  expect(card?.title).toBe('14 more in the last minute, best 0.42 %')
  expect(card?.badges).toEqual(['PAPER', 'SIMULATED MARKET'])
  expect(card?.tables?.[0]?.rows).toHaveLength(5)
  expect(card?.tables?.[0]?.rows[0]).toEqual(['+0.42 %', '1.2', 'BTC/USDT kucoin → binance'])
})

test('nothing to tell is no message', () => {
  expect(digestCard([], 60_000, labels)).toBeUndefined()
})
