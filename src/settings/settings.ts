// The desk's runtime settings: one entry each with its default, its bounds and one line of help.
// Keys carry their stage and their unit. Values change at run time and every change is audited.
import type { z } from 'zod'
import { executionSettings } from './execution-settings.ts'
import { reconcileSettings } from './reconcile-settings.ts'
import { transferSettings } from './transfer-settings.ts'
import {
  assetList,
  commandList,
  ms,
  numeric,
  oneOf,
  paperBalances,
  percent,
  targetPercents,
  timeOfDay,
  timeZone,
  truth,
  usdt,
  whole,
} from './setting-schemas.ts'

type Setting = { readonly schema: z.ZodType; readonly default: unknown; readonly help: string }

const days = whole({ min: 1, max: 3650 })

const entries = {
  'desk.paused': {
    schema: truth,
    default: false,
    help: 'true: no new trade starts, open ones finish. false: the desk trades.',
  },
  'desk.killed': {
    schema: truth,
    default: false,
    help: 'true: no new risk, nothing but finishing what is under way. "kill" and "kill release" change it.',
  },
  'desk.time_zone': {
    schema: timeZone,
    default: 'UTC',
    help: 'Whose days, weeks and months reports count, such as Europe/Berlin; limits go by UTC.',
  },
  'trading.net_percent_min': {
    schema: percent,
    default: 0.1,
    help: 'Smallest net profit worth showing, percent of the notional.',
  },
  'trading.net_usdt_min': {
    schema: usdt,
    default: 0.5,
    help: 'Smallest net profit worth showing, in USDT worth.',
  },
  'trading.notional_usdt_max': {
    schema: numeric({ max: 1_000_000_000 }),
    default: 100,
    help: 'Largest notional of one trade, in USDT worth; "pause" stops trading.',
  },
  'trading.day_notional_usdt_max': {
    schema: usdt,
    default: 1000,
    help: 'Largest notional of all trades of a UTC day, in USDT worth.',
  },
  'trading.day_loss_usdt_max': {
    schema: usdt,
    default: 25,
    help: 'Realised loss of a UTC day at which no further trade starts, in USDT worth.',
  },
  'trading.open_trades_max': {
    schema: whole({ min: 0, max: 100 }),
    default: 3,
    help: 'Trades in flight at once; never more than one on a route.',
  },
  'trading.venue_capital_percent_max': {
    schema: percent,
    default: 40,
    help: 'Largest share of all capital on one venue; buying that would pass it is refused.',
  },
  'trading.depth_fraction': {
    schema: numeric({ max: 1 }),
    default: 0.25,
    help: 'Share of the visible quantity at each level that a trade may count on.',
  },
  'trading.start_assets': {
    schema: assetList,
    default: ['USDT', 'USDC', 'BTC', 'ETH'],
    help: 'Assets in which cycles start and end, most preferred first.',
  },
  'filter.book_age_ms_max': {
    schema: ms(),
    default: 1000,
    help: 'Oldest websocket book that may decide anything.',
  },
  'filter.ticker_age_ms_max': {
    schema: ms(),
    default: 3000,
    help: 'Oldest REST ticker that may decide anything.',
  },
  'filter.leg_skew_ms_max': {
    schema: ms(),
    default: 900,
    help: 'Largest difference in age between the legs of one route.',
  },
  'filter.frozen_ms_max': {
    schema: ms(),
    default: 600_000,
    help: 'A market whose bid and ask stood still for longer is frozen.',
  },
  'filter.volume_usdt_min': {
    schema: usdt,
    default: 10_000,
    help: 'Smallest 24-hour volume of a market, in USDT worth.',
  },
  'filter.suspicious_percent': {
    schema: percent,
    default: 5,
    help: 'A gap above this is a mistake until proved otherwise: quarantined, never offered.',
  },
  'filter.identity_min': {
    schema: oneOf(['contract', 'reviewed', 'price', 'unverified']),
    default: 'reviewed',
    help: 'Least proof that one ticker is one coin: contract, reviewed (by us), price (they agree) or unverified (none).',
  },
  'approval.mode': {
    schema: oneOf(['ask', 'auto', 'alert']),
    default: 'ask',
    help: 'ask: a person decides. auto: the desk trades within its limits. alert: tell, never trade.',
  },
  'approval.auto_notional_usdt_max': {
    schema: usdt,
    default: 100,
    help: 'Largest notional the desk may trade without asking, in USDT worth.',
  },
  'approval.suspicious_percent': {
    schema: percent,
    default: 3,
    help: 'A gap above this, or a price that far off three venues or its own past, takes a person and a typed word; 0: none.',
  },
  'approval.two_people_usdt_min': {
    schema: usdt,
    default: 0,
    help: 'From this notional on a trade takes two different people, in USDT worth; 0: never.',
  },
  'approval.lives_ms': {
    schema: ms(1000),
    default: 60_000,
    help: 'How long a question stays open.',
  },
  'approval.life_ms_min': {
    schema: ms(),
    default: 3000,
    help: 'How long a gap must have lived before anybody is asked.',
  },
  'approval.tolerance': {
    schema: numeric({ min: 0, max: 1 }),
    default: 0.5,
    help: 'Share of the shown net profit that may be gone at the click: 0.5 trades at half or more.',
  },
  'trading.slip_percent_max': {
    schema: numeric({ min: 0, max: 5 }),
    default: 0.2,
    help: 'How far one leg may fill from the price shown, within what the approval agreed to.',
  },
  ...executionSettings,
  ...reconcileSettings,
  'risk.drawdown_usdt_max': {
    schema: usdt,
    default: 50,
    help: 'How far profit may fall below its peak before a breaker stops new risk, in USDT worth; 0: never.',
  },
  'risk.failures_in_row_max': {
    schema: whole({ min: 0, max: 100 }),
    default: 5,
    help: 'After how many trades in a row that failed on a venue a breaker stops new risk; 0: never.',
  },
  'risk.exposure_age_ms_max': {
    schema: ms(),
    default: 900_000,
    help: 'How long a position may stay open before a breaker stops new risk; 0: for ever.',
  },
  'risk.disk_free_mb_min': {
    schema: whole({ min: 0, max: 1_000_000 }),
    default: 2_000,
    help: 'How much room the disk of the desk needs before a new trade begins, in MB; 0: any.',
  },
  'risk.disk_free_percent_min': {
    schema: percent,
    default: 10,
    help: 'How much of the disk of the desk must be free before a new trade begins, in percent of it; 0: any.',
  },
  'risk.depeg_percent_max': {
    schema: percent,
    default: 2,
    help: 'How far a dollar coin may be off its peg before trades with it stop, in percent; 0: as far as it likes.',
  },
  'paper.balances': {
    schema: paperBalances,
    default: {},
    help: 'What is paid into paper accounts, as {"venue": {"ASSET": "amount"}}; a venue left out has the usual.',
  },
  'paper.latency_ms': {
    schema: ms(0, 60_000),
    default: 120,
    help: 'How long a paper order takes to arrive at its venue.',
  },
  ...transferSettings,
  'inventory.target_percent': {
    schema: targetPercents,
    default: {},
    help: 'Percent of a coin to hold on a venue, as {"BTC": {"kucoin": 60}}; venues left out share the rest evenly.',
  },
  'inventory.band_percent': {
    schema: percent,
    default: 10,
    help: 'How far from its target a share may be, in percentage points either way.',
  },
  'inventory.cost_percent_max': {
    schema: percent,
    default: 5,
    help: 'The most that a rebalance may cost, percent of what it brings back into its band.',
  },
  'sweep.period_ms': {
    schema: ms(1500),
    default: 2000,
    help: 'How often all markets are swept by REST; faster would outspend what venues allow.',
  },
  'watchlist.topics_max': {
    schema: whole({ min: 2, max: 1000 }),
    default: 100,
    help: 'Books watched per venue, over all shards; never more than the venue allows.',
  },
  'watchlist.stay_ms_min': {
    schema: ms(),
    default: 60_000,
    help: 'How long a symbol stays on the watchlist at least.',
  },
  'loop.cross_shards': {
    schema: whole({ min: 1, max: 64 }),
    default: 2,
    help: 'Into how many shards the cross-exchange symbols are split.',
  },
  'alerts.repeat_ms': {
    schema: ms(1000),
    default: 300_000,
    help: 'How soon an urgent alert that nobody acknowledged is told again; later with growing gaps.',
  },
  'notifications.daily_at': {
    schema: timeOfDay,
    default: 'off',
    help: 'When yesterday is summed up each day, such as 08:00 by desk.time_zone; off: never.',
  },
  'report.currency': {
    schema: oneOf(['USDT', 'USDC', 'BTC', 'ETH', 'EUR', 'USD', 'TRY']),
    default: 'USDT',
    help: 'What reports count profit in: USDT, USDC, BTC, ETH, EUR, USD or TRY; limits stay in USDT.',
  },
  'history.prices_days': {
    schema: days,
    default: 30,
    help: 'How long prices are kept.',
  },
  'history.books_days': {
    schema: days,
    default: 30,
    help: 'How long recorded books are kept.',
  },
  'history.gaps_days': {
    schema: days,
    default: 90,
    help: 'How long gaps per minute are kept.',
  },
  'telegram.keyboard': {
    schema: commandList,
    default: [],
    help: 'Commands on the keyboard that Telegram shows with /start, such as status,opportunities; [] for none.',
  },
} as const satisfies Record<string, Setting>

