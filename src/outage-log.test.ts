import { expect, test } from 'vitest'
import { createLog } from './log.ts'
import { createOutageLog, type OutageLogOptions } from './outage-log.ts'

function openLog(more: Partial<OutageLogOptions> = {}) {
  const lines: string[] = []
  const clock = { ms: 0 }
  const inner = createLog({
    level: 'info',
    readable: false,
    write: (line) => {
      const { msg, complaints } = JSON.parse(line) as { msg: string; complaints?: number }
      lines.push(complaints === undefined ? msg : `${msg} [${complaints}]`)
    },
  })
  const outage = createOutageLog(inner, {
    server: 'Redis',
    say: 'warn',
    nowMs: () => clock.ms,
    hear: () => 'other',
    ...more,
  })
  return { lines, clock, ...outage }
}
const cut = new Error('Connection is closed.')

test('an outage is one line each way, whatever complains meanwhile', () => {
  const { lines, clock, log, lost, back } = openLog()
  back()
  lost(cut)
  lost(cut)
  log.named('loop').warn('shards keep their places', { error: cut })
  log.warn('a shard was lost')
  log.error('this is said always')
  clock.ms = 25_300
  back()
  back()
  log.warn('a venue is slow')
  expect(lines).toEqual([
    'Redis is away (Connection is closed.); work goes on when it is back',
    'this is said always',
    'Redis is back after 25.3 s [2]',
    'a venue is slow',
  ])
})

test('what only comes with an outage is never said, nor taken for one', () => {
  const { lines, log } = openLog({ hear: (_, error) => (error === cut ? 'heard' : 'other') })
  log.warn('surfaces were not woken', { error: cut })
  log.warn('a venue is slow')
  expect(lines).toEqual(['a venue is slow'])
})
