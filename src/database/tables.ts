// The tables as the code sees them; migrations/ makes them. An amount travels as decimal text and is
// read and written by src/money.ts alone, so that no double comes near it.
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Route } from '../market/route.ts'
import type { AlertTables } from './alert-tables.ts'
import type { BreakerTables } from './breaker-tables.ts'
import type { ChatTables } from './chat-tables.ts'
import type { ExecutionTables } from './execution-tables.ts'
import type { ExposureTables } from './exposure-tables.ts'
import type { GatewayTables } from './gateway-tables.ts'
import type { LedgerTables } from './ledger-tables.ts'
import type { LogTables } from './log-tables.ts'
import type { FlowKind } from '../trade/reconcile/difference.ts'
import type { PeopleTables } from './people-tables.ts'
import type { ReconcileTables } from './reconcile-tables.ts'
import type { TransferTables } from './transfer-tables.ts'

/** numeric(56, 18), as "12.500000000000000000"; written as format() gives it. */
type Amount = string
/** numeric without a scale, for what only ranks, limits or draws. */
type Decimal = string
type Moment = ColumnType<Date, Date, Date>
type MomentMadeByDatabase = ColumnType<Date, Date | undefined, Date>
type Mode = 'paper' | 'live'
/** Text when it is written, its value when it is read. */
type Json = string | object

export type LegColumns = {
  seq: number
  venue: string
  symbol: string
  base: string
  quote: string
  side: 'buy' | 'sell'
  amount: Amount
  limit_price: Amount
  average_price: Amount
  notional: Amount
  fee: Amount
  fee_asset: string
  fee_rate: Amount
  fee_source: 'account' | 'market' | 'venue' | 'default'
  spends: Amount
  spends_asset: string
  receives: Amount
  receives_asset: string
  book_age_ms: number
}

export type OpportunityColumns = {
  id: string
  mode: Mode
  kind: Route['kind']
  route: string
  venues: string[]
  asset: string
  notional: Amount
  gross: Amount
  fees: Amount
  net: Amount
  net_percent: number
  net_usdt: Decimal
  notional_usdt: Decimal
  net_at_top: number
  identity: 'same-market' | 'contract' | 'reviewed' | 'price' | 'unverified' | 'conflict'
  wallet: 'not-needed' | 'open' | 'unknown' | 'shut'
  leg_skew_ms: number
  first_seen_at: Date
  detected_at: Date
  doubts: string[]
  transfer: Json | null
}

export type ApprovalColumns = {
  id: string
  mode: Mode
  opportunity: string
  route: string
  asset: string
  shown_net: Amount
  shown_notional: Amount
  state: Generated<'asked' | 'granted' | 'refused' | 'expired' | 'superseded'>
  asked_at: Moment
  expires_at: Moment
  closed_at: Date | null
  answered_by: string | null
  reason: string | null
  trade: string | null
  share: Generated<string>
  approved_by: Generated<string[]>
  mandate: Generated<string | null>
}

export type TradeColumns = {
  id: string
  mode: Mode
  opportunity: string
  approval: string
  route: string
  kind: Route['kind']
  asset: string
  state: Generated<'approved' | 'executing' | 'settled' | 'exposed' | 'abandoned'>
  expected_net: Amount
  notional: Amount
  notional_usdt: Decimal
  share: Generated<Decimal>
  created_at: MomentMadeByDatabase
  begun_at: Date | null
  finished_at: Date | null
  reason: string | null
  found_net: Amount | null
  realised_net: Amount | null
  realised_usdt: Decimal | null
  transfer: Json | null
}

export type FillColumns = {
  trade: string
  leg: number
  venue: string
  symbol: string
  side: 'buy' | 'sell'
  order_id: string
  filled: Amount
  average_price: Amount
  fee: Amount
  fee_asset: string
  spent: Amount
  spent_asset: string
  received: Amount
  received_asset: string
  sent_at: Moment
  filled_at: Moment
  booked_at: MomentMadeByDatabase
  role: Generated<'primary' | 'hedge' | 'unwind'>
}

