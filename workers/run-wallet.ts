// Where this run's transfers go: between paper accounts on this machine, or over the wire with keys that only
// the role 'transfer' is given.
import type { VenueAccess } from '../src/exchanges/ccxt-client.ts'
import { openCcxtWalletGateway } from '../src/exchanges/ccxt-wallet-gateway.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { paperAddresses } from '../src/exchanges/paper-wallet-gateway.ts'
import type { VenueId } from '../src/market/market.ts'
import type { Runtime } from '../src/runtime.ts'
import type { TransferDesk } from '../src/trade/transfer/drive-transfer.ts'
import { isOverTheWire } from './over-the-wire.ts'
import { paperWallet } from './paper-transfers.ts'
import { readTransferAddresses } from './transfer-addresses.ts'

/** Simulated venues let whoever has this key move what the account of their usual key holds. */
const lent = 'simulator-transfer'
const simulatorKeys = { apiKey: lent, secret: lent, password: lent }

/** Never with the keys that prices are asked with: those may not withdraw, and are another role's. */
function accessOf({ config }: Runtime, venues: Venues): (venue: VenueId) => VenueAccess {
  return (venue) => {
    const { keys: _others, ...access } = venues.access(venue)
    const own = config.venueVariables[venue]?.transferKeys
    if (own !== undefined) {
      const { apiKey, secret, password } = own
      const keys = {
        apiKey: apiKey.reveal(),
        secret: secret.reveal(),
        ...(password !== undefined && { password: password.reveal() }),
      }
      return { ...access, keys }
    }
    const isLent = config.mode === 'paper' && config.market.kind !== 'live'
    return isLent ? { ...access, keys: simulatorKeys } : access
  }
}

export function openRunWallet(
  runtime: Runtime,
  venues: Venues,
): Pick<TransferDesk, 'wallet' | 'addresses'> {
  const { config, budget, transfers } = runtime
  if (isOverTheWire(runtime))
    return {
      wallet: openCcxtWalletGateway({
        venues: venues.ids,
        access: accessOf(runtime, venues),
        budget,
      }),
      addresses: () => readTransferAddresses(config.transferAddresses),
    }
  return {
    wallet: paperWallet(runtime),
    addresses: async () => paperAddresses(await transfers.open()),
  }
}
