// Coins moved between the accounts of simulated venues by the desk: real PostgreSQL, real ccxt, the venues'
// own protocols over sockets.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, type OpenDatabase } from '../src/database/connect.ts'
import { migrate } from '../src/database/migrate.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { openPostgresReconcileStore } from '../src/database/postgres-reconcile-store.ts'
import { openPostgresSettingsStore } from '../src/database/postgres-settings-store.ts'
import { openPostgresTradeStore } from '../src/database/postgres-trade-store.ts'
import { openPostgresTransferStore } from '../src/database/postgres-transfer-store.ts'
import { openCcxtWalletGateway } from '../src/exchanges/ccxt-wallet-gateway.ts'
import { newId } from '../src/id.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { parseDecimal } from '../src/money.ts'
import { simulatorKey, simulatorTransferKey } from '../src/simulator/accounts/account.ts'
import type { AddressEntry } from '../src/trade/transfer/address-book.ts'
import { driveTransfer, type TransferDesk } from '../src/trade/transfer/drive-transfer.ts'
import type { TransferOrder } from '../src/trade/transfer/transfer.ts'
import type { TransferStore } from '../src/trade/transfer/transfer-store.ts'
import type { WalletGateway } from '../src/trade/transfer/wallet-gateway.ts'
import { freshDatabase, type FreshDatabase } from './fresh-database.ts'
import { openPrivateVenues, tradedVenues, type PrivateVenues } from './private-venues.ts'

/** From the request until the receiver has it. */
const delayMs = 250
const patient = { timeout: 20_000 }

let venues: PrivateVenues
let fresh: FreshDatabase
let database: OpenDatabase
let store: TransferStore
let wallet: WalletGateway
let addresses: readonly AddressEntry[]
let lastSeq = 0

const limits = { isEnabled: true, usdtMax: 1000, dayUsdtMax: 1_000_000 }
const desk = (changes: Partial<TransferDesk> = {}): TransferDesk => ({
  store,
  wallet,
  addresses: () => Promise.resolve(addresses),
  limits: () => Promise.resolve(limits),
  now: () => new Date(),
  warn: () => {},
  sendMsMax: 60_000,
  ...changes,
})

const trades = () => openPostgresTradeStore(database.db, { mode: 'paper' })

beforeAll(async () => {
  venues = await openPrivateVenues({
    keys: [simulatorKey, simulatorTransferKey],
    transferDelayMs: () => delayMs,
  })
  fresh = await freshDatabase()
  await migrate({ databaseUrl: fresh.url })
  database = openDatabase({ url: fresh.url, name: 'test' })
  store = openPostgresTransferStore(database.db, { mode: 'paper' })
  const { apiKey, secret, password } = simulatorTransferKey
  wallet = openCcxtWalletGateway({
    venues: tradedVenues,
    access: (venue) => ({
      venue,
      market: { kind: 'servers', url: venues.servers.url },
      keys: { apiKey, secret, password },
    }),
    budget: createMemoryRequestBudget(() => undefined),
  })
  await trades().declareBalances(
    tradedVenues.map((venue) => ({ venue, asset: 'USDT', free: parseDecimal('100000') })),
  )
  addresses = await Promise.all(
    tradedVenues.map(async (venue) => {
      const told = await wallet.address(venue, 'USDT', 'ERC20')
      if (told.outcome === 'failed') throw new Error(told.reason)
      const { address, memo } = told.value
      return { asset: 'USDT', network: 'ERC20', venue, address, memo }
    }),
  )
}, 120_000)

beforeEach(async () => {
  for (const venue of tradedVenues) venues.servers.faults.heal(venue)
  lastSeq = (await posts()).at(-1)?.seq ?? 0
})

afterAll(async () => {
  await wallet.close()
  await database.close()
  await Promise.all([fresh.drop(), venues.close()])
})

const posts = () => openPostgresOutbox(database.db).read(lastSeq, 1000)
const subjects = async () =>
  (await posts()).map(({ notification }) => ('subject' in notification ? notification.subject : ''))

async function request(changes: Partial<TransferOrder> = {}): Promise<string> {
  const now = new Date()
  const id = newId(now.getTime())
  const requested = await store.request({
    id,
    mode: 'paper',
    asset: 'USDT',
    network: 'ERC20',
    from: 'kucoin',
    to: 'binance',
    amount: parseDecimal('100'),
    fee: parseDecimal('1'),
    worthUsdt: 101,
    etaMs: 600_000,
    requestedBy: 'terminal:ann',
    requestedAt: now,
    expiresAt: new Date(now.getTime() + 600_000),
    ...changes,
  })
  if (requested.outcome !== 'requested') throw new Error(requested.outcome)
  return id
}

