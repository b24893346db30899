// Five mistakes that others have made, planted on purpose: a simulation that does not find them proves
// nothing about the desk without them.
import type { OrderGateway, Submission, VenueFill } from '../../src/trade/engine/order-gateway.ts'
import { runSeed } from './run-seed.ts'
import type { Variant } from './variant.ts'

const resends: Variant = {
  name: 'resend on timeout',
  gateway: (gateway) => ({
    ...gateway,
    async submit(order) {
      const submission = await gateway.submit(order)
      return submission.outcome === 'unknown' ? gateway.submit(order) : submission
    },
  }),
}

/** The orders of one execution that are on their way: one failure ends the wait for all of them. */
function failingTogether(gateway: OrderGateway): OrderGateway {
  const failed = new Set<string>()
  return {
    ...gateway,
    async submit(order): Promise<Submission> {
      const execution = order.clientOrderId.slice(0, -5)
      const submission = await gateway.submit(order)
      if (submission.outcome !== 'accepted') failed.add(execution)
      return failed.has(execution) && submission.outcome === 'accepted'
        ? { outcome: 'rejected', code: 'all', reason: 'the other leg failed' }
        : submission
    },
  }
}

const drops: Variant = { name: 'Promise.all drops a leg', gateway: failingTogether }

const forgets: Variant = { name: 'approval used twice', forgetsApprovals: true }

/** As doubles have it: right to sixteen digits. */
const throughDouble = ({ fee, ...fill }: VenueFill): VenueFill => ({
  ...fill,
  fee: { ...fee, amount: BigInt(Math.round((Number(fee.amount) / 1e18) * 1e18)) },
})

const floats: Variant = {
  name: 'float fee',
  gateway: (gateway) => ({
    ...gateway,
    async fills(market, since) {
      const read = await gateway.fills(market, since)
      return read.outcome === 'ok' ? { ...read, value: read.value.map(throughDouble) } : read
    },
  }),
}

/** What was read a moment before the transaction may not hold in it. */
const readBeforeMs = 250

const peeks: Variant = {
  name: 'kill read outside the lock',
  async commit(commit, { time, mode, apply }) {
    const read = mode()
    if (commit.sends) await time.wait(readBeforeMs)
    return apply(commit, read)
  },
}

export const canaries: readonly Variant[] = [resends, drops, forgets, floats, peeks]

export type CanaryResult = {
  readonly name: string
  /** Seeds it got through unseen; undefined when it was never caught. */
  readonly survived: number | undefined
  readonly caughtBy: string | undefined
}

export async function runCanary(
  variant: Variant,
  seedsMax: number,
  from = 1,
): Promise<CanaryResult> {
  for (let n = 0; n < seedsMax; n++) {
    const { breaches } = await runSeed(from + n, { variant })
    const [first] = breaches
    if (first !== undefined)
      return {
        name: variant.name,
        survived: n,
        caughtBy: `${first.invariant}: ${first.detail}`,
      }
  }
  return { name: variant.name, survived: undefined, caughtBy: undefined }
}
