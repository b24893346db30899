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

test('a setting with a choice of words names each of them in its help', () => {
  const choices = settingKeys.flatMap((key) => {
    const read = checkSetting(key, 'no such value')
    const listed = /must be one of (.+), not "/.exec(read.outcome === 'bad' ? read.message : '')
    return listed?.[1]?.split(', ').map((choice) => ({ key, choice })) ?? []
  })
  expect(choices).toHaveLength(26)
  for (const { key, choice } of choices) expect(settingHelp(key), key).toContain(choice)
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
    'risk.drawdown_usdt_max': 50,
    'risk.failures_in_row_max': 5,
    'risk.exposure_age_ms_max': 900_000,
    'risk.disk_free_mb_min': 2_000,
    'risk.disk_free_percent_min': 10,
    'risk.depeg_percent_max': 2,
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
  ['inventory.target_percent', '{"BTC": {"kucoin": 60}}', { BTC: { kucoin: 60 } }],
  ['desk.time_zone', 'UTC', 'UTC'],
  ['desk.time_zone', 'Asia/Kolkata', 'Asia/Kolkata'],
  ['desk.time_zone', 'America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
])('%s takes %s', (key, text, value) => {
  expect(parseSetting(key, text)).toEqual({ outcome: 'ok', key, value })
})

const targets = (text: string) => ['inventory.target_percent', text] as const
const balances = (text: string) => ['paper.balances', text] as const

test.each([
  ['trading.net_percent_min', '-1', 'must be at least 0, not -1'],
  ['trading.net_percent_min', '101', 'must be at most 100, not 101'],
  ['trading.net_percent_min', '1,5', 'must be a number, not "1,5"'],
  ['trading.net_percent_min', 'NaN', 'must be a number, not "NaN"'],
  ['trading.net_percent_min', '1e999', 'must be a number'],
  ['trading.net_percent_min', '', 'must be a number'],
  ['trading.notional_usdt_max', '0', 'must be above 0, not 0'],
  ['trading.open_trades_max', '1.5', 'must be a whole number, not 1.5'],
  ['trading.depth_fraction', '0', 'must be above 0, not 0'],
  ['desk.paused', 'yes', 'must be true or false, not "yes"'],
  ['approval.mode', 'yolo', 'must be one of ask, auto, alert, not "yolo"'],
  ['filter.identity_min', 'none', 'must be one of contract, reviewed, price, unverified'],
  ['desk.time_zone', '+02:00', 'must be a time zone such as UTC, Europe/Berlin'],
  ['desk.time_zone', 'Europe/Atlantis', 'must be a time zone such as UTC'],
  ['desk.time_zone', "UTC'; drop table trades", 'must be a time zone such as UTC'],
  ['trading.start_assets', '[]', 'must name one asset at least'],
  ['trading.start_assets', '[1]', 'must be a list such as USDT,BTC'],
  ['trading.start_assets', 'USDT,btc', 'names "btc", but assets are written in capitals'],
  [...balances('1000'), 'must be written as {"kucoin": {"USDT": "1000"}}'],
  [...balances('{"kucoin": "1000"}'), 'must name assets below each venue'],
  [...balances('{"kucoin": {"USDT": 10}}'), 'must have its amounts in quotes'],
  [...balances('{"kucoin": {"USDT": "-1"}}'), 'gives kucoin "-1" USDT, but amounts are decimals'],
  [...balances('{"kucoin": {"USDT": "1e9"}}'), 'gives kucoin "1e9" USDT'],
  [...balances('{"kucoin": {"usdt": "1"}}'), 'names "usdt", but assets are written in capitals'],
  [...balances('{"kucion": {"USDT": "1"}}'), 'names "kucion", but the venues are kucoin, '],
  [...targets('60'), 'must be written as {"BTC": {"kucoin": 60}}'],
  [...targets('{"BTC": 60}'), 'must name venues below each asset'],
  [...targets('{"BTC": {"kucoin": "60"}}'), 'must have its percentages as numbers'],
  [...targets('{"BTC": {"kucoin": -1}}'), 'may not go below 0 %'],
  [...targets('{"BTC": {"kucion": 60}}'), 'names "kucion", but the venues are kucoin, '],
  [...targets('{"btc": {"kucoin": 60}}'), 'names "btc", but assets are written in capitals'],
  [
    ...targets('{"BTC": {"kucoin": 60, "okx": 41}}'),
    'wants 101 % of BTC in all, but there are 100',
  ],
])('%s refuses %s and says what it takes', (key, text, why) => {
  const read = parseSetting(key, text)
  expect(read.outcome).toBe('bad')
  const message = read.outcome === 'bad' ? read.message : ''
  expect(message.startsWith(`${key} ${why}`), message).toBe(true)
  expect(message.endsWith(isSettingKey(key) ? settingHelp(key) : 'no such key')).toBe(true)
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
