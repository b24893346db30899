// One venue of the live gateway: its wire, what it calls things, its share of the request budget, and whether
// it may be traded on at all.
import type { RequestBudget } from '../market/request-budget.ts'
import type { VenueAccess } from './ccxt-client.ts'
import { parseExactJson } from './exact-json.ts'
import { powerFault, readKeyPower, type KeyPower } from './key-permissions.ts'
import { openMarketNames, type MarketNames } from './market-names.ts'
import { createOrderReader, type OrderReader } from './order-reads.ts'
import { openOrderWire, type OrderWire, type WireEnd } from './order-wire.ts'
import type { Ask, OrderCard } from './orders/order-card.ts'
import { checkOrderCard } from './request-capture.ts'
import { retryAfterOf } from './rest-failure.ts'

/** `isDefinite`: to wait does not mend it. */
export type Unready = { readonly reason: string; readonly isDefinite: boolean }

export type VenueDesk = {
  readonly card: OrderCard
  readonly names: MarketNames
  /** Undefined where the card has no reads. */
  readonly reader: OrderReader | undefined
  /** Carries what is built, once, and tells the budgets when the venue finds us too fast. */
  readonly send: OrderWire['send']
  /** False: the order lane had no room in time. */
  mayWrite(notAfter?: Date): Promise<boolean>
  /**
   * Undefined: orders may be sent; else why not. Asks again for what was not answered, and with `anew`
   * also for what the key may do.
   */
  ready(anew?: boolean): Promise<Unready | undefined>
  close(): Promise<void>
}

/** A cancel that cannot leave within this is better told than kept, ms. */
const writeWaitMsMax = 5_000
const readWaitMsMax = 10_000
/** Reads leave this share of a full lane to writes. */
const shareForWrites = 0.25

async function taken(taking: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  try {
    await taking
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

function findsUsTooFast(card: OrderCard, status: number, body: string): boolean {
  if (status === 429 || status === 418) return true
  const json = parseExactJson(body)
  const verdict = json === undefined ? undefined : card.verdictOf(json)
  return verdict?.outcome === 'refused' && card.tooFast.includes(verdict.code)
}

export function openVenueDesk(options: {
  readonly access: VenueAccess
  readonly card: OrderCard
  readonly lane: RequestBudget
  readonly budget: RequestBudget
}): VenueDesk {
  const { access, card, lane, budget } = options
  const { venue } = card
  const wire = openOrderWire({ access, card })
  const names = openMarketNames({ access, budget })

  /** A budget that cannot be told must not change what became of a request. */
  async function penalise(end: WireEnd): Promise<void> {
    if (end.outcome !== 'answer' || !findsUsTooFast(card, end.status, end.body)) return
    const waitMs = retryAfterOf(end.headers, Date.now())
    const told = [lane, budget].map((each) =>
      each.penalise(venue, `${venue}: too fast on its order side`, waitMs),
    )
    await Promise.allSettled(told)
  }

  const send: OrderWire['send'] = async (build, notAfter) => {
    const end = await wire.send(build, notAfter)
    await penalise(end)
    return end
  }

  async function ask(request: Ask): Promise<WireEnd> {
    const signal = AbortSignal.timeout(readWaitMsMax)
    const leave = card.orderRate.burst * shareForWrites
    if (await taken(lane.take(venue, card.readWeight, signal, leave), signal))
      return await send(() => request)
    return { outcome: 'silence', neverSent: true, reason: 'our own request budget is spent' }
  }

  let checking: Promise<readonly string[]> | undefined
  let power: KeyPower | undefined

  async function ready(anew = false): Promise<Unready | undefined> {
    const never = (reason: string): Unready => ({ reason, isDefinite: true })
    const notNow = (reason: string): Unready => ({ reason, isDefinite: false })
    if (!card.mayTrade || card.reads === undefined)
      return never('how its orders are read back is not proven')
    if (access.keys === undefined) return never('no key of it is set')
    checking ??= checkOrderCard(card)
    const [moved] = await checking
    if (moved !== undefined) return never(`its order requests have changed: ${moved}`)
    const unnamed = await names.load()
    if (unnamed !== undefined) return notNow(unnamed)
    if (power === undefined || anew) {
      const said = await readKeyPower(card, wire)
      if (said === 'silent') return notNow('it did not say what its key may do')
      power = said
    }
    const fault = powerFault(venue, power)
    return fault === undefined ? undefined : never(fault)
  }

  return {
    card,
    names,
    reader:
      card.reads === undefined
        ? undefined
        : createOrderReader({ card, reads: card.reads, names, ask }),
    send,
    async mayWrite(notAfter) {
      const untilMs = notAfter === undefined ? writeWaitMsMax : notAfter.getTime() - Date.now()
      const signal = AbortSignal.timeout(Math.max(0, Math.min(untilMs, writeWaitMsMax)))
      return await taken(lane.take(venue, 1, signal), signal)
    },
    ready,
    async close() {
      await Promise.all([wire.close(), names.close()])
    },
  }
}
