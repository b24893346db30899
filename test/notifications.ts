// One notification of every kind and state, with fixed names and times, for tests of what people see.
import type { Approval, ApprovalState } from '../src/approval/approval.ts'
import { parseDecimal } from '../src/money.ts'
import type { Notification, Posted } from '../src/notification/notification.ts'
import type { LegFill, Trade, TradeState } from '../src/trade/trade.ts'
import { crossOpportunity, cycleOpportunity, transferOpportunity } from './opportunities.ts'

const noon = new Date('2025-11-20T12:00:00.000Z')
const after = (ms: number): Date => new Date(noon.getTime() + ms)

export const gap = crossOpportunity({
  id: 'oppo00000001',
  firstSeenAt: after(-4000),
  detectedAt: noon,
})
const cycleGap = cycleOpportunity({
  id: 'oppo00000002',
  identity: 'same-market',
  wallet: 'not-needed',
  firstSeenAt: after(-1500),
  detectedAt: noon,
})

const transferGap = transferOpportunity({
  id: 'oppo00000003',
  firstSeenAt: after(-4000),
  detectedAt: noon,
})

export const approvalIn = (state: ApprovalState): Approval => ({
  id: 'appr00000001',
  opportunity: gap.id,
  route: gap.route,
  asset: gap.asset,
  shownNet: gap.net,
  shownNotional: gap.notional,
  askedAt: noon,
  expiresAt: after(60_000),
  share: 1,
  approvedBy: 'by' in state ? [state.by] : [],
  ...state,
})

export const fills: readonly LegFill[] = gap.legs.map((leg, i) => ({
  venue: leg.venue,
  symbol: leg.symbol,
  side: leg.side,
  orderId: `trad00000001-${i + 1}`,
  filled: leg.amount,
  average: leg.average,
  fee: leg.fee,
  spent: leg.spends,
  received: leg.receives,
  sentAt: after(500),
  filledAt: after(620 + i),
}))

export const tradeIn = (state: TradeState, done: readonly LegFill[] = []): Trade => ({
  id: 'trad00000001',
  opportunity: gap.id,
  approval: 'appr00000001',
  route: gap.route,
  kind: 'cross',
  mode: 'paper',
  asset: gap.asset,
  expectedNet: gap.net,
  notional: gap.notional,
  notionalUsdt: 100,
  share: 1,
  createdAt: after(300),
  plan: gap.legs,
  fills: done,
  ...state,
})

const by = 'terminal:ann'

/** Bought, and sent: nothing has arrived yet. */
const sentTrade = (): Trade => {
  const { route, legs, transfer } = transferGap
  if (transfer === undefined) throw new Error('it says nothing of how it travels')
  const { minutes, min: _, ...way } = transfer.out
  const amount = (legs[0]?.receives.amount ?? 0n) - transfer.out.fee
  const send = { ...way, id: 'trad00000001o1', amount, etaMs: minutes * 60_000 }
  return {
    ...tradeIn({ state: 'executing' }, fills.slice(0, 1)),
    kind: 'transfer',
    route,
    plan: legs,
    transfer,
    sends: [
      {
        ...send,
        state: 'in-transit',
        leftAt: after(2000),
        changedAt: after(2100),
        arrived: undefined,
        reason: undefined,
      },
    ],
  }
}
const dust = { asset: 'BTC', amount: parseDecimal('0.00000012') }

export const notifications: Readonly<Record<string, Notification>> = {
  'a gap that is asked about': { kind: 'opportunity', opportunity: gap, blocked: undefined },
  'a gap that is only told': {
    kind: 'opportunity',
    opportunity: cycleGap,
    blocked: 'approval.mode is alert',
  },
  'an approval asked': {
    kind: 'approval',
    approval: approvalIn({ state: 'asked' }),
    opportunity: gap,
  },
  'a transfer trade asked': {
    kind: 'approval',
    approval: { ...approvalIn({ state: 'asked' }), route: transferGap.route },
    opportunity: transferGap,
  },
  'a transfer trade with its coin on its way': { kind: 'trade', trade: sentTrade() },
  'an approval granted': {
    kind: 'approval',
    approval: approvalIn({ state: 'granted', by, at: after(5000), trade: 'trad00000001' }),
    opportunity: gap,
  },
  'an approval refused': {
    kind: 'approval',
    approval: approvalIn({ state: 'refused', by, at: after(5000) }),
    opportunity: gap,
  },
  'an approval expired': {
    kind: 'approval',
    approval: approvalIn({ state: 'expired', at: after(60_000) }),
    opportunity: gap,
  },
  'an approval superseded': {
    kind: 'approval',
    approval: approvalIn({ state: 'superseded', at: after(9000), reason: 'the gap closed' }),
    opportunity: gap,
  },
  'a trade approved': { kind: 'trade', trade: tradeIn({ state: 'approved' }) },
  'a trade executing': { kind: 'trade', trade: tradeIn({ state: 'executing' }) },
  'a trade settled': {
    kind: 'trade',
    trade: tradeIn(
      {
        state: 'settled',
        at: after(700),
        realisedNet: parseDecimal('1.155873625017436928'),
        residual: [dust],
      },
      fills,
    ),
  },
  'a trade abandoned': {
    kind: 'trade',
    trade: tradeIn({
      state: 'abandoned',
      at: after(400),
      reason: 'the price moved',
      foundNet: parseDecimal('-0.01'),
    }),
  },
  'a trade exposed': {
    kind: 'trade',
    trade: tradeIn(
      {
        state: 'exposed',
        at: after(900),
        reason: 'binance BTC/USDT: nothing was left at or above the limit',
        residual: [{ asset: 'BTC', amount: parseDecimal('0.001233333322233333') }],
        realisedNet: parseDecimal('-100.000151515787549389'),
      },
      fills.slice(0, 1),
    ),
  },
  'an alert': {
    kind: 'alert',
    severity: 'P0',
    subject: 'The database is away',
    text: 'Trades wait until it is back.\nNothing is lost.',
  },
  'a status': { kind: 'status', subject: 'Desk paused', text: 'terminal:ann paused the desk.' },
}

export const posted = (notification: Notification, seq = 7): Posted => ({
  seq,
  at: noon,
  key: 'story',
  notification,
})
