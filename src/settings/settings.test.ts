import { expect, test } from 'vitest'
import {
  checkSetting,
  defaultSettings,
  isSettingKey,
  parseSetting,
  settingHelp,
  settingKeys,
} from './settings.ts'

test('every default fits its own bounds and every setting says what it is for', () => {
  const defaults = defaultSettings('other')
  for (const key of settingKeys) {
    expect(checkSetting(key, defaults[key])).toEqual({ outcome: 'ok', key, value: defaults[key] })
    expect(settingHelp(key)).toMatch(/^[^\n]{10,120}\.$/)
    expect(key).toMatch(/^[a-z]+\.[a-z_]+$/)
  }
})

test('the defaults are the ones the desk promises', () => {
  expect(defaultSettings('other')).toMatchObject({
    'trading.net_percent_min': 0.1,
    'trading.net_usdt_min': 0.5,
    'trading.notional_usdt_max': 100,
    'trading.day_notional_usdt_max': 1000,
    'trading.day_loss_usdt_max': 25,
    'trading.open_trades_max': 3,
    'trading.venue_capital_percent_max': 40,
    'trading.depth_fraction': 0.25,
    'filter.book_age_ms_max': 1000,
    'filter.ticker_age_ms_max': 3000,
    'filter.suspicious_percent': 5,
    'approval.mode': 'ask',
    'approval.lives_ms': 60_000,
    'approval.life_ms_min': 3000,
    'approval.tolerance': 0.5,
    'sweep.period_ms': 2000,
    'history.prices_days': 30,
    'history.books_days': 30,
  })
  expect(defaultSettings('simulator')['approval.life_ms_min']).toBe(1000)
  expect(Object.isFrozen(defaultSettings('other'))).toBe(true)
})

test.each([
  ['trading.net_percent_min', '0.2', 0.2],
  ['desk.paused', 'true', true],
  ['approval.mode', 'auto', 'auto'],
  ['approval.mode', '"auto"', 'auto'],
  ['trading.start_assets', 'USDT, BTC', ['USDT', 'BTC']],
  ['trading.start_assets', '["USDT"]', ['USDT']],
  ['trading.start_assets', 'USDT', ['USDT']],
  ['paper.balances', '{"kucoin": {"USDT": "10.5"}}', { kucoin: { USDT: '10.5' } }],
])('%s takes %s', (key, text, value) => {
  expect(parseSetting(key, text)).toEqual({ outcome: 'ok', key, value })
})

test.each([
  ['trading.net_percent_min', '-1'],
  ['trading.net_percent_min', '101'],
  ['trading.net_percent_min', '1,5'],
  ['trading.net_percent_min', 'NaN'],
  ['trading.net_percent_min', '1e999'],
  ['trading.net_percent_min', ''],
  ['trading.open_trades_max', '1.5'],
  ['trading.depth_fraction', '0'],
  ['desk.paused', 'yes'],
  ['approval.mode', 'yolo'],
  ['trading.start_assets', '[]'],
  ['trading.start_assets', 'usdt'],
  ['paper.balances', '{"kucoin": {"USDT": 10}}'],
  ['paper.balances', '{"kucoin": {"USDT": "-1"}}'],
])('%s refuses %s and says what it takes', (key, text) => {
  const read = parseSetting(key, text)
  expect(read.outcome).toBe('bad')
  const message = read.outcome === 'bad' ? read.message : ''
  expect(message.startsWith(`${key}: `)).toBe(true)
  expect(message).toContain(isSettingKey(key) ? settingHelp(key) : 'no such key')
})

test('a setting that does not exist is answered with the one that was meant', () => {
  expect(parseSetting('net_percent_min', '1')).toEqual({
    outcome: 'bad',
    message: 'There is no setting "net_percent_min"; did you mean trading.net_percent_min?',
  })
  expect(parseSetting('nonsense', '1')).toMatchObject({
    message: 'There is no setting "nonsense"; "settings" lists them',
  })
  expect(isSettingKey('__proto__')).toBe(false)
  expect(isSettingKey('toString')).toBe(false)
})
