// Results of trades as people and scripts read them, the same wherever they are shown.
import type { Results } from '../history/profit-store.ts'
import { format } from '../money.ts'
import { moneyJson, moneyLines, unconvertedText, worthNumber } from '../notification/worth-text.ts'
import { worthIn, type Conversion, type Worth } from '../trade/conversion.ts'
import { gainText, profitJson, unvaluedText } from '../notification/profit-text.ts'

/** "3 of 5 (60 %)"; empty where nothing ended. */
export const wonText = ({ wins, trades }: Results): string =>
  trades === 0 ? '' : `${wins} of ${trades} (${Math.round((wins / trades) * 100)} %)`

/** How much of what was promised came: "-0.12 (92 %)". Empty where nothing was promised. */
export function biasText({ profit, expected }: Results): string {
  if (expected.usdt === 0) return ''
  const share = expected.usdt > 0 ? ` (${Math.round((profit.usdt / expected.usdt) * 100)} %)` : ''
  return `${gainText(profit.usdt - expected.usdt)}${share}`
}

const cell = (worth: Worth): string =>
  `${worthNumber(worth)}${worth.unconverted.length > 0 ? ' + leftovers' : ''}`

export const resultColumns = ['arbitrage', 'left open', 'expected', 'won', 'fees'] as const

/** Cells under `resultColumns`, in the currency of the report. */
export function resultCells(results: Results, conversion: Conversion): readonly string[] {
  if (results.trades === 0) return ['0', '0', '', '', '']
  const { arbitrage, inventory } = moneyLines(conversion, results)
  return [
    cell(arbitrage),
    cell(inventory),
    cell(worthIn(conversion, results.expectedAmounts)),
    wonText(results),
    cell(worthIn(conversion, results.feeAmounts)).replace(/^\+/, ''),
  ]
}

const openText = (exposed: number): string | undefined =>
  exposed === 0
    ? undefined
    : `${exposed} ${exposed === 1 ? 'trade' : 'trades'} ended with an open position, which counts at its last price`

const provisional = (lines: readonly (string | undefined)[]): string | undefined => {
  const said = lines.filter((line) => line !== undefined)
  return said.length === 0 ? undefined : `Provisional: ${said.join('; ')}.`
}

/** What no sum in USDT shows: leftovers without a worth, and positions that are still open. */
export function provisionalText({ profit, exposed }: Results): string | undefined {
  const left = unvaluedText(profit)
  return provisional([
    left === '' ? undefined : `${left} left over, whose worth is unknown and in no sum`,
    openText(exposed),
  ])
}

/** The same of a report, in its currency. */
export function provisionalReport(results: Results, conversion: Conversion): string | undefined {
  const left = unconvertedText(worthIn(conversion, results.changes))
  return provisional([
    left === ''
      ? undefined
      : `${left} left over, which no market converts to ${conversion.currency} and which is in no sum`,
    openText(results.exposed),
  ])
}

/** The report's two lines beside the same results in USDT, which limits go by. */
export const reportJson = (results: Results, conversion: Conversion) => ({
  ...moneyJson(moneyLines(conversion, results)),
  ...resultsJson(results),
})

export const resultsJson = (results: Results) => ({
  trades: results.trades,
  wins: results.wins,
  losses: results.losses,
  exposed: results.exposed,
  ...profitJson(results.profit),
  changes: results.changes.map(({ asset, amount }) => ({ asset, amount: format(amount) })),
  expected_usdt: results.expected.usdt,
  fees_usdt: results.fees.usdt,
  answer_to_filled_ms: results.answerToFilledMs ?? null,
})
