import { expect, test } from 'vitest'
import { format, parseDecimal, type AssetAmount } from '../money.ts'
import { depositEntry, fillEntries } from './ledger.ts'

const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })
const at = new Date(0)
const bought = (fee: AssetAmount) =>
  fillEntries('t1', {
    venue: 'kucoin',
    orderId: 't1-1',
    spent: of('USDT', '100'),
    received: of('BTC', '0.001'),
    fee,
    sentAt: at,
    filledAt: at,
  }).map(({ key, asset, amount, trade }) => [key, asset, format(amount), trade])

test('a fill is a line for what left and a line for what came', () => {
  expect(bought(of('BTC', '0.000001'))).toEqual([
    ['fill kucoin t1-1 spent', 'USDT', '-100', 't1'],
    ['fill kucoin t1-1 received', 'BTC', '0.001', 't1'],
  ])
})

test('a fee in a third coin is a line of its own, unless it is nothing', () => {
  expect(bought(of('KCS', '0.02'))[2]).toEqual(['fill kucoin t1-1 fee', 'KCS', '-0.02', 't1'])
  expect(bought(of('KCS', '0'))).toHaveLength(2)
})

test('money paid out is a withdrawal', () => {
  const entry = { seq: 7, venue: 'okx', ...of('USDT', '-5') }
  expect(depositEntry(entry)).toMatchObject({ kind: 'withdrawal', key: 'deposit 7' })
  expect(depositEntry({ ...entry, amount: 5n })).toMatchObject({ kind: 'deposit' })
})
