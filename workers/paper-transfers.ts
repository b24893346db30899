// The transfers of paper trades: this process sends them itself, for they move nothing outside this machine
// and need no key. Whatever takes a key is the role 'transfer' alone.
import { openPaperWalletGateway, paperAddresses } from '../src/exchanges/paper-wallet-gateway.ts'
import type { Runtime } from '../src/runtime.ts'
import {
  driveTransfer,
  type TransferDesk,
  type TransferLimits,
} from '../src/trade/transfer/drive-transfer.ts'
import type { Settings } from '../src/settings/settings.ts'
import type { Transfer } from '../src/trade/transfer/transfer.ts'
import type { WalletGateway } from '../src/trade/transfer/wallet-gateway.ts'

const listMax = 1000
const sendMsMax = 60_000

/** A fixed time where the settings name one, else as long as its network should take. */
export const paperWallet = ({
  transfers,
  markets,
  settings,
}: Pick<Runtime, 'transfers' | 'markets' | 'settings'>): WalletGateway =>
  openPaperWalletGateway({
    transfers: () => transfers.list({ limit: listMax }),
    assets: () => markets.assets(),
    delayMs: ({ etaMs }) => settings.current()['paper.transfer_ms'] || etaMs,
    now: () => new Date(),
  })

export const transferLimits = (settings: Settings): TransferLimits => ({
  isEnabled: settings['transfer.enabled'],
  usdtMax: settings['transfer.usdt_max'],
  dayUsdtMax: settings['transfer.day_usdt_max'],
})

/** Its trade goes on as soon as there is news of it. */
async function driveOne(
  { executeTrade }: Runtime,
  desk: TransferDesk,
  { order, state }: Transfer,
): Promise<void> {
  if (order.trade === undefined) return
  await driveTransfer(desk, order.id)
  const now = await desk.store.find(order.id)
  if (now?.state !== state) await executeTrade(order.trade)
}

/** Brings every transfer of a trade as far as it gets now. */
export function createPaperTransfers(runtime: Runtime): () => Promise<void> {
  const { transfers, settings, log } = runtime
  const desk: TransferDesk = {
    store: transfers,
    wallet: paperWallet(runtime),
    addresses: async () => paperAddresses(await transfers.open()),
    limits: async () => transferLimits(await settings.refresh()),
    now: () => new Date(),
    warn: (line) => log.warn(line),
    sendMsMax,
  }
  return async () => {
    await transfers.expire()
    for (const transfer of await transfers.open())
      await driveOne(runtime, desk, transfer).catch((error: unknown) =>
        log.warn(`transfer ${transfer.order.id} waits`, { error }),
      )
  }
}
