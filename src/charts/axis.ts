// One axis: its ends, where its ticks stand and what is written at them.
import type { TimeWindow } from '../notification/chart.ts'
import { tickText, ticksOf, type Scale } from './scale.ts'
import { timeTicks, timeTickText } from './time-ticks.ts'

export type Axis = {
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
  readonly textOf: (tick: number) => string
}

export const valueAxis = (scale: Scale): Axis => ({
  min: scale.min,
  max: scale.max,
  ticks: ticksOf(scale),
  textOf: (tick) => tickText(tick, scale),
})

export function timeAxis(window: TimeWindow): Axis {
  const ticks = timeTicks(window)
  const textOf = (ms: number): string => timeTickText(ms, ticks)
  return { min: window.fromMs, max: window.toMs, ticks, textOf }
}

/** An axis of rows or hours, whose names are written elsewhere or by `textOf`. */
export const countAxis = (
  max: number,
  ticks: readonly number[] = [],
  textOf: Axis['textOf'] = String,
): Axis => ({ min: 0, max, ticks, textOf })

/** How far along the axis a value stands, 0 to 1. */
export const shareOf = ({ min, max }: Axis, value: number): number => (value - min) / (max - min)
