// Whether a chat is told of something, and whether a phone rings. Pure: time is an argument.
import type { Opportunity } from '../opportunity/opportunity.ts'
import type { Notification, Severity } from './notification.ts'
import type { Level, Preferences, RoutedKind } from './preferences.ts'

/** What routing tells apart. 'p0' and 'exposure' ring everywhere and at any hour. */
export type Kind = RoutedKind | 'p0' | 'exposure'

function kindOfAlert(severity: Severity): Kind {
  switch (severity) {
    case 'P0':
      return 'p0'
    case 'P1':
      return 'p1'
    case 'P2':
      return 'p2'
  }
}

export function kindOf(notification: Notification): Kind {
  switch (notification.kind) {
    case 'opportunity':
    case 'approval':
    case 'status':
      return notification.kind
    case 'trade':
      return notification.trade.state === 'exposed' ? 'exposure' : 'trade'
    case 'alert':
      return kindOfAlert(notification.severity)
  }
}

/** The order in which messages leave when not all can: exposure, fill, approval, opportunity, info. */
export function rankOf(kind: Kind): number {
  switch (kind) {
    case 'p0':
    case 'exposure':
      return 0
    case 'trade':
      return 1
    case 'approval':
      return 2
    case 'p1':
      return 3
    case 'opportunity':
      return 4
    case 'p2':
    case 'status':
      return 5
  }
}

/** Sent again rather than missed when nobody knows whether it arrived. */
export const mustArrive = (kind: Kind): boolean => rankOf(kind) <= rankOf('approval')

const clocks = new Map<string, Intl.DateTimeFormat>()

/** "22:30" on the clocks of a zone. */
export function clockIn(zone: string, at: Date): string {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  clocks.set(zone, clock)
  return clock.format(at)
}

export function isQuiet(quietHours: Preferences['quietHours'], at: Date): boolean {
  if (quietHours === null) return false
  const { from, to, zone } = quietHours
  const clock = clockIn(zone, at)
  return from < to ? clock >= from && clock < to : clock >= from || clock < to
}

const isMuted = ({ mutes }: Preferences, route: string, at: Date): boolean =>
  mutes.some((mute) => mute.route === route && new Date(mute.until) > at)

/** A gap is told, and a question about it asked, where it is large enough and its route not muted. */
const isWanted = (opportunity: Opportunity, preferences: Preferences, at: Date): boolean =>
  opportunity.netPercent >= preferences.netPercentMin &&
  opportunity.netUsdt >= preferences.netUsdtMin &&
  !isMuted(preferences, opportunity.route, at)

/** As the chat has it, whatever the hour. */
function levelAwake(notification: Notification, preferences: Preferences, at: Date): Level {
  const kind = kindOf(notification)
  if (kind === 'p0' || kind === 'exposure') return 'on'
  // Somebody there asked for this very thing.
  if (notification.kind === 'alert' && notification.to !== undefined) return 'on'
  const isAboutGap = notification.kind === 'opportunity' || notification.kind === 'approval'
  if (isAboutGap && !isWanted(notification.opportunity, preferences, at)) return 'off'
  return preferences.levels[kind]
}

/** How a chat with these preferences is told of something at this moment. */
export function levelFor(notification: Notification, preferences: Preferences, at: Date): Level {
  const level = levelAwake(notification, preferences, at)
  const rings = rankOf(kindOf(notification)) === 0
  return level === 'on' && !rings && isQuiet(preferences.quietHours, at) ? 'silent' : level
}
