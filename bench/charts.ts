// What a chart costs: node bench/charts.ts
// Milliseconds move with the machine and its load, so all contenders take turns and the ratios count: each
// part of a chart against the whole of it, and how long the asking process was held up while it waited.
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { chartSvg } from '../src/charts/chart-svg.ts'
import { drawChart } from '../src/charts/draw-chart.ts'
import { createChartRenderer, renderChart } from '../src/charts/render-chart.ts'
import { sampleChart, sampleKinds } from '../src/charts/sample-charts.ts'
import { thinChart } from '../src/charts/thin-chart.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number

const rounds = 9

async function msOf(work: () => unknown): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}

/** The median of each contender; the first rounds warm the compiler up. */
async function measure<Name extends string>(
  contenders: Readonly<Record<Name, () => unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]
  const times = new Map(names.map((name): [Name, number[]] => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      const ms = await msOf(contenders[name])
      if (round >= 2) times.get(name)?.push(ms)
    }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)])) as Record<
    Name,
    number
  >
}

say('a chart of 1,440 points   thin   svg   svg and png   asked for   kB   (whole chart here = 1)')
for (const kind of sampleKinds) {
  const chart = sampleChart(kind)
  const thin = thinChart(chart)
  const ms = await measure({
    thin: () => thinChart(chart),
    svg: () => chartSvg(thin),
    drawn: () => drawChart(thin),
    asked: () => renderChart(chart),
  })
  const share = (part: number): string => (part / (ms.thin + ms.drawn)).toFixed(2).padStart(6)
  const kilobytes = ((await drawChart(thin)).length / 1000).toFixed(0)
  say(
    `${kind.padEnd(22)} ${share(ms.thin)} ${share(ms.svg)} ${share(ms.drawn)} ${share(ms.asked)}  ${kilobytes.padStart(4)}   1 = ${(ms.thin + ms.drawn).toFixed(0)} ms`,
  )
}

/** The longest time the event loop did not turn, ms. */
async function heldUpMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let round = 0; round < rounds; round++) await work()
  delay.disable()
  return delay.max / 1e6
}

say('')
say('longest hold-up of the asking process over 9 charts, against drawing within it')
for (const kind of ['gap-history', 'price-history'] as const) {
  const chart = sampleChart(kind)
  const within = await heldUpMs(() => drawChart(thinChart(chart)))
  const beside = await heldUpMs(() => renderChart(chart))
  const still = await heldUpMs(() => new Promise((resolve) => setTimeout(resolve, 50)))
  say(
    `${kind.padEnd(22)} ${(beside / within).toFixed(2)}   (nothing at all: ${(still / within).toFixed(2)}; 1 = ${within.toFixed(0)} ms)`,
  )
}

say('')
say('thinning, against 1,440 points')
const small = sampleChart('gap-history', 1440)
const large = sampleChart('gap-history', 1_000_000)
const thinning = await measure({ small: () => thinChart(small), large: () => thinChart(large) })
say(
  `1,000,000 points: ${(thinning.large / thinning.small).toFixed(0)} ×, ${thinning.large.toFixed(0)} ms`,
)

const cold = await measure({
  warm: () => renderChart(small),
  cold: () =>
    createChartRenderer({
      file: join(import.meta.dirname, '../src/charts/draw-process.ts'),
      waitingMax: 1,
      drawMsMax: 60_000,
      idleMsMax: 1,
    })(small),
})
say(
  `the first chart, which starts the process: ${(cold.cold / cold.warm).toFixed(1)} × one after it, ${cold.cold.toFixed(0)} ms`,
)
