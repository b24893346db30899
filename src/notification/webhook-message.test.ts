import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageOf, webhookMessage } from './webhook-message.ts'

const at = new Date('2025-11-20T12:00:00.000Z')
const labels = { mode: 'live', market: 'live' } as const
const alert = {
  kind: 'alert',
  severity: 'P0',
  subject: 'Kill switch pressed',
  text: 'act',
} as const

test('an alert tells everything in its text, and each part by its name', () => {
  const posted = { seq: 7, at, key: 'k', notification: alert }
  const text = '[LIVE] [P0] Kill switch pressed\nact\n"ack 7" in a chat ends the repeats.'
  expect(webhookMessage(posted, labels)).toEqual({
    text,
    content: text,
    allowed_mentions: { parse: [] },
    subject: 'Kill switch pressed',
    severity: 'P0',
    at: '2025-11-20T12:00:00.000Z',
    mode: 'live',
    market: 'live',
    id: '7',
  })
  const again = { ...posted, seq: 9, notification: { ...alert, repeats: [7] } }
  expect(webhookMessage(again, labels).id).toBe('7')
})

test('S22 no text of a venue calls people, hides or runs over what Discord takes', () => {
  const odd = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('<!channel>', '<@U123>', '@everyone', '\u202e', '\u200b', '😀'.repeat(900)),
    ),
  )
  fc.assert(
    fc.property(odd, odd, (subject, text) => {
      const told = { severity: 'P0', subject: subject.join(''), text: text.join('\n') } as const
      const message = messageOf(told, '7', at, labels)
      expect(message.text).not.toContain('<')
      expect(message.text.length).toBeLessThanOrEqual(2000)
      expect(message.text.isWellFormed()).toBe(true)
      expect(message.text).not.toMatch(/[\u202e\u200b]/)
      expect(message.allowed_mentions.parse).toEqual([])
    }),
  )
})
