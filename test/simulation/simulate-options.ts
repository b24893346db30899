// `npm run -s simulate -- --seeds 500 --from 1`

export type SimulateOptions =
  | { readonly run: 'seeds'; readonly seeds: number; readonly from: number; readonly json: boolean }
  | { readonly run: 'trace'; readonly seed: number }
  | { readonly run: 'canary' }

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: SimulateOptions }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'bad-usage'; readonly fault: string }

export const usage =
  'npm run -s simulate -- [--seeds <number>] [--from <seed>] [--json] | --seed <seed> [--trace] | --canary'

const seedsUsual = 500
const seedsMax = 10_000_000
const seedMax = 2 ** 31

const bad = (fault: string): ReadOptions => ({ outcome: 'bad-usage', fault: `${fault}; ${usage}` })

function whole(text: string | undefined, least: number, most: number): number | undefined {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

const limits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '--seeds': [1, seedsMax],
  '--from': [0, seedMax],
  '--seed': [0, seedMax],
}
const flags = ['--json', '--trace', '--canary']

/** Takes `--name value` and `--name=value`; the first thing that is wrong is named. */
export function readSimulateOptions(argv: readonly string[]): ReadOptions {
  const words = argv.flatMap((word) => /^(--[a-z]+)=(.*)$/s.exec(word)?.slice(1) ?? [word])
  const numbers = new Map<string, number>()
  const given = new Set<string>()
  for (let n = 0; n < words.length; n++) {
    const word = words[n] as string
    const limit = limits[word]
    if (word === '--help') return { outcome: 'help' }
    if (given.has(word)) return bad(`${word} is there twice`)
    given.add(word)
    if (limit !== undefined) {
      const value = whole(words[++n], ...limit)
      if (value === undefined)
        return bad(
          `${word} takes a whole number from ${limit[0]} to ${limit[1]}, not "${words[n] ?? ''}"`,
        )
      numbers.set(word, value)
    } else if (!flags.includes(word)) return bad(`there is no option "${word}"`)
  }
  return choose(given, numbers)
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
