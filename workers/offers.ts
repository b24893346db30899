// What one shard has offered: one opportunity and at most one open question for each gap, told once,
// asked again only when a trade came to nothing while the gap went on.
import type { ApprovalStore } from '../src/approval/approval-store.ts'
import { decide, type ApprovalPolicy } from '../src/approval/policy.ts'
import type { Notification } from '../src/notification/notification.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

export type OfferDesk = {
  readonly approvals: ApprovalStore
  readonly trades: Pick<TradeStore, 'find'>
  readonly policy: () => ApprovalPolicy & { readonly 'approval.lives_ms': number }
  /** Sentences of the limits that forbid a trade of this now. */
  readonly forbidden: (opportunity: Opportunity) => Promise<readonly string[]>
  readonly announce: (notification: Notification) => Promise<void>
  readonly executeTrade: (trade: string) => Promise<void>
  /** Monotonic ms. */
  readonly nowMs: () => number
}

export type Offers = {
  /** True when a gap on this route that is open now should be sized and offered. */
  wants(route: string): boolean
  offer(opportunity: Opportunity): Promise<void>
  /** The gap closed: an open question is withdrawn. */
  end(route: string, reason: string): Promise<void>
  /** Looks after questions that were answered; call it about once a second. */
  follow(): Promise<void>
  /**
   * What a former owner of the shard offered and did not end, newest first: not to be offered twice.
   * What was detected before `since` belongs to gaps that nobody watched since, and is ended.
   */
  adopt(opportunities: readonly Opportunity[], since: Date): Promise<void>
  routes(): readonly string[]
}

type Offer = {
  /** What people were told of; undefined until then. */
  shown: Opportunity | undefined
  /** The question about this gap, whoever asked it; undefined while nobody was asked. */
  approval: string | undefined
  /** When the route may be offered again, monotonic ms. */
  againMs: number
  /** The last try broke off somewhere between the database and the people. */
  failed: boolean
}

/** A limit or a setting that stood in the way is looked at again after this. */
const blockedRetryMs = 2000
const abandonedRetryMs = 5000
const failedRetryMs = 2000
const signature = 'auto'
const gapClosed = 'the gap closed'

