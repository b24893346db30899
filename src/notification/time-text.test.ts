import { expect, test } from 'vitest'
import { clockText, durationText, sinceText, timeText } from './time-text.ts'

const at = new Date('2025-11-20T12:04:05.678Z')

test('durations are as long as they need to be', () => {
  const shown = [12.5, 850, 1200, 12_000, 119_000, 240_000, 7_200_000, 12_600_000, 200_000_000]
  expect(shown.map(durationText)).toEqual([
    '13 ms',
    '850 ms',
    '1.2 s',
    '12 s',
    '119 s',
    '4 min',
    '2 h',
    '3.5 h',
    '2 days',
  ])
  expect(durationText(Number.NaN)).toBe('unknown')
})

test('times are UTC and say so', () => {
  expect(clockText(at)).toBe('12:04:05 UTC')
  expect(timeText(at)).toBe('2025-11-20 12:04:05 UTC')
})

test('a moment is in the past or still to come', () => {
  expect(sinceText(at, new Date(at.getTime() + 12_000))).toBe('12 s ago')
  expect(sinceText(at, new Date(at.getTime() - 45_000))).toBe('in 45 s')
})
