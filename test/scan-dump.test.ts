// `scan` as the README shows it, on the dump of 2022-11-22.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { arbdesk, root } from './npm-desk.ts'

vi.setConfig({ testTimeout: 60_000 })

const dump = '../shared/data/tickers-20221122T0051Z'
const here = join(root, dump)
const because = existsSync(here) ? '' : ` (skipped: ${here} is not here)`
// No desk is needed, so this folder is never made.
const home = join(root, '.arbdesk-unused')

type Triangles = { symbols: number; cycles: number; gross_positive: number; net_positive: number }
type Best = { path: string[]; gross: number; net: number }
type Scan = {
  triangles: Record<string, Triangles & { best: Best[] }>
  cross: Record<string, unknown> & { best: { net: number }[] }
  why_not?: Record<string, number>
  ms: { read: number; parse: number; detect: number }
}

async function scan(...words: string[]): Promise<Scan> {
  const args = ['scan', '--tickers', dump, '--fee', '0.001', '--json', ...words]
  const { code, output, errors } = await arbdesk(home, args)
  expect(code, errors).toBe(0)
  expect(output.startsWith('{"triangles":{')).toBe(true)
  return JSON.parse(output) as Scan
}
const countsOf = ({ cycles, gross_positive, net_positive }: Triangles) => [
  cycles,
  gross_positive,
  net_positive,
]

test.skipIf(because !== '')(`the raw counts are the known ones${because}`, async () => {
  const { triangles, cross, ms, ...rest } = await scan('--raw')
  process.stderr.write(`scan of ${Object.keys(triangles).length} venues: ${JSON.stringify(ms)}\n`)
  expect(rest).toEqual({})
  expect(Object.keys(triangles)).toHaveLength(63)
  expect(countsOf(triangles['binance'] as Triangles)).toEqual([5082, 40, 0])
  expect(countsOf(triangles['kucoin'] as Triangles)).toEqual([1314, 33, 13])
  const nets = (triangles['kucoin']?.best ?? []).map(({ net }) => net)
  expect(nets).toHaveLength(20)
  expect(nets).toEqual(nets.toSorted((a, b) => b - a))
  expect(nets.filter((net) => net > 0)).toHaveLength(13)
  expect(cross.best).toHaveLength(20)
  expect(existsSync(home)).toBe(false)
})

test.skipIf(because !== '')(`with filters every dropped row is counted${because}`, async () => {
  const { triangles, why_not = {} } = await scan('--venues', 'binance,kucoin')
  expect(Object.keys(triangles).toSorted()).toEqual(['binance', 'kucoin'])
  expect(triangles['kucoin']?.net_positive).toBeLessThan(13)
  for (const count of Object.values(why_not)) expect(count).toBeGreaterThan(0)
  expect(why_not['leveraged token']).toBeGreaterThan(0)
})

test('a dump that cannot be read is one clear line and exit 1', async () => {
  const { code, output, errors } = await arbdesk(home, ['scan', '--tickers', '/nowhere', '--json'])
  expect({ code, output }).toEqual({ code: 1, output: '' })
  expect(errors).toMatch(/^[^\n]*cannot read the folder \/nowhere[^\n]*\n$/)
})
