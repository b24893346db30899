import { expect, onTestFinished, test } from 'vitest'
import { intentOf } from '../../test/executions.ts'
import { openPostgresExecutionBench } from '../../test/postgres-execution-bench.ts'
import { parseDecimal } from '../money.ts'
import type { Flow } from '../trade/reconcile/difference.ts'
import type { JudgedAsset, VenueBooks } from '../trade/reconcile/reconcile-store.ts'
import { openPostgresReconcileStore } from './postgres-reconcile-store.ts'
import { openPostgresTransferStore } from './postgres-transfer-store.ts'

const flow: Flow = {
  kind: 'withdrawal',
  key: 'withdrawal 7',
  asset: 'USDT',
  amount: parseDecimal('-95'),
  at: new Date(),
}
const gone: JudgedAsset = {
  asset: 'USDT',
  ours: parseDecimal('100'),
  there: parseDecimal('5'),
  verdict: { kind: 'external', flows: [flow] },
  withheld: 0n,
}

async function open() {
  const bench = await openPostgresExecutionBench()
  onTestFinished(bench.close)
  await bench.fund('kucoin', 'USDT', parseDecimal('100'))
  const store = openPostgresReconcileStore(bench.db, { mode: 'paper' })
  const free = async () => (await bench.funds('kucoin', 'USDT')).free
  const save = (books: VenueBooks, assets: readonly JudgedAsset[] = [gone]) =>
    store.save({ venue: 'kucoin', books, assets, strays: [] })
  return { bench, store, free, save }
}

test('what a venue says is old as soon as a trade has moved, even one that is over by then', async () => {
  const { bench, store, free, save } = await open()
  const books = await store.books('kucoin')
  const execution = await bench.approved()
  const [executions] = bench.stores
  await executions.create(execution)
  const claim = await executions.claim(execution.id, 'worker', 60_000)
  if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
  const common = {
    leaseMs: 60_000,
    sends: false,
    reserves: false,
    entries: [],
    requests: [],
    alerts: [],
  }
  const over = {
    ...execution,
    state: 'aborted' as const,
    reason: 'it is a test',
    legs: [intentOf(execution, 0)],
  }
  const committed = await executions.commit({ ...common, execution: over, epoch: claim.epoch })
  expect(committed.outcome).toBe('committed')
  expect(await save(books)).toMatchObject({ outcome: 'moved' })
  expect(await free()).toBe(parseDecimal('100'))
})

test('a flow is booked once, an older look than the last changes nothing, and balances that moved are not judged', async () => {
  const { bench, store, free, save } = await open()
  const old = await store.books('kucoin')
  const books = await store.books('kucoin')
  expect(await save(books)).toMatchObject({ outcome: 'saved', standing: { state: 'ok' } })
  expect(await free()).toBe(parseDecimal('5'))
  expect(await save(old)).toMatchObject({ outcome: 'moved' })
  expect(await save(await store.books('kucoin'))).toMatchObject({ outcome: 'moved' })
  const known = { orderIds: [], clientIds: [], flows: ['withdrawal 7', 'withdrawal 8'] }
  expect((await store.known('kucoin', known)).flows).toEqual(new Set(['withdrawal 7']))
  // The same name a second time moves nothing.
  const again = { ...gone, ours: parseDecimal('5') }
  expect(await save(await store.books('kucoin'), [again])).toMatchObject({ outcome: 'saved' })
  expect(await free()).toBe(parseDecimal('5'))
  expect(await bench.told()).toHaveLength(1)
})

test('D3 coins between two of our own accounts are in flight at both, and their transfer is no stray money', async () => {
  const { bench, store } = await open()
  const transfers = openPostgresTransferStore(bench.db, { mode: 'paper' })
  const at = new Date()
  const order = {
    id: 'transfer7',
    mode: 'paper',
    asset: 'USDT',
    network: 'ERC20',
    from: 'kucoin',
    to: 'okx',
    amount: parseDecimal('50'),
    fee: parseDecimal('1'),
    worthUsdt: 51,
    etaMs: 60_000,
    requestedBy: 'terminal:ann',
    requestedAt: at,
    expiresAt: new Date(at.getTime() + 600_000),
  } as const
  expect(await transfers.request(order)).toEqual({ outcome: 'requested' })
  const before = await store.books('kucoin')
  expect([...before.inFlight]).toEqual([])
  const to = { address: '0xabc', memo: undefined }
  await transfers.leave(order.id, { outcome: 'ready', to, caps: { usdtMax: 100, dayUsdtMax: 100 } })
  const [kucoin, okx] = [await store.books('kucoin'), await store.books('okx')]
  expect([[...kucoin.inFlight], [...okx.inFlight]]).toEqual([['USDT'], ['USDT']])
  // A look that began before it left judges nothing.
  expect(kucoin.mark).not.toBe(before.mark)
  // A venue's no may turn out to have been a yes.
  await transfers.observe(order.id, { kind: 'answered', answer: { kind: 'no', reason: 'busy' } })
  expect((await transfers.find(order.id))?.state).toBe('rejected')
  expect([...(await store.books('kucoin')).inFlight]).toEqual(['USDT'])
  const withdrawal = { id: 'w1', by: 'answer', status: 'done', txId: 'tx', fee: order.fee } as const
  await transfers.observe(order.id, { kind: 'at-sender', withdrawal })
  const deposit = { id: 'd1', amount: order.amount }
  await transfers.observe(order.id, { kind: 'at-receiver', deposit })
  expect([...(await store.books('okx')).inFlight]).toEqual([])
  const flows = ['withdrawal w1', 'deposit d1', 'deposit d2']
  const flowsOf = async (venue: string) => [
    ...(await store.known(venue, { orderIds: [], clientIds: [], flows })).flows,
  ]
  expect([await flowsOf('kucoin'), await flowsOf('okx')]).toEqual([
    ['withdrawal w1'],
    ['deposit d1'],
  ])
})

test('where orders fill on paper, what was known of accounts is forgotten', async () => {
  const { store, save } = await open()
  await save(await store.books('kucoin'), [{ ...gone, verdict: { kind: 'even' }, withheld: 7n }])
  expect(await store.quarantine('kucoin', 'it is away')).toBe(true)
  expect(await store.quarantine('kucoin', 'it is away')).toBe(false)
  expect(await store.standings()).toMatchObject([{ state: 'quarantined', reason: 'it is away' }])
  await store.forget()
  expect(await store.standings()).toEqual([])
})
