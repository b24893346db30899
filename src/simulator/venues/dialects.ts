// Every venue the simulator can stand in for. A new venue is one dialect and one entry here.
import type { VenueDialect } from '../venue-dialect.ts'
import { binance } from './binance.ts'
import { bitget } from './bitget.ts'
import { bybit } from './bybit.ts'
import { kucoin } from './kucoin.ts'
import { mexc } from './mexc.ts'
import { okx } from './okx.ts'

export const dialects: readonly VenueDialect[] = [kucoin, binance, okx, bybit, bitget, mexc]
