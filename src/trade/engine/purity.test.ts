// The engine must do the same on every run, so nothing in it looks at a clock, at chance, or at a timer,
// and nothing waits for several things in a way that forgets one of them.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const forbidden: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Date.now', /\bDate\.now\b/],
  ['a clock', /\bnew Date\(\)|\bperformance\./],
  ['Math.random', /\bMath\.random\b|\bgetRandomValues\b|\brandomUUID\b/],
  ['a timer', /\bset(?:Timeout|Interval|Immediate)\b/],
  ['Promise.all', /\bPromise\.(?:all|race|any)\b/],
]

const faultsOf = (source: string): readonly string[] =>
  forbidden.filter(([, pattern]) => pattern.test(source)).map(([name]) => name)

const files = globSync('*.ts', { cwd: import.meta.dirname }).filter(
  (file) => !file.endsWith('.test.ts'),
)

test.each(files)('%s looks at no clock, no chance and no timer', (file) => {
  expect(faultsOf(readFileSync(join(import.meta.dirname, file), 'utf8'))).toEqual([])
})

test('planted faults are caught', () => {
  expect(files.length).toBeGreaterThan(15)
  expect(faultsOf('const at = Date.now()')).toEqual(['Date.now'])
  expect(faultsOf('await Promise.all(sends)')).toEqual(['Promise.all'])
  expect(faultsOf('await Promise.allSettled(sends)')).toEqual([])
  expect(faultsOf('const at = new Date(ms)')).toEqual([])
})
