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
  [['--fro', '45s'], 'there is no option "--fro"; npm start'],
  [['fast'], 'there is no option "fast"'],
  [['--for'], '--for takes a time'],
  [['--for', '0s'], '--for takes a time'],
  [['--for', '9999h'], '--for takes a time'],
  [['--for', 'soon'], '--for takes a time such as 45s, 10m or 2h, not "soon"'],
  [['--set'], '--set takes <key>=<value>'],
  [['--set', '--json'], '--set takes <key>=<value>, not "--json"'],
  [['--set', 'approval.mode', '--json'], '--set takes <key>=<value>, not "approval.mode"'],
  [['--set', 'approval.mode=maybe'], '--set approval.mode=maybe: '],
  [['--set', 'approval.moed=auto'], 'There is no setting "approval.moed"'],
  [['--set', 'desk.killed=false'], 'no matter of one run; "kill" and "kill release" change it'],
  [['--set', 'desk.paused=false'], 'no matter of one run; "pause" and "resume" change it'],
  [['--set', 'desk.paused=true'], 'no matter of one run; "pause" and "resume" change it'],
])('%j is refused in one line', (argv, fault) => {
  const result = readStartOptions(argv)
  const faults = result.outcome === 'bad-usage' ? result.faults : []
  expect(faults).toEqual([expect.stringContaining(fault)])
  expect(faults.join()).not.toContain('\n')
})

test('everything that is wrong is named at once', () => {
  const argv = ['--set', 'approval.mode=maybe', 'no.such=1', '--for', 'soon', '--fro', '45s', '--x']
  expect(readStartOptions([...argv, '--set', 'sweep.period_ms=1'])).toEqual({
    outcome: 'bad-usage',
    faults: [
      expect.stringMatching(/^--set approval\.mode=maybe: /),
      expect.stringMatching(/^--set no\.such=1: There is no setting "no\.such"/),
      expect.stringMatching(/^--for takes a time .* not "soon"$/),
      expect.stringMatching(/^--set sweep\.period_ms=1: /),
      expect.stringMatching(/^there is no option "--fro", "--x"; /),
    ],
  })
})

test('a setting is refused in words for people', () => {
  const argv = ['approval.mode=maybe', 'trading.net_percent_min=much', 'trading.start_assets=usdt']
  const result = readStartOptions(['--set', ...argv])
  const faults = result.outcome === 'bad-usage' ? result.faults : []
  expect(faults).toHaveLength(argv.length)
  for (const fault of faults) {
    expect(fault).toMatch(/: \S+ (must|names) .*[.]$/)
    expect(fault).not.toMatch(/expected|received|invalid|\/\^|pattern/i)
  }
})
