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
   * What a former owner of the shard offered and did not end: not to be offered twice. What was
   * detected before `since` belongs to gaps that nobody watched since, and is ended.
   */
  adopt(opportunities: readonly Opportunity[], since: Date): Promise<void>
  routes(): readonly string[]
}

type Offer = {
  readonly opportunity: Opportunity
  /** Undefined while nobody was asked. */
  approval: string | undefined
  /** When the route may be offered again, monotonic ms. */
  againMs: number
}

const limitRetryMs = 2000
const abandonedRetryMs = 5000
const signature = 'auto'

export function createOffers(desk: OfferDesk): Offers {
  const { approvals, trades, policy, forbidden, announce, executeTrade, nowMs } = desk
  const offers = new Map<string, Offer>()
  /** Routes whose offer is on its way to the database. */
  const busy = new Set<string>()

  async function ask(opportunity: Opportunity, offer: Offer): Promise<void> {
    const asked = await approvals.ask(opportunity, policy()['approval.lives_ms'])
    offer.approval = asked.approval?.id
    if (asked.outcome === 'already-open') return
    const { approval } = asked
    await announce({ kind: 'approval', approval, opportunity })
    if (decide(opportunity, policy()).decision !== 'auto') return
    const answered = await approvals.answer(approval.id, { verdict: 'granted', by: signature })
    if (answered.outcome !== 'answered' || answered.approval.state !== 'granted') return
    await announce({ kind: 'approval', approval: answered.approval, opportunity })
    await executeTrade(answered.approval.trade)
  }

  async function offerNow(opportunity: Opportunity): Promise<void> {
    const { route } = opportunity
    const before = offers.get(route)
    const offer: Offer = { opportunity, approval: undefined, againMs: Infinity }
    offers.set(route, offer)
    const decision = decide(opportunity, policy())
    const sentences = decision.decision === 'tell' ? [] : await forbidden(opportunity)
    const blocked =
      decision.decision === 'tell' ? decision.because : sentences.join('; ') || undefined
    if (sentences.length > 0) offer.againMs = nowMs() + limitRetryMs
    // A later try on the same gap is news only if somebody is asked now.
    if (before !== undefined && blocked !== undefined) return
    await approvals.saveOpportunity(opportunity)
    if (before === undefined) await announce({ kind: 'opportunity', opportunity, blocked })
    else await approvals.endOpportunity(before.opportunity.id)
    if (blocked === undefined) await ask(opportunity, offer)
    // The gap may have closed while the question was on its way.
    if (offers.get(route) !== offer) await close(offer, 'the gap closed')
  }

  /** Withdraws what was asked, if it still waits for an answer. */
  async function close({ opportunity, approval: id }: Offer, reason: string): Promise<void> {
    await approvals.endOpportunity(opportunity.id)
    const approval = id === undefined ? undefined : await approvals.supersede(id, reason)
    if (approval !== undefined) await announce({ kind: 'approval', approval, opportunity })
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
      await close(offer, reason)
    },
    async follow() {
      for (const offer of offers.values()) await followOne(offer)
    },
    async adopt(opportunities, since) {
      const open = await approvals.listOpen()
      for (const opportunity of opportunities) {
        const { id, route, detectedAt } = opportunity
        const approval = open.find((each) => each.opportunity === id)?.id
        const offer: Offer = { opportunity, approval, againMs: Infinity }
        if (detectedAt < since) await close(offer, 'nobody watched the gap any more')
        else if (!offers.has(route)) offers.set(route, offer)
      }
    },
    routes: () => [...offers.keys()],
  }
}
