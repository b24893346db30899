// Every venue the simulator can stand in for. A new venue is one dialect and one entry here.
import type { VenueDialect } from '../venue-dialect.ts'
import { binance } from './binance.ts'
import { bitget } from './bitget.ts'
import { btcturk } from './btcturk.ts'
import { bybit } from './bybit.ts'
import { cex } from './cex.ts'
import { gate } from './gate.ts'
import { htx } from './htx.ts'
import { kraken } from './kraken.ts'
import { kucoin } from './kucoin.ts'
import { mexc } from './mexc.ts'
import { okx } from './okx.ts'

export const dialects: readonly VenueDialect[] = [
  kucoin,
  binance,
  okx,
  bybit,
  bitget,
  mexc,
  gate,
  htx,
  kraken,
  btcturk,
  cex,
]
