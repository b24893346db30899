// The cheapest way to use a model. Flat fees and least amounts make it more than a flow: a way is open or
// shut. Branch and bound: with each fee spread over the most that could go its way, the cheapest flow
// costs no more than the cheapest plan; where that flow pays part of a fee, the way is tried open and
// shut. What it ends with is proved to be the cheapest, unless it had to stop.
import { cheapestFlow, type FlowArc } from './min-cost-flow.ts'
import { changesAt, priceAt, type Model, type Way } from './rebalance-model.ts'

export type Moves = {
  /** Worth that goes each way of the model, in their order. */
  readonly flows: Float64Array
  /** What the plan costs and what stays outside costs, as the model prices both. */
  readonly price: number
  readonly isProved: boolean
}

/** Less than that goes no way at all, in USDT. */
const flowMin = 1e-6
/** A plan must be better by this much to be called better, in USDT. */
const betterBy = 1e-6
/** Ways and nodes looked at over all branches: about half a second, for nobody else is served meanwhile. */
const workMax = 100_000
const branchesMin = 40
const roundsMax = 12

type Choice = 'open' | 'shut' | undefined

/** What every node holds once the flows have gone their ways. */
function heldAfter({ nodes, ways }: Model, flows: Float64Array): Float64Array {
  const held = Float64Array.from(nodes, (node) => node.held)
  ways.forEach(({ from, to }, i) => {
    held[from] = (held[from] as number) - (flows[i] as number)
    held[to] = (held[to] as number) + (flows[i] as number)
  })
  return held
}

const pricesOf = ({ nodes }: Model, held: Float64Array): number =>
  nodes.reduce((sum, node, i) => sum + priceAt(node, held[i] as number), 0)

/** What the flows really cost; more than anything where less goes some way than it takes. */
export function priceOf(model: Model, flows: Float64Array): number {
  let price = pricesOf(model, heldAfter(model, flows))
  for (const [i, { cost, fixed, min }] of model.ways.entries()) {
    const flow = flows[i] as number
    if (flow <= flowMin) continue
    if (flow < min - flowMin) return Number.POSITIVE_INFINITY
    price += flow * cost + fixed
  }
  return price
}

/** The cheapest flow where each way costs so much a unit, and the open ones carry their least amount. */
function flowsAt(model: Model, unitCosts: Float64Array, choices: readonly Choice[]): Float64Array {
  const { nodes, ways } = model
  const forced = Float64Array.from(ways, ({ min }, i) => (choices[i] === 'open' ? min : 0))
  const held = heldAfter(model, forced)
  const [source, sink] = [nodes.length, nodes.length + 1]
  const arcs = [
    ...ways.map(({ from, to, most }, i): FlowArc => ({
      from,
      to,
      capacity: choices[i] === 'shut' ? 0 : most - (forced[i] as number),
      cost: unitCosts[i] as number,
    })),
    ...nodes.flatMap((node, i) =>
      changesAt(node, held[i] as number).map(({ direction, most, cost }): FlowArc =>
        direction === 'less'
          ? { from: source, to: i, capacity: most, cost }
          : { from: i, to: sink, capacity: most, cost },
      ),
    ),
  ]
  const found = cheapestFlow(nodes.length + 2, arcs, source, sink)
  return Float64Array.from(ways, (_, i) => (forced[i] as number) + (found[i] as number))
}

const spreadCost = ({ cost, fixed, most }: Way): number => (most > 0 ? cost + fixed / most : cost)

/** The cheapest flow with the choices made so far, fees of the others spread; never above the truth. */
function relaxed(model: Model, choices: readonly Choice[]) {
  const unitCosts = Float64Array.from(model.ways, (way, i) =>
    choices[i] === undefined ? spreadCost(way) : way.cost,
  )
  const flows = flowsAt(model, unitCosts, choices)
  const spread = model.ways.reduce((sum, { fixed }, i) => {
    const flat = choices[i] === 'open' ? fixed : 0
    return sum + (flows[i] as number) * (unitCosts[i] as number) + flat
  }, 0)
  return { flows, bound: pricesOf(model, heldAfter(model, flows)) + spread }
}

/**
 * A good plan to begin with: fees are spread over what went each way the time before, so that ways that
 * carry little become dear and are given up. Doing nothing is always possible.
 */
function firstMoves(model: Model): Pick<Moves, 'flows' | 'price'> {
  const free: readonly Choice[] = model.ways.map(() => undefined)
  const unitCosts = Float64Array.from(model.ways, spreadCost)
  let best: Float64Array = new Float64Array(model.ways.length)
  let price = priceOf(model, best)
  for (let round = 0; round < roundsMax; round++) {
    const flows = flowsAt(model, unitCosts, free)
    const real = priceOf(model, flows)
    if (real < price - betterBy) {
      best = flows
      price = real
    }
    for (const [i, { cost, fixed }] of model.ways.entries())
      if ((flows[i] as number) > flowMin) unitCosts[i] = cost + fixed / (flows[i] as number)
  }
  return { flows: best, price }
}

/** The way about which the relaxed flow is least honest; undefined when it is honest about all. */
function undecided({ ways }: Model, choices: readonly Choice[], flows: Float64Array) {
  let worst: number | undefined
  let most = betterBy
  for (const [i, way] of ways.entries()) {
    const flow = flows[i] as number
    if (choices[i] !== undefined || flow <= flowMin) continue
    const short = flow < way.min - flowMin ? way.min - flow : 0
    const unpaid = way.fixed * (1 - flow / way.most) + short
    if (unpaid <= most) continue
    most = unpaid
    worst = i
  }
  return worst
}

export function cheapestMoves(model: Model): Moves {
  let { flows, price } = firstMoves(model)
  const open: Choice[][] = [model.ways.map(() => undefined)]
  const size = model.ways.length + model.nodes.length
  const branchesMax = Math.max(branchesMin, workMax / Math.max(1, size))
  for (let branches = 0; open.length > 0; branches++) {
    if (branches >= branchesMax) return { flows, price, isProved: false }
    const choices = open.pop() as Choice[]
    const found = relaxed(model, choices)
    if (found.bound >= price - betterBy) continue
    const real = priceOf(model, found.flows)
    if (real < price - betterBy) {
      flows = found.flows
      price = real
    }
    const way = undecided(model, choices, found.flows)
    if (way === undefined) continue
    open.push(choices.with(way, 'shut'), choices.with(way, 'open'))
  }
  return { flows, price, isProved: true }
}
