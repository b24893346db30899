// Tries to break the engine, seed by seed: npm run -s simulate -- --seeds 500
import { canaries, runCanary } from './canaries.ts'
import type { FaultKind } from './faults.ts'
import { runSeed, traceHash } from './run-seed.ts'
import { readSimulateOptions, usage, type SimulateOptions } from './simulate-options.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const tell = (line: string) => process.stderr.write(`${line}\n`)
const progressMs = 5_000
/** Within so many seeds each planted mistake must be found. */
const canarySeedsMax = 500
const breachesShown = 5

type Sum = {
  seeds: number
  executions: number
  breaches: number
  unresolved: number
  readonly fired: Map<FaultKind, number>
  readonly states: Map<string, number>
}

const total = (counts: ReadonlyMap<unknown, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

async function addSeed(seed: number, sum: Sum): Promise<void> {
  const result = await runSeed(seed)
  sum.seeds++
  sum.executions += result.executions
  sum.unresolved += result.unresolved
  sum.breaches += result.breaches.length
  for (const [kind, count] of result.fired) sum.fired.set(kind, (sum.fired.get(kind) ?? 0) + count)
  for (const [state, count] of result.states)
    sum.states.set(state, (sum.states.get(state) ?? 0) + count)
  if (result.breaches.length === 0) return
  for (const { invariant, detail } of result.breaches.slice(0, breachesShown))
    tell(`seed ${seed} breaks ${invariant}: ${detail}`)
  tell(`see it again: npm run -s simulate -- --seed ${seed} --trace`)
}

async function runSeeds({
  seeds,
  from,
  json,
}: Extract<SimulateOptions, { run: 'seeds' }>): Promise<boolean> {
  const startMs = performance.now()
  const sum: Sum = {
    seeds: 0,
    executions: 0,
    breaches: 0,
    unresolved: 0,
    fired: new Map(),
    states: new Map(),
  }
  let toldMs = startMs
  for (let seed = from; seed < from + seeds; seed++) {
    await addSeed(seed, sum)
    if (performance.now() - toldMs < progressMs) continue
    toldMs = performance.now()
    tell(`${sum.seeds} of ${seeds} seeds, ${sum.executions} executions, ${sum.breaches} breaches`)
  }
  const seconds = (performance.now() - startMs) / 1000
  if (!json) {
    say(`ended as: ${listed(sum.states)}`)
    say(`faults: ${listed(sum.fired)}`)
  }
  say(
    JSON.stringify({
      seeds,
      executions: sum.executions,
      faults_injected: total(sum.fired),
      fault_kinds: sum.fired.size,
      breaches: sum.breaches,
      unresolved: sum.unresolved,
      seeds_per_second: Number((seeds / seconds).toFixed(1)),
    }),
  )
  return sum.breaches === 0
}

async function runTrace(seed: number): Promise<boolean> {
  const { trace, breaches } = await runSeed(seed, { isTracing: true })
  for (const line of trace) say(line)
  for (const { invariant, detail } of breaches) say(`breach ${invariant}: ${detail}`)
  say(`trace ${traceHash(trace)}`)
  return breaches.length === 0
}

async function runCanaries(): Promise<boolean> {
  let isWatchful = true
  for (const canary of canaries) {
    const { name, survived, caughtBy } = await runCanary(canary, canarySeedsMax)
    if (survived === undefined) {
      isWatchful = false
      say(`${name}: not caught within ${canarySeedsMax} seeds`)
    } else say(`${name}: survived ${survived} seeds, then ${caughtBy ?? ''}`)
  }
  return isWatchful
}

async function main(): Promise<number> {
  const read = readSimulateOptions(process.argv.slice(2))
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
  switch (options.run) {
    case 'seeds':
      return (await runSeeds(options)) ? 0 : 1
    case 'trace':
      return (await runTrace(options.seed)) ? 0 : 1
    case 'canary':
      return (await runCanaries()) ? 0 : 1
  }
}

process.exitCode = await main()
