// Limits on what may be sent, as one list of named rules. Adding a rule is adding an entry.
import { onlyTelling } from '../approval/policy.ts'
import type { VenueId } from '../market/market.ts'
import type { Exposure } from './trade-store.ts'

export type RiskLimits = {
  readonly 'desk.paused': boolean
  readonly 'desk.killed': boolean
  readonly 'approval.mode': 'ask' | 'auto' | 'alert'
  readonly 'trading.notional_usdt_max': number
  readonly 'trading.day_notional_usdt_max': number
  readonly 'trading.day_loss_usdt_max': number
  readonly 'trading.open_trades_max': number
  readonly 'trading.venue_capital_percent_max': number
}

/** What is about to be sent. Capital is the worth of everything on each venue, USDT. */
export type Proposal = {
  readonly route: string
  readonly notionalUsdt: number
  readonly venues: readonly VenueId[]
  readonly capitalUsdt: ReadonlyMap<VenueId, number>
}

export type Rule = {
  readonly name: string
  /** A sentence with the numbers when the rule forbids the proposal. */
  readonly forbids: (
    proposal: Proposal,
    exposure: Exposure,
    limits: RiskLimits,
  ) => string | undefined
}

const usdt = (value: number) => `${value.toFixed(2)} USDT`
// A few cents of rounding between sizing and checking must not refuse a trade of exactly the limit.
const slackUsdt = 0.01

/** With few venues an equal split already passes a fixed percentage, so the limit leaves room for that. */
export const capitalPercentMax = (limit: number, venues: number) =>
  Math.max(limit, (100 / venues) * 1.2)

export const riskRules: readonly Rule[] = [
  {
    name: 'killed',
    forbids: (_proposal, _exposure, limits) =>
      limits['desk.killed'] ? 'the kill switch is pressed; "kill release" lets go' : undefined,
  },
  {
    name: 'paused',
    forbids: (_proposal, _exposure, limits) =>
      limits['desk.paused'] ? 'the desk is paused; "resume" lets it trade' : undefined,
  },
  {
    name: 'breaker',
    forbids: (_proposal, { tripped }) =>
      tripped.length === 0
        ? undefined
        : tripped
            .map(({ breaker, why }) => `${why}; "risk reset ${breaker}" lets go`)
            .join(', and '),
  },
  {
    name: 'venue account',
    forbids: ({ venues }, { barred }) => {
      const why = barred.filter(({ venue }) => venues.includes(venue))
      return why.length === 0 ? undefined : why.map((each) => each.why).join(', and ')
    },
  },
  {
    // Whatever was granted before the mode changed.
    name: 'alert only',
    forbids: (_proposal, _exposure, limits) =>
      limits['approval.mode'] === 'alert' ? onlyTelling : undefined,
  },
  {
    name: 'trade size',
    forbids: ({ notionalUsdt }, _exposure, limits) =>
      notionalUsdt > limits['trading.notional_usdt_max'] + slackUsdt
        ? `${usdt(notionalUsdt)} is above trading.notional_usdt_max`
        : undefined,
  },
  {
    name: 'open trades',
    forbids: (_proposal, { openTrades }, limits) =>
      openTrades >= limits['trading.open_trades_max']
        ? `${openTrades} trades are open, trading.open_trades_max is ${limits['trading.open_trades_max']}`
        : undefined,
  },
  {
    name: 'one trade per route',
    forbids: ({ route }, { openRoutes }) =>
      openRoutes.includes(route) ? 'this route has an open trade' : undefined,
  },
  {
    name: 'day notional',
    forbids: ({ notionalUsdt }, { notionalTodayUsdt }, limits) => {
      const most = limits['trading.day_notional_usdt_max']
      const limit = `trading.day_notional_usdt_max (${usdt(most)})`
      if (notionalTodayUsdt > most + slackUsdt)
        return `${usdt(notionalTodayUsdt)} traded today, which is past ${limit}`
      return notionalTodayUsdt + notionalUsdt > most + slackUsdt
        ? `${usdt(notionalTodayUsdt)} traded today; ${usdt(notionalUsdt)} more would pass ${limit}`
        : undefined
    },
  },
  {
    name: 'day loss',
    forbids: (_proposal, { realisedTodayUsdt }, limits) =>
      -realisedTodayUsdt >= limits['trading.day_loss_usdt_max'] && realisedTodayUsdt < 0
        ? `${usdt(-realisedTodayUsdt)} lost today reaches trading.day_loss_usdt_max`
        : undefined,
  },
  {
    name: 'venue capital',
    forbids: ({ venues, capitalUsdt }, _exposure, limits) => {
      const total = [...capitalUsdt.values()].reduce((sum, worth) => sum + worth, 0)
      const most = capitalPercentMax(
        limits['trading.venue_capital_percent_max'],
        Math.max(1, capitalUsdt.size),
      )
      const over = venues.find((venue) => ((capitalUsdt.get(venue) ?? 0) / total) * 100 > most)
      return over === undefined
        ? undefined
        : `${over} holds more than ${most.toFixed(0)} % of all capital (trading.venue_capital_percent_max)`
    },
  },
]

/** Every rule that forbids the proposal, as "name: sentence"; empty when it may go. */
export const review = (
  proposal: Proposal,
  exposure: Exposure,
  limits: RiskLimits,
  rules: readonly Rule[] = riskRules,
): readonly string[] =>
  rules.flatMap(({ name, forbids }) => {
    const sentence = forbids(proposal, exposure, limits)
    return sentence === undefined ? [] : [`${name}: ${sentence}`]
  })
