// The little answer that every press gets within its time: Telegram shows a spinner until then, and
// takes one answer alone.
import { plainLine } from '../../src/notification/plain-text.ts'
import { shortened } from './rich-text.ts'
import type { TelegramClient } from './telegram-client.ts'

// Three seconds are what people wait; the way to Telegram takes its part of them.
const answerMsMax = 1800
const textMax = 200
const laterText = 'One moment …'
const rememberedMax = 2000

export type PressAnswer = {
  /** False when the press was answered before: what is to be told must be told elsewhere. */
  tell(text: string, isPopup?: boolean): Promise<boolean>
  /** Stops the spinner, unless that was done. */
  silently(): Promise<void>
}

/** `isPopup` texts have to be closed; the others go by themselves. */
export function createPressAnswer(client: TelegramClient): (query: string) => PressAnswer {
  // Telegram delivers again what it is not sure was heard; a second answer would be refused.
  const answered = new Set<string>()

  return (query) => {
    async function answer(text: string, isPopup: boolean): Promise<boolean> {
      clearTimeout(timer)
      if (answered.has(query)) return false
      answered.add(query)
      if (answered.size > rememberedMax) answered.delete(answered.values().next().value ?? '')
      const short = shortened(plainLine(text), textMax)
      const called = await client.call('answerCallbackQuery', {
        callback_query_id: query,
        ...(short !== '' && { text: short }),
        ...(isPopup && short !== '' && { show_alert: true }),
      })
      // A query that is too old is nobody's fault; the words are then told in the chat.
      return called.outcome === 'ok'
    }
    const timer = setTimeout(() => void answer(laterText, false).catch(() => {}), answerMsMax)
    return {
      tell: (text, isPopup = false) => answer(text, isPopup),
      async silently() {
        await answer('', false)
      },
    }
  }
}
