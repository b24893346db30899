// What every execution store must do, whatever keeps it: fences, the switch, reservations, and each fact
// written once.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Alert } from '../src/trade/engine/alert.ts'
import type { ControlMode } from '../src/trade/engine/control.ts'
import type { Execution, ExecutionState, Leg } from '../src/trade/engine/execution.ts'
import type { Commit, ExecutionStore } from '../src/trade/engine/execution-store.ts'
import { entriesOfLeg, filled, intentOf, sent, spendsOf } from './executions.ts'

export type Funds = { readonly free: bigint; readonly reserved: bigint }

export type ExecutionStoreBench = {
  /** Two processes on one truth. */
  readonly stores: readonly [ExecutionStore, ExecutionStore]
  /** Its execution is not created yet: it buys BTC for USDT on kucoin and sells it on binance. */
  readonly approved: () => Promise<Execution>
  readonly fund: (venue: string, asset: string, free: bigint) => Promise<void>
  readonly funds: (venue: string, asset: string) => Promise<Funds>
  /** As a person presses it; answers when it took effect, by the store's clock. */
  readonly press: (mode: Exclude<ControlMode, 'frozen'>) => Promise<Date>
  /** All leases and wake-ups come nearer by so much. */
  readonly pass: (ms: number) => Promise<void>
  /** Texts of all alerts that people were told. */
  readonly told: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

const leaseMs = 60_000
const plenty = 10n ** 24n
/** Where time has passed, when it is due has moved. */
const unmoved = (execution: Execution | undefined) => ({ ...execution, wakeAt: undefined })

export function executionStoreContract(
  name: string,
  open: () => Promise<ExecutionStoreBench>,
): void {
  describe(`executions kept by ${name}`, { timeout: 120_000 }, () => {
    facts(open)
  })
}

function facts(open: () => Promise<ExecutionStoreBench>): void {
  let bench: ExecutionStoreBench
  let store: ExecutionStore
  beforeAll(async () => {
    bench = await open()
    store = bench.stores[0]
  })
  afterAll(() => bench.close())
  beforeEach(async () => {
    await bench.press('running')
  })
  const either = (i: number) => bench.stores[i % 2] as ExecutionStore

  async function created(): Promise<Execution> {
    const execution = await bench.approved()
    expect(await store.create(execution)).toEqual({ outcome: 'created' })
    return execution
  }

  async function claimed(id: string, worker = 'worker', ms = leaseMs) {
    const claim = await store.claim(id, worker, ms)
    if (claim.outcome !== 'claimed') throw new Error(claim.outcome)
    return claim
  }

  const commitOf = (execution: Execution, epoch: number, more: Partial<Commit> = {}): Commit => ({
    execution,
    epoch,
    leaseMs,
    sends: false,
    reserves: false,
    entries: [],
    requests: [],
    alerts: [],
    ...more,
  })

  /** Commits, and answers the value as it stands then. */
  async function go(execution: Execution, epoch: number, more: Partial<Commit> = {}) {
    const committed = await store.commit(commitOf(execution, epoch, more))
    expect(committed).toMatchObject({ outcome: 'committed' })
    return { ...execution, version: execution.version + 1 }
  }

  const enter = (execution: Execution, state: ExecutionState): Execution => ({
    ...execution,
    state,
  })
  const withLegs = (execution: Execution, legs: readonly Leg[]): Execution => ({
    ...execution,
    legs,
  })
  const allSent = ({ legs }: Execution, at = new Date()): readonly Leg[] =>
    legs.map((leg) => (leg.state === 'intent' ? sent(leg, at) : leg))

  /** Its plan is written down and nothing has left. */
  async function planned(roles: readonly Leg['role'][] = ['primary']) {
    const execution = await created()
    const { epoch } = await claimed(execution.id)
    const judged = await go(enter(execution, 'preflight'), epoch)
    const legs = roles.map((role) => intentOf(execution, 0, role))
    return { execution: await go(withLegs(enter(judged, 'legs'), legs), epoch), epoch }
  }

  test('an opportunity has one execution, however often it is created', async () => {
    const execution = await bench.approved()
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => either(i).create(execution)))
    expect(all.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(all.filter(({ outcome }) => outcome === 'exists')).toHaveLength(19)
    expect(await store.create(execution)).toEqual({ outcome: 'exists', id: execution.id })
    expect((await store.find(execution.id))?.execution).toStrictEqual(execution)
  })

  test('F4 of thirty workers that claim an execution one gets it', async () => {
    const { id } = await created()
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, i) => either(i).claim(id, `worker ${i}`, leaseMs)),
    )
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1)
    expect(claims.filter(({ outcome }) => outcome === 'not-yours')).toHaveLength(29)
    expect(await store.claim('000000000000', 'worker', leaseMs)).toEqual({ outcome: 'absent' })
  })

  test('F3 a worker whose lease passed to another writes nothing and lets nothing leave', async () => {
    const { execution, epoch } = await planned()
    await bench.pass(leaseMs + 1)
    const next = await claimed(execution.id, 'another')
    expect(next.epoch).toBeGreaterThan(epoch)
    const late = withLegs(execution, allSent(execution))
    expect(await store.commit(commitOf(late, epoch, { sends: true }))).toEqual({ outcome: 'lost' })
    expect(unmoved((await store.find(execution.id))?.execution)).toStrictEqual(unmoved(execution))
    await go(late, next.epoch, { sends: true })
  })

  test('what was decided on an old version is not written, though the epoch is right', async () => {
    const execution = await created()
    const { epoch } = await claimed(execution.id)
    await go(enter(execution, 'preflight'), epoch)
    const late = { ...enter(execution, 'aborted'), reason: 'late' }
    expect(await store.commit(commitOf(late, epoch))).toEqual({ outcome: 'lost' })
    expect((await store.find(execution.id))?.execution.state).toBe('preflight')
  })

  test('a lease ends by the clock of the store, is renewed by a commit and given up early', async () => {
    const execution = await created()
    const { id } = execution
    const first = await claimed(id, 'worker', 1000)
    await bench.pass(900)
    const judged = await go(enter(execution, 'preflight'), first.epoch)
    await bench.pass(1200)
    expect(await store.claim(id, 'another', 1000)).toEqual({ outcome: 'not-yours' })
    // Not even its own worker may take a living lease: the same job may run there twice.
    expect(await store.claim(id, 'worker', 1000)).toEqual({ outcome: 'not-yours' })
    await bench.pass(leaseMs)
    const second = await claimed(id, 'another')
    await store.release(id, first.epoch)
    expect(await store.claim(id, 'third', 1000)).toEqual({ outcome: 'not-yours' })
    await store.release(id, second.epoch)
    expect(unmoved((await claimed(id, 'third')).execution)).toStrictEqual(unmoved(judged))
  })

  test('due is what is not over, not held, and waits no longer', async () => {
    const execution = await created()
    const { id } = execution
    const isDue = async () => (await store.listDue()).includes(id)
    expect(await isDue()).toBe(true)
    const { epoch } = await claimed(id)
    expect(await isDue()).toBe(false)
    const later = { ...enter(execution, 'preflight'), wakeAt: new Date(Date.now() + 3_600_000) }
    const waiting = await go(later, epoch)
    await store.release(id, epoch)
    expect(await isDue()).toBe(false)
    await bench.pass(3_700_000)
    expect(await isDue()).toBe(true)
    const again = await claimed(id)
    const over = { ...enter(waiting, 'aborted'), reason: 'gone', wakeAt: new Date(0) }
    await go({ ...over, version: again.execution.version }, again.epoch)
    await store.release(id, again.epoch)
    expect(await isDue()).toBe(false)
  })

  test('G2 after a kill or a pause no leg leaves that adds risk, and those that bring home do', async () => {
    for (const mode of ['killed', 'paused'] as const) {
      const adding = await planned()
      const unwinding = await planned(['unwind'])
      await bench.press(mode)
      const late = withLegs(adding.execution, allSent(adding.execution))
      expect(await store.commit(commitOf(late, adding.epoch, { sends: true }))).toEqual({
        outcome: 'forbidden',
        mode,
      })
      const stands = await store.find(adding.execution.id)
      expect(stands?.execution).toStrictEqual(adding.execution)
      const home = withLegs(unwinding.execution, allSent(unwinding.execution))
      await go(home, unwinding.epoch, { sends: true })
      await bench.press('running')
      await go(late, adding.epoch, { sends: true })
    }
  })

  test('G2 in a hundred races of a send and a kill nothing leaves after the kill', async () => {
    const races = []
    for (let i = 0; i < 100; i++) {
      await bench.press('running')
      const { execution, epoch } = await planned()
      const sending = commitOf(withLegs(execution, allSent(execution)), epoch, { sends: true })
      const [committed, killedAt] = await Promise.all([
        sleep(Math.random() * 4).then(() => either(i).commit(sending)),
        sleep(Math.random() * 4).then(() => bench.press('killed')),
      ])
      const after = await either(i + 1).find(execution.id)
      races.push({ committed, killedAt, state: after?.execution.legs[0]?.state })
    }
    for (const { committed, killedAt, state } of races) {
      if (committed.outcome === 'forbidden') expect(state).toBe('intent')
      else {
        if (committed.outcome !== 'committed') throw new Error(committed.outcome)
        expect(state).toBe('sending')
        expect(committed.at.getTime()).toBeLessThanOrEqual(killedAt.getTime())
      }
    }
    // Both sides won some of them, or this has raced nothing.
    const won = races.filter(({ committed }) => committed.outcome === 'committed').length
    expect(won).toBeGreaterThan(0)
    expect(won).toBeLessThan(100)
  })

  test('of fifty executions that want what ten can have, ten get it and the others hear what is short', async () => {
    const each = 10n ** 18n
    await bench.fund('okx', 'TEN', 10n * each)
    const all = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { execution, epoch } = await planned()
        return { execution, epoch }
      }),
    )
    const held = [{ venue: 'okx', asset: 'TEN', amount: each }]
    const committed = await Promise.all(
      all.map(({ execution, epoch }, i) =>
        either(i).commit(
          commitOf({ ...withLegs(execution, allSent(execution)), held, reserved: held }, epoch, {
            sends: true,
            reserves: true,
          }),
        ),
      ),
    )
    expect(committed.filter(({ outcome }) => outcome === 'committed')).toHaveLength(10)
    expect(committed.filter(({ outcome }) => outcome === 'short')).toEqual(
      Array.from({ length: 40 }, () => ({ outcome: 'short', venue: 'okx', asset: 'TEN' })),
    )
    expect(await bench.funds('okx', 'TEN')).toEqual({ free: 0n, reserved: 10n * each })
    const refused = committed.findIndex(({ outcome }) => outcome === 'short')
    const stands = await store.find(all[refused]?.execution.id ?? '')
    expect(stands?.execution.legs.map(({ state }) => state)).toEqual(['intent'])
  })

  test('of several balances that must be set aside none is when one is short', async () => {
    await bench.fund('okx', 'RICH', plenty)
    const { execution, epoch } = await planned()
    const held = ['RICH', 'POOR'].map((asset) => ({ venue: 'okx', asset, amount: 5n }))
    const sending = { ...withLegs(execution, allSent(execution)), held }
    expect(await store.commit(commitOf(sending, epoch, { sends: true, reserves: true }))).toEqual({
      outcome: 'short',
      venue: 'okx',
      asset: 'POOR',
    })
    expect(await bench.funds('okx', 'RICH')).toEqual({ free: plenty, reserved: 0n })
  })

  test('entries move their accounts once, and what is set aside follows without ever being refused', async () => {
    const { execution, epoch } = await planned()
    const [first] = spendsOf(execution)
    if (first === undefined) throw new Error('nothing is spent')
    await bench.fund('kucoin', 'USDT', plenty)
    const start = await bench.funds('kucoin', 'USDT')
    const btc = await bench.funds('kucoin', 'BTC')
    const out = withLegs({ ...execution, held: [first] }, allSent(execution))
    const sending = await go(out, epoch, { sends: true, reserves: true })
    expect(await bench.funds('kucoin', 'USDT')).toEqual({
      free: start.free - first.amount,
      reserved: start.reserved + first.amount,
    })
    const acked = await go(
      withLegs(
        sending,
        sending.legs.map((leg) => ({ ...leg, state: 'acked' as const, orderId: 'v1' })),
      ),
      epoch,
    )
    const legs = acked.legs.map((leg) => filled(leg, new Date()))
    const leg = legs[0] as Leg
    const entries = entriesOfLeg(acked, leg)
    const moved = (venue: string, asset: string) =>
      entries
        .filter(({ account }) => account.type === 'venue' && account.venue === venue)
        .filter((entry) => entry.asset === asset)
        .reduce((sum, { amount }) => sum + amount, 0n)
    const booked = await go(withLegs({ ...acked, held: [] }, legs), epoch, { entries })
    const expected = { free: start.free + moved('kucoin', 'USDT'), reserved: start.reserved }
    expect(await bench.funds('kucoin', 'USDT')).toEqual(expected)
    await go(booked, epoch, { entries })
    expect(await bench.funds('kucoin', 'USDT')).toEqual(expected)
    expect(await bench.funds('kucoin', 'BTC')).toEqual({
      free: btc.free + moved('kucoin', 'BTC'),
      reserved: btc.reserved,
    })
    expect((await store.find(booked.id))?.execution.legs).toStrictEqual(booked.legs)
  })

  test('a fill that spends more than was there is booked all the same', async () => {
    const { execution, epoch } = await planned()
    const sending = await go(withLegs(execution, allSent(execution)), epoch, { sends: true })
    const transaction = `okx GONE ${execution.id}`
    const amount = -7n
    await go(sending, epoch, {
      entries: [
        {
          key: `${transaction} in`,
          transaction,
          account: { type: 'venue', venue: 'okx' },
          asset: 'GONE',
          amount,
        },
        {
          key: `${transaction} out`,
          transaction,
          account: { type: 'execution', execution: execution.id },
          asset: 'GONE',
          amount: -amount,
        },
      ],
    })
    const { free, reserved } = await bench.funds('okx', 'GONE')
    expect([free < 0n, reserved]).toEqual([true, 0n])
  })

  test('entries that do not add up to nothing are refused, and all that came with them', async () => {
    const { execution, epoch } = await planned()
    const entry = {
      key: `odd ${execution.id}`,
      transaction: `odd ${execution.id}`,
      account: { type: 'venue', venue: 'okx' },
      asset: 'ODD',
      amount: 5n,
    } as const
    const change = { ...enter(execution, 'settling'), reason: 'odd' }
    await expect(
      store.commit(commitOf(change, epoch, { entries: [entry] })),
    ).rejects.toBeInstanceOf(Error)
    expect((await store.find(execution.id))?.execution).toStrictEqual(execution)
    expect(await bench.funds('okx', 'ODD')).toEqual({ free: 0n, reserved: 0n })
  })

  test('a change of state that is in no table is refused, of executions and of legs', async () => {
    const { execution, epoch } = await planned()
    await expect(store.commit(commitOf(enter(execution, 'done'), epoch))).rejects.toBeInstanceOf(
      Error,
    )
    const jumped = execution.legs.map((leg) => ({ ...leg, state: 'filled' as const }))
    await expect(store.commit(commitOf(withLegs(execution, jumped), epoch))).rejects.toBeInstanceOf(
      Error,
    )
    expect((await store.find(execution.id))?.execution).toStrictEqual(execution)
  })

  test('no leg leaves in a commit that does not look at the switch, and none leaves twice', async () => {
    const { execution, epoch } = await planned()
    const out = withLegs(execution, allSent(execution))
    await expect(store.commit(commitOf(out, epoch))).rejects.toBeInstanceOf(Error)
    const sending = await go(out, epoch, { sends: true })
    const back = sending.legs.map((leg) => ({ ...leg, state: 'intent' as const }))
    await expect(
      store.commit(commitOf(withLegs(sending, back), epoch, { sends: true })),
    ).rejects.toBeInstanceOf(Error)
    expect((await store.find(execution.id))?.execution).toStrictEqual(sending)
  })

  test('A15 a commit that comes too late for its order lets nothing leave', async () => {
    const { execution, epoch } = await planned()
    const legs = allSent(execution).map((leg) => ({ ...leg, notAfter: new Date(0) }))
    expect(await store.commit(commitOf(withLegs(execution, legs), epoch, { sends: true }))).toEqual(
      { outcome: 'late' },
    )
    expect((await store.find(execution.id))?.execution).toStrictEqual(execution)
  })

  test('an alert is told once, however often it is written', async () => {
    const { execution, epoch } = await planned()
    const text = `somebody must look at ${execution.id}`
    const alert: Alert = {
      key: `${execution.id} escalated x`,
      severity: 'P0',
      kind: 'escalated',
      execution: execution.id,
      text,
    }
    const once = await go(execution, epoch, { alerts: [alert] })
    await go(once, epoch, { alerts: [alert] })
    expect((await bench.told()).filter((told) => told === text)).toHaveLength(1)
  })

  test('orders of other executions are told apart by venue', async () => {
    const mine = await planned()
    const other = await planned()
    const known = async ({ execution, epoch }: typeof mine, orderId: string) => {
      const out = await go(withLegs(execution, allSent(execution)), epoch, { sends: true })
      const legs = out.legs.map((leg) => ({ ...leg, state: 'acked' as const, orderId }))
      await go(withLegs(out, legs), epoch)
    }
    await known(mine, `m-${mine.execution.id}`)
    await known(other, `o-${other.execution.id}`)
    const ids = [`m-${mine.execution.id}`, `o-${other.execution.id}`, 'nobody']
    const others = (venue: string) => store.ordersOfOthers(mine.execution.id, venue, ids)
    expect(await others('kucoin')).toEqual([`o-${other.execution.id}`])
    expect(await others('binance')).toEqual([])
  })
}
