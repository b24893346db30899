// What to type for a button, so that the line means what the button does.
import { allCommands } from '../../src/commands/all-commands.ts'
import type { CardAction } from '../../src/notification/card.ts'
import { plainLine } from '../../src/notification/plain-text.ts'

/** Held together where a space, a quote or a dash would make something else of it. */
function quoted(value: string): string {
  if (value !== '' && !/\s|^["']|^--|=/.test(value)) return value
  return value.includes('"') ? `'${value}'` : `"${value}"`
}

/** "why cross BTC/USDT kucoin>binance", "logs 20 --level warn --before 812". */
export function typedLine({ command, args }: Pick<CardAction, 'command' | 'args'>): string {
  const known = allCommands.find(({ name }) => name === command)
  const given = new Map(Object.entries(args).map(([name, value]) => [name, plainLine(value)]))
  // By place as far as there is no hole in front; those behind one go by name.
  const order = known?.positional ?? [...given.keys()]
  const hole = order.findIndex((name) => !given.has(name))
  const placed = hole === -1 ? order : order.slice(0, hole)
  const rest = placed.at(-1)
  const hasRest = known === undefined || (rest !== undefined && rest === known.rest)
  const byPlace = placed.map((name) => {
    const value = given.get(name) ?? ''
    return hasRest && name === rest ? value : quoted(value)
  })
  const byName = [...given]
    .filter(([name]) => !placed.includes(name))
    .map(([name, value]) => `--${name.replaceAll('_', '-')} ${quoted(value)}`)
  const last = hasRest ? byPlace.splice(-1) : []
  return [plainLine(command), ...byPlace, ...byName, ...last].join(' ')
}