/** Amounts are texts: JSON's numbers are doubles. */
export type NetworkRow = {
  network: string
  deposit: 'open' | 'shut' | 'unknown'
  withdraw: 'open' | 'shut' | 'unknown'
  contract?: string
  withdrawFee?: string
  withdrawMin?: string
  confirmations?: number
  arrivalMinutes?: number
}

export type MarketColumns = {
  venue: string
  symbol: string
  base: string
  quote: string
  price_step: Amount
  amount_step: Amount
  amount_min: Amount
  notional_min: Amount
  fee_rate: Amount
  fee_source: 'account' | 'market' | 'venue' | 'default'
  fee_paid_in: 'received' | 'quote'
  active: boolean
}

export type Tables = AlertTables &
  BreakerTables &
  PeopleTables &
  TransferTables &
  ChatTables &
  ExecutionTables &
  ReconcileTables &
  ExposureTables &
  GatewayTables &
  LedgerTables &
  LogTables & {
    markets: MarketColumns
    assets: {
      venue: string
      asset: string
      name: string | null
      deposit: 'open' | 'shut' | 'unknown'
      withdraw: 'open' | 'shut' | 'unknown'
      networks: JSONColumnType<NetworkRow[]>
    }
    venue_statuses: {
      venue: string
      state: 'up' | 'degraded' | 'refused'
      reason: string
      swept_at: Date | null
      markets: number
      sweep_ms: number
      changed_at: MomentMadeByDatabase
    }
    asset_values: { asset: string; usdt: Decimal; valued_at: MomentMadeByDatabase }
    watchlist: {
      shard: string
      venue: string
      symbol: string
      rank: number
      score_usdt: Decimal
      volume_usdt: Decimal | null
      frozen_ms: number
      because: Generated<string>
      listed_at: MomentMadeByDatabase
    }
    shards: {
      shard: string
      epoch: Generated<number>
      owner: string | null
      lease_until: Date | null
    }
    request_budgets: {
      venue: string
      tokens: number
      share: number
      counted_at: Moment
      paused_until: Moment
      penalised_at: Date | null
      reason: string | null
    }
    opportunities: OpportunityColumns & { ended_at: Date | null }
    opportunity_legs: { opportunity: string } & LegColumns
    approvals: ApprovalColumns
    trades: TradeColumns
    legs: { trade: string } & LegColumns
    fills: FillColumns
    residuals: { trade: string; seq: number; asset: string; amount: Amount }
    balances: {
      mode: Mode
      venue: string
      asset: string
      free: Amount
      reserved: Generated<Amount>
      /** Fills took more than we thought was there. */
      overdrawn: Generated<boolean>
      /** Of what we have, the venue gives out so much less. */
      withheld: Generated<Amount>
      changed_at: MomentMadeByDatabase
    }
    deposits: {
      seq: Generated<number>
      mode: Mode
      venue: string
      asset: string
      amount: Amount
      source: 'usual' | 'declared' | 'external'
      /** What kind of external flow it was, and its name on its venue. */
      flow: FlowKind | null
      flow_key: string | null
      made_by: string
      made_at: MomentMadeByDatabase
    }
    reservations: { trade: string; venue: string; asset: string; held: Amount }
    settings: {
      key: string
      value: JSONColumnType<object>
      changed_by: string
      changed_at: Moment
    }
    settings_audit: {
      seq: Generated<number>
      key: string
      from_value: JSONColumnType<object>
      to_value: JSONColumnType<object>
      changed_by: string
      changed_at: Moment
      kept_value: JSONColumnType<object> | null
    }
    prices: { symbol: string; venue: string; minute: Moment; bid: Decimal; ask: Decimal }
    books: { symbol: string; venue: string; at: Moment; bids: Decimal[][]; asks: Decimal[][] }
    gaps: {
      route: string
      minute: Moment
      samples: number
      net_max: number
      net_mean: number
      open_ms: number
    }
    refusals: { route: string; minute: Moment; reason: string; count: number; detail: string }
    outbox: {
      seq: Generated<number>
      key: string
      notification: JSONColumnType<object>
      posted_at: MomentMadeByDatabase
    }
    outbox_positions: { surface: string; seq: number; moved_at: MomentMadeByDatabase }
  }
