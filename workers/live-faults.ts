// What stands between an environment and real money, all of it at once. Asked before anything is started,
// and before any role works also what the venues themselves say about the keys.
import { includesRole } from '../src/approval/role.ts'
import type { Config } from '../src/config.ts'
import { marketText } from '../src/config/market-choice.ts'
import { powerFault, type KeyPower } from '../src/exchanges/key-permissions.ts'
import { orderCard, orderCards } from '../src/exchanges/order-cards.ts'
import { readTradeKeys } from '../src/exchanges/venue-keys.ts'

type Live = Pick<
  Config,
  'market' | 'roles' | 'operators' | 'venues' | 'keysFile' | 'venueVariables'
>

/** Those whose orders can be found again by our own id. */
const tradeable = orderCards.filter(({ mayTrade }) => mayTrade).map(({ venue }) => venue)

function marketFault({ market }: Live): string | undefined {
  switch (market.kind) {
    case 'live':
    case 'venues':
      return undefined
    case 'simulator':
    case 'replay':
      return `ARBDESK_MARKET is ${marketText(market)}, where no money is real: set it to live, or rehearse with venues:<url> of venue servers that run by themselves`
  }
}

function operatorFault({ operators }: Live): string | undefined {
  if (operators.some(({ role }) => includesRole(role, 'operator'))) return undefined
  return 'ARBDESK_OPERATORS names nobody who may let the desk trade: add an operator or admin, such as ann@telegram:1234=admin'
}

function venueFaults({ venues }: Live): readonly string[] {
  if (venues === undefined)
    return [`ARBDESK_VENUES is not set: name the venues to trade on, of ${tradeable.join(', ')}`]
  const unproven = venues.filter((venue) => orderCard(venue)?.mayTrade !== true)
  if (unproven.length === 0) return []
  return [
    `ARBDESK_VENUES names ${unproven.join(', ')}, where a lost order could not be found again: leave it out; live may trade on ${tradeable.join(', ')}`,
  ]
}

/** Of the process that signs alone: elsewhere nobody needs a key. */
function keyFaults(config: Live): readonly string[] {
  const read = readTradeKeys(config)
  if (read.outcome === 'failed') return [`ARBDESK_KEYS_FILE: ${read.reason}`]
  const missing = (config.venues ?? []).filter((venue) => !read.keys.has(venue))
  const shared = Object.entries(config.venueVariables).flatMap(([venue, told]) => {
    const trades = read.keys.get(venue)?.apiKey.reveal()
    const others = { READ: told?.readKeys, TRANSFER: told?.transferKeys }
    return Object.entries(others)
      .filter(([, keys]) => keys !== undefined && keys.apiKey.reveal() === trades)
      .map(([name]) => `${venue.toUpperCase()}_${name}_API_KEY`)
  })
  return [
    ...missing.map(
      (venue) =>
        `${venue} has no whole key to trade with: set ${venue.toUpperCase()}_API_KEY and ${venue.toUpperCase()}_API_SECRET to one that may trade and not withdraw, or seal it in a key file, or leave ${venue} out of ARBDESK_VENUES`,
    ),
    ...shared.map(
      (name) =>
        `${name} is the key that trades: two processes may not share one, so make another, or unset it`,
    ),
  ]
}

/** One sentence each, saying what to do; none for a paper desk. */
export function liveFaults(config: Live & Pick<Config, 'mode'>): readonly string[] {
  if (config.mode !== 'live') return []
  return [
    marketFault(config),
    operatorFault(config),
    ...venueFaults(config),
    ...(config.roles.includes('trade') ? keyFaults(config) : []),
  ].filter((fault) => fault !== undefined)
}

/** One line for each key that may not be traded with, by what its venue says of it. */
export function keyPowerFaults(powers: Readonly<Record<string, KeyPower | 'silent'>>): {
  readonly faults: readonly string[]
  readonly isNoneLeft: boolean
} {
  const asked = Object.entries(powers)
  const faults = asked.flatMap(([venue, power]) => {
    const fault = power === 'silent' ? undefined : powerFault(venue, power)
    return fault === undefined ? [] : [`${venue} is not traded on: ${fault}`]
  })
  const isNoneLeft = asked.length > 0 && faults.length === asked.length
  return {
    faults: isNoneLeft ? [...faults, 'no venue is left to trade on, so nothing starts'] : faults,
    isNoneLeft,
  }
}
