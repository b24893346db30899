// Tickers for the coins that exist only in the simulated world.
import type { Random } from './random.ts'

// Words that would make an invented ticker look like a leveraged token, a fiat currency or a coin
// that ccxt renames; every name drawn is checked against them.
const looksLeveraged = /(?:UP|DOWN|BULL|BEAR|HALF|HEDGE)$/
const reserved = 'USD EUR USDT USDC USDS DAI TUSD BIFI VAI WAX ALT KALT FUD YOYO'.split(' ')

const consonants = 'B C D F G H K L M N P R S T V X Z'.split(' ')
const vowels = 'A E I O U'.split(' ')

export type Names = { readonly random: Random; readonly taken: Set<string> }

/** `taken` are the tickers that exist already. */
export const createNames = (random: Random, taken: readonly string[]): Names => ({
  random,
  taken: new Set([...reserved, ...taken]),
})

/** A ticker that nobody has yet. */
export function inventName({ random, taken }: Names): string {
  for (;;) {
    const length = random.pick([3, 4, 4, 5, 5, 6])
    let name = ''
    for (let i = 0; i < length; i++) name += random.pick(i % 2 === 0 ? consonants : vowels)
    if (taken.has(name) || looksLeveraged.test(name)) continue
    taken.add(name)
    return name
  }
}

export const titleOf = (asset: string) => `${asset[0]}${asset.slice(1).toLowerCase()}`
