// `npm run -s chaos -- --executions 100 --seed 7 --json`
import { readScriptWords, type BadUsage, type Limits } from '../script-options.ts'

export type ChaosOptions = { readonly executions: number; readonly seed: number }

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: ChaosOptions }
  | { readonly outcome: 'help' }
  | BadUsage

export const usage = 'npm run -s chaos -- [--executions <number>] [--seed <number>] [--json]'

const executionsUsual = 100
const limits: Limits = { '--executions': [1, 100_000], '--seed': [0, 2 ** 31] }
/** The last line is JSON with it or without. */
const flags = ['--json']

export function readChaosOptions(argv: readonly string[], seedUsual: number): ReadOptions {
  const read = readScriptWords(argv, limits, flags, usage)
  if (read.outcome !== 'read') return read
  return {
    outcome: 'ok',
    options: {
      executions: read.numbers.get('--executions') ?? executionsUsual,
      seed: read.numbers.get('--seed') ?? seedUsual,
    },
  }
}
