// Says once that nothing is heard from Discord, and once that it is again.
import type { Notification } from '../../src/notification/notification.ts'

export type TroubleWiring = {
  readonly announce: (notification: Notification) => Promise<void>
  readonly warn: (message: string) => void
}

export type GatewayTrouble = {
  /** Nothing is heard from now on; said when it stays so. `detail` in the words of a bracket. */
  readonly silent: (detail: string) => void
  readonly heard: () => void
  /** A person has to do something; said at once, and once for each text. */
  readonly needsPerson: (text: string) => void
  readonly close: () => void
}

export function createGatewayTrouble(
  { announce, warn }: TroubleWiring,
  { silentMs, wellMs }: { readonly silentMs: number; readonly wellMs: number },
): GatewayTrouble {
  const needed = new Set<string>()
  let lastDetail = ''
  let isTold = false
  let silentTimer: NodeJS.Timeout | undefined
  let wellTimer: NodeJS.Timeout | undefined

  function tell(severity: 'P1' | 'P2', text: string): void {
    warn(text)
    announce({ kind: 'alert', severity, subject: 'Discord', text }).catch((error: unknown) =>
      warn(`this could not be announced: ${String(error)}`),
    )
  }

  function tellSilence(): void {
    if (isTold) return
    isTold = true
    tell(
      'P1',
      `Nothing that is pressed or typed on Discord is heard (${lastDetail}). Messages may still go out; answer on another surface.`,
    )
  }

  return {
    silent(detail) {
      lastDetail = detail
      clearTimeout(wellTimer)
      wellTimer = undefined
      silentTimer ??= setTimeout(tellSilence, silentMs)
    },
    heard() {
      clearTimeout(silentTimer)
      silentTimer = undefined
      if (!isTold || wellTimer !== undefined) return
      wellTimer = setTimeout(() => {
        isTold = false
        wellTimer = undefined
        needed.clear()
        tell('P2', 'Discord is heard again.')
      }, wellMs)
    },
    needsPerson(text) {
      if (needed.has(text)) return
      needed.add(text)
      isTold = true
      tell('P1', text)
    },
    close() {
      clearTimeout(silentTimer)
      clearTimeout(wellTimer)
    },
  }
}
