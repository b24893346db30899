// Assets whose ticker means the same thing on every venue we name, checked by a person. An entry here is
// trusted where contracts say nothing, so nothing goes in that has a namesake.

const reviewed = `
  USD EUR GBP TRY BRL JPY AUD CAD CHF KRW INR MXN
  USDT USDC DAI FDUSD TUSD PYUSD BUSD USDP
  BTC ETH XRP SOL BNB ADA DOGE TRX DOT LTC BCH ETC XLM AVAX ATOM NEAR FIL ALGO XTZ EOS XMR ZEC DASH
  HBAR VET ICP APT SUI KAS EGLD THETA KAVA ROSE NEO IOTA ZIL QTUM
  LINK UNI AAVE MKR SHIB PEPE ARB LDO CRV SNX WBTC
`

export const reviewedAssets: ReadonlySet<string> = new Set(reviewed.trim().split(/\s+/))
