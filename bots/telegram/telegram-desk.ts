// A process's runtime put behind Telegram: the desk that people talk to and the messages that it sends.
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
import { serveTelegram, type ServeWiring } from './serve-telegram.ts'
import { telegramBudgets } from './telegram-budgets.ts'
import { createTelegramClient } from './telegram-client.ts'
import { createTelegramPlatform } from './telegram-platform.ts'

export type TelegramDeskWiring = Pick<ServeWiring, 'listens' | 'patience'> & {
  readonly runtime: Runtime
  readonly telegram: NonNullable<Config['telegram']>
  readonly commands: readonly Command[]
  /** Left out: what Telegram takes. */
  readonly budgets?: Budgets
}

async function drawChart({ chart }: Card): Promise<Picture | undefined> {
  return chart && { name: 'chart.png', png: await renderChart(chart) }
}

/** Works until the signal. */
export async function runTelegramDesk(
  { runtime, telegram, commands, budgets = telegramBudgets, ...rest }: TelegramDeskWiring,
  signal: AbortSignal,
): Promise<void> {
  const { chats, people, outbox, log, announce } = runtime
  const { token, chatId, apiRoot } = telegram
  const { run } = runtime.config
  const client = createTelegramClient({ token, apiRoot })
  const desk = deskOf(runtime)
  const find = (account: string) => people.findOperator('telegram', account)
  const common = {
    commands,
    chats,
    homes: [chatId],
    now: () => new Date(),
    announce,
    warn: (message: string) => log.warn(message),
    reportBug: (error: unknown, what: string) => log.error(what, { error }),
  }
  const chatDesk = createChatDesk({
    ...common,
    surface: 'telegram',
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
      platform: createTelegramPlatform({ client, warn: common.warn }),
      messages: runtime.messages,
      outbox,
      labels: desk.labels,
      hub: runtime.queues,
      isListed: async (account) => (await find(account)) !== undefined,
      budgets,
    })
  try {
    await serveTelegram(
      {
        ...rest,
        ...common,
        client,
        desk: chatDesk,
        createDeliverer: deliverer,
        lease: runtime.surfaceLease,
        // One supervisor has one child for Telegram at a time.
        owner: run && `supervisor ${run.supervisorPid} of ${run.startedAt}`,
        roleOf: async (account) => (await find(account))?.role,
        keyboard: () => runtime.settings.current()['telegram.keyboard'],
      },
      signal,
    )
  } finally {
    client.close()
  }
}
