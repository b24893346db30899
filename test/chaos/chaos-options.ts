// `npm run -s chaos -- --executions 100 --seed 7 --json`

export type ChaosOptions = { readonly executions: number; readonly seed: number }

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: ChaosOptions }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'bad-usage'; readonly fault: string }

export const usage = 'npm run -s chaos -- [--executions <number>] [--seed <number>] [--json]'

const executionsUsual = 100
const limits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '--executions': [1, 100_000],
  '--seed': [0, 2 ** 31],
}

const bad = (fault: string): ReadOptions => ({ outcome: 'bad-usage', fault: `${fault}; ${usage}` })

function whole(text: string | undefined, least: number, most: number): number | undefined {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/** Takes `--name value` and `--name=value`; the first thing that is wrong is named. */
export function readChaosOptions(argv: readonly string[], seedUsual: number): ReadOptions {
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
      // The last line is JSON with it or without.
    } else if (word !== '--json') return bad(`there is no option "${word}"`)
  }
  return {
    outcome: 'ok',
    options: {
      executions: numbers.get('--executions') ?? executionsUsual,
      seed: numbers.get('--seed') ?? seedUsual,
    },
  }
}
