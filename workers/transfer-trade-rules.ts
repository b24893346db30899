// What forbids a transfer trade, whatever it would bring: asked before anybody is asked about one, and once
// more right before its first order leaves.
import type { Runtime } from '../src/runtime.ts'
import { paperOnly } from '../src/trade/engine/preflight.ts'
import { isOverTheWire } from './over-the-wire.ts'

type Asked = Pick<Runtime, 'config' | 'settings' | 'transfers'>

const usdt = (value: number): string => `${value.toFixed(2)} USDT`

/** A sentence without its full stop; undefined: nothing forbids it. Both ways count against the caps. */
export async function whyNoTransferTrade(
  { config, settings, transfers }: Asked,
  notionalUsdt: number,
): Promise<string | undefined> {
  if (config.mode === 'live') return paperOnly
  if (isOverTheWire({ config, settings }))
    return 'a transfer trade is carried out where orders fill on paper (execution.gateway paper)'
  const limits = await settings.refresh()
  if (!limits['opportunity.transfer'])
    return 'transfer trades are switched off: opportunity.transfer is false'
  const [most, dayMost] = [limits['transfer.usdt_max'], limits['transfer.day_usdt_max']]
  if (notionalUsdt > most)
    return `sending ${usdt(notionalUsdt)} would pass transfer.usdt_max (${usdt(most)})`
  const used = await transfers.usedTodayUsdt()
  return used + 2 * notionalUsdt > dayMost
    ? `${usdt(used)} were sent today; ${usdt(notionalUsdt)} there and back would pass transfer.day_usdt_max (${usdt(dayMost)})`
    : undefined
}
