// The body of a message in any request that carries one, held against the platform's rules.
import { MessageFlags } from 'discord-api-types/v10'
import { readForm, refusals, type Answer } from '../answer.ts'
import { messageForm } from '../message-rules.ts'
import { fileFaults, isEmpty, type MessageBody } from '../messages.ts'
import type { Platform } from '../platform.ts'
import type { StoredMessage } from '../world.ts'
import { blame, type RestRequest } from './route.ts'

/** What a server without boosts takes in one file. */
const fileBytesMax = 10 * 1024 * 1024

/** `kept` is the message that an edit changes. What is refused is the bot's mistake, and noted. */
export function readMessage(
  platform: Platform,
  request: RestRequest,
  json: unknown,
  kept?: StoredMessage,
): { readonly body: MessageBody } | { readonly answer: Answer } {
  const read = readForm(messageForm, json ?? {})
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return { answer: read.answer }
  }
  const body = { form: read.form, uploads: request.uploads }
  if (body.uploads.some(({ bytes }) => bytes.length > fileBytesMax)) {
    blame(platform, request, `a file is larger than ${fileBytesMax} bytes`)
    return { answer: refusals.fileTooLarge }
  }
  if (isEmpty(body, kept)) {
    blame(platform, request, 'the message shows nothing')
    return { answer: refusals.emptyMessage }
  }
  for (const fault of fileFaults(body, kept)) blame(platform, request, fault)
  return { body }
}

export const wantsEphemeral = ({ form }: MessageBody): boolean =>
  ((form.flags ?? 0) & MessageFlags.Ephemeral) !== 0
