// The two lines of a report, in the currency that the settings name, at one rate an asset throughout.
import { readConversion } from '../history/read-conversion.ts'
import type { Results } from '../history/profit-store.ts'
import type { AssetAmount } from '../money.ts'
import type { CardField } from '../notification/card.ts'
import { worthText, type MoneyLines } from '../notification/worth-text.ts'
import type { Conversion } from '../trade/conversion.ts'
import type { CommandContext } from './command.ts'

/** Their assets get a rate, which the whole alone decides: what is owned is sold, what is missing bought. */
export const nothingOf = (amounts: readonly AssetAmount[]) =>
  amounts.map(({ asset }) => ({ asset, amount: 0n }))

/** `whole`: what the report adds up to. `shown`: whatever else in it has a worth. */
export const reportConversion = (
  { history, settings }: Pick<CommandContext, 'history' | 'settings'>,
  whole: readonly AssetAmount[],
  shown: readonly Results[],
): Promise<Conversion> =>
  readConversion(history, settings.current()['report.currency'], [
    ...whole,
    ...shown.flatMap(({ changes, expectedAmounts, feeAmounts }) =>
      nothingOf([...changes, ...expectedAmounts, ...feeAmounts]),
    ),
  ])

/** Of all times: what is held tells it. */
export const moneyFields = ({ arbitrage, inventory }: MoneyLines): readonly CardField[] => [
  { name: 'Arbitrage', value: worthText(arbitrage) },
  { name: 'Inventory', value: `${worthText(inventory)}, as against holding what was paid in` },
]

/** Of a stretch of time, of which holdings tell nothing: only its trades do. */
export const spanFields = ({ arbitrage, inventory }: MoneyLines): readonly CardField[] => [
  { name: 'Arbitrage', value: worthText(arbitrage) },
  {
    name: 'Left open',
    value: `${worthText(inventory)}, by trades that ended with an open position`,
  },
]

export const moneyHelp =
  'Arbitrage is what settled trades brought, coins that they left over included, fees in whatever coin and the costs of transfers taken off. Inventory is what else the holdings are worth against just holding what was paid in; what trades under way have moved so far is told beside it. Left open is what trades of the time changed that ended with an open position. These are not added up. All are in report.currency at the best bid or ask last recorded; what no market converts is named and in no sum.'
