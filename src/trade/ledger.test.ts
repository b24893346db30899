import { expect, test } from 'vitest'
import { parseDecimal, type AssetAmount } from '../money.ts'
import { depositEntry } from './ledger.ts'

const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })

test('money paid out is a withdrawal', () => {
  const entry = { seq: 7, venue: 'okx', ...of('USDT', '-5') }
  expect(depositEntry(entry)).toMatchObject({ kind: 'withdrawal', key: 'deposit 7' })
  expect(depositEntry({ ...entry, amount: 5n })).toMatchObject({ kind: 'deposit' })
})
