// A process of its own that draws: SVG and PNG take tens of milliseconds that no trading loop should
// wait for, and a fault inside resvg's native code ends the process it runs in.
import { drawChart } from './draw-chart.ts'
import type { ThinChart } from './thin-chart.ts'

export type DrawAnswer =
  | { readonly outcome: 'drawn'; readonly png: Uint8Array }
  | { readonly outcome: 'failed'; readonly detail: string }

const answerOf = async (chart: ThinChart): Promise<DrawAnswer> => {
  try {
    return { outcome: 'drawn', png: await drawChart(chart) }
  } catch (error) {
    return { outcome: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', (chart: ThinChart) => {
  void answerOf(chart).then((answer) => process.send?.(answer))
})
// Ctrl-C reaches the whole group; whoever started this one decides when it ends.
process.on('SIGINT', () => {})
