// A Telegram double that closes itself when its test is over.
import { onTestFinished } from 'vitest'
import {
  startTelegramDouble,
  type TelegramDouble,
  type TelegramDoubleOptions,
} from './telegram-double.ts'

export async function openTelegram(options: TelegramDoubleOptions = {}): Promise<TelegramDouble> {
  const telegram = await startTelegramDouble(options)
  onTestFinished(() => telegram.close())
  return telegram
}
