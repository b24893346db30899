// `npm run -s simulate -- --seeds 500 --from 1`
import { badUsage, readScriptWords, type BadUsage, type Limits } from '../script-options.ts'

export type SimulateOptions =
  | { readonly run: 'seeds'; readonly seeds: number; readonly from: number; readonly json: boolean }
  | { readonly run: 'trace'; readonly seed: number }
  | { readonly run: 'canary' }

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: SimulateOptions }
  | { readonly outcome: 'help' }
  | BadUsage

export const usage =
  'npm run -s simulate -- [--seeds <number>] [--from <seed>] [--json] | --seed <seed> [--trace] | --canary'

const seedsUsual = 500
const seedsMax = 10_000_000
const seedMax = 2 ** 31

const bad = (fault: string): BadUsage => badUsage(fault, usage)

const limits: Limits = {
  '--seeds': [1, seedsMax],
  '--from': [0, seedMax],
  '--seed': [0, seedMax],
}
const flags = ['--json', '--trace', '--canary']

export function readSimulateOptions(argv: readonly string[]): ReadOptions {
  const read = readScriptWords(argv, limits, flags, usage)
  return read.outcome === 'read' ? choose(read.given, read.numbers) : read
}

function choose(given: ReadonlySet<string>, numbers: ReadonlyMap<string, number>): ReadOptions {
  const seed = numbers.get('--seed')
  if (given.has('--canary'))
    return given.size === 1
      ? { outcome: 'ok', options: { run: 'canary' } }
      : bad('--canary stands alone')
  if (given.has('--trace') && seed === undefined) return bad('--trace takes one --seed')
  if (seed !== undefined && (given.has('--seeds') || given.has('--from')))
    return bad('--seed is one seed, --seeds and --from are several')
  if (given.has('--trace') && given.has('--json')) return bad('a trace is no JSON')
  if (seed !== undefined && given.has('--trace'))
    return { outcome: 'ok', options: { run: 'trace', seed } }
  return {
    outcome: 'ok',
    options: {
      run: 'seeds',
      seeds: seed === undefined ? (numbers.get('--seeds') ?? seedsUsual) : 1,
      from: seed ?? numbers.get('--from') ?? 1,
      json: given.has('--json'),
    },
  }
}
