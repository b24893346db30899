// The role that withdraws, on the simulated market over sockets: asked for in a chat's words, sent where the
// machine's list says, and followed until it has arrived.
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { openCcxtWalletGateway } from '../src/exchanges/ccxt-wallet-gateway.ts'
import { createLog } from '../src/log.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { parseDecimal } from '../src/money.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'
import { openRoleBench, type RoleBench } from '../test/role-bench.ts'
import { createScriptedSource, scriptedMarket } from '../test/scripted-source.ts'
import { readTransferAddresses } from './transfer-addresses.ts'
import { transferRole } from './transfer-role.ts'

const patient = { timeout: 25_000 }
const open = { deposit: true, withdraw: true }
const networks = [{ network: 'ERC20', contract: '0xda', ...open, withdrawFee: 1 }]

let servers: VenueServers
let bench: RoleBench
let runtime: Runtime
let addresses: string

beforeAll(async () => {
  const markets = [scriptedMarket('BTC/USDT', {})]
  const source = createScriptedSource({ okx: markets, kucoin: markets }, [
    { asset: 'USDT', name: 'Tether', networks },
  ])
  servers = await startVenueServers({
    source,
    accounts: {
      balances: () => ({ USDT: parseDecimal('1000') }),
      transferDelayMs: () => 100,
    },
  })
  bench = await openRoleBench({
    overrides: { 'execution.gateway': 'venue', 'transfer.enabled': 'true' },
    venuesUrl: () => servers.url,
  })
  addresses = join(bench.home, 'transfer-addresses.json')
  const run = { startedAt: new Date().toISOString(), supervisorPid: process.pid, json: false }
  runtime = await openRuntime(
    readConfig({
      ARBDESK_HOME: bench.home,
      DATABASE_URL: bench.databaseUrl,
      ARBDESK_RUN: JSON.stringify({ ...run, overrides: {} }),
    }),
    createLog({ level: 'silent' }),
    'test',
  )
  await runtime.trades.declareBalances(
    ['okx', 'kucoin'].map((venue) => ({ venue, asset: 'USDT', free: parseDecimal('1000') })),
  )
  await bench.start(transferRole).ready
}, 60_000)

afterAll(async () => {
  await runtime.close()
  await bench.close()
  await servers.close()
})

async function addressOf(venue: string): Promise<string> {
  const keys = { apiKey: 'simulator-transfer', secret: 'simulator-transfer' }
  const wallet = openCcxtWalletGateway({
    venues: [venue],
    access: () => ({
      venue,
      market: { kind: 'servers', url: servers.url },
      keys: { ...keys, password: 'simulator-transfer' },
    }),
    budget: createMemoryRequestBudget(() => undefined),
  })
  const told = await wallet.address(venue, 'USDT', 'ERC20')
  await wallet.close()
  if (told.outcome === 'failed') throw new Error(told.reason)
  return told.value.address
}

let count = 0
async function ask(): Promise<string> {
  const id = `role${++count}`
  const now = new Date()
  await runtime.transfers.request({
    id,
    mode: 'paper',
    asset: 'USDT',
    network: 'ERC20',
    from: 'okx',
    to: 'kucoin',
    amount: parseDecimal('50'),
    fee: parseDecimal('1'),
    worthUsdt: 51,
    etaMs: 600_000,
    requestedBy: 'terminal:ann',
    requestedAt: now,
    expiresAt: new Date(now.getTime() + 600_000),
  })
  return id
}

const endOf = (id: string) =>
  expect.poll(async () => (await runtime.transfers.find(id))?.state, patient)

test('D5: without a list of its machine the role sends nothing; with one it sends there alone', async () => {
  const refused = await ask()
  await endOf(refused).toBe('rejected')
  expect((await runtime.transfers.find(refused))?.facts.refusal).toContain(
    `there is no list of addresses; write one to ${addresses}`,
  )
  const address = await addressOf('kucoin')
  const list = [{ asset: 'USDT', network: 'ERC20', venue: 'kucoin', address }]
  await writeFile(addresses, JSON.stringify(list), { mode: 0o600 })
  const sent = await ask()
  await endOf(sent).toBe('credited')
  const balances = await runtime.trades.balances()
  expect(balances.map(({ venue, free }) => [venue, free])).toEqual([
    ['kucoin', parseDecimal('1050')],
    ['okx', parseDecimal('949')],
  ])
  expect(await runtime.trades.unexplained()).toEqual([])
})

test('D5: a list that others may write, or that is no list, is no list', async () => {
  const list = [{ asset: 'USDT', network: 'ERC20', venue: 'kucoin', address: '0xab' }]
  await writeFile(addresses, JSON.stringify(list))
  await chmod(addresses, 0o622)
  expect(await readTransferAddresses(addresses)).toContain('chmod 600 it')
  await chmod(addresses, 0o600)
  expect(await readTransferAddresses(addresses)).toEqual(list)
  await writeFile(addresses, '[{"asset": "USDT"}]')
  expect(await readTransferAddresses(addresses)).toContain('0.network')
  await writeFile(addresses, 'USDT')
  expect(await readTransferAddresses(addresses)).toContain('is no JSON')
})
