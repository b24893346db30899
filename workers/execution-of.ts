// An approved trade as an execution: what was agreed, and how far it may go by the settings of now.
import { decimalOf, rate, toNumber } from '../src/money.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { Execution, Terms } from '../src/trade/engine/execution.ts'
import type { Trade } from '../src/trade/trade.ts'

/** Longer than a takeover takes; a person who said yes before that does not expect a trade any more. */
const approvedMsMax = 120_000

/** What one trade may leave over, in the asset it is counted in. */
function dustOf({ notional, notionalUsdt }: Trade, settings: Settings): bigint {
  if (!(notionalUsdt > 0)) return 0n
  const share = Number((settings['execution.dust_usdt_max'] / notionalUsdt).toPrecision(12))
  return (notional * rate(decimalOf(share))) / 10n ** 18n
}

function termsOf(trade: Trade, settings: Settings, configVersion: number): Terms {
  const agreed = rate(decimalOf(1 - settings['approval.tolerance']))
  return {
    configVersion,
    sending: settings['execution.sending'],
    singleLeg: settings['execution.single_leg'],
    dustMax: dustOf(trade, settings),
    spendMax: trade.notional,
    netMin: (trade.expectedNet * (agreed as bigint)) / 10n ** 18n,
    slipMax: rate(decimalOf(settings['execution.slip_percent_max'] / 100)),
    bookAgeMsMax: settings['execution.book_age_ms_max'],
    attemptsMax: settings['execution.attempts_max'],
    hedgesMax: settings['execution.hedges_max'],
    hedgeMsMax: settings['execution.hedge_ms_max'],
    sendMsMax: settings['execution.send_ms_max'],
    openMsMax: settings['execution.open_ms_max'],
    resolveMsMax: settings['execution.resolve_ms_max'],
    answerMsMax: settings['execution.answer_ms_max'],
    unanswered: settings['execution.unanswered'],
    settleMs: settings['execution.settle_ms'],
  }
}

/** `configVersion` names the settings that its terms are of. */
export function executionOf(trade: Trade, settings: Settings, configVersion: number): Execution {
  const { id, opportunity, approval, kind, mode, route, asset, plan, expectedNet, transfer } = trade
  return {
    id,
    opportunity,
    approval,
    kind,
    mode,
    route,
    asset,
    plan,
    transfer: transfer && { ...transfer, usdtOfOne: trade.notionalUsdt / toNumber(trade.notional) },
    terms: termsOf(trade, settings, configVersion),
    expectedNet,
    requestLifeMs: {},
    order: [],
    state: 'created',
    reason: undefined,
    version: 0,
    createdAt: trade.createdAt,
    deadline: new Date(trade.createdAt.getTime() + approvedMsMax),
    books: [],
    legs: [],
    sends: [],
    reserved: [],
    held: [],
    planEnded: false,
    imbalancedAt: undefined,
    exposedAt: undefined,
    resolution: undefined,
    unansweredAt: undefined,
    quoteAt: undefined,
    hedgesForgiven: 0,
    accepted: false,
    told: [],
    wakeAt: undefined,
  }
}
