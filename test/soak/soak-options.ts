// `npm run -s soak -- --minutes 5 --messages 2000 --json`
import { readScriptWords, type BadUsage, type Limits } from '../script-options.ts'

export type SoakOptions = {
  /** How long it measures, after a minute in which the desk warms up. */
  readonly minutes: number
  readonly messagesPerSecond: number
  readonly gapsPerMinute: number
}

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: SoakOptions }
  | { readonly outcome: 'help' }
  | BadUsage

export const usage =
  'npm run -s soak -- [--minutes <number>] [--messages <per second>] [--gaps <per minute>] [--json]'

const limits: Limits = { '--minutes': [1, 1440], '--messages': [1, 20_000], '--gaps': [0, 100] }
/** The last line is JSON with it or without. */
const flags = ['--json']

export function readSoakOptions(argv: readonly string[]): ReadOptions {
  const read = readScriptWords(argv, limits, flags, usage)
  if (read.outcome !== 'read') return read
  const { numbers } = read
  return {
    outcome: 'ok',
    options: {
      minutes: numbers.get('--minutes') ?? 5,
      messagesPerSecond: numbers.get('--messages') ?? 2000,
      gapsPerMinute: numbers.get('--gaps') ?? 50,
    },
  }
}
