// Raising a limit: what bounds whoever uses the desk is not undone by one of them alone.
import type { Labels } from '../notification/labels.ts'
import { parseSetting, type SettingKey, type Settings } from '../settings/settings.ts'
import { valueText } from './change-setting.ts'
import type { GuardedStep } from './confirm-step.ts'

/** How long a raise waits that nobody else can confirm. */
export const raiseDelayMs = 3_600_000

/** 'least': 0 lets nothing through. 'never': 0 asks nothing. */
const limits: Readonly<Partial<Record<SettingKey, 'least' | 'never'>>> = {
  'trading.notional_usdt_max': 'least',
  'trading.day_notional_usdt_max': 'least',
  'trading.day_loss_usdt_max': 'least',
  'trading.open_trades_max': 'least',
  'trading.venue_capital_percent_max': 'least',
  'trading.slip_percent_max': 'least',
  'approval.auto_notional_usdt_max': 'least',
  'approval.two_people_usdt_min': 'never',
  'execution.slip_percent_max': 'least',
  'risk.drawdown_usdt_max': 'never',
  'risk.failures_in_row_max': 'never',
  'risk.exposure_age_ms_max': 'never',
  'risk.depeg_percent_max': 'never',
  'transfer.usdt_max': 'least',
  'transfer.day_usdt_max': 'least',
}

/** Whom the rule of two people binds must not be able to end it alone, whatever the money. */
const always: SettingKey = 'approval.two_people_usdt_min'

/** Undefined: nothing that bounds anybody becomes looser, or the value does not fit anyway. */
export function raiseStep(
  key: SettingKey,
  value: string,
  current: Settings,
  mode: Labels['mode'],
): GuardedStep | undefined {
  const zero = limits[key]
  const read = parseSetting(key, value)
  if (zero === undefined || read.outcome === 'bad') return undefined
  if (mode === 'paper' && key !== always) return undefined
  const sizeOf = (limit: unknown) => (zero === 'never' && limit === 0 ? Infinity : Number(limit))
  if (sizeOf(read.value) <= sizeOf(current[key])) return undefined
  const [from, to] = [valueText(current[key]), valueText(read.value)]
  return {
    name: `${key} ${to}`,
    what:
      key === always
        ? `let one person approve more (${key} from ${from} to ${to})`
        : `raise a limit (${key} from ${from} to ${to})`,
    phrase: key === always ? 'ONE PERSON' : 'MORE RISK',
    command: 'settings',
    args: { action: 'set', key, value: to },
    role: 'admin',
    needsTwo: true,
    isNamed: true,
    ...(mode === 'live' && { aloneMs: raiseDelayMs }),
  }
}
