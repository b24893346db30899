// One place in a chat where the desk speaks, as its platform numbers it.

export type ChatSurface = 'discord' | 'telegram'

/** `chat` is a Discord channel; a Telegram chat, "-100123/7" for its topic 7. */
export type Chat = { readonly surface: ChatSurface; readonly chat: string }

/** "telegram:-100123/7", as people name a chat of another platform. */
export const chatName = ({ surface, chat }: Chat): string => `${surface}:${chat}`

/** A group stands for its topics, a topic for itself alone. */
export const isWithin = (home: string, chat: string): boolean =>
  chat === home || (!home.includes('/') && chat.startsWith(`${home}/`))
