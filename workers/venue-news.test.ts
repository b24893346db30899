import { expect, test } from 'vitest'
import { healthy, type Health } from '../src/market/venue-health.ts'
import { createVenueNews } from './venue-news.ts'

const failing = (reason: string, state: Health['state'] = 'degraded'): Health => ({
  ...healthy,
  state,
  reason,
})

/** Waits end when the test says so. */
function openNews() {
  const told: string[] = []
  let waits: (() => void)[] = []
  const news = createVenueNews({
    announce: async (notification) => {
      if (notification.kind !== 'alert') throw new Error(`${notification.kind} is no alert`)
      const { severity, subject, text } = notification
      told.push(`${severity} ${subject}: ${text}`)
    },
    onError(error) {
      throw error
    },
    wait: () => new Promise((resolve) => void waits.push(resolve)),
  })
  async function later(): Promise<readonly string[]> {
    for (const end of waits) end()
    waits = []
    await new Promise(setImmediate)
    return told.splice(0)
  }
  return { news, later }
}

test('a venue that fails is named with its reason, and named again when it is back', async () => {
  const { news, later } = openNews()
  news.note('okx', failing('HTTP 503'))
  expect(await later()).toEqual(['P1 venue okx: okx is left out: HTTP 503'])
  news.note('okx', healthy)
  expect(await later()).toEqual(['P2 venue okx: okx is back'])
})

test('a network that breaks is one alert, and one when it is mended', async () => {
  const { news, later } = openNews()
  for (const venue of ['okx', 'mexc', 'kucoin']) news.note(venue, failing(`${venue}: ECONNREFUSED`))
  expect(await later()).toEqual([
    'P1 venues: okx, mexc and kucoin are left out (okx: ECONNREFUSED)',
  ])
  for (const venue of ['mexc', 'okx', 'kucoin']) news.note(venue, healthy)
  expect(await later()).toEqual(['P2 venues: mexc, okx and kucoin are back'])
})

test('a venue that is back before anybody was told is no news', async () => {
  const { news, later } = openNews()
  news.note('okx', failing('HTTP 503'))
  news.note('okx', healthy)
  expect(await later()).toEqual([])
  news.note('okx', failing('HTTP 451', 'refused'))
  expect(await later()).toEqual(['P1 venue okx: okx is left out: HTTP 451'])
})
