import { expect, test } from 'vitest'
import { approvalIn, gap } from '../../test/notifications.ts'
import { transferOpportunity } from '../../test/opportunities.ts'
import type { Approval, ApprovalState } from '../approval/approval.ts'
import { approvalCard, approvalJson, approvalStateText } from './approval-card.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const noon = gap.detectedAt
const at = new Date(noon.getTime() + 5_000)
const by = 'terminal:ann'
const granted = approvalIn({ state: 'granted', by, at, trade: 'trad00000001' })
const states: readonly ApprovalState[] = [
  { state: 'asked' },
  { state: 'granted', by, at, trade: 'trad00000001' },
  { state: 'refused', by, at },
  { state: 'expired', at },
  { state: 'superseded', at, reason: 'the gap closed' },
]
const cardOf = (approval: Approval) => approvalCard(approval, gap, noon, labels)

test('it says whose yes it was: one person’s, both of two, and of how much', () => {
  const said = 'at 12:00:05 UTC'
  expect(approvalStateText(granted)).toBe(
    `Approved by ann on the terminal ${said}: trade trad00000001.`,
  )
  const two = { ...granted, approvedBy: ['discord:bob', by] }
  expect(approvalStateText(two)).toBe(
    `Approved by bob on Discord and ann on the terminal ${said}: trade trad00000001.`,
  )
  expect(approvalStateText({ ...granted, share: 0.5 })).toBe(
    `Approved by ann on the terminal ${said} for 50 % of the size: trade trad00000001.`,
  )
  const asked = approvalIn({ state: 'asked' })
  expect(approvalStateText(asked)).toMatch(/^Open for 60 s, until 12:01:00/)
  expect(approvalStateText({ ...asked, approvedBy: [by] })).toMatch(
    /^Approved by ann on the terminal; a second person must approve\. Open for 60 s/,
  )
})

test('a question is amber, a yes green, and whatever else ended it neither', () => {
  const tones = states.map((state) => cardOf(approvalIn(state)).tone)
  expect(tones).toEqual(['warning', 'good', 'neutral', 'neutral', 'neutral'])
})

test('the buttons of a question: what is spent stands out, no is red, and the rest is plain', () => {
  const { actions = [] } = cardOf(approvalIn({ state: 'asked' }))
  expect(actions.map(({ label, command, style }) => [label, command, style])).toEqual([
    ['Approve', 'approve', 'primary'],
    ['½', 'approve', 'primary'],
    ['¼', 'approve', 'primary'],
    ['Deny', 'deny', 'danger'],
    ['Auto this route', 'mandates', 'plain'],
    ['Mute route 2 h', 'notifications', 'plain'],
    ['Chart', 'chart', 'plain'],
    ['Why', 'why', 'plain'],
  ])
  expect(actions.map(({ args }) => args)).toMatchObject([
    { approval: 'appr00000001' },
    { approval: 'appr00000001', size: 'half' },
    { approval: 'appr00000001', size: 'quarter' },
    { approval: 'appr00000001' },
    { action: 'add', route: gap.route, approval: 'appr00000001' },
    { action: 'mute', what: '2h', value: gap.route },
    { what: gap.route },
    {},
  ])
})

test('whoever reads JSON gets what was asked, of whom, when and how it ended', () => {
  const asked = {
    id: 'appr00000001',
    opportunity: gap.id,
    route: gap.route,
    shown_net: '1.200000000000000001',
    shown_notional: '100.000151515787549389',
    share: 1,
    asset: 'USDT',
    asked_at: '2025-11-20T12:00:00.000Z',
    expires_at: '2025-11-20T12:01:00.000Z',
  }
  const ended = '2025-11-20T12:00:05.000Z'
  expect(states.map((state) => approvalJson(approvalIn(state)))).toEqual([
    { ...asked, approved_by: [], state: 'asked' },
    {
      ...asked,
      approved_by: [by],
      state: 'granted',
      by,
      answered_at: ended,
      trade: 'trad00000001',
    },
    { ...asked, approved_by: [by], state: 'refused', by, answered_at: ended },
    { ...asked, approved_by: [], state: 'expired', closed_at: ended },
    { ...asked, approved_by: [], state: 'superseded', closed_at: ended, reason: 'the gap closed' },
  ])
  const { json } = cardOf(granted)
  expect(json).toMatchObject({
    ...approvalJson(granted),
    kind: 'approval',
    at: '2025-11-20T12:00:00.000Z',
    net_percent: 1.2,
    legs: [
      { venue: 'kucoin', side: 'buy', amount: '0.001234567890123457' },
      { venue: 'binance', side: 'sell', amount: '0.001233333322233333' },
    ],
    mode: 'paper',
    market: 'simulator',
  })
  const travelling = approvalCard(granted, transferOpportunity(), noon, labels).json as object
  const names = Object.keys(travelling).filter((name) => !(name in (json as object)))
  expect(names.length).toBeGreaterThan(0)
})
