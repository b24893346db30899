import { expect, test } from 'vitest'
import { allCommands } from '../../src/commands/all-commands.ts'
import { bindWords, wordsOf } from '../parse-line.ts'
import { typedLine } from './typed-line.ts'

const lines: readonly [string, Readonly<Record<string, string>>, string][] = [
  ['approve', { approval: 'k3f9', size: 'half' }, 'approve k3f9 half'],
  ['why', { route: 'cross BTC/USDT kucoin>binance' }, 'why cross BTC/USDT kucoin>binance'],
  ['trades', { limit: '2', page: '2' }, 'trades 2 2'],
  [
    'trades',
    { venue: 'kucoin', from: '2025-11-20T10:00:00Z', limit: '10', page: '2' },
    'trades 10 2 --venue kucoin --from 2025-11-20T10:00:00Z',
  ],
  [
    'mandates',
    { action: 'add', for: '1h', total: '100', approval: 'k3', route: 'cross A/B c>d' },
    'mandates add 1h 100 --approval k3 cross A/B c>d',
  ],
  ['logs', { level: 'warn', before: '812' }, 'logs --level warn --before 812'],
  ['audit', { action: 'approve', limit: '20' }, 'audit --action approve --limit 20'],
  ['operators', { action: 'remove', account: 'discord:1' }, 'operators remove discord:1'],
  ['opportunities', { min_percent: '1', page: '2' }, 'opportunities --min-percent 1 --page 2'],
  ['trade', { trade: '--odd one' }, 'trade "--odd one"'],
]

test.each(lines)('a button of %s with %j is typed as: %s', (command, args, line) => {
  expect(typedLine({ command, args })).toBe(line)
})

test('what is typed for a button is read as the button means it', () => {
  for (const [command, args, line] of lines) {
    const cut = wordsOf(line)
    const found = allCommands.find(({ name }) => name === command)
    if (cut.outcome !== 'ok' || found === undefined) throw new Error(line)
    if (line.includes('"--')) continue
    const bound = bindWords(found, cut.words.slice(1))
    expect(bound, line).toMatchObject({ outcome: 'ok' })
    if (bound.outcome === 'ok') expect(Object.fromEntries(bound.given), line).toEqual(args)
  }
})

test('a command that is not in the list is typed by place', () => {
  expect(typedLine({ command: 'probe', args: { a: '1', b: 'two words' } })).toBe(
    'probe 1 two words',
  )
})
