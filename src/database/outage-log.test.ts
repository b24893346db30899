import pg from 'pg'
import { expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createDatabaseOutageLog } from './outage-log.ts'

function openLog(level: 'info' | 'debug', say: 'warn' | 'debug' = 'warn') {
  const lines: string[] = []
  const clock = { ms: 0 }
  const inner = createLog({
    level,
    readable: false,
    write: (line) => {
      const { msg, complaints } = JSON.parse(line) as { msg: string; complaints?: number }
      lines.push(complaints === undefined ? msg : `${msg} [${complaints}]`)
    },
  })
  return { lines, clock, ...createDatabaseOutageLog(inner, say, () => clock.ms) }
}
const refused = new Error('connect ECONNREFUSED 127.0.0.1:5432')
const cut = new Error('Connection terminated unexpectedly')

test('an outage is one line each way, whatever complains meanwhile', () => {
  const { lines, clock, log, lost, back } = openLog('info')
  back()
  log.warn('a venue is slow')
  lost(refused)
  lost(refused)
  log.named('sweep').warn('a sweep failed', { error: refused })
  log.warn('another failed')
  log.error('this is said always')
  clock.ms = 8_640
  back()
  back()
  log.warn('a venue is slow again')
  expect(lines).toEqual([
    'a venue is slow',
    'the database is away (connect ECONNREFUSED 127.0.0.1:5432); work goes on when it is back',
    'this is said always',
    'the database is back after 8.6 s [2]',
    'a venue is slow again',
  ])
})

test('a query cut off tells of the outage before its connection does', () => {
  const { lines, log } = openLog('info')
  log.warn('shard cycle:okx goes on after an error', { error: cut })
  expect(lines).toEqual([
    'the database is away (Connection terminated unexpectedly); work goes on when it is back',
  ])
})

test('F11 a full disk is one line a minute, with what to do about it', () => {
  const { lines, clock, log } = openLog('info')
  const full = new pg.DatabaseError(
    'could not extend file "base/16384/17027": No space left on device',
    1,
    'error',
  )
  full.code = '53100'
  const fail = () => log.warn('a sweep failed', { cause: full })
  fail()
  fail()
  log.warn('something else')
  clock.ms = 61_000
  fail()
  const said = `the database's disk is full (${full.message}); free some space, work goes on then`
  expect(lines).toEqual([said, 'something else', said])
})

test('nothing is lost to whoever asks for all of it', () => {
  const { lines, log, lost } = openLog('debug', 'debug')
  lost(refused)
  log.warn('kept', { cause: refused })
  expect(lines.map((line) => line.slice(0, 20))).toEqual(['the database is away', 'kept'])
})

test('errors of other servers do not put the database away', () => {
  const { lines, log } = openLog('info')
  log.warn('Redis is gone', { cause: refused })
  log.warn('something else')
  expect(lines).toEqual(['Redis is gone', 'something else'])
})
