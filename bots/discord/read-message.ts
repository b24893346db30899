// A message that somebody wrote where the bot may read, which is no command: it only counts when it holds
// what must not be seen.
import { z } from 'zod'
import type { Arrival } from '../chat/chat-desk.ts'

export type Overheard = {
  readonly arrival: Arrival
  readonly message: string
  readonly text: string
}

const textMax = 20_000
const id = z.string().regex(/^\d{1,25}$/)
const form = z.looseObject({
  id,
  channel_id: id,
  guild_id: id.nullish(),
  content: z.string(),
  author: z.looseObject({
    id,
    username: z.string().catch(''),
    global_name: z.string().nullish().catch(undefined),
    bot: z.boolean().optional(),
  }),
})

/** Undefined for bots, this one among them, and for what Discord does not show. */
export function readMessage(data: unknown): Overheard | undefined {
  const read = form.safeParse(data).data
  if (read === undefined || read.author.bot === true || read.content === '') return undefined
  const { author } = read
  return {
    arrival: {
      surface: 'discord',
      update: read.id,
      account: { id: author.id, displayName: author.global_name ?? author.username },
      chat: read.channel_id,
      isPrivate: (read.guild_id ?? undefined) === undefined,
    },
    message: read.id,
    text: read.content.slice(0, textMax),
  }
}
