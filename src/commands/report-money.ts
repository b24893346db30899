// The two lines of a report, in the currency that the settings name, at one rate an asset throughout.
import { readConversion } from '../history/read-conversion.ts'
import type { Results } from '../history/profit-store.ts'
import type { AssetAmount } from '../money.ts'
import type { CardField } from '../notification/card.ts'
import { worthText, type MoneyLines } from '../notification/worth-text.ts'
import type { Conversion } from '../trade/conversion.ts'
import type { CommandContext } from './command.ts'

const nothingOf = (amounts: readonly AssetAmount[]) =>
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

export const moneyFields = ({ arbitrage, inventory }: MoneyLines): readonly CardField[] => [
  { name: 'Arbitrage', value: worthText(arbitrage) },
  { name: 'Inventory', value: `${worthText(inventory)}, as against holding what was paid in` },
]

export const moneyHelp =
  'Arbitrage is what settled trades brought, fees in whatever coin and the costs of transfers taken off. Inventory is what else the holdings are worth against just holding what was paid in: positions left open. The two are not added up. Both are in report.currency at the best bid or ask last recorded; what no market converts is named and in no sum.'
