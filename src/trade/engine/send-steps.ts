// Between the legs of a transfer trade: when the coin is sent on and the money back, and what is waited for.
// A transfer is asked for in the commit that gives its money away; the transfer's own state machine sends it,
// once, and here it is only read. What was refused for certain may be asked for again, under another name.
import { cost, floorToStep, format, portion, toNumber, type BaseAmount } from '../../money.ts'
import type { LegPlan } from '../../opportunity/opportunity.ts'
import { worthAtCost } from '../../opportunity/transfer-plan.ts'
import { tradeTransferId, type TransferOrder } from '../transfer/transfer.ts'
import { isTradable, marketOf } from './balance.ts'
import { after, asking, changing, entering, isPast, type Decision } from './decision.ts'
import type { SeenSend } from './event.ts'
import { filledOf, isOver, type Execution, type Send } from './execution.ts'
import { isOnItsWay, madeAt, sendPlanOf } from './sends.ts'

/**
 * What nobody has sent by then never leaves: the price that a coin was bought for is old. Money that goes
 * back has no price, and may have to wait until somebody takes back a kill.
 */
const leaveMsMax = { out: 600_000, back: 365 * 86_400_000 } as const
const backTriesMax = 3
const backAgainMs = 30_000
/** Longer than a driver waits in place: minutes pass meanwhile, and whoever sends says when there is news. */
const readGapMs = 5_000

const ofPart = ({ sends }: Execution, part: Send['part']): readonly Send[] =>
  sends.filter((send) => send.part === part)

/** How much of a part's asset its sending venue has of ours. */
const readyToGo = (execution: Execution, part: Send['part']): bigint => {
  const { from, asset } = sendPlanOf(execution, part)
  return madeAt(execution, from, asset)
}

/** What would arrive, if it is enough for the network. */
function arrivalOf(execution: Execution, part: Send['part']): bigint | undefined {
  const { fee, min } = sendPlanOf(execution, part)
  const amount = readyToGo(execution, part) - fee
  return amount > 0n && amount >= min ? amount : undefined
}

function worthUsdt(execution: Execution, part: Send['part'], amount: bigint): number {
  const [buy] = execution.plan
  const inAsset = part === 'back' || buy === undefined ? amount : worthAtCost(amount, buy)
  return toNumber(inAsset) * (execution.transfer?.usdtOfOne ?? 0)
}

function request(decision: Decision, part: Send['part'], amount: bigint, now: Date): Decision {
  const { execution } = decision
  const { fee, from, to, asset, network, minutes } = sendPlanOf(execution, part)
  const id = tradeTransferId(execution.id, part, ofPart(execution, part).length + 1)
  const order: TransferOrder = {
    id,
    mode: execution.mode,
    asset,
    network,
    from,
    to,
    amount,
    fee,
    worthUsdt: worthUsdt(execution, part, amount + fee),
    etaMs: minutes * 60_000,
    requestedBy: `trade ${execution.id}`,
    requestedAt: now,
    expiresAt: after(now, leaveMsMax[part]),
    trade: execution.id,
  }
  const send: Send = {
    id,
    part,
    amount,
    fee,
    state: 'requested',
    reason: undefined,
    gone: amount + fee,
    arrived: 0n,
    changedAt: now,
    readAt: after(now, readGapMs),
  }
  const sent = changing(entering(decision, 'transit'), { sends: [...execution.sends, send] })
  return asking(sent, { type: 'request', order })
}

/** By the plan's own prices: whether sending on brings more than selling where it was bought. */
function isWorthSending(execution: Execution, amount: bigint): boolean {
  const [buy, sell] = execution.plan as readonly [LegPlan, LegPlan]
  const market = marketOf(execution, 1)
  if (market === undefined) return false
  const sold = floorToStep(amount as BaseAmount, market.amountStep)
  if (!isTradable(market, sold, sell.average)) return false
  const back = madeAt(execution, buy.venue, buy.base)
  const worth = ({ average, feeRate }: LegPlan, given: bigint): bigint => {
    const proceeds = cost(average, given as BaseAmount, 'down')
    return proceeds - portion(proceeds, feeRate, 'up')
  }
  return worth(sell, sold) - sendPlanOf(execution, 'back').fee >= worth(buy, back)
}

