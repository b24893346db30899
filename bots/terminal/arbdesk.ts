// npm run -s arbdesk -- <command> [--option value …] [--json]
import { allCommands } from '../../src/commands/all-commands.ts'
import { ConfigError, readEnvironment } from '../../src/config.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import { joinDesk } from './join-desk.ts'
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
      openDesk: (progress) =>
        joinDesk({
          environment: readEnvironment(process.cwd()),
          progress,
          signal: stopping.signal,
        }),
    },
    stopping.signal,
  )
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
