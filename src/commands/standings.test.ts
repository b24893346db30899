import { afterEach, beforeEach, expect, test } from 'vitest'
import { cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { declare } from '../../test/stores.ts'
import { format, parseDecimal } from '../money.ts'
import type { JudgedAsset } from '../trade/reconcile/reconcile-store.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
})
afterEach(() => desk.close())

/** A venue that has so much less of its money than the ledger, seen twice. */
async function lose(venue: string, ours: string, there: string): Promise<void> {
  const { reconciling } = desk.runtime
  const amount = parseDecimal(there) - parseDecimal(ours)
  const books = await reconciling.books(venue)
  const asset: JudgedAsset = {
    asset: 'USDT',
    ours: parseDecimal(ours),
    there: parseDecimal(there),
    withheld: -amount,
    verdict: {
      kind: 'unexplained',
      sighting: { asset: 'USDT', amount, sightings: 2, since: books.at },
    },
  }
  const saved = await reconciling.save({ venue, books, assets: [asset], strays: [] })
  if (saved.outcome !== 'saved') throw new Error(saved.outcome)
}

test('where orders fill on paper nobody has an account, and nothing is said of any', async () => {
  for (const command of ['balances', 'inventory', 'risk', 'status']) {
    const card = cardIn(await desk.say(command))
    expect(card.json).toMatchObject({ accounts: [] })
    expect(textOf(await desk.say(command))).not.toContain('beside the ledger')
  }
})

test('D2 what differs, what is not given out and what is barred shows wherever money does', async () => {
  await declare(desk.runtime, { 'kucoin USDT': '1000', 'binance USDT': '1000' })
  await lose('kucoin', '1000', '400')
  await desk.runtime.reconciling.quarantine('binance', 'it is away')
  expect(cardIn(await desk.say('risk')).title).toContain('2 accounts barred')
  for (const command of ['balances', 'inventory', 'risk', 'status']) {
    const reply = await desk.say(command)
    const text = textOf(reply)
    expect(text, command).toContain('kucoin is reduce-only: it has 400 USDT, the ledger 1000.')
    expect(text, command).toContain('binance is quarantined: it is away.')
    expect(text, command).toMatch(/kucoin reduce-only .* ago -600 USDT 0/)
    expect(text, command).toContain('binance quarantined never unknown 0')
    expect(cardIn(reply), command).toMatchObject({
      json: {
        accounts: [
          { venue: 'binance', state: 'quarantined', looked_at: null },
          { venue: 'kucoin', state: 'reduce-only', differences: [{ amount: '-600' }] },
        ],
      },
    })
  }
  expect(textOf(await desk.say('balances'))).toContain('600 USDT on kucoin is not given out')
  // What is not given out cannot be spent, and the worth stays what the ledger says.
  const [kucoin] = (await desk.runtime.trades.balances()).filter(({ venue }) => venue === 'kucoin')
  expect([format(kucoin?.free ?? 0n), format(kucoin?.withheld ?? 0n)]).toEqual(['1000', '600'])
})

test('a reset of unexplained balances accepts what venues have beside the ledger, and says so', async () => {
  await declare(desk.runtime, { 'kucoin USDT': '1000' })
  await lose('kucoin', '1000', '400')
  const { breakers } = desk.runtime
  const { apart } = await breakers.facts()
  expect(apart).toMatchObject([{ venue: 'kucoin', asset: 'USDT', held: parseDecimal('400') }])
  const trip = { measured: 1, most: 0, why: 'a balance is apart' }
  await breakers.trip([{ breaker: 'unexplained-balance', ...trip }], 'test')
  const text = textOf(await desk.say('risk reset unexplained-balance RESET'))
  expect(text).toContain('is booked as paid in or out at the next look')
  expect((await breakers.facts()).apart).toEqual([])
  const { acceptedAt, standing } = await desk.runtime.reconciling.books('kucoin')
  expect(
    acceptedAt && standing && acceptedAt > (standing.differences[0]?.since ?? acceptedAt),
  ).toBe(true)
})
