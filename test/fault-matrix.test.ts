// Every fault id has a test, and every mark in a title is a fault id.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { faultIds } from './fault-ids.ts'
import { testTitles } from './test-titles.ts'

/** Ids whose tests are still being written, each with the reason. One that has a test may not stand here. */
const awaited: Readonly<Record<string, string>> = {}

const mark = /\b[A-G]\d{1,2}\b/g
const root = join(import.meta.dirname, '..')
const catalogue = join(root, '..', 'shared', 'faults.md')

/** Test files, and the suites that they share where one of them does import it. */
function readTests(): ReadonlyMap<string, string> {
  const cwd = { cwd: root }
  const read = (file: string) => [file, readFileSync(join(root, file), 'utf8')] as const
  const tests = globSync('{src,bots,workers,test}/**/*.test.ts', cwd).toSorted().map(read)
  const isRun = (file: string) => tests.some(([, source]) => source.includes(`/${basename(file)}'`))
  const shared = globSync('test/**/*-contract.ts', cwd).filter(isRun).map(read)
  return new Map([...tests, ...shared])
}

const marksOf = (titles: readonly string[]) => titles.join(' ').match(mark) ?? []

test('every fault has a test, and every mark is a fault', () => {
  const found = new Map<string, Set<string>>()
  let count = 0
  for (const [file, source] of readTests())
    for (const titles of testTitles(source)) {
      count++
      for (const id of marksOf(titles)) found.set(id, (found.get(id) ?? new Set()).add(file))
    }
  const ids = Object.keys(faultIds)
  const missing = ids.filter((id) => !found.has(id))
  const marked = ids.length - missing.length
  const lines = [
    `${marked} of ${ids.length} faults have a test, among ${count} tests`,
    ...Object.entries(awaited).map(([id, why]) => `${id} is awaited: ${why}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  expect(missing).toEqual(Object.keys(awaited))
  const strange = [...found].filter(([id]) => !(id in faultIds))
  expect(strange.map(([id, files]) => `${id} in ${[...files].join(', ')}`)).toEqual([])
})

test('only tests that run count', () => {
  const titles = (source: string) => testTitles(source).map((one) => one.join(' > '))
  expect(titles(`test('A1 x', () => {})`)).toEqual(['A1 x'])
  expect(titles(`describe('A1', () => { test.concurrent('x', async (c) => {}) })`)).toEqual([
    'A1 > x',
  ])
  expect(titles('test.each<[string, number]>([[`a`, 1]])(`A2 ${f} x`, (n: number) => {})')).toEqual(
    ['A2 … x'],
  )
  for (const dead of [
    `// test('A1', () => {})`,
    `/* test('A1', () => {}) */`,
    `test.skip('A1', () => {})`,
    `test.todo('A1')`,
    `test('A1')`,
    `test('A1', { skip: true }, () => {})`,
    `test.skipIf(isThere)('A1', () => {})`,
    `describe.skip('A1', () => { test('A2', () => {}) })`,
    `describe('A1', () => { /* nothing */ })`,
    `expect(text).toBe('A1')`,
  ])
    expect([dead, ...titles(dead)]).toEqual([dead])
})

test.skipIf(!existsSync(catalogue))(
  `the list is the one of the catalogue${existsSync(catalogue) ? '' : ', which is not on this machine'}`,
  () => {
    const rows = readFileSync(catalogue, 'utf8').matchAll(/^\| ([A-G]\d{1,2}) \|/gm)
    expect(Object.keys(faultIds)).toEqual([...rows].map(([, id]) => id))
    expect(Object.keys(faultIds)).toHaveLength(101)
  },
)
