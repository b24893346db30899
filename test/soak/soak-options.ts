// `npm run -s soak -- --minutes 5 --messages 2000 --json`

export type SoakOptions = {
  /** How long it measures, after a minute in which the desk warms up. */
  readonly minutes: number
  readonly messagesPerSecond: number
  readonly gapsPerMinute: number
}

export type ReadOptions =
  | { readonly outcome: 'ok'; readonly options: SoakOptions }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'bad-usage'; readonly fault: string }

export const usage =
  'npm run -s soak -- [--minutes <number>] [--messages <per second>] [--gaps <per minute>] [--json]'

const numbers = {
  '--minutes': { usual: 5, least: 1, most: 1440 },
  '--messages': { usual: 2000, least: 1, most: 20_000 },
  '--gaps': { usual: 50, least: 0, most: 100 },
} as const
type Name = keyof typeof numbers
const isName = (word: string): word is Name => Object.hasOwn(numbers, word)

const bad = (fault: string): ReadOptions => ({ outcome: 'bad-usage', fault: `${fault}; ${usage}` })

function whole(text: string | undefined, name: Name): number | undefined {
  const { least, most } = numbers[name]
  const value = /^\d{1,6}$/.test(text ?? '') ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/** Takes `--name value` and `--name=value`; the first thing that is wrong is named. */
export function readSoakOptions(argv: readonly string[]): ReadOptions {
  const words = argv.flatMap((word) => /^(--[a-z]+)=(.*)$/s.exec(word)?.slice(1) ?? [word])
  const read = new Map<Name, number>()
  const given = new Set<string>()
  for (let n = 0; n < words.length; n++) {
    const word = words[n] as string
    if (word === '--help') return { outcome: 'help' }
    if (given.has(word)) return bad(`${word} is there twice`)
    given.add(word)
    if (isName(word)) {
      const value = whole(words[++n], word)
      const { least, most } = numbers[word]
      if (value === undefined)
        return bad(`${word} takes a whole number from ${least} to ${most}, not "${words[n] ?? ''}"`)
      read.set(word, value)
      // The last line is JSON with it or without.
    } else if (word !== '--json') return bad(`there is no option "${word}"`)
  }
  const numberOf = (name: Name) => read.get(name) ?? numbers[name].usual
  return {
    outcome: 'ok',
    options: {
      minutes: numberOf('--minutes'),
      messagesPerSecond: numberOf('--messages'),
      gapsPerMinute: numberOf('--gaps'),
    },
  }
}
