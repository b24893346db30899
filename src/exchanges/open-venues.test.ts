import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createScriptedSource, scriptedMarket } from '../../test/scripted-source.ts'
import { createMemoryRequestBudget } from '../market/memory-request-budget.ts'
import type { VenueId } from '../market/market.ts'
import { startVenueServers } from '../simulator/venue-servers.ts'
import { openVenues, type VenuesOptions } from './open-venues.ts'

async function serve(recorded = false): Promise<string> {
  const markets = [scriptedMarket('SOL/USDT')]
  const source = createScriptedSource({ kucoin: markets, okx: markets })
  const servers = await startVenueServers({ source, recorded })
  onTestFinished(() => servers.close())
  return servers.url
}

async function open(
  url: string,
  only?: readonly VenueId[],
  accessOf: VenuesOptions['accessOf'] = () => ({}),
) {
  const venues = await openVenues({
    market: { kind: 'servers', url },
    only,
    accessOf,
    budget: createMemoryRequestBudget(() => undefined),
  })
  onTestFinished(() => venues.close())
  return venues
}

test('the venues are those that the servers offer, or the part of them that was asked for', async () => {
  const url = await serve()
  expect((await open(url)).ids).toEqual(['kucoin', 'okx'])
  expect((await open(url, ['okx'])).ids).toEqual(['okx'])
})

test('a venue that the servers do not have is named with what they have', async () => {
  const url = await serve()
  await expect(open(url, ['okx', 'binance'])).rejects.toThrow(
    'this market does not have binance; it has kucoin, okx',
  )
})

test('servers that do not answer, or answer something else, are one clear line', async () => {
  const stranger = createServer((_, response) => void response.end('{"hello":1}'))
  await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void stranger.close())
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  await expect(open(url)).rejects.toThrow(`no venue servers answer at ${url}`)
  stranger.close()
  stranger.closeAllConnections()
  await expect(open(url)).rejects.toThrow(`no venue servers answer at ${url}`)
})

test('simulated venues take any key and recorded ones get none; keys of our own come first', async () => {
  const simulated = await open(await serve())
  expect(simulated.access('okx').keys).toMatchObject({ apiKey: 'simulator' })
  const recorded = await open(await serve(true))
  expect(recorded.access('okx').keys).toBeUndefined()
  const keys = { apiKey: 'mine', secret: 'mine' }
  const own = await open(await serve(), undefined, (venue) => (venue === 'okx' ? { keys } : {}))
  expect(own.access('okx').keys).toEqual(keys)
  expect(own.access('kucoin').keys).toMatchObject({ apiKey: 'simulator' })
})

test('all who ask for one venue share its client, which reads the market', async () => {
  const venues = await open(await serve())
  const rest = venues.rest('okx')
  expect(venues.rest('okx')).toBe(rest)
  const swept = await rest.sweep()
  expect(swept.outcome === 'ok' && swept.tickers.map(({ symbol }) => symbol)).toEqual(['SOL/USDT'])
  expect(() => venues.rest('nowhere')).toThrow(/no venue is known as "nowhere"/)
})

test('a real market has the venues whose streams are proven', async () => {
  const venues = await openVenues({
    market: { kind: 'live' },
    only: undefined,
    accessOf: () => ({}),
    budget: createMemoryRequestBudget(() => undefined),
  })
  expect(venues.ids).toEqual(['kucoin', 'binance', 'okx', 'bybit', 'bitget', 'mexc'])
  expect(venues.access('okx')).toEqual({ venue: 'okx', market: { kind: 'live' } })
  await venues.close()
})
