import fc from 'fast-check'
import { expect, test } from 'vitest'
import { notifications } from '../../test/notifications.ts'
import type { Notification } from './notification.ts'
import {
  defaultPreferences,
  levels,
  preferencesSchema,
  presetNameOf,
  presets,
  routedKinds,
  withPreset,
  zoneNamed,
  type Preferences,
} from './preferences.ts'
import { clockIn, isQuiet, kindOf, levelFor, rankOf, type Kind } from './routing.ts'

const at = new Date('2025-11-20T12:00:00.000Z')
const all = Object.values(notifications)
const alert = (severity: 'P0' | 'P1' | 'P2'): Notification => ({
  kind: 'alert',
  severity,
  subject: 'test',
  text: 'test',
})
const everything = [...all, alert('P0'), alert('P1'), alert('P2')]

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York')
const level = fc.constantFrom(...levels)
const anyPreferences: fc.Arbitrary<Preferences> = fc.record({
  levels: fc.record({
    opportunity: level,
    approval: level,
    trade: level,
    p1: level,
    p2: level,
    status: level,
  }),
  netPercentMin: fc.double({ min: 0, max: 5, noNaN: true }),
  netUsdtMin: fc.double({ min: 0, max: 5, noNaN: true }),
  quietHours: fc.option(fc.record({ from: time, to: time, zone }).filter((q) => q.from !== q.to)),
  singles: fc.option(fc.integer({ min: 0, max: 60 })),
  mutes: fc.constant([]),
})
const anyTime = fc.date({
  min: new Date('2024-01-01T00:00:00Z'),
  max: new Date('2027-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('P0 alerts and exposures ring whatever a chat prefers, at any hour', () => {
  fc.assert(
    fc.property(anyPreferences, anyTime, (preferences, now) => {
      const urgent = everything.filter((each) => rankOf(kindOf(each)) === 0)
      expect(urgent.length).toBeGreaterThan(1)
      for (const each of urgent) expect(levelFor(each, preferences, now)).toBe('on')
    }),
  )
})

test('quiet hours silence, they never hide', () => {
  fc.assert(
    fc.property(anyPreferences, anyTime, fc.constantFrom(...everything), (preferences, now, n) => {
      const awake = levelFor(n, { ...preferences, quietHours: null }, now)
      const asleep = levelFor(n, preferences, now)
      expect(asleep === 'off').toBe(awake === 'off')
      if (asleep !== awake) expect([awake, asleep]).toEqual(['on', 'silent'])
    }),
  )
})

test('what a chat sets is what it gets, kind by kind', () => {
  const kinds = new Set<Kind>()
  for (const notification of everything)
    for (const set of levels) {
      const kind = kindOf(notification)
      kinds.add(kind)
      if (kind === 'p0' || kind === 'exposure') continue
      const preferences = {
        ...defaultPreferences,
        levels: { ...defaultPreferences.levels, [kind]: set },
      }
      expect(levelFor(notification, preferences, at)).toBe(set)
    }
  expect(kinds).toEqual(new Set(['p0', 'exposure', ...routedKinds]))
})

test('messages leave in the order exposure, fill, approval, opportunity, info', () => {
  const order: readonly Kind[] = ['exposure', 'trade', 'approval', 'opportunity', 'status']
  expect(order.toSorted((a, b) => rankOf(a) - rankOf(b))).toEqual(order)
  expect(rankOf('p0')).toBe(rankOf('exposure'))
})

test('a gap below either minimum is neither told nor asked about, its trade is', () => {
  const gap = notifications['a gap that is asked about'] as Notification
  const asked = notifications['an approval asked'] as Notification
  const settled = notifications['a trade settled'] as Notification
  for (const minimum of [{ netPercentMin: 1.21 }, { netUsdtMin: 1.21 }]) {
    const preferences = { ...defaultPreferences, ...minimum }
    expect(levelFor(gap, preferences, at)).toBe('off')
    expect(levelFor(asked, preferences, at)).toBe('off')
    expect(levelFor(settled, preferences, at)).toBe('on')
  }
  const exact = { ...defaultPreferences, netPercentMin: 1.2, netUsdtMin: 1.2 }
  expect(levelFor(asked, exact, at)).toBe('on')
})

test('a muted route is silent until its time is over, and its trades are told', () => {
  const asked = notifications['an approval asked'] as Notification
  const settled = notifications['a trade settled'] as Notification
  const until = new Date(at.getTime() + 60_000)
  const mutes = [{ route: 'cross BTC/USDT kucoin>binance', until: until.toISOString() }]
  const preferences = { ...defaultPreferences, mutes }
  expect(levelFor(asked, preferences, at)).toBe('off')
  expect(levelFor(settled, preferences, at)).toBe('on')
  expect(levelFor(asked, preferences, until)).toBe('on')
})

test('quiet hours begin and end by the clocks of their zone, over midnight and over a change of clocks', () => {
  const quiet = { from: '22:30', to: '06:00', zone: 'Europe/Berlin' }
  const winter = (text: string) => isQuiet(quiet, new Date(`2025-11-20T${text}:00Z`))
  expect([winter('21:29'), winter('21:30'), winter('04:59'), winter('05:00')]).toEqual([
    false,
    true,
    true,
    false,
  ])
  // The night in which 02:00 becomes 03:00 is an hour shorter; it ends at 06:00 all the same.
  expect(isQuiet(quiet, new Date('2026-03-29T03:59:00Z'))).toBe(true)
  expect(isQuiet(quiet, new Date('2026-03-29T04:00:00Z'))).toBe(false)
  const noon = { from: '12:00', to: '13:00', zone: 'Asia/Kolkata' }
  expect(isQuiet(noon, new Date('2025-11-20T06:30:00Z'))).toBe(true)
  expect(isQuiet(noon, new Date('2025-11-20T07:30:00Z'))).toBe(false)
})

test('a day is quiet for as long as its quiet hours say, whichever way round they stand', () => {
  const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  fc.assert(
    fc.property(time, time, (from, to) => {
      fc.pre(from !== to)
      const minutes = Array.from({ length: 1440 }, (_, i) => new Date(at.getTime() + i * 60_000))
      const quiet = minutes.filter((now) => isQuiet({ from, to, zone: 'UTC' }, now)).length
      expect(quiet).toBe((minutesOf(to) - minutesOf(from) + 1440) % 1440)
    }),
    { numRuns: 30 },
  )
})

test('midnight is 00:00, not 24:00', () => {
  expect(clockIn('UTC', new Date('2025-11-20T00:00:00Z'))).toBe('00:00')
})

test('zones are spelt as the zone database has them, or are refused', () => {
  expect(zoneNamed('europe/berlin')).toBe('Europe/Berlin')
  expect(zoneNamed('Europe/Nowhere')).toBeUndefined()
  const quietHours = { from: '22:00', to: '06:00', zone: 'Mars/Olympus' }
  expect(preferencesSchema.safeParse({ quietHours }).success).toBe(false)
})

test('a preset is known by its name until something is changed', () => {
  for (const preset of presets) {
    const chosen = withPreset(defaultPreferences, preset)
    expect(presetNameOf(chosen)).toBe(preset)
    expect(presetNameOf({ ...chosen, netPercentMin: 0.3 })).toBeUndefined()
    expect(preferencesSchema.parse(JSON.parse(JSON.stringify(chosen)))).toEqual(chosen)
  }
})

test('the preset "all" tells every event, and tells it one by one', () => {
  const mutes = [{ route: 'cross BTC/USDT kucoin>binance', until: '2030-01-01T00:00:00.000Z' }]
  const preferences = withPreset({ ...defaultPreferences, mutes }, 'all')
  expect(everything.map((each) => levelFor(each, preferences, at))).toEqual(
    everything.map(() => 'on'),
  )
  expect(preferences.singles).toBeNull()
})

test('a stored row of an older version has the defaults for what it lacks', () => {
  expect(preferencesSchema.parse({ levels: { trade: 'off' } })).toEqual({
    ...defaultPreferences,
    levels: { ...defaultPreferences.levels, trade: 'off' },
  })
})
