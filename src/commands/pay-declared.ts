// A change of `paper.balances`: money is paid in and out of the paper accounts before the setting changes,
// so that a declaration nobody can pay is refused and the setting never says what the accounts do not.
import { format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import { parseSetting, type Settings } from '../settings/settings.ts'
import { declaredOf, type Deposit } from '../trade/deposit.ts'
import { badUsage, failed, signatureOf, type CommandContext, type Failure } from './command.ts'

export type Payment = {
  readonly deposits: readonly Deposit[]
  /** One line for people; empty when nothing was paid. */
  readonly text: string
}

export const paidNothing: Payment = { deposits: [], text: '' }

export const depositJson = ({ venue, asset, amount }: Deposit) => ({
  venue,
  asset,
  amount: format(amount),
})

export async function payDeclared(
  text: string,
  { trades, actor, labels }: CommandContext,
): Promise<Payment | Failure> {
  if (labels.mode === 'live') return paidNothing
  const read = parseSetting('paper.balances', text)
  if (read.outcome === 'bad') return badUsage(read.message)
  const declared = declaredOf(read.value as Settings['paper.balances'])
  const paid = await trades.redeclareBalances({ declared, by: signatureOf(actor) })
  if (paid.outcome === 'short') {
    const { venue, asset, free, wanted } = paid
    return failed(
      `${amountText(wanted)} ${asset} would have to be paid out of ${venue}, where ${amountText(free)} is free; declare more, or wait until trades have brought it back`,
    )
  }
  return { deposits: paid.deposits, text: paymentText(paid.deposits) }
}

function paymentText(deposits: readonly Deposit[]): string {
  const list = (wanted: readonly Deposit[]) =>
    wanted
      .map(({ venue, asset, amount }) => {
        const size = amount < 0n ? -amount : amount
        return `${amountText(size)} ${asset} on ${venue}`
      })
      .join(', ')
  const paidIn = deposits.filter(({ amount }) => amount > 0n)
  const paidOut = deposits.filter(({ amount }) => amount < 0n)
  return [
    ...(paidIn.length === 0 ? [] : [`Paid in: ${list(paidIn)}.`]),
    ...(paidOut.length === 0 ? [] : [`Paid out: ${list(paidOut)}.`]),
  ].join(' ')
}
