// Makes the pictures of docs/chat.md: node test/pictures/docs-pictures.ts <folder> [minutes]. A desk from
// `npm start` on the simulated market talks to both doubles; what they received is drawn by a browser
// (chromium, or $CHROMIUM), and its charts are kept as they came.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SeenMessage } from '../doubles/telegram/view.ts'
import { onDiscord, onTelegram, openNpmChatDesk } from '../npm-chat-desk.ts'
import { discordPage } from './discord-page.ts'
import { photograph } from './photograph.ts'
import { telegramPage } from './telegram-page.ts'

const folder = process.argv[2] ?? 'pictures'
const minutes = Number(process.argv[3] ?? 10)

mkdirSync(folder, { recursive: true })
const chat = await openNpmChatDesk()
const { discord, telegram } = chat

/** What the desk answers ann in private, files included. */
async function tell(line: string): Promise<readonly SeenMessage[]> {
  const known = new Set(telegram.reads(onTelegram.ann).map(({ messageId }) => messageId))
  telegram.as(onTelegram.ann).says(onTelegram.ann, `/${line}`)
  const replies = () =>
    telegram
      .reads(onTelegram.ann)
      .filter(({ messageId, from }) => from.is_bot && !known.has(messageId))
  await telegram.until(line, () => replies()[0])
  await sleep(2000)
  return replies()
}

try {
  const asked = await chat.question(10_000)
  discord.as(onDiscord.ann).press(asked.discord, 'Approve')
  const settled = await chat.bothShow(asked, /settled/)
  photograph(folder, 'cards', [discordPage([asked.discord]), telegramPage([asked.telegram])])
  photograph(
    folder,
    'discord-card',
    [asked.discord, settled.discord].map((card) => discordPage([card])),
  )
  photograph(
    folder,
    'telegram-card',
    [asked.telegram, settled.telegram].map((card) => telegramPage([card])),
  )

  await tell('settings set trading.day_notional_usdt_max 100000')
  await tell('mode auto')
  await sleep(minutes * 60_000)
  const charts = {
    'chart-book': 'chart book',
    'chart-prices': 'chart prices BTC/USDT',
    'chart-performance': 'chart performance route',
  }
  for (const [name, line] of Object.entries(charts))
    for (const { file, rendered } of await tell(line)) {
      process.stdout.write(`${rendered}\n`)
      if (file !== undefined) writeFileSync(join(folder, `${name}.png`), file.bytes)
    }
} finally {
  chat.desk.interrupt()
  await chat.desk.ended
  await chat.close()
}
