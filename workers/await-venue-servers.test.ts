import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createScriptedSource, scriptedMarket } from '../test/scripted-source.ts'
import { readConfig } from '../src/config.ts'
import { startVenueServers } from '../src/simulator/venue-servers.ts'
import { awaitVenueServers } from './await-venue-servers.ts'
import { StartFailure } from './start-failure.ts'

async function serve(port = 0) {
  const markets = [scriptedMarket('SOL/USDT')]
  const source = createScriptedSource({ kucoin: markets, okx: markets })
  const servers = await startVenueServers({ source, port })
  onTestFinished(() => servers.close())
  return servers
}

async function freePort(): Promise<number> {
  const servers = await serve()
  await servers.close()
  return servers.port
}

/** Begins to wait; `done` is undefined when it came to a good end. */
function wait(url: string, { msMax, venues = '' }: { msMax?: number; venues?: string } = {}) {
  const said: string[] = []
  const stopping = new AbortController()
  const config = readConfig({ ARBDESK_MARKET: `venues:${url}`, ARBDESK_VENUES: venues })
  const { signal } = stopping
  const done = awaitVenueServers({ config, msMax, say: (line) => said.push(line), signal }).catch(
    (error: unknown) => error,
  )
  return { said, done, stop: () => stopping.abort() }
}

test('venue servers that answer are not waited for, and nothing is said', async () => {
  const { url } = await serve()
  const { said, done } = wait(url, { venues: 'okx' })
  expect([await done, said]).toEqual([undefined, []])
})

test('whoever comes before them waits and says so once', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { said, done } = wait(url)
  await expect.poll(() => said).toHaveLength(1)
  await serve(port)
  expect(await done).toBeUndefined()
  expect(said).toEqual([
    `waiting for the venue servers at ${url} (connect ECONNREFUSED 127.0.0.1:${port})`,
    `the venue servers at ${url} answer`,
  ])
})

test('the wait may have an end, which is one line that says what to do', async () => {
  const stranger = createServer((_, response) => void response.end('hello'))
  await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void stranger.close())
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  const failure = await wait(url, { msMax: 0 }).done
  expect(failure).toBeInstanceOf(StartFailure)
  expect(String(failure)).toBe(
    `StartFailure: no venue servers answer at ${url}, waited for 0 s (what answers there is something else); start them, or mend ARBDESK_MARKET`,
  )
})

test('a venue that they do not have is one line, at once', async () => {
  const { url } = await serve()
  expect(String(await wait(url, { venues: 'okx,gate' }).done)).toBe(
    'StartFailure: this market does not have gate; it has kucoin, okx; see ARBDESK_VENUES',
  )
})

test('whoever waits can be told to stop', async () => {
  const { done, stop, said } = wait(`http://127.0.0.1:${await freePort()}`)
  await expect.poll(() => said).toHaveLength(1)
  stop()
  expect(await done).toMatchObject({ name: 'AbortError' })
})