/** What was bought whole is what was agreed to; of a part the networks may take too much. */
const isWhole = ({ legs, plan }: Execution): boolean => {
  const bought = legs.filter(({ step, role }) => step === 0 && role === 'primary').map(filledOf)
  return bought.reduce((sum, amount) => sum + amount, 0n) >= (plan[0]?.amount ?? 0n)
}

/** The first goes by itself; another only by the word of a person, when the last surely did not go. */
function mayGoOut(execution: Execution, amount: bigint): boolean {
  const last = ofPart(execution, 'out').at(-1)
  if (last === undefined)
    return !execution.planEnded && (isWhole(execution) || isWorthSending(execution, amount))
  const { resolution } = execution
  return resolution?.choice === 'retry' && resolution.at >= last.changedAt
}

const readOf = (decision: Decision, send: Send, now: Date): Decision => {
  if (!isPast(send.readAt, now)) return decision
  return asking(withSend(decision, { ...send, readAt: after(now, readGapMs) }), {
    type: 'read-send',
    send: send.id,
  })
}

const withSend = (decision: Decision, send: Send): Decision =>
  changing(decision, {
    sends: decision.execution.sends.map((was) => (was.id === send.id ? send : was)),
  })

/** Undefined where nothing is under way and no coin waits to be sent on. */
export function followOut(decision: Decision, now: Date): Decision | undefined {
  const { execution } = decision
  if (execution.transfer === undefined) return undefined
  const active = execution.sends.filter(({ state }) => isOnItsWay(state))
  if (active.length > 0)
    return active.reduce((next, send) => readOf(next, send, now), entering(decision, 'transit'))
  const amount = arrivalOf(execution, 'out')
  return amount === undefined || !mayGoOut(execution, amount)
    ? undefined
    : request(decision, 'out', amount, now)
}

/** When money that was refused its way back is sent again; undefined when none waits for that. */
export function backDueAt(execution: Execution): Date | undefined {
  if (execution.transfer === undefined || isOver(execution.state)) return undefined
  const tries = ofPart(execution, 'back')
  const last = tries.at(-1)
  if (last === undefined || isOnItsWay(last.state) || last.state === 'credited') return undefined
  const failed = tries.filter(({ state }) => state !== 'credited')
  return failed.length < backTriesMax ? after(last.changedAt, backAgainMs) : undefined
}

/** Once no coin is open: the money goes back to where it came from. Undefined: nothing is to go. */
export function followBack(decision: Decision, now: Date): Decision | undefined {
  const { execution } = decision
  if (execution.transfer === undefined || isOver(execution.state)) return undefined
  const amount = arrivalOf(execution, 'back')
  if (amount === undefined) return undefined
  const last = ofPart(execution, 'back').at(-1)
  const dueAt = backDueAt(execution)
  if (last !== undefined && last.state !== 'credited' && dueAt === undefined) return undefined
  if (dueAt !== undefined && now < dueAt) return entering(decision, 'transit')
  return request(decision, 'back', amount, now)
}

/** What of the money could not be sent back, in words. */
export function leftBehind(execution: Execution): readonly string[] {
  if (execution.transfer === undefined) return []
  const { asset, from } = execution.transfer.back
  const amount = readyToGo(execution, 'back')
  return amount === 0n ? [] : [`${format(amount)} ${asset} on ${from}`]
}

/** What returning the money that lies where the coin is sold will cost. */
export const costOfReturn = (execution: Execution): bigint =>
  execution.transfer !== undefined && arrivalOf(execution, 'back') !== undefined
    ? execution.transfer.back.fee
    : 0n

/** A transfer as it was read; what nobody could read says nothing. */
export function takeSend(
  decision: Decision,
  id: string,
  seen: SeenSend | undefined,
  now: Date,
): Decision {
  const send = decision.execution.sends.find((one) => one.id === id)
  if (send === undefined || seen === undefined) return decision
  const { state, reason, gone, arrived } = seen
  const isSame = state === send.state && gone === send.gone && arrived === send.arrived
  if (isSame) return decision
  const readAt = isOnItsWay(state) ? after(now, readGapMs) : undefined
  return withSend(decision, { ...send, state, reason, gone, arrived, changedAt: now, readAt })
}

/** Whoever had it before is gone: what is on its way is read at once. */
export const rereadSends = (decision: Decision, now: Date): Decision =>
  changing(decision, {
    sends: decision.execution.sends.map((send) =>
      isOnItsWay(send.state) ? { ...send, readAt: now } : send,
    ),
  })
