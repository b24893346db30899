// What one shard has offered: one opportunity and at most one open question for each gap, told once,
// asked again only when a trade came to nothing while the gap went on.
import type { Answer } from '../src/approval/approval.ts'
import type { ApprovalStore } from '../src/approval/approval-store.ts'
import { decide, type ApprovalPolicy } from '../src/approval/policy.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import type { TradeStore } from '../src/trade/trade-store.ts'

export type OfferDesk = {
  readonly approvals: ApprovalStore
  readonly trades: Pick<TradeStore, 'find'>
  readonly policy: () => ApprovalPolicy & { readonly 'approval.lives_ms': number }
  /** Sentences of the limits that forbid a trade of this now. */
  readonly forbidden: (opportunity: Opportunity) => Promise<readonly string[]>
  /** A yes that somebody gave beforehand to trades like this one. */
  readonly mandate: (opportunity: Opportunity) => Promise<Answer | undefined>
  readonly executeTrade: (trade: string) => Promise<void>
  /** Monotonic ms. */
  readonly nowMs: () => number
}

export type Offers = {
  /** True when a gap on this route that is open now should be sized and offered. */
  wants(route: string): boolean
  /** True while people know of this gap, or are about to. */
  has(route: string): boolean
  offer(opportunity: Opportunity): Promise<void>
  /** The gap closed: an open question is withdrawn. */
  end(route: string, reason: string): Promise<void>
  /**
   * Nobody can see the gap for the moment: a question that waits for its answer is withdrawn. What was
   * answered or only told stays, so that a gap that was merely out of sight is not offered twice.
   */
  withdraw(route: string, reason: string): Promise<void>
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
  /** What people were told of, or were about to be when the database went away. */
  shown: Opportunity | undefined
  told: boolean
  /** The question about this gap, whoever asked it; undefined while nobody was asked. */
  approval: string | undefined
  /** The opportunity of a question that may have been asked: the database did not say. */
  asking: string | undefined
  /** Somebody answered, and the gap has had its turn. */
  answered: boolean
  /** When the route may be offered again, monotonic ms. */
  againMs: number
}

/** A limit or a setting that stood in the way is looked at again after this. */
const blockedRetryMs = 2000
const abandonedRetryMs = 5000
const failedRetryMs = 2000
const deskItself: Answer = { verdict: 'granted', by: 'auto' }
const gapClosed = 'the gap closed'

export function createOffers(desk: OfferDesk): Offers {
  const { approvals, trades, policy, forbidden, mandate, executeTrade, nowMs } = desk
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
    offer.asking = opportunity.id
    const asked = await approvals.ask(opportunity, policy()['approval.lives_ms'])
    const before = offer.shown
    offer.asking = undefined
    if (asked.outcome === 'not-ours') {
      // A lease that was late may yet be renewed; else this shard ends in a moment.
      offer.againMs = nowMs() + failedRetryMs
      return
    }
    // One gap gives one card: whoever asked first speaks for it, and that may have been this very desk,
    // cut off before it heard so.
    offer.approval = asked.approval?.id
    if (asked.outcome === 'already-open') return
    offer.shown = opportunity
    offer.told = true
    if (before !== undefined) await approvals.endOpportunity(before.id)
    if (isOver(opportunity.route, offer)) return
    const isAuto = decide(opportunity, policy()).decision === 'auto'
    const answer = isAuto ? deskItself : await mandate(opportunity)
    if (answer !== undefined) await grant(offer, asked.approval.id, answer)
  }

  /** The desk answers itself, in its own name or in that of a mandate. A refusal leaves it to people. */
  async function grant(offer: Offer, id: string, answer: Answer): Promise<void> {
    const answered = await approvals.answer(id, answer)
    if (answered.outcome !== 'answered' || answered.approval.state !== 'granted') return
    // From here on there is a trade, which is carried out even if the queue does not hear of it now.
    offer.answered = true
    await executeTrade(answered.approval.trade)
  }

  /** Told once, however often the gap is looked at while it is blocked, or the telling is tried. */
  async function tell(opportunity: Opportunity, offer: Offer, blocked: string): Promise<void> {
    offer.againMs = nowMs() + blockedRetryMs
    if (offer.told) return
    offer.shown ??= opportunity
    await approvals.tell(offer.shown, blocked)
    offer.told = true
  }

  /** The gap closed while its offer was on the way. */
  const isOver = (route: string, offer: Offer): boolean => offers.get(route) !== offer

  async function offerNow(opportunity: Opportunity): Promise<void> {
    const { route } = opportunity
    const offer = offers.get(route) ?? newOffer()
    offers.set(route, offer)
    offer.againMs = Infinity
    try {
      const blocked = await blockedBy(opportunity)
      if (isOver(route, offer)) return
      if (blocked === undefined) await ask(opportunity, offer)
      else await tell(opportunity, offer, blocked)
    } catch (error) {
      if (!offer.answered) offer.againMs = nowMs() + failedRetryMs
      throw error
    } finally {
      if (isOver(route, offer)) await closeOrLater(offer, gapClosed)
    }
  }

  /** Withdraws what was asked, if it still waits for an answer. */
  async function close({ shown, approval, asking }: Offer, reason: string): Promise<void> {
    const id = approval ?? (asking === undefined ? undefined : await openAbout(asking))
    const closed = id === undefined ? undefined : await approvals.supersede(id, reason)
    for (const gap of new Set([shown?.id, asking, closed?.opportunity]))
      if (gap !== undefined) await approvals.endOpportunity(gap)
  }

  async function openAbout(opportunity: string): Promise<string | undefined> {
    const open = await approvals.listOpen()
    return open.find((each) => each.opportunity === opportunity)?.id
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
    offer.answered = approval !== undefined && approval.state !== 'asked'
    if (approval?.state !== 'granted') return
    const trade = await trades.find(approval.trade)
    if (trade?.state === 'abandoned') offer.againMs = nowMs() + abandonedRetryMs
  }

  return {
    wants(route) {
      const offer = offers.get(route)
      return !busy.has(route) && (offer === undefined || offer.againMs <= nowMs())
    },
    has: (route) => busy.has(route) || offers.has(route),
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
    async withdraw(route, reason) {
      const offer = offers.get(route)
      const waits = offer?.approval !== undefined || offer?.asking !== undefined || busy.has(route)
      if (offer === undefined || !waits || offer.answered) return
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
        const offer: Offer = { ...newOffer(), shown, told: true, approval }
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
  told: false,
  approval: undefined,
  asking: undefined,
  answered: false,
  againMs: Infinity,
})
