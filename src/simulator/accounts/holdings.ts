// What one account owns at one venue: per asset what is free and what resting orders or transfers hold.

export type Balance = { readonly asset: string; readonly free: bigint; readonly held: bigint }

export type Holdings = {
  of(asset: string): Balance
  /** Every asset that was ever held, also at zero, as most venues list them. */
  all(): readonly Balance[]
  /** Adds to what is free; a negative amount takes away. */
  add(asset: string, amount: bigint): void
  hold(asset: string, amount: bigint): void
  release(asset: string, amount: bigint): void
}

export function createHoldings(starting: Readonly<Record<string, bigint>>): Holdings {
  const balances = new Map(
    Object.entries(starting).map(([asset, free]): [string, Balance] => [
      asset,
      { asset, free, held: 0n },
    ]),
  )
  const of = (asset: string) => balances.get(asset) ?? { asset, free: 0n, held: 0n }
  const move = (asset: string, free: bigint, held: bigint) => {
    const before = of(asset)
    balances.set(asset, { asset, free: before.free + free, held: before.held + held })
  }
  return {
    of,
    all: () => [...balances.values()],
    add: (asset, amount) => move(asset, amount, 0n),
    hold: (asset, amount) => move(asset, -amount, amount),
    release: (asset, amount) => move(asset, amount, -amount),
  }
}
