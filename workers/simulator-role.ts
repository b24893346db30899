// The role 'simulator': owns the venue servers of a simulated or replayed market.
import { join } from 'node:path'
import { openReplayMarket } from '../src/simulator/replay/replay-market.ts'
import type { MarketSource } from '../src/simulator/market-source.ts'
import { openSimulatedMarket } from '../src/simulator/simulated-market.ts'
import { startVenueServers } from '../src/simulator/venue-servers.ts'
import type { Role, RoleRun } from './role-run.ts'

const truthFile = 'simulator-truth.jsonl'

async function openSource(
  { config, log }: RoleRun,
  onEvent: (text: string) => void,
): Promise<MarketSource> {
  const { market, seed, home } = config
  if (market.kind === 'replay') return openReplayMarket({ folder: market.folder, onEvent })
  return openSimulatedMarket({
    seed,
    truthFile: join(home, truthFile),
    onTruthLost: (error) => log.warn(`${truthFile} cannot be written any more`, { error }),
  })
}

export const simulatorRole: Role = async (run, signal) => {
  const { config, log, ready } = run
  let isPlaying = false
  // A recording that begins again makes every price jump: that is said also where infos are not shown.
  const source = await openSource(run, (text) => (isPlaying ? log.warn(text) : log.info(text)))
  const { host, port } = config.venueServers
  const servers = await startVenueServers({
    source,
    host,
    ...(port !== undefined && { port }),
    recorded: config.market.kind === 'replay',
  })
  log.info('venue servers listen', { url: servers.url })
  ready({ url: servers.url })
  isPlaying = true
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await servers.close()
}
