// What a kind of chart hands over to be drawn. The legend comes first: how many rows it takes decides
// where the plot begins.
import type { LegendEntry } from './frame.ts'
import type { Plot } from './plot.ts'
import type { Shape } from './shapes.ts'

export type Drawing = {
  readonly plots: readonly Plot[]
  readonly shapes: readonly Shape[]
}

export type Sketch = {
  readonly legend: readonly LegendEntry[]
  readonly draw: (plotTopPx: number) => Drawing
}
