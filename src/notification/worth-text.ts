// What was earned as people read it: two lines that are never added up for them. Arbitrage is what
// trades brought; inventory is what else the holdings are worth, as against just holding what was paid in.
import { format, formatExact, roundedWorth, toNumber } from '../money.ts'
import { worthIn, type Conversion, type Worth } from '../trade/conversion.ts'
import type { AssetAmount } from '../money.ts'
import { signedText } from './amount-text.ts'
import { gainText } from './profit-text.ts'

export type MoneyLines = { readonly arbitrage: Worth; readonly inventory: Worth }

export const moneyLines = (
  conversion: Conversion,
  {
    arbitrage,
    inventory,
  }: { readonly arbitrage: readonly AssetAmount[]; readonly inventory: readonly AssetAmount[] },
): MoneyLines => ({
  arbitrage: worthIn(conversion, arbitrage),
  inventory: worthIn(conversion, inventory),
})

/** "+9.8", without its currency. */
export const worthNumber = ({ exact }: Pick<Worth, 'exact'>): string =>
  gainText(toNumber(roundedWorth(exact)))

/** "+5 ODD, -1 NEW"; empty where everything was converted. */
export const unconvertedText = ({ unconverted }: Pick<Worth, 'unconverted'>): string =>
  unconverted.map(({ asset, amount }) => `${signedText(amount)} ${asset}`).join(', ')

/** "+9.8 EUR", "-93 EUR without +5 ODD, which no market converts". */
export function worthText(worth: Worth): string {
  const left = unconvertedText(worth)
  const sum = `${worthNumber(worth)} ${worth.currency}`
  return left === '' ? sum : `${sum} without ${left}, which no market converts`
}

/** Of a stretch of time: "arbitrage +9.8 EUR; left open -1 EUR". */
export const moneyText = ({ arbitrage, inventory }: MoneyLines): string =>
  `arbitrage ${worthText(arbitrage)}; left open ${worthText(inventory)}`

export const worthJson = ({ currency, exact, unconverted }: Worth) => ({
  currency,
  amount: formatExact(exact),
  unconverted: unconverted.map(({ asset, amount }) => ({ asset, amount: format(amount) })),
})

export const moneyJson = ({ arbitrage, inventory }: MoneyLines) => ({
  arbitrage: worthJson(arbitrage),
  inventory: worthJson(inventory),
})
