// The card of a gap that passed every filter, and the pieces that the approval's card shares with it.
import { estimate, format } from '../money.ts'
import type { Identity, Opportunity, Wallet } from '../opportunity/opportunity.ts'
import { amountText, percentText, signedText } from './amount-text.ts'
import type { Card, CardAction, CardField } from './card.ts'
import { badgesOf, type Labels } from './labels.ts'
import { legPlanJson, legPlanTable } from './leg-plan-card.ts'
import { routeText } from './route-text.ts'
import { networkFeesText, travelFields, travelJson } from './send-text.ts'
import { durationText } from './time-text.ts'

/** How sure we are that both tickers mean one coin, in words. */
function identityText(identity: Identity): string {
  switch (identity) {
    case 'same-market':
      return 'one venue, one coin'
    case 'contract':
      return 'same contract address on both venues'
    case 'reviewed':
      return 'reviewed by a person'
    case 'price':
      return 'by its price only'
    case 'unverified':
      return 'NOT VERIFIED: same ticker, maybe another coin'
    case 'conflict':
      return 'CONFLICT: the venues mean different coins'
  }
}

/** Whether the coin can be moved between the legs' venues, in words. */
function walletText(wallet: Wallet): string {
  switch (wallet) {
    case 'not-needed':
      return 'not needed'
    case 'open':
      return 'deposits and withdrawals open'
    case 'unknown':
      return 'UNKNOWN: the venue does not say whether the coin can move'
    case 'shut':
      return 'SHUT: the coin cannot move between these venues'
  }
}

/**
 * Sizing takes no more than the accounts held at that moment, so whatever is shown is paid for: a cross
 * route from both its venues, any other from where it starts. What is not never becomes a card.
 */
function fundedText({ kind, legs }: Opportunity): string {
  const paying = kind === 'cross' ? legs : legs.slice(0, 1)
  const parts = paying.map(
    ({ venue, spends }) => `${amountText(spends.amount)} ${spends.asset} on ${venue}`,
  )
  return `${kind === 'cross' ? 'both sides' : 'yes'}, ${parts.join(' and ')}`
}

/** "gross 0.62 - fees 0.20 = net +0.42 USDT": one currency, so that it can be checked by eye. */
function sumText({ gross, fees, net, asset, legs, transfer }: Opportunity): string {
  const paid =
    transfer === undefined ? `fees ${amountText(fees)}` : networkFeesText({ legs, transfer }, fees)
  return `gross ${amountText(gross)} - ${paid} = net ${signedText(net)} ${asset}`
}

/** What a person needs to judge a gap, in the order in which they ask. */
export const opportunityFields = (opportunity: Opportunity): readonly CardField[] => [
  { name: 'Result', value: sumText(opportunity) },
  ...(opportunity.transfer === undefined
    ? []
    : travelFields({ legs: opportunity.legs, transfer: opportunity.transfer })),
  {
    name: 'Size',
    value: `${amountText(opportunity.notional)} ${opportunity.asset}`,
    short: true,
  },
  {
    name: 'Net at best prices',
    value: percentText(opportunity.netAtTop * 100),
    short: true,
  },
  {
    name: 'Seen for',
    value: durationText(opportunity.detectedAt.getTime() - opportunity.firstSeenAt.getTime()),
    short: true,
  },
  { name: 'Leg skew', value: durationText(opportunity.legSkewMs), short: true },
  { name: 'Identity', value: identityText(opportunity.identity), short: true },
  { name: 'Wallet', value: walletText(opportunity.wallet), short: true },
  { name: 'Funded', value: fundedText(opportunity) },
  ...(opportunity.doubts === undefined
    ? []
    : [{ name: 'SUSPICIOUS', value: opportunity.doubts.join('; ') }]),
]

export const whyAction = (route: string): CardAction => ({
  label: 'Why',
  command: 'why',
  args: { route },
  style: 'plain',
})

/** The `--json` shape of an opportunity, whoever shows it. */
export const opportunityJson = (opportunity: Opportunity, labels: Labels) => ({
  type: opportunity.kind,
  route: opportunity.route,
  venues: opportunity.venues,
  asset: opportunity.asset,
  net: format(opportunity.net),
  net_percent: opportunity.netPercent,
  net_usdt: estimate(opportunity.netUsdt),
  net_at_top: opportunity.netAtTop,
  notional: format(opportunity.notional),
  notional_usdt: estimate(opportunity.notionalUsdt),
  gross: format(opportunity.gross),
  fees: format(opportunity.fees),
  ...(opportunity.transfer !== undefined &&
    travelJson({ legs: opportunity.legs, transfer: opportunity.transfer })),
  legs: opportunity.legs.map(legPlanJson),
  leg_skew_ms: Math.round(opportunity.legSkewMs),
  identity: opportunity.identity,
  wallet: opportunity.wallet,
  doubts: opportunity.doubts ?? [],
  first_seen_at: opportunity.firstSeenAt.toISOString(),
  detected_at: opportunity.detectedAt.toISOString(),
  mode: labels.mode,
  market: labels.market,
})

/** `blocked` says in one line why nobody is asked; undefined when somebody is. */
export const opportunityCard = (
  opportunity: Opportunity,
  blocked: string | undefined,
  at: Date,
  labels: Labels,
): Card => ({
  title: `Gap ${percentText(opportunity.netPercent)} ${routeText(opportunity.route)}`,
  tone: blocked === undefined ? 'good' : 'neutral',
  badges: badgesOf(labels),
  ...(blocked === undefined ? {} : { text: `Nobody is asked: ${blocked}.` }),
  fields: opportunityFields(opportunity),
  tables: [legPlanTable(opportunity.legs)],
  actions: [whyAction(opportunity.route)],
  json: {
    kind: 'opportunity',
    id: opportunity.id,
    at: at.toISOString(),
    ...opportunityJson(opportunity, labels),
    blocked: blocked ?? null,
  },
})
