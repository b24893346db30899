// Says once, on whatever reaches people, that nothing from Telegram is heard, and once that it is again.
import type { Notification } from '../../src/notification/notification.ts'

export const conflictText = (detail: string): string =>
  `Another program takes this bot's updates, so that nothing pressed or typed on Telegram is heard here (${detail}). Messages still go out. End the other program; if it is none of yours, the token has leaked: make a new one with @BotFather.`
export const refusedText = (detail: string): string =>
  `Telegram does not know the bot's token (${detail}). Nothing comes from there and nothing goes there until TELEGRAM_TOKEN is right and the desk has been started again.`

export type Trouble = {
  readonly tell: (text: string) => void
  /** Updates come in. */
  readonly well: () => void
  readonly close: () => void
}

/** `wellMs`: how long all must be well before that is said. */
export function createTrouble(wiring: {
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
  readonly wellMs: number
}): Trouble {
  const { announce, warn, wellMs } = wiring
  let isTold = false
  let timer: NodeJS.Timeout | undefined

  function say(severity: 'P1' | 'P2', text: string): void {
    warn(text)
    announce({ kind: 'alert', severity, subject: 'Telegram', text }).catch((error: unknown) =>
      warn(`this could not be announced: ${String(error)}`),
    )
  }

  return {
    tell(text) {
      clearTimeout(timer)
      timer = undefined
      if (!isTold) say('P1', text)
      isTold = true
    },
    well() {
      if (!isTold || timer !== undefined) return
      timer = setTimeout(() => {
        isTold = false
        timer = undefined
        say('P2', 'Telegram is heard again.')
      }, wellMs)
    },
    close: () => clearTimeout(timer),
  }
}
