import { expect, test } from 'vitest'
import { parseDecimal } from '../../money.ts'
import { addressFor, mismatchOf, type AddressEntry } from './address-book.ts'
import { obstacleOf } from './check-way.ts'
import {
  findDeposit,
  findWithdrawal,
  type DepositRow,
  type WithdrawalRow,
} from './find-transfer.ts'
import {
  sampleAt,
  sampleLeft,
  sampleOrder,
  samplePlace,
  sampleTransfer,
} from './sample-transfer.ts'

const none: ReadonlySet<string> = new Set()
const transfer = sampleTransfer([sampleLeft])
const row = (changes: Partial<WithdrawalRow> = {}): WithdrawalRow => ({
  id: '1',
  clientId: undefined,
  asset: 'USDT',
  network: 'ERC20',
  address: samplePlace.address.toUpperCase().replace('0X', '0x'),
  amount: parseDecimal('100'),
  fee: parseDecimal('1'),
  txId: '0xabc',
  status: 'pending',
  at: new Date(sampleAt.getTime() + 5000),
  ...changes,
})
const find = (rows: readonly WithdrawalRow[], tellsClientIds = false, taken = none) =>
  findWithdrawal(transfer, rows, tellsClientIds, taken)

test('D6: our own id finds it among others that are alike', () => {
  const rows = [row(), row({ id: '2', clientId: transfer.order.id }), row({ id: '3' })]
  expect(find(rows, true)).toMatchObject({ outcome: 'found', by: 'client-id', row: { id: '2' } })
  // Where ids are told, one without ours is somebody else's.
  expect(find([row()], true)).toEqual({ outcome: 'absent' })
})

test('D6: without ids, amount, address, network and time find it, and only if nothing else could be it', () => {
  expect(find([row()])).toMatchObject({ outcome: 'found', by: 'match' })
  expect(find([row({ amount: parseDecimal('101') })])).toMatchObject({ outcome: 'found' })
  for (const other of [
    row({ amount: parseDecimal('100.5') }),
    row({ address: `0x${'cd'.repeat(20)}` }),
    row({ network: 'TRC20' }),
    row({ asset: 'USDC' }),
    row({ clientId: 'another' }),
    row({ at: new Date(sampleAt.getTime() - 3_600_000) }),
    row({ at: new Date(sampleAt.getTime() + 3_600_000) }),
  ])
    expect(find([other])).toEqual({ outcome: 'absent' })
  expect(find([row(), row({ id: '2' })])).toEqual({ outcome: 'ambiguous', ids: ['1', '2'] })
  expect(find([row(), row({ id: '2' })], false, new Set(['2']))).toMatchObject({ row: { id: '1' } })
})

test('a deposit is found by its transaction, or by what it is where nobody tells that', () => {
  const deposit: DepositRow = { ...row({ id: '9' }), isCredited: true }
  const sent = sampleTransfer([
    sampleLeft,
    {
      kind: 'at-sender',
      withdrawal: { id: '1', by: 'match', status: 'done', txId: '0xABC', fee: undefined },
    },
  ])
  // Less may arrive than was sent.
  const less = { ...deposit, amount: parseDecimal('99') }
  expect(findDeposit(sent, [less], none)).toMatchObject({ outcome: 'found' })
  expect(findDeposit(sent, [{ ...deposit, txId: '0xdef' }], none)).toEqual({ outcome: 'absent' })
  expect(findDeposit(transfer, [less], none)).toEqual({ outcome: 'absent' })
  const accepted = sampleTransfer([
    sampleLeft,
    { kind: 'answered', answer: { kind: 'yes', withdrawalId: '1' } },
  ])
  expect(findDeposit(accepted, [deposit], none)).toMatchObject({ outcome: 'found', by: 'match' })
  expect(findDeposit(accepted, [deposit], new Set(['9']))).toEqual({ outcome: 'absent' })
  // One that may never have left takes no other transfer's money, however alike they are.
  expect(findDeposit(transfer, [deposit], none)).toEqual({ outcome: 'absent' })
})

test('D5: only one address of the list will do, with a memo where the network needs one', () => {
  const entry: AddressEntry = { asset: 'USDT', network: 'ERC20', venue: 'okx', address: '0xAb' }
  const order = sampleOrder()
  expect(addressFor([entry], order)).toEqual({
    outcome: 'found',
    to: { address: '0xAb', memo: undefined },
  })
  const reasons = [
    addressFor([], order),
    addressFor([{ ...entry, network: 'TRC20' }], order),
    addressFor([{ ...entry, venue: 'bybit' }], order),
    addressFor([entry, entry], order),
    addressFor([{ ...entry, asset: 'XRP', network: 'XRP' }], {
      ...order,
      asset: 'XRP',
      network: 'XRP',
    }),
  ].map((found) => (found.outcome === 'refused' ? found.reason : 'found'))
  expect(reasons).toEqual([
    'no address for USDT on ERC20 at okx is on the list of this machine',
    'no address for USDT on ERC20 at okx is on the list of this machine',
    'no address for USDT on ERC20 at okx is on the list of this machine',
    'the list has 2 addresses for USDT on ERC20 at okx',
    'XRP needs a memo, and the list has none for XRP at okx',
  ])
  const listed = { address: '0xAb', memo: undefined }
  expect(mismatchOf(listed, { address: '0xaB', memo: '' }, 'okx')).toBeUndefined()
  expect(mismatchOf(listed, { address: '0xac', memo: '' }, 'okx')).toContain('another address')
  expect(mismatchOf(listed, { address: '0xab', memo: '7' }, 'okx')).toContain('another memo')
})

test('D4: a wallet that is shut, or that nobody calls open, lets nothing leave', () => {
  const network = { network: 'ERC20', deposit: 'open', withdraw: 'open' } as const
  const fee = { withdrawFee: parseDecimal('1'), withdrawMin: parseDecimal('10') }
  const asset = (changes: object) => ({
    venue: 'any',
    asset: 'USDT',
    deposit: 'open' as const,
    withdraw: 'open' as const,
    networks: [{ ...network, ...fee, ...changes }],
  })
  const order = sampleOrder()
  const told = (out: object, into: object, wish = order) =>
    obstacleOf(wish, asset(out), asset(into))
  expect(told({}, {})).toBeUndefined()
  expect(told({ withdraw: 'shut' }, {})).toBe('kucoin has suspended withdrawals of USDT on ERC20')
  expect(told({}, { deposit: 'shut' })).toBe('okx has suspended deposits of USDT on ERC20')
  expect(told({}, { deposit: 'unknown' })).toContain('does not say that it allows deposits')
  expect(told({ network: 'TRC20' }, {})).toBe('kucoin has no USDT on ERC20')
  expect(told({ contract: '0xaa' }, { contract: '0xbb' })).toContain('two coins')
  expect(told({ withdrawFee: parseDecimal('2') }, {})).toContain('asks 2 USDT for it now')
  expect(told({}, {}, sampleOrder({ amount: parseDecimal('5') }))).toContain('no less than 10')
})
