import { expect, test } from 'vitest'
import { readStartOptions } from './start-options.ts'

const read = (...argv: string[]) => {
  const result = readStartOptions(argv)
  return result.outcome === 'ok' ? result.options : result
}

test('without options the desk runs until it is stopped', () => {
  expect(read()).toEqual({ forMs: undefined, json: false, overrides: {} })
})

test.each([
  ['45s', 45_000],
  ['500ms', 500],
  ['10m', 600_000],
  ['1.5h', 5_400_000],
  ['30', 30_000],
])('--for %s is %i ms', (text, forMs) => {
  expect(read('--for', text)).toMatchObject({ forMs })
  expect(read(`--for=${text}`)).toMatchObject({ forMs })
})

test('--set takes one setting or several, and may be repeated', () => {
  const overrides = {
    'approval.mode': 'auto',
    'trading.net_percent_min': '0.2',
    'trading.start_assets': 'USDT,BTC',
  }
  expect(
    read(
      '--set',
      'approval.mode=auto',
      'trading.net_percent_min=0.2',
      '--json',
      '--set=trading.start_assets=USDT,BTC',
    ),
  ).toEqual({ forMs: undefined, json: true, overrides })
})

test.each([
  [['--fro', '45s'], 'there is no option "--fro"'],
  [['fast'], 'there is no option "fast"'],
  [['--for'], '--for takes a time'],
  [['--for', '0s'], '--for takes a time'],
  [['--for', '9999h'], '--for takes a time'],
  [['--for', 'soon'], '--for takes a time such as 45s, 10m or 2h, not "soon"'],
  [['--set'], '--set takes <key>=<value>'],
  [['--set', '--json'], '--set takes <key>=<value>'],
  [['--set', 'approval.mode=maybe'], '--set approval.mode=maybe: '],
  [['--set', 'approval.moed=auto'], 'There is no setting "approval.moed"'],
])('%j is refused in one line', (argv, message) => {
  const result = readStartOptions(argv)
  expect(result).toMatchObject({ outcome: 'bad-usage' })
  const line = result.outcome === 'bad-usage' ? result.message : ''
  expect(line).toContain(message)
  expect(line).not.toContain('\n')
})
