import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  choice,
  duration,
  flag,
  integer,
  list,
  number,
  optional,
  path,
  text,
  withDefault,
  type Option,
} from './option.ts'

const read = (option: Option, given: unknown) => {
  const result = option.schema.safeParse(given)
  return result.success ? result.data : `fault: ${result.error.issues[0]?.message}`
}

test('typed text and typed values read alike', () => {
  const limit = integer('How many', { min: 1, max: 50 })
  expect([read(limit, '5'), read(limit, 5)]).toEqual([5, 5])
  const least = number('Least', { min: 0, max: 100 })
  expect([read(least, '0.25'), read(least, 0.25)]).toEqual([0.25, 0.25])
  expect([read(flag('Yes?'), 'true'), read(flag('Yes?'), true)]).toEqual([true, true])
})

test('a value out of bounds or of another kind is refused in words', () => {
  const limit = integer('How many', { min: 1, max: 50 })
  expect(read(limit, '0')).toBe('fault: must be at least 1')
  expect(read(limit, '51')).toBe('fault: must be at most 50')
  expect(read(limit, '1.5')).toBe('fault: must be a whole number')
  for (const wrong of ['five', '', '1e3', '0x10', 'NaN', '9'.repeat(400), null, [], {}])
    expect(read(limit, wrong)).toBe('fault: must be a number')
  expect(read(text('Name'), undefined)).toBe('fault: is missing')
  expect(read(text('Name'), ' \u200b ')).toBe('fault: is empty')
  expect(read(text('Name'), 'x'.repeat(301))).toBe('fault: may have 300 characters at most')
  expect(read(choice('Which', ['ask', 'auto']), 'foo')).toBe('fault: must be one of ask, auto')
  expect(read(flag('Yes?'), 'maybe')).toBe('fault: must be true or false')
  expect(read(path('Folder'), 'a\0b')).toBe('fault: is no path')
})

test('what is left out is absent, or the default', () => {
  expect(read(optional(text('Name')), undefined)).toBeUndefined()
  expect(read(optional(text('Name')), null)).toBeUndefined()
  expect(read(withDefault(integer('How many', { min: 1, max: 5 }), 3), undefined)).toBe(3)
  expect(read(withDefault(integer('How many', { min: 1, max: 5 }), 3), '4')).toBe(4)
  expect(read(flag('Yes?'), undefined)).toBe(false)
})

test('lengths of time are read as people write them', () => {
  const since = duration('How far back')
  expect(['90s', '15m', '2h', '7D', '1 h'].map((given) => read(since, given))).toEqual([
    90_000, 900_000, 7_200_000, 604_800_000, 3_600_000,
  ])
  for (const wrong of ['0s', '15', 'h', '-1h', '9999d', '1w'])
    expect(read(since, wrong)).toContain('fault: must be a time')
})

test('lists drop empty parts and choices forgive capitals', () => {
  expect(read(list('Venues'), 'kucoin, binance,,')).toEqual(['kucoin', 'binance'])
  expect(read(choice('Which', ['ask', 'auto']), ' Auto ')).toBe('auto')
})

test('no text makes an option throw', () => {
  const options = [
    text('x'),
    integer('x', { min: 0, max: 9 }),
    flag('x'),
    duration('x'),
    list('x'),
    choice('x', ['a']),
    path('x'),
  ]
  fc.assert(
    fc.property(fc.anything(), (given) => {
      for (const option of options)
        expect(option.schema.safeParse(given).success).toBeTypeOf('boolean')
    }),
    { numRuns: 500 },
  )
})
