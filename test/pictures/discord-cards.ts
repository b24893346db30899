// Draws what people see on Discord: node test/pictures/discord-cards.ts <folder>. Every card comes from
// the desk by way of the double.
import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runDiscordDesk } from '../../bots/discord/discord-desk.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { newId } from '../../src/id.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { secret } from '../../src/secret.ts'
import { startDiscordDouble } from '../doubles/discord/discord-double.ts'
import type { SeenMessage } from '../doubles/discord/seen.ts'
import { notifications } from '../notifications.ts'
import { openOwnDesk } from '../own-desk.ts'
import { seedDesk } from '../seeded-desk.ts'
import { discordPage } from './discord-page.ts'
import { photograph } from './photograph.ts'

const folder = process.argv[2] ?? 'pictures'
const account = '700000000000000007'

const draw = (name: string, messages: readonly SeenMessage[]): void =>
  photograph(folder, name, [discordPage(messages)])

/** Each a story of its own. */
function stories(): readonly Notification[] {
  return Object.values(notifications).map((notification) => {
    const id = newId(Date.now())
    switch (notification.kind) {
      case 'opportunity':
        return { ...notification, opportunity: { ...notification.opportunity, id } }
      case 'approval': {
        const { approval, opportunity } = notification
        return {
          ...notification,
          approval: { ...approval, opportunity: id, expiresAt: new Date(Date.now() + 60_000) },
          opportunity: { ...opportunity, id },
        }
      }
      case 'trade':
        return { ...notification, trade: { ...notification.trade, opportunity: id } }
      case 'alert':
      case 'status':
        return notification
    }
  })
}

const commands: readonly (readonly [words: string, options?: Record<string, string | number>])[] = [
  ['status'],
  ['venues'],
  ['opportunities'],
  ['why', { route: 'cross BTC/USDT kucoin>binance' }],
  ['balances'],
  ['settings'],
  ['help'],
  ['limits'],
  ['notifications'],
  ['prices', { symbol: 'BTC/USDT' }],
  ['health'],
  ['chart', { what: 'cross BTC/USDT kucoin>binance' }],
]

mkdirSync(folder, { recursive: true })
const desk = await openOwnDesk()
const { runtime } = desk
const discord = await startDiscordDouble({ rateLimits: false })
await runtime.people.changeOperator(
  { surface: 'discord', id: account, name: 'ann', role: 'admin' },
  'terminal:ann',
)
const stopping = new AbortController()
const ended = runDiscordDesk(
  {
    runtime,
    discord: {
      token: secret(discord.token),
      guildId: discord.guildId,
      channelId: discord.channelId,
      apiUrl: discord.apiUrl,
    },
    commands: allCommands,
  },
  stopping.signal,
)
await discord.until('the commands', () => discord.commands().length > 0)
for (const notification of stories()) await runtime.announce(notification)
// Whatever is over already is no news, and a few cannot be sent at once.
await sleep(16_000)
for (const [i, card] of discord.messages().entries()) draw(`news-${i + 1}`, [card])
await seedDesk(desk.desk)
const ann = discord.as(discord.addUser({ id: account, name: 'ann' }))
for (const [words, options] of commands) {
  const known = discord.commands().some(({ name }) => name === words)
  if (!known) continue
  const answer = await ann.slash(words, options ?? {}).message()
  draw(`command-${words}`, [answer])
}
stopping.abort()
await ended
await discord.close()
await desk.close()
