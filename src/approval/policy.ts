// What happens to an opportunity that passed every filter: is a person asked, does the desk act, or is
// it only told? Pure; the limits are checked again, on fresh numbers, right before anything is sent.
import type { Opportunity } from '../opportunity/opportunity.ts'

export type ApprovalPolicy = {
  readonly 'approval.mode': 'ask' | 'auto' | 'alert'
  readonly 'approval.auto_notional_usdt_max': number
}

/** Why questions are closed, and trades that were granted before are not made. */
export const onlyTelling = 'approval.mode is alert, so gaps are told and nothing is traded'

export type Decision =
  | { readonly decision: 'ask'; readonly because: string }
  | { readonly decision: 'auto' }
  | { readonly decision: 'tell'; readonly because: string }

/** Auto falls back to asking whenever something about the opportunity is not certain. */
export function decide(opportunity: Opportunity, policy: ApprovalPolicy): Decision {
  switch (policy['approval.mode']) {
    case 'alert':
      return { decision: 'tell', because: 'approval.mode is alert' }
    case 'ask':
      return { decision: 'ask', because: 'approval.mode is ask' }
    case 'auto':
      if (opportunity.doubts !== undefined)
        return { decision: 'ask', because: `suspicious: ${opportunity.doubts.join('; ')}` }
      if (opportunity.wallet === 'unknown')
        return { decision: 'ask', because: 'wallet status is unknown, so a person decides' }
      if (opportunity.notionalUsdt > policy['approval.auto_notional_usdt_max'])
        return { decision: 'ask', because: 'larger than approval.auto_notional_usdt_max' }
      return { decision: 'auto' }
  }
}

/**
 * The least net profit at which a granted approval still trades:
 * max(net minimum, shown net × (1 − tolerance)). In the opportunity's own asset, as a double.
 */
export const netFloor = (shownNet: number, netMin: number, tolerance: number): number =>
  Math.max(netMin, shownNet * (1 - tolerance))
