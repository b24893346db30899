// One look for all pictures: a dark card that stands by itself on Discord's dark and Telegram's light
// ground. A phone shows it at about half its width, so the smallest letter is 17 px.
export const widthPx = 800
export const heightPx = 520
/** Drawn twice as dense, so that a phone may zoom in. */
export const pixelDensity = 2

export const marginPx = 24
/** Time axes have this many pixel columns at most; lines are thinned to them. */
export const columnCount = 700

export const sizes = { title: 27, titleMin: 21, text: 19, small: 17, badge: 20 }

export const colours = {
  ground: '#10161f',
  plot: '#161e2a',
  grid: '#2a3544',
  zero: '#8593a6',
  text: '#f2f5f9',
  label: '#c5cfdb',
  outage: '#3a4556',
  offered: '#f0e442',
  threshold: '#e69f00',
  gain: '#56b4e9',
  loss: '#e8702a',
} as const

/** Okabe and Ito's colours, told apart by every kind of eye, brightened where the ground is too near. */
export const palette = [
  '#56b4e9',
  '#e69f00',
  '#1fbf92',
  '#e58fc0',
  '#f0e442',
  '#e8702a',
  '#d5dbe3',
  '#9aa5ff',
] as const

/** Viridis without its darkest end: even steps for every eye, brighter means more. */
export const heatStops = ['#3b528b', '#2c728e', '#21918c', '#35b779', '#8fd744', '#fde725'] as const

/** Red for real money, yellow for everything that is not: nobody may take one for the other. */
export const badgeColours = {
  live: { ground: '#d5431a', text: '#ffffff' },
  paper: { ground: '#f0c419', text: '#161200' },
} as const
