// A route as people say it.
import { parseRoute } from '../market/route.ts'

/** "BTC/USDT kucoin → binance" (buy first, sell second), "BTC/USDT kucoin → sent → binance" or "kucoin USDT → ETH → BTC → USDT". */
export function routeText(name: string): string {
  const route = parseRoute(name)
  if (route === undefined) return name
  switch (route.kind) {
    case 'cross':
      return `${route.symbol} ${route.buy} → ${route.sell}`
    case 'transfer':
      return `${route.symbol} ${route.buy} → sent → ${route.sell}`
    case 'cycle':
      return `${route.venue} ${[...route.path, route.path[0]].join(' → ')}`
  }
}