const stateOf = async (id: string) => (await store.find(id))?.state
const reasonFor = async (id: string) => (await store.find(id))?.facts.refusal

/** Looks until it is there. */
const driveTo = (id: string, state: string, at = desk()) =>
  expect
    .poll(async () => {
      await driveTransfer(at, id)
      return stateOf(id)
    }, patient)
    .toBe(state)

async function balanceOn(venue: string) {
  const row = (await trades().balances()).find((one) => one.venue === venue && one.asset === 'USDT')
  return { free: row?.free ?? 0n, reserved: row?.reserved ?? 0n }
}

/** What the venue itself says, which nothing of the desk may differ from once all is over. */
async function heldAt(venue: (typeof tradedVenues)[number]): Promise<bigint> {
  const client = await venues.client(venue)
  return parseDecimal(String((await client.fetchBalance())['USDT']?.total))
}

type Audit = { venues: Record<string, { arrivals: Record<string, number> }> }
async function arrivalsOf(id: string): Promise<number> {
  const audit = (await (await fetch(`${venues.servers.url}/simulator/orders`)).json()) as Audit
  return Object.values(audit.venues).reduce((sum, { arrivals }) => sum + (arrivals[id] ?? 0), 0)
}

describe.each(tradedVenues.map((from, i) => [from, tradedVenues[(i + 1) % 5] ?? 'okx'] as const))(
  'from %s to %s',
  (from, to) => {
    test('a transfer is sent once, is in transit, and arrives; the ledger and both venues agree', async () => {
      const [before, there] = [await balanceOn(from), await balanceOn(to)]
      const id = await request({ from, to })
      const set = await balanceOn(from)
      expect(set.free).toBe(before.free - parseDecimal('101'))
      expect(set.reserved).toBe(before.reserved + parseDecimal('101'))
      await driveTransfer(desk(), id)
      expect(await stateOf(id)).toBe('in-transit')
      await driveTo(id, 'credited')
      await driveTransfer(desk(), id)
      expect(await arrivalsOf(id)).toBe(1)
      expect(await balanceOn(from)).toEqual({
        free: before.free - parseDecimal('101'),
        reserved: before.reserved,
      })
      expect((await balanceOn(to)).free).toBe(there.free + parseDecimal('100'))
      expect(await store.inTransit()).toEqual([])
      expect(await trades().unexplained()).toEqual([])
      expect([await heldAt(from), await heldAt(to)]).toEqual([
        (await balanceOn(from)).free,
        (await balanceOn(to)).free,
      ])
      expect(await subjects()).toEqual([
        `Transfer ${id} is on its way`,
        `Transfer ${id} has arrived`,
      ])
    })

    test('D6: the answer is lost, nothing is sent again, and the history finds it', async () => {
      const before = await balanceOn(from)
      const id = await request({ from, to, amount: parseDecimal('70') })
      venues.servers.faults.desk(from, { kind: 'lost-reply', on: 'withdraw', times: 1 })
      await driveTransfer(desk(), id)
      expect(await stateOf(id)).toBe('unknown')
      expect((await balanceOn(from)).reserved).toBe(before.reserved + parseDecimal('71'))
      expect(await subjects()).toEqual([`Nobody knows what became of transfer ${id}`])
      await driveTo(id, 'credited')
      expect(await arrivalsOf(id)).toBe(1)
      expect(await heldAt(from)).toBe((await balanceOn(from)).free)
      expect(await trades().unexplained()).toEqual([])
    })

    test('D3: a withdrawal that comes back is free again, whole', async () => {
      const before = await balanceOn(from)
      const id = await request({ from, to })
      venues.servers.faults.desk(from, { kind: 'withdrawal', fate: 'returned', times: 1 })
      await driveTransfer(desk(), id)
      expect(await stateOf(id)).toBe('in-transit')
      await driveTo(id, 'returned')
      expect(await balanceOn(from)).toEqual(before)
      expect(await heldAt(from)).toBe(before.free)
      expect(await subjects()).toContain(`Transfer ${id} was returned`)
    })

    test('D4: what the venue itself refuses is a definite no, and is free again', async () => {
      const before = await balanceOn(from)
      const id = await request({ from, to })
      venues.servers.faults.permit(from, ['read'], simulatorTransferKey.apiKey)
      await driveTransfer(desk(), id)
      venues.servers.faults.permit(from, ['read', 'withdraw'], simulatorTransferKey.apiKey)
      expect(await stateOf(id)).toBe('rejected')
      expect(await balanceOn(from)).toEqual(before)
      await driveTransfer(desk(), id)
      expect(await arrivalsOf(id)).toBe(1)
    })
  },
)

