// Dollars that are none any more. Limits, worths and profit are counted in USDT as if it were a dollar;
// while one of them is off its peg neither a gap nor a limit means what it says. Pure.

const dollars: readonly string[] = ['USDC', 'FDUSD', 'TUSD', 'DAI', 'USDP', 'PYUSD', 'USD1', 'USDE']

/**
 * What speaks against trading these assets, as a sentence; undefined: nothing. `worthOf` is in USDT. Where
 * all other dollars have moved away from USDT, it is USDT that moved. A dollar of unknown worth says nothing.
 */
export function depegged(
  assets: readonly string[],
  worthOf: (asset: string) => number | undefined,
  percentMax: number,
): string | undefined {
  if (percentMax === 0) return undefined
  const known = dollars.flatMap((asset) => {
    const worth = worthOf(asset)
    return worth === undefined
      ? []
      : [{ asset, worth, isOff: !(Math.abs(worth - 1) * 100 <= percentMax) }]
  })
  const off = known.filter(({ isOff }) => isOff)
  const traded = off.find(({ asset }) => assets.includes(asset))
  if (traded !== undefined)
    return `${traded.asset} is worth ${traded.worth.toFixed(4)} USDT, more than ${percentMax} % off its peg`
  return known.length >= 2 && off.length === known.length && assets.includes('USDT')
    ? `USDT is more than ${percentMax} % off every other dollar (${off.map(({ asset }) => asset).join(', ')})`
    : undefined
}
