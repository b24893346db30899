// The role 'transfer': the only one that can withdraw. It sends what a person asked for and confirmed, where
// the list of this machine says, and follows it until it has arrived.
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime } from '../src/runtime.ts'
import { driveTransfers, type TransferDesk } from '../src/trade/transfer/drive-transfer.ts'
import { every } from './every.ts'
import { transferLimits } from './paper-transfers.ts'
import type { Role } from './role-run.ts'
import { openRunWallet } from './run-wallet.ts'

const lookEveryMs = 2000
/** Real venues count what their histories are asked for. */
const lookEveryMsLive = 15_000
const sendMsMax = 60_000

export const transferRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'transfer')
  const venues = await openRunVenues(runtime)
  const { transfers, settings, log, config } = runtime
  const { wallet, addresses } = openRunWallet(runtime, venues)
  const desk: TransferDesk = {
    store: transfers,
    wallet,
    addresses,
    limits: async () => transferLimits(await settings.refresh()),
    now: () => new Date(),
    warn: (line) => log.warn(line),
    sendMsMax,
  }
  const periodMs = config.market.kind === 'live' ? lookEveryMsLive : lookEveryMs
  let driving = Promise.resolve()
  const drive = () => (driving = driveTransfers(desk))
  const stop = every(periodMs, drive, (error) => log.warn('transfers wait', { error }))
  run.ready()
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  stop()
  // Whatever was sent should be heard of; what is not is looked up by the next process.
  await driving.catch(() => undefined)
  await wallet.close()
  await venues.close()
  await runtime.close()
}
