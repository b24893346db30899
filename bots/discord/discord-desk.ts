// A process's runtime put behind Discord: the desk that people talk to and the messages that it sends.
import { createHash } from 'node:crypto'
import type { Command } from '../../src/commands/command.ts'
import { renderChart } from '../../src/charts/render-chart.ts'
import { secretsOf, type Config } from '../../src/config.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import type { Card } from '../../src/notification/card.ts'
import type { Runtime } from '../../src/runtime.ts'
import { createScrubber } from '../../src/scrub.ts'
import type { Budgets } from '../chat/budget.ts'
import { createChatDesk } from '../chat/create-chat-desk.ts'
import { createDeliverer } from '../chat/deliver.ts'
import type { Picture } from '../chat/platform.ts'
import { deskOf } from '../desk-of.ts'
import { discordBudgets } from './discord-budgets.ts'
import { createDiscordPlatform } from './discord-platform.ts'
import { createDiscordRest } from './discord-rest.ts'
import { serveDiscord, type ServeWiring } from './serve-discord.ts'

export type DiscordDeskWiring = Pick<ServeWiring, 'listens' | 'patience' | 'nowMs'> & {
  readonly runtime: Runtime
  readonly discord: NonNullable<Config['discord']>
  readonly commands: readonly Command[]
  /** Left out: what Discord takes. */
  readonly budgets?: Budgets
}

async function drawChart({ chart }: Card): Promise<Picture | undefined> {
  return chart && { name: 'chart.png', png: await renderChart(chart) }
}

/** Another token is another bot, and so is the same one on another server: neither has the other's session. */
const botOf = ({ token, apiUrl }: NonNullable<Config['discord']>): string =>
  createHash('sha256').update(`${apiUrl}\n${token.reveal()}`).digest('base64url').slice(0, 22)

/** Works until the signal. */
export async function runDiscordDesk(
  { runtime, discord, commands, budgets = discordBudgets, ...rest }: DiscordDeskWiring,
  signal: AbortSignal,
): Promise<void> {
  const { chats, people, outbox, log, announce } = runtime
  const { token, guildId, channelId, apiUrl } = discord
  const http = createDiscordRest({ token, apiUrl })
  const desk = deskOf(runtime)
  const common = {
    commands,
    chats,
    homes: [channelId],
    now: () => new Date(),
    announce,
    warn: (message: string) => log.warn(message),
    reportBug: (error: unknown, what: string) => log.error(what, { error }),
  }
  const chatDesk = createChatDesk({
    ...common,
    surface: 'discord',
    desk,
    buttons: runtime.buttons,
    updates: runtime.updates,
    operators: (surface, account) => people.findOperator(surface, account),
    audit: (entry) => runtime.audit.record(entry),
    scrub: createScrubber(secretsOf(runtime.config)),
    readTickerDump,
    drawChart,
  })
  const deliverer = () =>
    createDeliverer({
      ...common,
      platform: createDiscordPlatform(http),
      messages: runtime.messages,
      outbox,
      labels: desk.labels,
      hub: runtime.queues,
      isListed: async (account) => (await people.findOperator('discord', account)) !== undefined,
      budgets,
    })
  await serveDiscord(
    {
      ...rest,
      ...common,
      rest: http,
      token,
      bot: botOf(discord),
      gateways: runtime.gateways,
      lease: runtime.surfaceLease,
      desk: chatDesk,
      createDeliverer: deliverer,
      guildId,
    },
    signal,
  )
}
