// Coins on their way from one simulated venue to another, through the real clients.
import ccxt, { type Exchange } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  nextClientId,
  openPrivateVenues,
  tradedVenues,
  type PrivateVenues,
  type TradedVenue,
} from '../../../test/private-venues.ts'

let venues: PrivateVenues

/** Machines that others slow down. */
const patient = { timeout: 8000 }

beforeAll(async () => {
  venues = await openPrivateVenues({ transferDelayMs: () => 600 })
})
beforeEach(() => {
  for (const venue of tradedVenues) venues.servers.faults.heal(venue)
})
afterAll(() => venues.close())

/** Each venue's own name for a client's id of a withdrawal; KuCoin has a remark only. */
const idNames: Readonly<Record<TradedVenue, string>> = {
  kucoin: 'remark',
  binance: 'withdrawOrderId',
  okx: 'clientId',
  bybit: 'requestId',
  bitget: 'clientOid',
}

const freeUsdt = async (client: Exchange) => Number((await client.fetchBalance())['USDT']?.free)

async function addressOf(venue: TradedVenue, network = 'ERC20'): Promise<string> {
  const client = await venues.client(venue)
  return String((await client.fetchDepositAddress('USDT', { network })).address)
}

type Order = { readonly address: string; readonly amount?: number; readonly network?: string }

const withdraw = (
  client: Exchange,
  venue: TradedVenue,
  { address, amount = 100, network = 'ERC20' }: Order,
  clientId = nextClientId(),
) => client.withdraw('USDT', amount, address, undefined, { network, [idNames[venue]]: clientId })

const statusOf = async (client: Exchange, id: string | undefined) => {
  const withdrawals = await client.fetchWithdrawals('USDT')
  return withdrawals.find((one) => one.id === id)?.status
}

