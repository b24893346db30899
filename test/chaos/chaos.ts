// Takes everything away from the real desk while it trades: npm run -s chaos -- --executions 100
import { readChaosOptions, usage, type ChaosOptions } from './chaos-options.ts'
import { runChaos, type ChaosResult } from './run-chaos.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const tell = (line: string) => process.stderr.write(`${line}\n`)
const shownMax = 20
const interruptedCode = 130

const closing: (() => Promise<unknown>)[] = []
let closed: Promise<void> | undefined

async function closeEverything(): Promise<void> {
  for (let end = closing.pop(); end !== undefined; end = closing.pop())
    await end().catch((error: unknown) => tell(`could not be closed: ${String(error)}`))
}
const close = () => (closed ??= closeEverything())

function interrupted(): void {
  tell('everything is put away')
  void close().finally(() => process.exit(interruptedCode))
}

const countOf = ({ counts }: ChaosResult, part: string): number =>
  [...counts].reduce((sum, [what, count]) => (what.startsWith(part) ? sum + count : sum), 0)
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** In one line what was held against what the venues say, when nothing differs. */
const agreement = ({ compared }: ChaosResult): string =>
  `ledger, fills, balances and the venues' own books agree to the last digit: ` +
  `${compared.executions} executions, ${compared.traded} of them with fills, ${compared.orders} orders, ` +
  `${compared.prints} prints, ${compared.entries} ledger lines, ` +
  `${compared.balances} balances at ${compared.venues} venues`

function report(result: ChaosResult, { executions, seed }: ChaosOptions): boolean {
  const { breaches, doubleSubmits, orphans, unreportedExposure } = result
  tell(`went wrong: ${listed(result.counts)}`)
  tell(`${result.kills} killed workers were in the middle of ${result.orphaned} executions`)
  tell(`ended: ${listed(result.states)}`)
  if (result.reasons.size > 0) tell(`aborted: ${listed(result.reasons)}`)
  const found = [...breaches, ...doubleSubmits, ...orphans, ...unreportedExposure]
  for (const fault of found.slice(0, shownMax)) tell(fault)
  for (const line of result.evidence) tell(line)
  tell(
    found.length === 0
      ? agreement(result)
      : `${found.length} findings; try it again: npm run -s chaos -- --executions ${executions} --seed ${seed} --json`,
  )
  say(
    JSON.stringify({
      executions: result.executions,
      kills: result.kills,
      pg_restarts: countOf(result, 'PostgreSQL'),
      redis_restarts: countOf(result, 'Redis'),
      breaches: breaches.length,
      double_submits: doubleSubmits.length,
      orphans: orphans.length,
      unreported_exposure: unreportedExposure.length,
    }),
  )
  return found.length === 0
}

async function main(): Promise<number> {
  const read = readChaosOptions(process.argv.slice(2), Math.floor(Math.random() * 2 ** 31))
  switch (read.outcome) {
    case 'help':
      say(usage)
      return 0
    case 'bad-usage':
      tell(read.fault)
      return 2
    case 'ok':
      break
  }
  const { options } = read
  process.on('SIGINT', interrupted)
  process.on('SIGTERM', interrupted)
  tell(`${options.executions} executions, seed ${options.seed}`)
  let isWhole = false
  try {
    const result = await runChaos(options, { tell, closing })
    await close()
    isWhole = report(result, options)
  } catch (error) {
    tell(`the run broke off: ${error instanceof Error ? error.message : String(error)}`)
    tell(
      `try it again: npm run -s chaos -- --executions ${options.executions} --seed ${options.seed}`,
    )
  } finally {
    await close()
  }
  return isWhole ? 0 : 1
}

process.exit(await main())
