import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Answered } from '../src/trade/engine/answer-spool.ts'
import { openAnswerFile, readAnswers } from './answer-file.ts'

const log = { warn: () => {}, error: () => {} }
const answer = (leg: string, submission: Answered['submission']): Answered => ({
  type: 'submission',
  leg,
  submission,
})
const taken = answer('alx00', { outcome: 'accepted', orderId: '77' })
const refused = answer('alx01', { outcome: 'rejected', code: '-2010', reason: 'no money (-2010)' })

function folder(): string {
  const home = mkdtempSync(join(tmpdir(), 'arbdesk-answers-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  return home
}

test('F7 what a venue answered while the database was away is there for the next process', () => {
  const home = folder()
  const file = join(home, 'answers.jsonl')
  const before = openAnswerFile(home, log)
  expect(before.of('one')).toEqual([])
  before.keep('one', taken)
  before.keep('two', refused)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const after = openAnswerFile(home, log)
  expect(after.of('one')).toEqual([taken])
  expect(after.of('two')).toEqual([refused])
  after.forget('one')
  expect(openAnswerFile(home, log).of('one')).toEqual([])
  expect(openAnswerFile(home, log).of('two')).toEqual([refused])
  after.forget('two')
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('F7 a line that a crash cut off costs itself alone, and an old one nothing at all', () => {
  const home = folder()
  openAnswerFile(home, log).keep('one', taken)
  appendFileSync(join(home, 'answers.jsonl'), '{"at":"2026-01-01T00:00:00Z","execu')
  openAnswerFile(home, log).keep('one', refused)
  expect(openAnswerFile(home, log).of('one')).toEqual([taken, refused])
  const content = readFileSync(join(home, 'answers.jsonl'), 'utf8')
  expect(readAnswers(content, new Date(Date.now() + 8 * 24 * 3_600_000))).toEqual([])
  expect(readAnswers('null\n7\n{}\n[]', new Date())).toEqual([])
})

test('F7 a disk that takes nothing leaves what was answered in memory, and says so', () => {
  const complaints: string[] = []
  const spool = openAnswerFile('/no/such/folder', {
    ...log,
    error: (line) => complaints.push(line),
  })
  spool.keep('one', taken)
  expect(spool.of('one')).toEqual([taken])
  expect(complaints).toEqual(['what a venue answered is in memory alone'])
  expect(existsSync('/no/such/folder')).toBe(false)
})
