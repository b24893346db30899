import { expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLoopPulse } from './loop-pulse.ts'
import { countOf, percentileOf, readTally } from './tally.ts'

test('messages, decisions and looks are counted, and what stood still is lag', async () => {
  const pulse = createLoopPulse()
  await sleep(100)
  pulse.decided(performance.now() - 5, Date.now() - 40)
  pulse.decided(performance.now() - 5, Number.NaN)
  pulse.looked(80)
  const untilMs = performance.now() + 150
  while (performance.now() < untilMs);
  await sleep(50)
  const facts = pulse.facts()
  expect(facts).toMatchObject({ messages: 2 })
  const { decisions, sinceVenue, looks, lag } = facts
  const [frames, venue, looked, late] = [decisions, sinceVenue, looks, lag].map((text) =>
    readTally(String(text)),
  )
  expect(countOf(frames ?? [])).toBe(2)
  expect(percentileOf(frames ?? [], 50)).toBeGreaterThan(4)
  expect(countOf(venue ?? [])).toBe(1)
  expect(percentileOf(venue ?? [], 50)).toBeGreaterThan(36)
  expect(countOf(looked ?? [])).toBe(1)
  expect(percentileOf(late ?? [], 100)).toBeGreaterThan(120)
  expect(facts['lagP99Ms']).toBeGreaterThan(100)
  pulse.close()
})

test('the percentiles are those since they were told last', async () => {
  const pulse = createLoopPulse()
  pulse.decided(performance.now() - 300, Number.NaN)
  expect(pulse.facts()['decisionP99Ms']).toBeGreaterThan(270)
  pulse.decided(performance.now() - 3, Number.NaN)
  expect(pulse.facts()['decisionP99Ms']).toBeLessThan(5)
  expect(pulse.facts()['decisionP99Ms']).toBeNull()
  pulse.close()
})
