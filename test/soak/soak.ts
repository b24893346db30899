// The real desk on a busy market for as long as it is asked to: npm run -s soak -- --minutes 5
import { setTimeout as sleep } from 'node:timers/promises'
import { createLoopPulse } from '../../workers/loop-pulse.ts'
import { breachesOf, figuresOf, progressLine, type Counts, type Sample } from './figures.ts'
import { openSoakDesk, type Closing, type SoakDesk } from './soak-desk.ts'
import { readSoakOptions, usage, type SoakOptions } from './soak-options.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const tell = (line: string) => process.stderr.write(`${line}\n`)
const interruptedCode = 130
const lookEveryMs = 10_000
const warmUpMs = 60_000
/** Early enough that what the collection itself costs is over when the measuring begins. */
const holdMs = 30_000
const upMsMax = 180_000

const closing: Closing = []
let closed: Promise<void> | undefined

async function closeEverything(): Promise<void> {
  for (let end = closing.pop(); end !== undefined; end = closing.pop())
    await end().catch((error: unknown) => tell(`could not be closed: ${String(error)}`))
}
const close = () => (closed ??= closeEverything())

const stopping = new AbortController()

function interrupted(): void {
  if (stopping.signal.aborted) return
  stopping.abort()
  tell('soak: everything is put away')
  void close().finally(() => process.exit(interruptedCode))
}

const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`

const since = (now: Counts, before: Counts): Counts => ({
  opportunities: now.opportunities - before.opportunities,
  trades_settled: now.trades_settled - before.trades_settled,
  exposures: now.exposures - before.exposures,
  leases_lost: now.leases_lost - before.leases_lost,
})

/** Until the trading loop counts messages; then the warm-up begins. */
async function awaitUp(desk: SoakDesk): Promise<void> {
  const untilMs = performance.now() + upMsMax
  for (;;) {
    if (desk.ended()) throw new Error('the desk has ended')
    const sample = await desk.sample()
    if (Number(sample?.loop['messages'] ?? 0) > 0) return
    if (performance.now() > untilMs) throw new Error('the desk did not come up')
    await sleep(1000)
  }
}

/** Looks every ten seconds; what was seen after the warm-up, and what was counted since. */
async function watch(desk: SoakDesk, { minutes }: SoakOptions) {
  const samples: Sample[] = []
  const noise = createLoopPulse()
  closing.push(async () => noise.close())
  const startMs = performance.now()
  const endMs = warmUpMs + minutes * 60_000
  let before = desk.counts.now()
  let heldBefore: ReadonlyMap<string, number> = new Map()
  let last: Sample | undefined
  for (let dueMs = 0; dueMs <= endMs; dueMs += lookEveryMs) {
    await sleep(Math.max(0, startMs + dueMs - performance.now()))
    if (desk.ended()) throw new Error('the desk has ended')
    const isWarm = dueMs >= warmUpMs
    if (dueMs === holdMs) heldBefore = await desk.held()
    const looked = await desk.sample()
    if (dueMs === warmUpMs) before = desk.counts.now()
    if (looked === undefined) {
      tell(`${clock(dueMs)} the desk does not answer`)
      continue
    }
    const sample: Sample = { ...looked, noise: String(noise.facts()['lag']) }
    if (isWarm) samples.push(sample)
    const counts = since(desk.counts.now(), before)
    if (last !== undefined)
      tell(
        `${clock(dueMs)} of ${clock(endMs)}${isWarm ? '' : ' warm-up'}: ${progressLine(last, sample, counts)}`,
      )
    last = sample
  }
  const counts = since(desk.counts.now(), before)
  return { samples, counts, held: { before: heldBefore, after: await desk.held() } }
}

async function soak(options: SoakOptions): Promise<boolean> {
  const desk = await openSoakDesk(options, closing, stopping.signal)
  try {
    await awaitUp(desk)
    const { samples, counts, held } = await watch(desk, options)
    const figures = figuresOf(samples, held, counts, await desk.chats())
    const breaches = breachesOf(figures, options)
    for (const line of desk.complaints()) tell(`the desk said: ${line}`)
    await close()
    say(JSON.stringify({ wanted: options, ...figures, breaches }))
    return breaches.length === 0
  } catch (error) {
    if (!stopping.signal.aborted)
      for (const line of desk.complaints()) tell(`the desk said: ${line}`)
    throw error
  }
}

async function main(): Promise<number> {
  const read = readSoakOptions(process.argv.slice(2))
  switch (read.outcome) {
    case 'help':
      say(usage)
      return 0
    case 'bad-usage':
      tell(`soak: ${read.fault}`)
      return 2
    case 'ok':
      break
  }
  process.on('SIGINT', interrupted)
  process.on('SIGTERM', interrupted)
  process.on('SIGHUP', interrupted)
  try {
    return (await soak(read.options)) ? 0 : 1
  } catch (error) {
    if (stopping.signal.aborted) return interruptedCode
    tell(`the run broke off: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  } finally {
    await close()
  }
}

process.exit(await main())
