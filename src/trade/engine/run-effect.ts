// One action of a decision, run against the outside: whatever happens, it ends in one event.
import type { VenueId } from '../../market/market.ts'
import { reasonOf } from '../transfer/learn.ts'
import { positionOf } from '../transfer/transfer-money.ts'
import type { Transfer } from '../transfer/transfer.ts'
import { legOf } from './decision.ts'
import type { ActionEffect } from './effect.ts'
import type { Event, SeenSend } from './event.ts'
import type { Execution, Leg } from './execution.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import type { OrderRef, Read, Submission } from './order-gateway.ts'

/** Fills are asked for from a little before the order left: clocks differ. */
const fillsBackMs = 300_000
/** Assumed where a venue does not say how far off our clock is. */
const clockErrorMs = 1_000
/** A venue whose clock is surely further off ours than this is not traded on. */
const clockOffMsMax = 500

const refOf = ({ clientOrderId, market, side, amount, orderId }: Leg): OrderRef => ({
  clientOrderId,
  market,
  side,
  amount,
  ...(orderId === undefined ? {} : { orderId }),
})

const failed = (error: unknown) => ({ outcome: 'failed', reason: String(error) }) as const
const read = async <T>(ask: () => Promise<Read<T>>): Promise<Read<T>> => {
  try {
    return await ask()
  } catch (error) {
    return failed(error)
  }
}

/** The time by the store's clock, as far as it is known here. */
export type Now = { readonly earliest: () => Date; readonly latest: () => Date }

/** Called once for one leg, ever. */
async function submit(desk: ExecutionDesk, leg: Leg, now: Now): Promise<Submission> {
  const { clientOrderId, market, side, amount, limit, notAfter } = leg
  const leftMs = notAfter === undefined ? 0 : notAfter.getTime() - now.latest().getTime()
  if (leftMs <= 0) return { outcome: 'void', reason: 'it was too late to send it' }
  const order = {
    clientOrderId,
    market,
    side,
    amount,
    limit,
    notAfter: new Date(desk.now().getTime() + leftMs),
  }
  try {
    return await desk.gateway.submit(order)
  } catch (error) {
    return { outcome: 'unknown', reason: String(error) }
  }
}

/**
 * How long a request may still arrive, per venue, for those that refuse what is too old. A sentence where
 * a clock is so far off that neither such a refusal nor the age of a book means anything.
 */
async function requestLives(
  { gateway }: ExecutionDesk,
  { plan }: Execution,
): Promise<Readonly<Record<VenueId, number>> | string> {
  const lives: Record<VenueId, number> = {}
  for (const venue of new Set(plan.map((leg) => leg.venue))) {
    const { requestLifeMs, engineTimeoutMs } = gateway.card(venue)
    if (requestLifeMs === undefined) continue
    const offset = await read(() => gateway.clockOffset(venue))
    const { offsetMs, errorMs } =
      offset.outcome === 'ok' ? offset.value : { offsetMs: 0, errorMs: clockErrorMs }
    if (Math.abs(offsetMs) - errorMs > clockOffMsMax)
      return `the clock of ${venue} is ${(offsetMs / 1000).toFixed(1)} s off ours: set this machine's clock by NTP`
    lives[venue] = requestLifeMs + engineTimeoutMs + 2 * errorMs
  }
  return lives
}

async function preflight(desk: ExecutionDesk, execution: Execution): Promise<Event> {
  const untrusted = execution.plan.find(({ venue }) => !desk.gateway.card(venue).mayTrade)
  if (untrusted !== undefined) {
    const reason = `${untrusted.venue} cannot be asked for our orders`
    return { type: 'preflight', preflight: { outcome: 'failed', reason }, requestLifeMs: {} }
  }
  const [lives, judged] = await Promise.allSettled([
    requestLives(desk, execution),
    desk.preflight(execution),
  ])
  const requestLifeMs = lives.status === 'fulfilled' ? lives.value : {}
  if (typeof requestLifeMs === 'string')
    return { type: 'preflight', preflight: failed(requestLifeMs), requestLifeMs: {} }
  return judged.status === 'fulfilled'
    ? { type: 'preflight', preflight: judged.value, requestLifeMs }
    : { type: 'preflight', preflight: failed(judged.reason), requestLifeMs }
}

