// Whether this run's orders go to accounts at venues. That is settled when the desk starts: a role that is
// started again in the middle of a run must not find itself with other accounts.
import { orderCard } from '../src/exchanges/order-cards.ts'
import type { VenueId } from '../src/market/market.ts'
import type { Runtime } from '../src/runtime.ts'

/** What this run was started with; a command that joins no run goes by what is stored. */
export const gatewayOf = ({
  settings,
  config,
}: Pick<Runtime, 'settings' | 'config'>): 'paper' | 'venue' =>
  config.run?.gateway ?? settings.current()['execution.gateway']

/**
 * Real money always; paper only where the venues are simulated: real ones would take real money for what is
 * called paper.
 */
export function isOverTheWire(run: Pick<Runtime, 'settings' | 'config'>): boolean {
  const { config } = run
  if (config.mode === 'live') return true
  const { kind } = config.market
  const isSimulated = kind === 'simulator' || kind === 'venues'
  return gatewayOf(run) === 'venue' && isSimulated
}

/** Why no order can go to some of the venues in this run, however good the gap; undefined: to all of them. */
export function whyNoOrders(
  run: Pick<Runtime, 'settings' | 'config'>,
  venues: readonly VenueId[],
): string | undefined {
  if (!isOverTheWire(run)) return undefined
  const closed = venues.filter((venue) => orderCard(venue)?.mayTrade !== true)
  return closed.length === 0
    ? undefined
    : `orders go over the wire and none can go to ${closed.join(' and ')}, where they could not be looked up`
}
