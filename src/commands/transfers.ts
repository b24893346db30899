// `transfers`: what goes from one of our accounts to another, and how far each has come.
import { estimate, format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { Tone } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { stillThereText } from '../notification/transfer-notice.ts'
import { durationText } from '../notification/time-text.ts'
import { dueAt, reasonOf, withdrawalOf } from '../trade/transfer/learn.ts'
import type { Transfer, TransferState } from '../trade/transfer/transfer.ts'
import {
  badUsage,
  defineCommand,
  failed,
  signatureOf,
  type Answer,
  type CommandContext,
} from './command.ts'
import { confirmStep } from './confirm-step.ts'
import { choice, optional, text, withDefault } from './option.ts'
import { worthText } from './worth.ts'

const shownMax = 20
const openStates: readonly TransferState[] = [
  'requested',
  'sending',
  'in-transit',
  'unknown',
  'stuck',
]

const ageMs = ({ facts, order }: Transfer, now: Date): number =>
  now.getTime() - (facts.left?.at ?? order.requestedAt).getTime()

const rowOf = (transfer: Transfer, now: Date): readonly string[] => {
  const { order, state } = transfer
  return [
    order.id,
    `${amountText(order.amount)} ${order.asset}`,
    `${order.from} → ${order.to}`,
    order.network,
    `${amountText(order.fee, 4)} ${order.asset}`,
    state === 'stuck' || state === 'unknown' ? state.toUpperCase() : state,
    durationText(order.etaMs),
    durationText(Math.max(0, ageMs(transfer, now))),
    order.trade ?? '',
  ]
}

const jsonOf = ({ order, facts, state, changedAt }: Transfer, now: Date) => ({
  transfer: order.id,
  trade: order.trade ?? null,
  state,
  reason: reasonOf(facts) ?? null,
  asset: order.asset,
  network: order.network,
  from: order.from,
  to: order.to,
  amount: format(order.amount),
  fee: format(withdrawalOf(facts)?.fee ?? order.fee),
  worth_usdt: estimate(order.worthUsdt),
  eta_ms: order.etaMs,
  requested_by: order.requestedBy,
  requested_at: order.requestedAt.toISOString(),
  sent_at: facts.left?.at.toISOString() ?? null,
  due_at: facts.left === undefined ? null : dueAt(facts.left.at, order.etaMs).toISOString(),
  address: facts.left?.to.address ?? null,
  withdrawal: withdrawalOf(facts)?.id ?? null,
  transaction: withdrawalOf(facts)?.txId ?? null,
  changed_at: changedAt.toISOString(),
  age_ms: Math.max(0, now.getTime() - (facts.left?.at ?? order.requestedAt).getTime()),
})

const toneOf = (all: readonly Transfer[]): Tone => {
  if (all.some(({ state }) => state === 'stuck' || state === 'unknown')) return 'bad'
  return all.some(({ state }) => openStates.includes(state)) ? 'warning' : 'neutral'
}

async function list(context: CommandContext): Promise<Answer> {
  const { transfers, settings, labels, now } = context
  const [all, usedUsdt] = await Promise.all([
    transfers.list({ limit: shownMax }),
    transfers.usedTodayUsdt(),
  ])
  const rules = settings.current()
  const open = all.filter(({ state }) => openStates.includes(state))
  const reasons = all.flatMap(({ order, facts, state }) => {
    const reason = reasonOf(facts)
    return reason === undefined || state === 'credited' ? [] : [`${order.id}: ${reason}.`]
  })
  return {
    title:
      all.length === 0
        ? 'No transfers'
        : `${open.length === 0 ? 'No transfer' : open.length === 1 ? 'One transfer' : `${open.length} transfers`} under way`,
    tone: toneOf(all),
    badges: badgesOf(labels),
    text: [
      `Transfers that a person asks for are ${rules['transfer.enabled'] ? 'on' : 'off (transfer.enabled)'}, those of paper trades ${rules['opportunity.transfer'] ? 'on' : 'off (opportunity.transfer)'}: ${worthText(usedUsdt)} USDT have left today (UTC); at most ${worthText(rules['transfer.day_usdt_max'])} may in a day, ${worthText(rules['transfer.usdt_max'])} at once.`,
      ...(all.length === 0 ? ['"rebalance" plans some, "rebalance send" asks for one.'] : []),
      ...reasons,
    ].join('\n'),
    ...(all.length === 0
      ? {}
      : {
          tables: [
            {
              columns: [
                'transfer',
                'amount',
                'way',
                'network',
                'fee',
                'state',
                'takes',
                'age',
                'trade',
              ],
              rows: all.map((transfer) => rowOf(transfer, now())),
            },
          ],
        }),
    json: {
      enabled: rules['transfer.enabled'],
      used_today_usdt: usedUsdt,
      transfers: all.map((transfer) => jsonOf(transfer, now())),
    },
  }
}

async function declareAbsent(
  id: string | undefined,
  typed: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { transfers, labels, actor } = context
  const found = id === undefined ? undefined : await transfers.find(id)
  if (id === undefined || found?.state !== 'unknown')
    return failed(
      `${id === undefined ? 'Say which transfer' : `The transfer "${id}" is not unknown`}: only one of which nobody knows what became can be declared absent`,
    )
  const { order } = found
  const what = `declare that ${amountText(order.amount)} ${order.asset} never left ${order.from}`
  const waits = await confirmStep(
    {
      name: `absent ${id}`,
      what,
      phrase: 'ABSENT',
      command: 'transfers',
      args: { action: 'absent', transfer: id },
      role: 'operator',
      needsTwo: labels.mode === 'live',
    },
    typed,
    context,
  )
  if (waits !== undefined) return waits
  const ended = await transfers.declareAbsent(id, signatureOf(actor))
  if (ended === undefined) return failed(`The transfer ${id} was found a moment ago`)
  return {
    title: `Transfer ${id} never left, says ${signatureOf(actor)}`,
    tone: 'warning',
    badges: badgesOf(labels),
    text: `${amountText(order.amount)} ${order.asset}: ${stillThereText(order)}. Should ${order.from} show it after all within the hour, it counts as under way again.`,
    json: { transfer: id, state: ended.state },
  }
}

export const transfers = defineCommand({
  name: 'transfers',
  summary: 'What goes from one of our accounts to another, and how far it has come',
  help: 'Each with its fee, the trade it is part of, network, how long it should take and how old it is. What is in transit is free nowhere. An unknown one was sent and not answered: it is looked for at the venue and never sent again. Who has looked there and knows that it never left says "transfers absent" with its name and a typed word.',
  role: 'viewer',
  roleFor: ({ action }) => (action === 'absent' ? 'operator' : 'viewer'),
  options: {
    action: withDefault(
      choice('list them (if left out) or declare that one never left', ['list', 'absent']),
      'list',
    ),
    transfer: optional(text('Which, as "transfers" shows it')),
    confirm: optional(text('ABSENT, typed to the letter')),
  },
  positional: ['action', 'transfer', 'confirm'],
  examples: ['transfers', 'transfers absent 01hv3m2kq7ez ABSENT'],
  async run({ action, transfer, confirm }, context) {
    if (action === 'absent') return declareAbsent(transfer, confirm, context)
    return transfer === undefined
      ? list(context)
      : badUsage(`transfers: "${transfer.slice(0, 40)}" is nothing to do; say list or absent`)
  },
})
