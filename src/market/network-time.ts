// How long a deposit takes on each network where the venue does not say: an estimate, never a promise.
import type { AssetNetwork } from './asset.ts'

/** `confirmations` is what venues commonly wait for; one that tells its own number is believed. */
type Pace = { readonly blockSeconds: number; readonly confirmations: number }

/** Reviewed by a person; ccxt's unified network codes. A network that is not here has no estimate. */
const paces: ReadonlyMap<string, Pace> = new Map(
  Object.entries({
    BTC: { blockSeconds: 600, confirmations: 2 },
    BCH: { blockSeconds: 600, confirmations: 6 },
    LTC: { blockSeconds: 150, confirmations: 6 },
    DOGE: { blockSeconds: 60, confirmations: 40 },
    ERC20: { blockSeconds: 12, confirmations: 32 },
    ETC: { blockSeconds: 13, confirmations: 500 },
    TRC20: { blockSeconds: 3, confirmations: 20 },
    TRX: { blockSeconds: 3, confirmations: 20 },
    BEP20: { blockSeconds: 3, confirmations: 15 },
    BNB: { blockSeconds: 3, confirmations: 15 },
    SOL: { blockSeconds: 0.5, confirmations: 32 },
    MATIC: { blockSeconds: 2.2, confirmations: 200 },
    ARBONE: { blockSeconds: 0.3, confirmations: 200 },
    ARB: { blockSeconds: 0.3, confirmations: 200 },
    OPTIMISM: { blockSeconds: 2, confirmations: 100 },
    BASE: { blockSeconds: 2, confirmations: 100 },
    AVAXC: { blockSeconds: 2, confirmations: 30 },
    AVAX: { blockSeconds: 2, confirmations: 30 },
    XRP: { blockSeconds: 4, confirmations: 2 },
    XLM: { blockSeconds: 6, confirmations: 2 },
    ADA: { blockSeconds: 20, confirmations: 30 },
    DOT: { blockSeconds: 6, confirmations: 25 },
    ATOM: { blockSeconds: 6.5, confirmations: 10 },
    NEAR: { blockSeconds: 1.2, confirmations: 20 },
    ALGO: { blockSeconds: 3.3, confirmations: 10 },
    TON: { blockSeconds: 5, confirmations: 10 },
    FIL: { blockSeconds: 30, confirmations: 60 },
    APT: { blockSeconds: 1, confirmations: 20 },
    SUI: { blockSeconds: 1, confirmations: 20 },
    HBAR: { blockSeconds: 3, confirmations: 2 },
  } satisfies Record<string, Pace>),
)

/** What leaving the sending venue takes besides: withdrawals are checked before they are sent. */
const leavingMinutes = 2

export type Arrival = {
  readonly minutes: number
  /** 'venue': the receiving venue says so itself. */
  readonly source: 'venue' | 'estimate'
}

/** From the click on one venue to the credit on the other; undefined where nobody can tell. */
export function arrivalOf(
  receiving: Pick<AssetNetwork, 'network' | 'confirmations' | 'arrivalMinutes'>,
): Arrival | undefined {
  if (receiving.arrivalMinutes !== undefined)
    return { minutes: receiving.arrivalMinutes, source: 'venue' }
  const pace = paces.get(receiving.network)
  if (pace === undefined) return undefined
  const seconds = (receiving.confirmations ?? pace.confirmations) * pace.blockSeconds
  return { minutes: Math.ceil(seconds / 60) + leavingMinutes, source: 'estimate' }
}
