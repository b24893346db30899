// What the scripts that prove things are asked on the command line: whole numbers and flags.

export type BadUsage = { readonly outcome: 'bad-usage'; readonly fault: string }

export type ScriptWords =
  | {
      readonly outcome: 'read'
      readonly given: ReadonlySet<string>
      readonly numbers: ReadonlyMap<string, number>
    }
  | { readonly outcome: 'help' }
  | BadUsage

export type Limits = Readonly<Record<string, readonly [least: number, most: number]>>

function whole(text: string | undefined, least: number, most: number): number | undefined {
  const value = /^\d{1,10}$/.test(text ?? '') ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/** The fault, and how it is to be asked. */
export const badUsage = (fault: string, usage: string): BadUsage => ({
  outcome: 'bad-usage',
  fault: `${fault}; ${usage}`,
})

/** Takes `--name value` and `--name=value`, each once; the first thing that is wrong is named. */
export function readScriptWords(
  argv: readonly string[],
  limits: Limits,
  flags: readonly string[],
  usage: string,
): ScriptWords {
  const words = argv.flatMap((word) => /^(--[a-z]+)=(.*)$/s.exec(word)?.slice(1) ?? [word])
  const numbers = new Map<string, number>()
  const given = new Set<string>()
  for (let n = 0; n < words.length; n++) {
    const word = words[n] as string
    const limit = Object.hasOwn(limits, word) ? limits[word] : undefined
    if (word === '--help') return { outcome: 'help' }
    if (given.has(word)) return badUsage(`${word} is there twice`, usage)
    given.add(word)
    if (limit !== undefined) {
      const [least, most] = limit
      const value = whole(words[++n], least, most)
      if (value === undefined)
        return badUsage(
          `${word} takes a whole number from ${least} to ${most}, not "${words[n] ?? ''}"`,
          usage,
        )
      numbers.set(word, value)
    } else if (!flags.includes(word)) return badUsage(`there is no option "${word}"`, usage)
  }
  return { outcome: 'read', given, numbers }
}
