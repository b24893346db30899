// What people type, turned into a command's options: by place, as "--name value", "--name=value" or
// "name=value". Telegram and the terminal read lines; a shell has cut its words already.
import { badUsage, type Command, type Failure } from '../src/commands/command.ts'

const lineLengthMax = 8000
const wordsMax = 300

export type Words = { readonly outcome: 'ok'; readonly words: readonly string[] } | Failure

const quotes = new Set([`"`, `'`])

/** Where the quoted word that begins at `start` ends: at a quote with a space or nothing behind it. */
function closingQuote(line: string, start: number): number {
  const quote = line[start] as string
  for (let at = line.indexOf(quote, start + 1); at !== -1; at = line.indexOf(quote, at + 1))
    if (at + 1 === line.length || /\s/.test(line[at + 1] as string)) return at
  return -1
}

/**
 * Cuts a line at white space. Quotes hold a word together where they begin and end it; elsewhere
 * they are letters like others, so that JSON can be typed as it is.
 */
export function wordsOf(line: string): Words {
  if (line.length > lineLengthMax)
    return badUsage(`A line may have ${lineLengthMax} characters at most`)
  const words: string[] = []
  let at = 0
  while (at < line.length) {
    if (/\s/.test(line[at] as string)) {
      at++
      continue
    }
    if (words.length === wordsMax) return badUsage(`A line may have ${wordsMax} words at most`)
    const quote = line[at] as string
    if (quotes.has(quote)) {
      const end = closingQuote(line, at)
      if (end !== -1) {
        words.push(line.slice(at + 1, end))
        at = end + 1
        continue
      }
      if (!line.includes(quote, at + 1))
        return badUsage(`A quote is not closed: ${quote} is missing`)
    }
    const rest = line.slice(at)
    const length = rest.search(/\s/)
    const word = length === -1 ? rest : rest.slice(0, length)
    words.push(word)
    at += word.length
  }
  return { outcome: 'ok', words }
}

export type Given =
  | { readonly outcome: 'ok'; readonly given: ReadonlyMap<string, unknown> }
  | Failure

const optionName = (typed: string): string => typed.toLowerCase().replaceAll('-', '_')
const isTruth = (word: string | undefined): boolean => word === 'true' || word === 'false'

/** The option that a word given by place belongs to; optional choices are left out if they do not fit. */
function placeFor(
  { positional, options }: Command,
  word: string,
  taken: ReadonlyMap<string, unknown>,
): string | undefined {
  const free = positional.filter((name) => !taken.has(name))
  return free.find((name, i) => {
    const option = options[name]
    const fits = option?.choices?.includes(word.toLowerCase()) ?? true
    return fits || option?.required === true || i === free.length - 1
  })
}

/**
 * Names every word of a line after the command. Unknown names are passed on: the command's own check
 * knows what is near.
 */
export function bindWords(command: Command, words: readonly string[]): Given {
  const given = new Map<string, unknown>()
  const placed: string[] = []
  let onlyPlaces = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    if (word === '--' && !onlyPlaces) {
      onlyPlaces = true
      continue
    }
    const [, dashes, typed = '', assigned] =
      (onlyPlaces ? null : /^(--)?([^=]+)(?:=(.*))?$/s.exec(word)) ?? []
    const name = optionName(typed)
    const known = Object.hasOwn(command.options, name)
    if (dashes !== undefined || (known && assigned !== undefined)) {
      if (given.has(name)) return badUsage(`${command.name}: --${name} is given twice`)
      const isFlag = command.options[name]?.type === 'boolean'
      const next = words[i + 1]
      // The command's own check says what is near, whatever else may be wrong with the line.
      if (!known) return { outcome: 'ok', given: given.set(name, '') }
      if (assigned !== undefined) given.set(name, assigned)
      else if (isFlag) given.set(name, isTruth(next) ? words[++i] : 'true')
      else if (next === undefined || next.startsWith('--'))
        return badUsage(`${command.name}: --${name} needs a value`)
      else given.set(name, words[++i])
      continue
    }
    const place = placed.length === 0 ? placeFor(command, word, given) : undefined
    if (place !== undefined && place !== command.rest) given.set(place, word)
    else if (place !== undefined || placed.length > 0) placed.push(word)
    else return badUsage(`${command.name}: "${word.slice(0, 40)}" is one word too many`)
  }
  if (command.rest !== undefined && placed.length > 0) given.set(command.rest, placed.join(' '))
  return { outcome: 'ok', given }
}
