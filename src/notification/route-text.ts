// A route as people say it.
import { parseRoute } from '../market/route.ts'

/** "BTC/USDT, buy kucoin, sell binance" or "USDT → ETH → BTC → USDT on kucoin". */
export function routeText(name: string): string {
  const route = parseRoute(name)
  if (route === undefined) return name
  switch (route.kind) {
    case 'cross':
      return `${route.symbol}, buy ${route.buy}, sell ${route.sell}`
    case 'cycle':
      return `${[...route.path, route.path[0]].join(' → ')} on ${route.venue}`
  }
}
