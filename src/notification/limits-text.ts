// The limits of a desk in one breath, for whoever is about to let it trade.
import { numberText } from './amount-text.ts'

export type TradingLimits = {
  readonly 'trading.notional_usdt_max': number
  readonly 'trading.day_notional_usdt_max': number
  readonly 'trading.day_loss_usdt_max': number
  readonly 'trading.open_trades_max': number
}

/** As "it trades …" goes on. */
export const limitsText = (limits: TradingLimits): string =>
  [
    `at most ${numberText(limits['trading.notional_usdt_max'])} USDT a trade`,
    `${numberText(limits['trading.day_notional_usdt_max'])} USDT a day`,
    `and ${numberText(limits['trading.open_trades_max'])} at a time, until a day has lost ${numberText(limits['trading.day_loss_usdt_max'])} USDT`,
  ].join(', ')
