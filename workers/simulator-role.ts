// The role 'simulator': owns the venue servers of a simulated or replayed market.
import { join } from 'node:path'
import type { Config } from '../src/config.ts'
import { marketText } from '../src/config/market-choice.ts'
import { ReplayFolderError } from '../src/simulator/replay/recording-files.ts'
import { openReplayMarket } from '../src/simulator/replay/replay-market.ts'
import type { MarketSource } from '../src/simulator/market-source.ts'
import { openSimulatedMarket } from '../src/simulator/simulated-market.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'
import type { Role, RoleRun } from './role-run.ts'
import { StartFailure } from './start-failure.ts'

const truthFile = 'simulator-truth.jsonl'

async function openSource(
  { config, log }: RoleRun,
  onEvent: (text: string) => void,
): Promise<MarketSource> {
  const { market, seed, home, run, simulatorLoad } = config
  if (market.kind === 'replay')
    return openReplayMarket({ folder: market.folder, onEvent }).catch((error: unknown) => {
      if (!(error instanceof ReplayFolderError)) throw error
      throw new StartFailure(`${error.message}; see ARBDESK_MARKET`, { cause: error })
    })
  return openSimulatedMarket({
    seed,
    truthFile: join(home, truthFile),
    followsAnother: run?.venuesUrl !== undefined,
    onTruthLost: (error) => log.warn(`${truthFile} cannot be written any more`, { error }),
    ...simulatorLoad,
  })
}

/** Of those who died in this run: whoever was connected knows no other way back. */
function lastPort({ config }: RoleRun): number | undefined {
  const url = config.run?.venuesUrl
  return url === undefined ? undefined : Number(new URL(url).port)
}

async function startServers(run: RoleRun, source: MarketSource): Promise<VenueServers> {
  const { host, port = lastPort(run) } = run.config.venueServers
  const recorded = run.config.market.kind === 'replay'
  try {
    return await startVenueServers({ source, host, ...(port !== undefined && { port }), recorded })
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    throw new StartFailure(
      `its venue servers cannot listen on ${host}, port ${port ?? 'any'} (${code}); see ARBDESK_SIMULATOR_HOST and ARBDESK_SIMULATOR_PORT`,
      { cause: error },
    )
  }
}

/** Which venues a recording has, only its folder says. */
function checkVenues({ venues = [], market }: Config, source: MarketSource): void {
  const has = source.venues.map(({ venue }) => venue)
  const missing = venues.filter((venue) => !has.includes(venue))
  if (missing.length === 0) return
  throw new StartFailure(
    `ARBDESK_VENUES names ${missing.join(', ')}, but ${marketText(market)} has ${has.join(', ')}`,
  )
}

export const simulatorRole: Role = async (run, signal) => {
  const { config, log, ready } = run
  let isPlaying = false
  // A recording that begins again makes every price jump: that is said also where infos are not shown.
  const source = await openSource(run, (text) => (isPlaying ? log.warn(text) : log.info(text)))
  checkVenues(config, source)
  const servers = await startServers(run, source)
  log.info('venue servers listen', { url: servers.url })
  ready({ url: servers.url })
  isPlaying = true
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await servers.close()
}
