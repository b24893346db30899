// The desk's runtime settings: one entry each with its default, its bounds and one line of help.
// Keys carry their stage and their unit. Values change at run time and every change is audited.
import { z } from 'zod'

type Setting = { readonly schema: z.ZodType; readonly default: unknown; readonly help: string }

const percent = z.number().min(0).max(100)
const usdt = z.number().min(0).max(1_000_000_000)
const ms = z.number().int().min(0).max(86_400_000)
const share = z.number().gt(0).max(1)
const assets = z
  .array(z.string().regex(/^[A-Z0-9]{1,20}$/))
  .min(1)
  .max(20)

const entries = {
  'desk.paused': {
    schema: z.boolean(),
    default: false,
    help: 'No new trade starts while true; open ones finish.',
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
    schema: usdt,
    default: 100,
    help: 'Largest notional of one trade, in USDT worth.',
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
    schema: z.number().int().min(0).max(100),
    default: 3,
    help: 'Trades in flight at once; never more than one on a route.',
  },
  'trading.venue_capital_percent_max': {
    schema: percent,
    default: 40,
    help: 'Largest share of all capital on one venue; buying that would pass it is refused.',
  },
  'trading.depth_fraction': {
    schema: share,
    default: 0.25,
    help: 'Share of the visible quantity at each level that a trade may count on.',
  },
  'trading.start_assets': {
    schema: assets,
    default: ['USDT', 'USDC', 'BTC', 'ETH'],
    help: 'Assets in which cycles start and end, most preferred first.',
  },
  'filter.book_age_ms_max': {
    schema: ms,
    default: 1000,
    help: 'Oldest websocket book that may decide anything.',
  },
  'filter.ticker_age_ms_max': {
    schema: ms,
    default: 3000,
    help: 'Oldest REST ticker that may decide anything.',
  },
  'filter.leg_skew_ms_max': {
    schema: ms,
    default: 900,
    help: 'Largest difference in age between the legs of one route.',
  },
  'filter.frozen_ms_max': {
    schema: ms,
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
    schema: z.enum(['contract', 'reviewed', 'price', 'unverified']),
    default: 'reviewed',
    help: 'Proof that one ticker is one coin: same contract, on the reviewed list, prices agree, none.',
  },
  'approval.mode': {
    schema: z.enum(['ask', 'auto', 'alert']),
    default: 'ask',
    help: 'ask: a person decides. auto: the desk trades within its limits. alert: tell, never trade.',
  },
  'approval.auto_notional_usdt_max': {
    schema: usdt,
    default: 100,
    help: 'Largest notional the desk may trade without asking, in USDT worth.',
  },
  'approval.lives_ms': {
    schema: ms.min(1000),
    default: 60_000,
    help: 'How long a question stays open.',
  },
  'approval.life_ms_min': {
    schema: ms,
    default: 3000,
    help: 'How long a gap must have lived before anybody is asked.',
  },
  'approval.tolerance': {
    schema: z.number().min(0).max(1),
    default: 0.5,
    help: 'Share of the shown net profit that may be gone at the click: 0.5 trades at half or more.',
  },
  'trading.slip_percent_max': {
    schema: percent.max(5),
    default: 0.2,
    help: 'How far one leg may fill from the price shown, within what the approval agreed to.',
  },
  'paper.balances': {
    schema: z.record(z.string(), z.record(z.string(), z.string().regex(/^\d+(\.\d+)?$/))),
    default: {},
    help: 'Paper balances as {"venue": {"ASSET": "amount"}}; a venue left out gets the usual ones.',
  },
  'paper.latency_ms': {
    schema: ms.max(60_000),
    default: 120,
    help: 'How long a paper order takes to arrive at its venue.',
  },
  'sweep.period_ms': {
    schema: ms.min(1500),
    default: 2000,
    help: 'How often all markets are swept by REST; faster would outspend what venues allow.',
  },
  'watchlist.topics_max': {
    schema: z.number().int().min(2).max(1000),
    default: 100,
    help: 'Books watched per venue, over all shards; never more than the venue allows.',
  },
  'watchlist.stay_ms_min': {
    schema: ms,
    default: 60_000,
    help: 'How long a symbol stays on the watchlist at least.',
  },
  'loop.cross_shards': {
    schema: z.number().int().min(1).max(64),
    default: 2,
    help: 'Into how many shards the cross-exchange symbols are split.',
  },
  'history.prices_days': {
    schema: z.number().int().min(1).max(3650),
    default: 30,
    help: 'How long prices are kept.',
  },
  'history.books_days': {
    schema: z.number().int().min(1).max(3650),
    default: 30,
    help: 'How long recorded books are kept.',
  },
  'history.gaps_days': {
    schema: z.number().int().min(1).max(3650),
    default: 90,
    help: 'How long gaps per minute are kept.',
  },
} as const satisfies Record<string, Setting>

export type SettingKey = keyof typeof entries
/** One frozen value a key; structurally fits whatever subset a stage asks for. */
export type Settings = { readonly [K in SettingKey]: z.infer<(typeof entries)[K]['schema']> }

export const settingKeys = Object.keys(entries) as SettingKey[]
export const settingHelp = (key: SettingKey): string => entries[key].help
export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(entries, key)

/**
 * Defaults differ where a market does: the simulator's gaps are short so that a minute shows something,
 * and recordings have nothing but prices to tell namesakes by.
 */
export function defaultSettings(market: 'simulator' | 'other'): Settings {
  const defaults = Object.fromEntries(
    settingKeys.map((key) => [key, entries[key].default]),
  ) as Settings
  return Object.freeze(
    market === 'simulator'
      ? { ...defaults, 'approval.life_ms_min': 1000, 'filter.identity_min': 'price' }
      : defaults,
  )
}

export type ReadSetting =
  | { readonly outcome: 'ok'; readonly key: SettingKey; readonly value: unknown }
  | { readonly outcome: 'bad'; readonly message: string }

/** Checks a value of any origin; the message says what the setting takes. */
export function checkSetting(key: string, value: unknown): ReadSetting {
  if (!isSettingKey(key)) return { outcome: 'bad', message: unknownSetting(key) }
  const result = entries[key].schema.safeParse(value)
  if (result.success) return { outcome: 'ok', key, value: result.data }
  const why = result.error.issues[0]?.message ?? 'not valid'
  return { outcome: 'bad', message: `${key}: ${why}. ${entries[key].help}` }
}

/** Reads "0.2", "true", "ask", "USDT,BTC" or JSON, as people type them. */
export function parseSetting(key: string, text: string): ReadSetting {
  if (!isSettingKey(key)) return { outcome: 'bad', message: unknownSetting(key) }
  const candidates: unknown[] = [text]
  try {
    candidates.unshift(JSON.parse(text))
  } catch {
    // Not JSON: a plain word or a list, tried below.
  }
  candidates.push(text.split(',').map((part) => part.trim()))
  const read = candidates.map((value) => checkSetting(key, value))
  return read.find((result) => result.outcome === 'ok') ?? (read[0] as ReadSetting)
}

function unknownSetting(key: string): string {
  const near = settingKeys.find((known) => known.includes(key) || known.endsWith(`.${key}`))
  return `There is no setting "${key.slice(0, 60)}"${near === undefined ? '; "settings" lists them' : `; did you mean ${near}?`}`
}
