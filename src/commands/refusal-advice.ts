// What would have to change for a refusal to end: a setting where there is one, else the fact of life.
import type { RefusalReason } from '../opportunity/refusal.ts'
import type { SettingKey, Settings } from '../settings/settings.ts'

type Advice = { readonly settings: readonly SettingKey[]; readonly otherwise: string }

/** Settings that decide it, and what to know beside or instead of them. */
const advice: Readonly<Record<RefusalReason, Advice>> = {
  blocked: { settings: [], otherwise: '"watchlist remove" lets it be offered again' },
  'net below minimum': {
    settings: ['trading.net_percent_min', 'trading.net_usdt_min'],
    otherwise: '',
  },
  'book age': { settings: ['filter.book_age_ms_max', 'filter.ticker_age_ms_max'], otherwise: '' },
  'leg skew': { settings: ['filter.leg_skew_ms_max'], otherwise: '' },
  'frozen market': { settings: ['filter.frozen_ms_max'], otherwise: '' },
  'no volume': { settings: ['filter.volume_usdt_min'], otherwise: '' },
  'abnormal profit': {
    settings: ['filter.suspicious_percent'],
    otherwise: 'too good to be true until proved otherwise',
  },
  'unverified asset': {
    settings: [],
    otherwise: 'the venues give no proof that one ticker is one coin',
  },
  'different assets': { settings: [], otherwise: 'one ticker, two coins: there is no gap' },
  'quote assets assumed equal': {
    settings: [],
    otherwise: 'the quote assets differ, and their rate is not part of the gap',
  },
  'closed wallet': {
    settings: [],
    otherwise: 'the venue must open deposits and withdrawals again',
  },
  'no network': {
    settings: [],
    otherwise: 'both venues must say that one network is open, for the coin and for the money back',
  },
  'leveraged token': { settings: [], otherwise: 'each venue makes its own: never the same thing' },
  'no depth': { settings: ['trading.depth_fraction'], otherwise: 'more must be on offer' },
  'below market minimum': {
    settings: ['trading.notional_usdt_max'],
    otherwise: 'the size left is below what the venue takes',
  },
  'no balance': { settings: ['paper.balances'], otherwise: 'funds on the venues of the route' },
  'crossed book': { settings: [], otherwise: 'the book is wrong until the venue sends it anew' },
  'market halted': { settings: [], otherwise: 'the venue must open the market again' },
  'venue degraded': { settings: [], otherwise: 'the venue must answer again; see "venues"' },
  'too short to ask': { settings: ['approval.life_ms_min'], otherwise: '' },
}

/** "trading.net_percent_min = 0.1, trading.net_usdt_min = 0.5". */
export function adviceText(reason: RefusalReason, settings: Settings): string {
  const { settings: keys, otherwise } = advice[reason]
  const named = keys.map((key) => {
    const value = settings[key]
    return typeof value === 'object' ? key : `${key} = ${String(value)}`
  })
  return [...named, ...(otherwise === '' ? [] : [otherwise])].join(', ')
}

/** The settings that decide a refusal, for `--json`. */
export const decidingSettings = (reason: RefusalReason): readonly SettingKey[] =>
  advice[reason].settings
