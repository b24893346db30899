// Whatever may be pressed under a card is a command that the registry takes, with arguments it takes.
import { expect, test } from 'vitest'
import { allCommands } from '../src/commands/all-commands.ts'
import { describe } from '../src/notification/describe.ts'
import { renderView } from '../bots/discord/render-view.ts'
import { renderCard } from '../bots/telegram/render-card.ts'
import { plainText } from '../bots/telegram/rich-text.ts'
import { decodeNotification, encodeNotification } from '../src/database/notification-json.ts'
import { parseDecimal } from '../src/money.ts'
import { exposureAlerts } from '../src/notification/exposure-alert.ts'
import type { Notification } from '../src/notification/notification.ts'
import type { Trade } from '../src/trade/trade.ts'
import { fills, notifications, tradeIn } from './notifications.ts'

const labels = { mode: 'paper', market: 'simulator' } as const

test('every button of every notification gives a command that can be carried out', () => {
  const pressed: string[] = []
  for (const [name, notification] of Object.entries(notifications)) {
    const card = describe({ seq: 1, at: new Date(), key: 'key', notification }, labels)
    for (const { command, args } of card.actions ?? []) {
      const known = allCommands.find((each) => each.name === command)
      expect(known, `${name}: ${command}`).toBeDefined()
      const prepared = known?.prepare(new Map(Object.entries(args)))
      expect(prepared, `${name}: ${command} ${JSON.stringify(args)}`).toMatchObject({
        outcome: 'prepared',
      })
      pressed.push(command)
    }
  }
  expect(new Set(pressed)).toEqual(
    new Set(['ack', 'approve', 'deny', 'mandates', 'notifications', 'chart', 'why']),
  )
})

const at = new Date('2025-11-20T12:00:01Z')
const lost = 'nobody knows what became of the order on binance: look there first'

/** One leg is filled; of the other nobody knows whether it sold all of it, a part, or nothing. */
function lostTrade(): Trade {
  const ways = (['hedge', 'reverse', 'proceed'] as const).map((choice) => ({
    choice,
    outcome: 'impossible' as const,
    why: lost,
  }))
  return {
    ...tradeIn(
      {
        state: 'exposed',
        at,
        reason: lost,
        residual: [{ asset: 'BTC', amount: parseDecimal('0.001233') }],
        realisedNet: parseDecimal('-100'),
      },
      fills.slice(0, 1),
    ),
    exposure: {
      since: at,
      reason: lost,
      open: [{ asset: 'BTC', least: 0n, most: parseDecimal('0.001233') }],
      refusals: [],
      unanswered: undefined,
      quoted: { at, worthUsdt: 101.23, ways },
      decided: undefined,
      closedAt: undefined,
    },
  }
}

/** As it is stored, read back, described, and drawn by each chat; with the buttons under it. */
function onBothChats(notification: Notification) {
  const stored = decodeNotification(JSON.parse(encodeNotification(notification)))
  if (stored === undefined) throw new Error('it cannot be read back')
  const card = describe({ seq: 1, at, key: 'key', notification: stored }, labels)
  const { content, embeds } = renderView({ card, buttons: [], menus: [] }).body
  return {
    texts: {
      discord: JSON.stringify([content, embeds]),
      telegram: plainText(renderCard(card)),
    },
    labels: (card.actions ?? []).map(({ label }) => label),
  }
}

test('B2 an order that nobody can find is shown at its least and its most on both chats, and offers nothing that needs to know', () => {
  const trade = lostTrade()
  const [alert] = exposureAlerts(trade, 'executing', [])
  if (alert === undefined) throw new Error('nobody is told')
  for (const shown of [onBothChats(alert), onBothChats({ kind: 'trade', trade })]) {
    for (const [chat, text] of Object.entries(shown.texts)) {
      expect(text, chat).toContain('between 0 and 0.001233 BTC')
      // At its worst: whatever it turns out to be, it is worth no more than that.
      expect(text, chat).toContain('101.23 USDT')
      expect(text, chat).toContain(lost)
      expect(text, chat).toContain('Realised so far UNKNOWN: between -100 and +1.22992 USDT')
      expect(text, chat).not.toMatch(/(costs|gains) [\d.]+ USDT/)
    }
    expect(shown.labels.filter((label) => label !== 'Acknowledge')).toEqual([
      'Hold',
      'Accept as it is',
    ])
  }
})