test('D3: a withdrawal that takes too long is stuck: an alarm, and free nowhere', async () => {
  const [before, there] = [await balanceOn('okx'), await balanceOn('bybit')]
  const id = await request({ from: 'okx', to: 'bybit' })
  venues.servers.faults.desk('okx', { kind: 'withdrawal', fate: 'stuck', times: 1 })
  await driveTransfer(desk(), id)
  expect(await stateOf(id)).toBe('in-transit')
  const later = desk({ now: () => new Date(Date.now() + 1_300_000) })
  await driveTo(id, 'stuck', later)
  await driveTransfer(later, id)
  expect(await subjects()).toEqual([`Transfer ${id} is on its way`, `Transfer ${id} is stuck`])
  expect(await balanceOn('okx')).toEqual({
    free: before.free - parseDecimal('101'),
    reserved: before.reserved,
  })
  expect(await balanceOn('bybit')).toEqual(there)
  expect(await store.inTransit()).toMatchObject([{ id, asset: 'USDT', state: 'stuck' }])
  expect(await trades().unexplained()).toEqual([])
})

test('D4: a suspended network at either end blocks it before anything leaves, and says so', async () => {
  const shut = { deposit: false, withdraw: false }
  venues.servers.faults.wallet('binance', 'USDT', shut)
  const into = await request()
  await driveTransfer(desk(), into)
  expect(await reasonFor(into)).toBe('binance has suspended deposits of USDT on ERC20')
  venues.servers.faults.heal('binance')
  venues.servers.faults.wallet('kucoin', 'USDT', shut)
  const out = await request()
  await driveTransfer(desk(), out)
  expect(await reasonFor(out)).toBe('kucoin has suspended withdrawals of USDT on ERC20')
  expect([await arrivalsOf(into), await arrivalsOf(out)]).toEqual([0, 0])
  expect(await subjects()).toEqual([
    `Transfer ${into} did not leave`,
    `Transfer ${out} did not leave`,
  ])
})

test('D5: what is not on the list of the machine cannot be sent, whoever asks', async () => {
  const refusal = async (at: Partial<TransferDesk>, changes: Partial<TransferOrder> = {}) => {
    const before = await balanceOn('kucoin')
    const id = await request(changes)
    await driveTransfer(desk(at), id)
    expect(await stateOf(id)).toBe('rejected')
    expect(await arrivalsOf(id)).toBe(0)
    expect(await balanceOn('kucoin')).toEqual(before)
    return await reasonFor(id)
  }
  const listed = (book: readonly AddressEntry[]) => ({ addresses: () => Promise.resolve(book) })
  expect(await refusal(listed([]))).toContain('no address for USDT on ERC20 at binance')
  const foreign = addresses.map((one) => ({ ...one, address: `0x${'ab'.repeat(20)}` }))
  expect(await refusal(listed(foreign))).toContain('binance names another address')
  const noted = addresses.map((one) => ({ ...one, memo: '12345' }))
  expect(await refusal(listed(noted))).toContain('binance names another memo')
  const unreadable = { addresses: () => Promise.resolve('the list cannot be read') }
  expect(await refusal(unreadable)).toBe('the list cannot be read')
  const off = { limits: () => Promise.resolve({ ...limits, isEnabled: false }) }
  expect(await refusal(off)).toContain('transfer.enabled is false')
  const small = { limits: () => Promise.resolve({ ...limits, usdtMax: 100 }) }
  expect(await refusal(small)).toContain('transfer.usdt_max allows 100')
  const today = await store.usedTodayUsdt()
  const full = { limits: () => Promise.resolve({ ...limits, dayUsdtMax: today + 100 }) }
  expect(await refusal(full)).toContain('transfer.day_usdt_max')
  expect(await refusal({}, { expiresAt: new Date(Date.now() - 1) })).toContain('too long ago')
})

test('D1: what a transfer has set aside is free for nobody else, and too much is refused', async () => {
  const before = await balanceOn('bitget')
  const order = { from: 'bitget', to: 'okx', amount: before.free - parseDecimal('1') } as const
  const id = await request(order)
  expect((await balanceOn('bitget')).free).toBe(0n)
  await expect(request({ from: 'bitget', to: 'okx' })).rejects.toThrow('short')
  await store.observe(id, { kind: 'refused', reason: 'enough' })
  expect(await balanceOn('bitget')).toEqual(before)
})