/** Prints, and whose else's they are; without the second the first prove nothing. */
async function fills(
  { gateway, store }: ExecutionDesk,
  { id }: Execution,
  leg: Leg,
  askedAt: Date,
): Promise<Event> {
  const { clientOrderId, market, sentAt } = leg
  const since = new Date((sentAt ?? askedAt).getTime() - fillsBackMs)
  const answer = await read(() => gateway.fills(market, since))
  const event = { type: 'fills', leg: clientOrderId, askedAt } as const
  if (answer.outcome === 'failed' || leg.orderId !== undefined)
    return { ...event, read: answer, others: [] }
  const orderIds = [...new Set(answer.value.map(({ orderId }) => orderId))]
  try {
    return {
      ...event,
      read: answer,
      others: await store.ordersOfOthers(id, market.venue, orderIds),
    }
  } catch (error) {
    return { ...event, read: failed(error), others: [] }
  }
}

async function balances(desk: ExecutionDesk, leg: Leg, askedAt: Date): Promise<Event> {
  const { clientOrderId, market } = leg
  const answer = await read(() => desk.gateway.balances(market.venue))
  const event = { type: 'balances', leg: clientOrderId, askedAt } as const
  try {
    return { ...event, read: answer, booked: await desk.booked(market.venue) }
  } catch (error) {
    return { ...event, read: failed(error), booked: [] }
  }
}

async function quote(
  desk: ExecutionDesk,
  execution: Execution,
  { asks }: Extract<ActionEffect, { type: 'quote' }>,
): Promise<Event> {
  try {
    return { type: 'quotes', quotes: await desk.quote(execution, asks) }
  } catch {
    return { type: 'quotes', quotes: [] }
  }
}

async function readSend({ transfers }: ExecutionDesk, send: string): Promise<Event> {
  try {
    const transfer = await transfers.find(send)
    return { type: 'send', send, seen: transfer && seenOf(transfer) }
  } catch {
    return { type: 'send', send, seen: undefined }
  }
}

function seenOf({ order, facts, state }: Transfer): SeenSend {
  const { reserved, atSender, atReceiver } = positionOf(order, facts)
  return { state, reason: reasonOf(facts), gone: reserved - atSender, arrived: atReceiver }
}

/** Never rejects. */
export async function runEffect(
  desk: ExecutionDesk,
  execution: Execution,
  effect: ActionEffect,
  now: Now,
): Promise<Event> {
  const askedAt = now.earliest()
  switch (effect.type) {
    case 'proceed':
      return { type: 'proceed' }
    case 'preflight':
      return preflight(desk, execution)
    case 'quote':
      return quote(desk, execution, effect)
    case 'read-send':
      return readSend(desk, effect.send)
    case 'submit':
    case 'look-up':
    case 'read-open-orders':
    case 'read-fills':
    case 'read-balances':
    case 'cancel':
      return runOnLeg(desk, execution, effect, { askedAt, now })
  }
}

async function runOnLeg(
  desk: ExecutionDesk,
  execution: Execution,
  { type, leg: clientOrderId }: Extract<ActionEffect, { leg: string }>,
  { askedAt, now }: { readonly askedAt: Date; readonly now: Now },
): Promise<Event> {
  const leg = legOf(execution, clientOrderId)
  if (leg === undefined) throw new Error(`${execution.id} has no order ${clientOrderId}`)
  const { gateway } = desk
  const base = { leg: clientOrderId, askedAt }
  switch (type) {
    case 'submit':
      return {
        type: 'submission',
        leg: clientOrderId,
        submission: await submit(desk, leg, now),
      }
    case 'look-up':
      return { type: 'looked-up', ...base, read: await read(() => gateway.lookup(refOf(leg))) }
    case 'read-open-orders':
      return {
        type: 'open-orders',
        ...base,
        read: await read(() => gateway.openOrders(leg.market)),
      }
    case 'read-fills':
      return fills(desk, execution, leg, askedAt)
    case 'read-balances':
      return balances(desk, leg, askedAt)
    case 'cancel':
      return {
        type: 'cancelled',
        leg: clientOrderId,
        read: await read(() => gateway.cancel(refOf(leg))),
      }
  }
}
