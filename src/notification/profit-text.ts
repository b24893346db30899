// Profit as people read it, with what no sum can hold beside it.
import { format } from '../money.ts'
import type { Profit } from '../trade/profit.ts'
import { numberText, signedText } from './amount-text.ts'

/** "+9.8", "-93". */
export const gainText = (usdt: number): string => `${usdt > 0 ? '+' : ''}${numberText(usdt)}`

/** "+5 ODD, -1 NEW"; empty where everything has a worth. */
export const unvaluedText = ({ unvalued }: Pick<Profit, 'unvalued'>): string =>
  unvalued.map(({ asset, amount }) => `${signedText(amount)} ${asset}`).join(', ')

/** "+9.8 USDT", "-93 USDT without +5 ODD, whose worth is unknown". */
export function profitText(profit: Profit): string {
  const sum = `${gainText(profit.usdt)} USDT`
  const left = unvaluedText(profit)
  return left === '' ? sum : `${sum} without ${left}, whose worth is unknown`
}

export const profitJson = ({ usdt, unvalued }: Profit) => ({
  profit_usdt: usdt,
  unvalued: unvalued.map(({ asset, amount }) => ({ asset, amount: format(amount) })),
})
