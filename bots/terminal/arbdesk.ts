// npm run -s arbdesk -- <command> [--option value …] [--json]
import { renderChart } from '../../src/charts/render-chart.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { ConfigError, readConfig, readEnvironment } from '../../src/config.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import { joinDesk } from './join-desk.ts'
import { createKeepFiles } from './keep-files.ts'
import { localActor } from './local-actor.ts'
import { runOneShot } from './one-shot.ts'

const widthOfFiles = 100
const { stdout, stderr } = process

// Whoever reads may stop early, such as `head`: what was to be said is said.
stdout.on('error', () => process.exit(0))
stderr.on('error', () => {})

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => stopping.abort())

try {
  process.exitCode = await runOneShot(
    process.argv.slice(2),
    {
      commands: allCommands,
      actor: localActor(),
      output: stdout,
      errors: stderr,
      look: { width: stdout.columns ?? widthOfFiles, color: stdout.isTTY && stdout.hasColors() },
      now: () => new Date(),
      readTickerDump,
      // A command that needs no desk needs no right environment either, and draws nothing.
      keepFiles: async (card, now) => {
        if (card.chart === undefined && card.file === undefined) return []
        const { home } = readConfig(readEnvironment(process.cwd()))
        return createKeepFiles({ home, drawChart: renderChart })(card, now)
      },
      openDesk: (progress) =>
        joinDesk({
          environment: readEnvironment(process.cwd()),
          progress,
          signal: stopping.signal,
          gone() {
            stderr.write(
              'the desk stopped while it was asked; whether this was done is not known\n',
            )
            process.exit(1)
          },
        }),
    },
    stopping.signal,
  )
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
