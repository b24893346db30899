import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import { isOverTheWire, whyNoOrders } from './over-the-wire.ts'

const runWith = (gateway: 'paper' | 'venue', market: string, begun?: 'paper' | 'venue') => {
  const settings = { ...defaultSettings('simulator'), 'execution.gateway': gateway }
  return {
    config: {
      ...readConfig({ ARBDESK_MARKET: market }),
      ...(begun === undefined ? {} : { run: { gateway: begun } }),
    },
    settings: { current: () => settings },
  } as unknown as Parameters<typeof whyNoOrders>[0]
}

test('over the wire a gap at a venue without an account is not traded, and on paper it is', () => {
  const wire = runWith('venue', 'simulator')
  expect(whyNoOrders(wire, ['kucoin', 'okx'])).toBeUndefined()
  expect(whyNoOrders(wire, ['kucoin', 'mexc'])).toBe(
    'orders go over the wire and none can go to mexc, where they could not be looked up',
  )
  expect(whyNoOrders(runWith('paper', 'simulator'), ['kucoin', 'mexc'])).toBeUndefined()
  // Real venues would take real money for what is called paper.
  expect(isOverTheWire(runWith('venue', 'live'))).toBe(false)
})

test('where orders go is what it was when the desk started, whatever is set since', () => {
  expect(isOverTheWire(runWith('venue', 'simulator', 'paper'))).toBe(false)
  expect(isOverTheWire(runWith('paper', 'simulator', 'venue'))).toBe(true)
  expect(isOverTheWire(runWith('venue', 'live', 'venue'))).toBe(false)
})