describe.each(tradedVenues.map((from, i) => [from, tradedVenues[(i + 1) % 5] as TradedVenue]))(
  'from %s to %s',
  (from, to) => {
    const isWithin = from === 'binance' || from === 'bitget'

    test('the sender pays at once, the receiver has it when the chain is through', async () => {
      const sender = await venues.client(from)
      const receiver = await venues.client(to)
      const address = await addressOf(to)
      const [sentBefore, gotBefore] = [await freeUsdt(sender), await freeUsdt(receiver)]
      const { id } = await withdraw(sender, from, { address })
      expect(await freeUsdt(sender)).toBe(sentBefore - (isWithin ? 100 : 101))
      expect(await freeUsdt(receiver)).toBe(gotBefore)
      expect(await statusOf(sender, id)).toBe('pending')
      await expect.poll(() => freeUsdt(receiver), patient).toBe(gotBefore + (isWithin ? 99 : 100))
      expect(await statusOf(sender, id)).toBe('ok')
      const [sent] = await sender.fetchWithdrawals('USDT')
      const [got] = await receiver.fetchDeposits('USDT')
      expect(sent).toMatchObject({ id, currency: 'USDT', network: 'ERC20', fee: { cost: 1 } })
      expect(got).toMatchObject({ currency: 'USDT', amount: isWithin ? 99 : 100, status: 'ok' })
      expect(got?.txid).toBe(sent?.txid)
    })

    test('D5 an address of another network is a loss, a malformed one is refused', async () => {
      const sender = await venues.client(from)
      const before = await freeUsdt(sender)
      const stranger = `0x${'ab'.repeat(20)}`
      const { id } = await withdraw(sender, from, { address: stranger })
      await new Promise((resolve) => setTimeout(resolve, 900))
      expect(await statusOf(sender, id)).toBe('pending')
      expect(await freeUsdt(sender)).toBeLessThan(before)
      const tron = await addressOf(to, 'TRC20')
      await expect(withdraw(sender, from, { address: tron })).rejects.toThrow(ccxt.BaseError)
      await expect(withdraw(sender, from, { address: stranger, amount: 1.5 })).rejects.toThrow(
        ccxt.BaseError,
      )
      await expect(withdraw(sender, from, { address: stranger, amount: 1e7 })).rejects.toThrow(
        ccxt.BaseError,
      )
    })

    test('D3 a withdrawal is stuck, or comes back', async () => {
      const sender = await venues.client(from)
      const address = await addressOf(to)
      venues.servers.faults.desk(from, { kind: 'withdrawal', fate: 'returned', times: 1 })
      const before = await freeUsdt(sender)
      const back = await withdraw(sender, from, { address })
      await expect.poll(() => statusOf(sender, back.id), patient).toMatch(/failed|canceled/)
      expect(await freeUsdt(sender)).toBe(before)
      venues.servers.faults.desk(from, { kind: 'withdrawal', fate: 'stuck', times: 1 })
      const stuck = await withdraw(sender, from, { address })
      await new Promise((resolve) => setTimeout(resolve, 900))
      expect(await statusOf(sender, stuck.id)).toBe('pending')
    })

    test('D4 closed wallets: nothing leaves, and what comes waits', async () => {
      const sender = await venues.client(from)
      const receiver = await venues.client(to)
      const address = await addressOf(to)
      const closed = { deposit: false, withdraw: false }
      venues.servers.faults.wallet(to, 'USDT', closed)
      const before = await freeUsdt(receiver)
      await withdraw(sender, from, { address })
      await new Promise((resolve) => setTimeout(resolve, 900))
      expect(await freeUsdt(receiver)).toBe(before)
      venues.servers.faults.heal(to)
      await expect.poll(() => freeUsdt(receiver), patient).toBeGreaterThan(before)
      venues.servers.faults.wallet(from, 'USDT', closed)
      await expect(withdraw(sender, from, { address })).rejects.toThrow(ccxt.BaseError)
    })

    test('D6 the answer to a withdrawal is lost; its own id finds it, and is taken once', async () => {
      const sender = await venues.client(from)
      const address = await addressOf(to)
      const clientId = nextClientId()
      venues.servers.faults.desk(from, { kind: 'lost-reply', on: 'withdraw', times: 1 })
      await expect(withdraw(sender, from, { address }, clientId)).rejects.toThrow(ccxt.NetworkError)
      const known = (await sender.fetchWithdrawals('USDT')).filter(({ info }) =>
        JSON.stringify(info).includes(clientId),
      )
      expect(known).toHaveLength(1)
      await expect(withdraw(sender, from, { address }, clientId)).rejects.toThrow(ccxt.BaseError)
      await expect.poll(() => statusOf(sender, known[0]?.id), patient).toBe('ok')
    })
  },
)

test('what a key may do is told where the venue tells it', async () => {
  const kucoin = await venues.client('kucoin')
  const binance = await venues.client('binance')
  const okx = await venues.client('okx')
  const bybit = await venues.client('bybit')
  const bitget = await venues.client('bitget')
  for (const venue of tradedVenues) venues.servers.faults.permit(venue, ['read', 'trade'])
  const call = (client: Exchange, name: string): Promise<Record<string, unknown>> =>
    (client as unknown as Record<string, () => Promise<Record<string, unknown>>>)[name]?.() ??
    Promise.reject(new Error(`ccxt has no ${name}`))
  expect(await call(kucoin, 'privateGetUserApiKey')).toMatchObject({
    data: { permission: 'General,Spot' },
  })
  expect(await call(binance, 'sapiGetAccountApiRestrictions')).toMatchObject({
    enableSpotAndMarginTrading: true,
    enableWithdrawals: false,
  })
  expect(await call(okx, 'privateGetAccountConfig')).toMatchObject({
    data: [{ perm: 'read_only,trade' }],
  })
  expect(await call(bybit, 'privateGetV5UserQueryApi')).toMatchObject({
    result: { permissions: { Spot: ['SpotTrade'], Wallet: [] } },
  })
  expect(await call(bitget, 'privateSpotGetV2SpotAccountInfo')).toMatchObject({
    data: { authorities: ['stor', 'wwor', 'stow'] },
  })
  for (const venue of tradedVenues)
    venues.servers.faults.permit(venue, ['read', 'trade', 'withdraw'])
})
