// Charts are drawn one after the other in a process of their own, which is started when the first is
// asked for and ends when none has been asked for in a while.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Chart, DrawChart } from '../notification/chart.ts'
import type { DrawAnswer } from './draw-process.ts'
import { thinChart, type ThinChart } from './thin-chart.ts'

/** Asking again later may help: nothing is broken for good. */
export class ChartNotDrawnError extends Error {
  constructor(why: string) {
    super(`The chart was not drawn: ${why}`)
    this.name = 'ChartNotDrawnError'
  }
}

type Limits = {
  /** What Node runs; it answers each thin chart it is sent with one DrawAnswer. */
  readonly file: string
  /** Charts asked for and not yet drawn. */
  readonly waitingMax: number
  readonly drawMsMax: number
  readonly idleMsMax: number
}

/** It holds up nobody's end, knows nothing of the environment, and goes when its channel closes. */
function startProcess(file: string): ChildProcess {
  const drawing = fork(file, [], {
    serialization: 'advanced',
    env: { NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  drawing.unref()
  drawing.channel?.unref()
  return drawing
}

/** One question at a time, so that the next message is its answer. Never rejects. */
function ask(drawing: ChildProcess, chart: ThinChart, drawMsMax: number): Promise<DrawAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: DrawAnswer): void => {
      clearTimeout(timer)
      drawing.off('message', settle)
      drawing.off('exit', onExit)
      resolve(answer)
    }
    const fail = (detail: string): void => settle({ outcome: 'failed', detail })
    const onExit = (code: number | null, signal: string | null): void =>
      fail(`the drawing process ended with ${signal ?? `exit code ${code}`}`)
    // This timer alone keeps the asking process up until there is an answer.
    const timer = setTimeout(() => {
      fail(`it took longer than ${drawMsMax / 1000} s`)
      drawing.kill('SIGKILL')
      // It is not asked again while it is dying.
      if (drawing.connected) drawing.disconnect()
    }, drawMsMax)
    drawing.once('message', settle)
    drawing.once('exit', onExit)
    drawing.send(chart, (error) => {
      if (error !== null) fail(error.message)
    })
  })
}

export function createChartRenderer({ file, waitingMax, drawMsMax, idleMsMax }: Limits): DrawChart {
  let current: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  function ready(): ChildProcess {
    if (current?.connected === true) return current
    const started = startProcess(file)
    const forget = (): void => {
      if (current === started) current = undefined
    }
    for (const end of ['exit', 'error', 'disconnect']) started.on(end, forget)
    return (current = started)
  }

  async function drawInTurn(chart: ThinChart): Promise<Uint8Array> {
    clearTimeout(idle)
    const drawing = ready()
    const answer = await ask(drawing, chart, drawMsMax)
    idle = setTimeout(() => drawing.connected && drawing.disconnect(), idleMsMax).unref()
    switch (answer.outcome) {
      case 'drawn':
        return answer.png
      case 'failed':
        throw new ChartNotDrawnError(answer.detail)
    }
  }

  return async (chart: Chart) => {
    if (waiting >= waitingMax) throw new ChartNotDrawnError(`${waitingMax} others are waiting`)
    waiting++
    try {
      const thin = thinChart(chart)
      const mine = turn.then(() => drawInTurn(thin))
      turn = mine.catch(() => {})
      return await mine
    } finally {
      waiting--
    }
  }
}

/**
 * A chart as PNG, 1600 × 1040 px. Whatever the numbers are, there is a picture; it says so when there is
 * nothing to show. The caller's thread only thins the lines. Throws ChartNotDrawnError when 32 charts
 * wait already, or when the drawing process died or hung; the next chart then gets a new one.
 */
export const renderChart: DrawChart = createChartRenderer({
  file: join(import.meta.dirname, 'draw-process.ts'),
  waitingMax: 32,
  // Far beyond what a chart takes on a machine that is busy with other things.
  drawMsMax: 60_000,
  idleMsMax: 60_000,
})
