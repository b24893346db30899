// What is planted, that it is planted where it should be, and that it is noticed.
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { equivalents } from './equivalents.ts'
import { groups } from './groups.ts'
import { instrument } from './instrument.ts'
import { readMutateOptions } from './mutate-options.ts'
import { root } from './try-mutants.ts'

const changesOf = (source: string): readonly string[] =>
  instrument('a.ts', source, 0).mutants.map(({ from, to }) =>
    to === '' ? `without ${from}` : `${from} → ${to}`,
  )

/** What an expression of numbers a and b is worth under each mutant, and as it stands under none. */
function worths(expression: string, a: unknown, b: unknown): readonly unknown[] {
  const { text, mutants } = instrument('a.ts', `made = ${expression}`, 1)
  const body = text.replace('const m$ = globalThis.mutantInForce;', 'let made;')
  const made = runInThisContext(`(m$, a, b) => {${body}\nreturn made}`) as (
    inForce: (mutant: number) => boolean,
    a: unknown,
    b: unknown,
  ) => unknown
  // The first is the statement left out.
  return [
    0,
    ...mutants
      .keys()
      .map((n) => n + 1)
      .drop(1),
  ].map((active) => made((mutant) => mutant === active, a, b))
}

test('each operator is mistaken for its neighbours', () => {
  expect(changesOf('const x = a < b')).toEqual(['a < b → a <= b', 'a < b → a >= b'])
  expect(changesOf('const x = a === b && !c')).toEqual([
    'a === b && !c → (a === b) || (!c)',
    'a === b → a !== b',
    '!c → c',
  ])
  expect(changesOf('const x = a ?? b + 1n')).toEqual([
    'a ?? b + 1n → a && (b + 1n)',
    'b + 1n → b - 1n',
  ])
  expect(changesOf('const x = rows.some(f)')).toEqual(['rows.some(f) → rows.every(f)'])
  expect(changesOf('const x = rows.filter(f).length')).toEqual(['rows.filter(f) → rows'])
  expect(changesOf('const x = ([a] as const).some(f)')[0]).toBe(
    '([a] as const).some(f) → ([a] as const).every(f)',
  )
  expect(changesOf('const x = [1]')).toEqual(['[1] → []'])
})

test('statements, properties and spreads are left out, conditions held up, and what is returned is lost', () => {
  expect(changesOf('stop()')).toEqual(['without stop()'])
  expect(changesOf('const f = () => { x = { ...a, b: 1 } }').slice(1)).toEqual([
    'without ...a',
    'without b: 1',
  ])
  expect(changesOf('if (a) stop()')).toEqual(['a → true', 'a → false', 'without stop()'])
  expect(changesOf('const f = () => g(1)')).toEqual(['g(1) → undefined'])
  expect(changesOf('function f() { return a > b }').slice(0, 2)).toEqual([
    'a > b → true',
    'a > b → false',
  ])
})

test('texts, types, imports and chains of ?. are left as they are', () => {
  for (const source of [
    `import { a } from './a.ts'`,
    `type A = 'x' | { readonly b: true }`,
    'const x = `${a}` + b',
    'const x = a?.filter(f).length',
    'const { a = b } = c as D',
    'const table = { ...a, b: 1 }',
  ])
    expect([source, ...changesOf(source)]).toEqual([source])
})

test('of a file that is named by its parts nothing else is planted', () => {
  const source =
    'function a() { stop() }\nfunction b() { stop() }\nconst c = { a: () => go(), d: !e }'
  const changes = instrument('a.ts', source, 0, ['a']).mutants
  expect(changes.map(({ line, from }) => [line, from])).toEqual([
    [1, 'stop()'],
    [3, 'go()'],
  ])
})

test('a mutant is in force alone, and without one all is as written', () => {
  expect(worths('a < b', 1, 1)).toEqual([false, true, true])
  expect(worths('(a - b) * b', 2, 3)).toEqual([-3, (2 - 3) / 3, 15])
  expect(worths('a - b * a', 2, 3)).toEqual([-4, 8, 2 - 3 / 2])
  expect(worths('(() => ({ ...a, ...b, c: 1 }))()', { x: 1 }, { y: 2 })).toEqual([
    { x: 1, y: 2, c: 1 },
    undefined,
    { y: 2, c: 1 },
    { x: 1, c: 1 },
    { x: 1, y: 2 },
  ])
  expect(worths('a.filter((each) => each > b).some(Boolean)', [1], 1)).toEqual(
    expect.arrayContaining([false, true]) as unknown,
  )
})

test('every file that is named is there, and every reviewed equivalent is one of its mutants', () => {
  for (const { files, tests } of groups)
    for (const file of [...files, ...tests]) expect(globSync(file, { cwd: root })).toEqual([file])
  for (const { file, lineText, from, to } of equivalents) {
    const { mutants } = instrument(file, readFileSync(join(root, file), 'utf8'), 0)
    const found = mutants.find(
      (mutant) => mutant.lineText === lineText && mutant.from === from && mutant.to === to,
    )
    expect(found).toMatchObject({ file, lineText })
  }
})

test('a run tells how many were noticed, of a table that is there once at load as well', async () => {
  const words = [join(import.meta.dirname, 'mutate.ts'), '--files', 'approval/role', '--json']
  // A test run's own environment is none of its business.
  const env = { PATH: process.env['PATH'] }
  const { stdout } = await promisify(execFile)(process.execPath, words, { env })
  expect(JSON.parse(stdout)).toMatchObject({ mutants: 5, killed: 5, survived: 0, score: 100 })
})

test('options are read, and a bad one is one line', () => {
  const namesOf = (...argv: readonly string[]) => {
    const read = readMutateOptions(argv)
    return read.outcome === 'ok' ? read.groups.flatMap(({ files }) => files) : []
  }
  expect(namesOf()).toEqual(groups.flatMap(({ files }) => files))
  expect(namesOf('--files', 'reservation', '--json')).toHaveLength(2)
  expect(namesOf('--files', 'src/approval/*.ts')).toEqual(
    groups.find(({ name }) => name === 'approval')?.files,
  )
  expect(namesOf('--files', 'approval')).toEqual(namesOf('--files', 'src/approval/*.ts'))
  expect(namesOf('--files', 'engine/proof')).toEqual(['src/trade/engine/proof.ts'])
  for (const bad of ['--files nothing-like-it', '--files', '--what', 'word'])
    expect(readMutateOptions(bad.split(' '))).toMatchObject({
      outcome: 'bad-usage',
      fault: expect.not.stringContaining('\n') as string,
    })
})
