// `rebalance send`: one step of the plan becomes a transfer that an operator asked for. It is set aside here
// and sent by the role "transfer" alone, to a place that only its machine's own list can name.
import { newId } from '../id.ts'
import { floorToStep, format, parseDecimal, toNumber } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { durationText } from '../notification/time-text.ts'
import type { RebalanceInput, RebalancePlan, TransferStep } from '../trade/rebalance.ts'
import type { TransferOrder } from '../trade/transfer/transfer.ts'
import { failed, signatureOf, type Answer, type CommandContext } from './command.ts'
import { confirmStep } from './confirm-step.ts'
import { worthText } from './worth.ts'

/** Whoever asked must not be surprised by it hours later. */
const livesMs = 600_000
/** Where nobody can tell how long a network takes. */
const etaMinutesAssumed = 60
/** Venues take so many digits of a coin, and more of one that is dear. */
const step = parseDecimal('0.000001')
const stepOfDear = parseDecimal('0.00000001')
const dearUsdt = 1000

function orderOf(
  { link, received }: TransferStep,
  usdtEach: number,
  { labels, actor, now }: CommandContext,
): TransferOrder {
  const at = now()
  const amount = floorToStep(received, usdtEach >= dearUsdt ? stepOfDear : step)
  return {
    id: newId(at.getTime()),
    mode: labels.mode,
    asset: link.asset,
    network: link.network,
    from: link.from,
    to: link.to,
    amount,
    fee: link.fee,
    worthUsdt: toNumber(amount + link.fee) * usdtEach,
    etaMs: Math.ceil((link.arrival?.minutes ?? etaMinutesAssumed) * 60_000),
    requestedBy: signatureOf(actor),
    requestedAt: at,
    expiresAt: new Date(at.getTime() + livesMs),
  }
}

/** What would be refused anyway is said at once; the role that sends looks again. */
async function refusalOf(
  order: TransferOrder,
  { settings, transfers }: CommandContext,
): Promise<string | undefined> {
  const now = await settings.refresh()
  if (!now['transfer.enabled'])
    return 'Transfers are switched off: "settings set transfer.enabled true" switches them on'
  if (now['desk.killed']) return 'The kill switch is pressed, so nothing leaves'
  const { 'transfer.usdt_max': most, 'transfer.day_usdt_max': dayMost } = now
  if (order.worthUsdt > most)
    return `It is worth ${worthText(order.worthUsdt)} USDT, and transfer.usdt_max allows ${worthText(most)}`
  const used = await transfers.usedTodayUsdt()
  return used + order.worthUsdt > dayMost
    ? `${worthText(used)} USDT have left today and it is worth ${worthText(order.worthUsdt)}; transfer.day_usdt_max allows ${worthText(dayMost)}`
    : undefined
}

export async function sendStep(
  number: number | undefined,
  typed: string | undefined,
  {
    plan,
    input,
  }: { readonly plan: RebalancePlan; readonly input: Pick<RebalanceInput, 'valueUsdt'> },
  context: CommandContext,
): Promise<Answer> {
  const { labels, transfers, announce, actor } = context
  const chosen = number === undefined ? undefined : plan.steps[number - 1]
  if (chosen === undefined || chosen.kind !== 'transfer') {
    const sends = plan.steps.flatMap(({ kind }, i) => (kind === 'transfer' ? [i + 1] : []))
    return failed(
      sends.length === 0
        ? 'The plan has nothing to send now; "rebalance" shows it'
        : `Say which step to send: ${sends.join(', ')}; "rebalance" shows the plan as it is now`,
    )
  }
  const order = orderOf(chosen, input.valueUsdt.get(chosen.link.asset) ?? 0, context)
  const refusal = await refusalOf(order, context)
  if (refusal !== undefined) return failed(refusal)
  const what = `${amountText(order.amount)} ${order.asset} from ${order.from} to ${order.to}`
  // The plan may be another by the time it is confirmed: then the phrase is another, too.
  const phrase = `SEND ${amountText(order.amount)} ${order.asset} TO ${order.to}`
  const waits = await confirmStep(
    {
      name: `send ${phrase}`,
      what: `send ${what}`,
      phrase,
      command: 'rebalance',
      args: { action: 'send', step: String(number) },
      role: 'operator',
      needsTwo: labels.mode === 'live',
    },
    typed,
    context,
  )
  if (waits !== undefined) return waits
  const requested = await transfers.request(order)
  if (requested.outcome === 'short')
    return failed(
      `Only ${amountText(requested.free)} ${order.asset} is free on ${order.from}, so nothing was asked for`,
    )
  await announce({
    kind: 'status',
    subject: `Transfer ${order.id} was asked for`,
    text: `${signatureOf(actor)} wants ${what} on ${order.network}.`,
  })
  return {
    title: `Transfer ${order.id} is asked for: ${what}`,
    tone: 'good',
    badges: badgesOf(labels),
    text: `${amountText(order.amount + order.fee)} ${order.asset} is set aside on ${order.from}. The role "transfer" sends it on ${order.network} within seconds, if the list of its machine has the place; what has not left in ${durationText(livesMs)} is free again. It should take ${durationText(order.etaMs)}. "transfers" shows how it goes.`,
    actions: [{ label: 'Transfers', command: 'transfers', args: {}, style: 'plain' }],
    json: {
      done: true,
      transfer: order.id,
      asset: order.asset,
      network: order.network,
      from: order.from,
      to: order.to,
      amount: format(order.amount),
      fee: format(order.fee),
    },
  }
}