export type SettingKey = keyof typeof entries
/** One frozen value a key; structurally fits whatever subset a stage asks for. */
export type Settings = { readonly [K in SettingKey]: z.infer<(typeof entries)[K]['schema']> }

export const settingKeys = Object.keys(entries) as SettingKey[]
export const settingHelp = (key: SettingKey): string => entries[key].help
export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(entries, key)

/** Real money begins with little of it; whoever wants more says how much. */
const liveDefaults = {
  'trading.notional_usdt_max': 20,
  'trading.day_notional_usdt_max': 100,
  'trading.day_loss_usdt_max': 5,
  'trading.open_trades_max': 1,
  'trading.net_usdt_min': 0.02,
  'approval.auto_notional_usdt_max': 20,
  'risk.drawdown_usdt_max': 10,
  'risk.failures_in_row_max': 3,
} as const satisfies Partial<Settings>

/**
 * Defaults differ where a market does: the simulator's gaps are short so that a minute shows something,
 * and recordings have nothing but prices to tell namesakes by.
 */
export function defaultSettings(
  market: 'simulator' | 'other',
  mode: 'paper' | 'live' = 'paper',
): Settings {
  const defaults = Object.fromEntries(
    settingKeys.map((key) => [key, entries[key].default]),
  ) as Settings
  return Object.freeze({
    ...defaults,
    ...(market === 'simulator' && {
      'approval.life_ms_min': 1000,
      'filter.identity_min': 'price',
      'risk.disk_free_mb_min': 200,
      'risk.disk_free_percent_min': 1,
      'paper.transfer_ms': 20_000,
    }),
    ...(mode === 'live' && liveDefaults),
  })
}

