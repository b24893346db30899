// What the Tab key offers for a half-typed line.
import type { Command, CommandContext } from '../../src/commands/command.ts'
import { complete } from '../../src/commands/complete.ts'

type Found = readonly [readonly string[], string]

const startingWith = (names: readonly string[], piece: string): Found => [
  names.filter((name) => name.startsWith(piece.toLowerCase())),
  piece,
]

/** The option whose value is being typed: after its name, or by its place. */
function optionAt({ options, positional }: Command, before: readonly string[]): string | undefined {
  const last = before.at(-1) ?? ''
  if (last.startsWith('--')) return last.slice(2).replaceAll('-', '_')
  const places = before.filter(
    (word, i) => !word.startsWith('--') && !(before[i - 1] ?? '').startsWith('--'),
  )
  const fitting = positional.filter((name, i) => {
    const choices = options[name]?.choices
    const word = places[i]
    return word === undefined || choices === undefined || choices.includes(word)
  })
  return fitting[Math.min(places.length, fitting.length - 1)]
}

/** Command names, option names, choices, and live names such as open approvals. */
export async function completeLine(line: string, context: CommandContext): Promise<Found> {
  const words = line.trimStart().split(/\s+/)
  const piece = words.at(-1) ?? ''
  const offered = context.commands.filter(({ surfaces }) =>
    surfaces.includes(context.actor.surface),
  )
  if (words.length === 1)
    return startingWith(
      offered.map(({ name }) => `${name} `),
      piece,
    )
  const command = offered.find(({ name }) => name === words[0])
  if (command === undefined) return [[], piece]
  if (piece.startsWith('--'))
    return startingWith(
      Object.keys(command.options).map((name) => `--${name} `),
      piece,
    )
  const option = command.options[optionAt(command, words.slice(1, -1)) ?? '']
  if (option === undefined) return [[], piece]
  return [await complete(option, piece, context), piece]
}
