// A machine whose clock is a minute ahead, for real: the clock of the process is turned, not ours.
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createScriptedSource, scriptedMarket } from '../../test/scripted-source.ts'
import { startVenueServers } from '../simulator/venue-servers.ts'

const isThere = spawnSync('faketime', ['--version']).error === undefined
const skipped = isThere ? '' : ', where faketime is installed, which it is not here'

/** What a desk with that clock hears from Binance: how far off it is, and what becomes of an order. */
const program = (url: string) => `
  import { createMemoryRequestBudget } from ${JSON.stringify(`${import.meta.dirname}/../market/memory-request-budget.ts`)}
  import { createOrderLane, openCcxtOrderGateway } from ${JSON.stringify(`${import.meta.dirname}/ccxt-order-gateway.ts`)}
  import { baseAmount, price } from ${JSON.stringify(`${import.meta.dirname}/../money.ts`)}
  import { testMarket } from ${JSON.stringify(`${import.meta.dirname}/../../test/market.ts`)}
  const keys = { apiKey: 'simulator', secret: 'simulator', password: 'simulator' }
  const gateway = openCcxtOrderGateway({
    venues: ['binance'],
    access: () => ({ venue: 'binance', market: { kind: 'servers', url: ${JSON.stringify(url)} }, keys }),
    lane: createOrderLane(),
    budget: createMemoryRequestBudget(() => undefined),
  })
  await gateway.prepare('binance')
  const clock = await gateway.clockOffset('binance')
  const submission = await gateway.submit({
    clientOrderId: 'clockoff1',
    market: testMarket('BTC/USDT', { venue: 'binance' }),
    side: 'buy',
    amount: baseAmount('0.1'),
    limit: price('100'),
    notAfter: new Date(Date.now() + 20_000),
  })
  console.log(JSON.stringify({ clock, submission }))
  process.exit(0)`

test.skipIf(!isThere)(
  `A14 with a clock that is a minute ahead an order is a definite no, and the offset is known${skipped}`,
  async () => {
    const source = createScriptedSource({ binance: [scriptedMarket('BTC/USDT')] })
    const servers = await startVenueServers({ source })
    onTestFinished(() => servers.close())
    const { stdout } = await promisify(execFile)(
      'faketime',
      ['-f', '+60s', process.execPath, '--input-type=module', '-e', program(servers.url)],
      {
        env: {
          PATH: process.env['PATH'],
          DONT_FAKE_MONOTONIC: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
    )
    const heard: unknown = JSON.parse(stdout)
    expect(heard).toMatchObject({
      clock: { outcome: 'ok', value: { offsetMs: expect.closeTo(-60_000, -4) } },
      submission: { outcome: 'rejected', code: '-1021' },
    })
  },
)