export type ReadSetting =
  | { readonly outcome: 'ok'; readonly key: SettingKey; readonly value: unknown }
  | { readonly outcome: 'bad'; readonly message: string }

/** Checks a value of any origin; the message is a sentence that says what the setting takes. */
export function checkSetting(key: string, value: unknown): ReadSetting {
  if (!isSettingKey(key)) return { outcome: 'bad', message: unknownSetting(key) }
  const result = entries[key].schema.safeParse(value)
  if (result.success) return { outcome: 'ok', key, value: result.data }
  const why = result.error.issues[0]?.message ?? 'does not fit'
  return { outcome: 'bad', message: `${key} ${why}${insteadOf(value)}. ${entries[key].help}` }
}

function insteadOf(value: unknown): string {
  if (typeof value === 'string') return `, not "${value.slice(0, 40)}"`
  return typeof value === 'number' ? `, not ${value}` : ''
}

/** Reads "0.2", "true", "ask", "USDT,BTC" or JSON, as people type them. */
export function parseSetting(key: string, text: string): ReadSetting {
  if (!isSettingKey(key)) return { outcome: 'bad', message: unknownSetting(key) }
  return checkSetting(key, meantBy(text, entries[key].default))
}

/** A text is read as what the setting's default is: a list, a word, or whatever JSON says. */
function meantBy(text: string, usual: unknown): unknown {
  const parsed = fromJson(text)
  if (Array.isArray(usual))
    return Array.isArray(parsed)
      ? parsed
      : (typeof parsed === 'string' ? parsed : text).split(',').map((part) => part.trim())
  if (typeof usual === 'string') return typeof parsed === 'string' ? parsed : text
  return parsed ?? text
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unknownSetting(key: string): string {
  const near = settingKeys.find((known) => known.includes(key) || known.endsWith(`.${key}`))
  return `There is no setting "${key.slice(0, 60)}"${near === undefined ? '; "settings" lists them' : `; did you mean ${near}?`}`
}
