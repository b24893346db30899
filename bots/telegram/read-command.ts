// "/approve@arbdesk_bot k3f9" as a command's name and its words.
import { wordsOf } from '../parse-line.ts'

export type TypedCommand = { readonly name: string; readonly words: readonly string[] }

const pattern = /^\/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+([^]*))?$/

/**
 * Undefined for what is no command, or one for another bot. A quote that is not closed is a letter
 * like others here, for telephones put them anywhere.
 */
export function readCommand(text: string, username: string | undefined): TypedCommand | undefined {
  const [, name, addressee, rest = ''] = pattern.exec(text) ?? []
  if (name === undefined) return undefined
  const isOurs =
    addressee === undefined ||
    username === undefined ||
    addressee.toLowerCase() === username.toLowerCase()
  if (!isOurs) return undefined
  const read = wordsOf(straight(rest))
  const words = read.outcome === 'ok' ? read.words : rest.split(/\s+/).filter((word) => word !== '')
  // What links to the bot carry after /start is no argument.
  const isStart = name.toLowerCase() === 'start'
  return { name: name.toLowerCase(), words: isStart ? [] : words }
}

/** Telephones bend quotes and join two hyphens into a dash. */
const straight = (text: string): string =>
  text
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’‚]/g, "'")
    .replaceAll(/(?<=^|\s)[—–](?=[A-Za-z])/g, '--')
