// Whether this run's orders go to accounts at venues. It is asked when a process starts.
import type { Runtime } from '../src/runtime.ts'

/**
 * Real money always; paper only where the venues are simulated: real ones would take real money for what is
 * called paper.
 */
export function isOverTheWire({ settings, config }: Pick<Runtime, 'settings' | 'config'>): boolean {
  if (config.mode === 'live') return true
  const { kind } = config.market
  const isSimulated = kind === 'simulator' || kind === 'venues'
  return settings.current()['execution.gateway'] === 'venue' && isSimulated
}
