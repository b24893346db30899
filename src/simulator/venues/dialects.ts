// Every venue the simulator can stand in for. A new venue is one file and one entry here.
import type { VenueDialect } from '../venue-dialect.ts'
import { binance } from './binance.ts'
import { kucoin } from './kucoin.ts'

export const dialects: readonly VenueDialect[] = [kucoin, binance]