test('D2: what a transfer moves is no stray money, under way or arrived', async () => {
  const looks = openPostgresReconcileStore(database.db, { mode: 'paper' })
  const id = await request({ from: 'bybit', to: 'kucoin' })
  const before = await looks.books('kucoin')
  await driveTransfer(desk(), id)
  for (const venue of ['bybit', 'kucoin'])
    expect([...(await looks.books(venue)).inFlight], venue).toContain('USDT')
  const sent = await looks.books('kucoin')
  // A look that began before it left judges nothing.
  expect(sent.mark).not.toBe(before.mark)
  await driveTo(id, 'credited')
  const facts = (await store.find(id))?.facts
  const [out, into] = [facts?.withdrawals[0]?.id ?? '', facts?.deposits[0]?.id ?? '']
  const keys = [`withdrawal ${out}`, `deposit ${into}`]
  const asked = { orderIds: [], clientIds: [], flows: keys }
  expect([...(await looks.known('bybit', asked)).flows]).toEqual([keys[0]])
  expect([...(await looks.known('kucoin', asked)).flows]).toEqual([keys[1]])
})

test('D6: two processes that drive one transfer at once make one call between them', async () => {
  const id = await request()
  await Promise.all([1, 2, 3].map(() => driveTransfer(desk(), id)))
  await driveTo(id, 'credited')
  expect(await arrivalsOf(id)).toBe(1)
})

test('a pressed kill switch keeps a transfer from leaving', async () => {
  const settings = openPostgresSettingsStore(database.db)
  const id = await request()
  await settings.change('desk.killed', false, true, 'test')
  await driveTransfer(desk(), id)
  await settings.change('desk.killed', true, false, 'test')
  expect(await reasonFor(id)).toBe('the kill switch is pressed')
  expect(await arrivalsOf(id)).toBe(0)
})

test('D6: a process that died over its one call leaves an unknown, which a person can end', async () => {
  const before = await balanceOn('kucoin')
  const id = await request()
  const caps = { usdtMax: 1000, dayUsdtMax: 1_000_000 }
  const to = { address: addresses[1]?.address ?? '', memo: undefined }
  expect(await store.leave(id, { outcome: 'ready', to, caps })).toMatchObject({ outcome: 'left' })
  // Nobody else may make the call.
  expect(await store.leave(id, { outcome: 'ready', to, caps })).toEqual({ outcome: 'gone' })
  await driveTransfer(desk(), id)
  expect(await stateOf(id)).toBe('sending')
  await driveTransfer(desk({ sendMsMax: 0 }), id)
  expect(await stateOf(id)).toBe('unknown')
  await driveTransfer(desk(), id)
  expect([await stateOf(id), await arrivalsOf(id)]).toEqual(['unknown', 0])
  await store.observe(id, { kind: 'declared-absent', by: 'terminal:ann' })
  expect(await stateOf(id)).toBe('rejected')
  expect(await balanceOn('kucoin')).toEqual(before)
})

test('the database lets no transfer leave twice, change, or move money out of nothing', async () => {
  const id = await request()
  await store.observe(id, { kind: 'refused', reason: 'enough' })
  const { db } = database
  const change = (set: object) =>
    db.updateTable('transfers').set(set).where('id', '=', id).execute()
  await expect(change({ state: 'sending', sent_at: new Date(), step: 99 })).rejects.toThrow(
    'may not',
  )
  await expect(change({ amount: '1', step: 99 })).rejects.toThrow('may not be changed')
  await expect(db.deleteFrom('transfers').execute()).rejects.toThrow('only ever added to')
  // What a chat can start moves no real money, whatever the code says.
  const order = { asset: 'USDT', network: 'ERC20', from_venue: 'okx', to_venue: 'bybit' }
  const sums = { amount: '1', fee: '0', worth_usdt: '1', eta_ms: 1, requested_by: 'ann' }
  const times = { requested_at: new Date(), expires_at: new Date() }
  const born = { id: 'live1', mode: 'live', state: 'requested', facts: '{}', trade: 't1' } as const
  await expect(
    db
      .insertInto('transfers')
      .values({ ...order, ...sums, ...times, ...born })
      .execute(),
  ).rejects.toThrow('trades_send_paper_alone')
  const line = { txn: 'x', mode: 'paper', venue: 'okx', asset: 'USDT', kind: 'transfer' } as const
  await expect(
    db
      .insertInto('ledger')
      .values({ ...line, account: 'in-transit', amount: '1', trade: null, key: 'x' })
      .execute(),
  ).rejects.toThrow('out of nothing')
})