export function createOffers(desk: OfferDesk): Offers {
  const { approvals, trades, policy, forbidden, announce, executeTrade, nowMs } = desk
  const offers = new Map<string, Offer>()
  /** Routes whose offer is on its way to the database. */
  const busy = new Set<string>()
  /** What is over but could not be closed, because the database was away. */
  const unclosed: { readonly offer: Offer; readonly reason: string }[] = []

  /** Why nobody may be asked now; undefined when somebody may. */
  async function blockedBy(opportunity: Opportunity): Promise<string | undefined> {
    const decision = decide(opportunity, policy())
    if (decision.decision === 'tell') return decision.because
    return (await forbidden(opportunity)).join('; ') || undefined
  }

  async function ask(opportunity: Opportunity, offer: Offer): Promise<void> {
    const asked = await approvals.ask(opportunity, policy()['approval.lives_ms'])
    // One gap gives one card: whoever asked first speaks for it.
    if (asked.outcome === 'already-open') {
      offer.approval = asked.approval?.id
      return
    }
    const { approval } = asked
    if (offers.get(opportunity.route) !== offer) {
      // The gap closed while the question was on its way, so nobody needs to hear of either.
      await approvals.endOpportunity(opportunity.id)
      await approvals.supersede(approval.id, gapClosed)
      return
    }
    const before = offer.shown
    offer.shown = opportunity
    offer.approval = approval.id
    if (before !== undefined) await approvals.endOpportunity(before.id)
    await announce({ kind: 'opportunity', opportunity, blocked: undefined })
    await announce({ kind: 'approval', approval, opportunity })
    if (decide(opportunity, policy()).decision === 'auto') await grant(approval.id, opportunity)
  }

  /** The desk answers itself. */
  async function grant(id: string, opportunity: Opportunity): Promise<void> {
    const answered = await approvals.answer(id, { verdict: 'granted', by: signature })
    if (answered.outcome !== 'answered' || answered.approval.state !== 'granted') return
    await announce({ kind: 'approval', approval: answered.approval, opportunity })
    await executeTrade(answered.approval.trade)
  }

  /** Told once, however often the gap is looked at while it is blocked. */
  async function tell(opportunity: Opportunity, offer: Offer, blocked: string): Promise<void> {
    offer.againMs = nowMs() + blockedRetryMs
    if (offer.shown !== undefined) return
    await approvals.saveOpportunity(opportunity)
    offer.shown = opportunity
    await announce({ kind: 'opportunity', opportunity, blocked })
  }

  async function offerNow(opportunity: Opportunity): Promise<void> {
    const { route } = opportunity
    const offer = offers.get(route) ?? newOffer()
    offers.set(route, offer)
    offer.againMs = Infinity
    try {
      // A question that perhaps nobody has heard of makes way for one that they will.
      if (offer.failed) await close(offer, 'it is asked again')
      offer.failed = false
      const blocked = await blockedBy(opportunity)
      if (blocked === undefined) await ask(opportunity, offer)
      else await tell(opportunity, offer, blocked)
    } catch (error) {
      offer.failed = true
      offer.againMs = nowMs() + failedRetryMs
      throw error
    }
    // The gap may have closed while people were being told.
    if (offers.get(route) !== offer) await closeOrLater(offer, gapClosed)
  }

  /** Withdraws what was asked, if it still waits for an answer. */
  async function close({ shown, approval: id }: Offer, reason: string): Promise<void> {
    if (shown !== undefined) await approvals.endOpportunity(shown.id)
    const approval = id === undefined ? undefined : await approvals.supersede(id, reason)
    if (approval === undefined) return
    const opportunity =
      shown?.id === approval.opportunity
        ? shown
        : await approvals.findOpportunity(approval.opportunity)
    if (opportunity !== undefined) await announce({ kind: 'approval', approval, opportunity })
  }

  async function closeOrLater(offer: Offer, reason: string): Promise<void> {
    try {
      await close(offer, reason)
    } catch (error) {
      unclosed.push({ offer, reason })
      throw error
    }
  }

  async function followOne(offer: Offer): Promise<void> {
    if (offer.approval === undefined || offer.againMs !== Infinity) return
    const approval = await approvals.find(offer.approval)
    if (approval?.state !== 'granted') return
    const trade = await trades.find(approval.trade)
    if (trade?.state === 'abandoned') offer.againMs = nowMs() + abandonedRetryMs
  }

  return {
    wants(route) {
      const offer = offers.get(route)
      return !busy.has(route) && (offer === undefined || offer.againMs <= nowMs())
    },
    async offer(opportunity) {
      const { route } = opportunity
      if (busy.has(route)) return
      busy.add(route)
      try {
        await offerNow(opportunity)
      } finally {
        busy.delete(route)
      }
    },
    async end(route, reason) {
      const offer = offers.get(route)
      if (offer === undefined) return
      offers.delete(route)
      await closeOrLater(offer, reason)
    },
    async follow() {
      for (const { offer, reason } of unclosed.splice(0)) await closeOrLater(offer, reason)
      for (const offer of offers.values()) await followOne(offer)
    },
    async adopt(opportunities, since) {
      const open = await approvals.listOpen()
      for (const shown of opportunities) {
        const approval = open.find(({ opportunity }) => opportunity === shown.id)?.id
        const offer: Offer = { ...newOffer(), shown, approval }
        if (shown.detectedAt < since) await close(offer, 'nobody watched the gap any more')
        else if (offers.has(shown.route)) await close(offer, 'a newer card took its place')
        else offers.set(shown.route, offer)
      }
    },
    routes: () => [...offers.keys()],
  }
}

const newOffer = (): Offer => ({
  shown: undefined,
  approval: undefined,
  againMs: Infinity,
  failed: false,
})
