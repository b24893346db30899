// The role 'simulator': owns the venue servers of a simulated or replayed market.
import { join } from 'node:path'
import { openSimulatedMarket } from '../src/simulator/simulated-market.ts'
import { startVenueServers } from '../src/simulator/venue-servers.ts'
import type { Role } from './role-run.ts'

const truthFile = 'simulator-truth.jsonl'

export const simulatorRole: Role = async ({ config, log, ready }, signal) => {
  const source = openSimulatedMarket({
    seed: config.seed,
    truthFile: join(config.home, truthFile),
  })
  // After a crash the servers come back where everybody looks for them.
  const before = config.run?.venuesUrl
  const port = config.venueServers.port ?? (before === undefined ? 0 : Number(new URL(before).port))
  const servers = await startVenueServers({ source, host: config.venueServers.host, port })
  log.info('venue servers listen', { url: servers.url })
  ready({ url: servers.url })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await servers.close()
}
