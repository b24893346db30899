// Every method this double knows, by its name in small letters, as Telegram looks them up.
import * as aboutBot from './about-bot.ts'
import { answerCallbackQuery } from './answer-callback-query.ts'
import * as edit from './edit.ts'
import { getFile } from './get-file.ts'
import type { Method } from './method.ts'
import * as rooms from './rooms.ts'
import * as send from './send.ts'

const all: Readonly<Record<string, Method>> = {
  ...aboutBot,
  ...send,
  ...edit,
  ...rooms,
  answerCallbackQuery,
  getFile,
}

/** getUpdates is not among them: it waits, so the server asks the queue itself. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries(all).map(([name, method]) => [name.toLowerCase(), method]),
)
