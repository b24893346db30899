import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { classifySubmission } from './classify-submission.ts'
import { orderCard } from './order-cards.ts'
import { openOrderWire, type Carry } from './order-wire.ts'
import type { Ask, OrderCard } from './orders/order-card.ts'

const card = orderCard('binance') as OrderCard
const ask: Ask = { method: 'POST', api: 'private', path: 'order', params: { symbol: 'BTCUSDT' } }

function wireOver(carry: Carry) {
  const carried: string[] = []
  const wire = openOrderWire({
    access: {
      venue: 'binance',
      market: { kind: 'live' },
      restUrl: 'http://127.0.0.1:9',
      keys: { apiKey: 'key', secret: 'secret' },
      requestTimeoutMs: 100,
    },
    card,
    async carry(url, request) {
      carried.push(url)
      return await carry(url, request)
    },
  })
  onTestFinished(() => wire.close())
  return { wire, carried }
}

const faultOf = (code: string, syscall?: string) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, ...(syscall && { syscall }) })
const afterFault = async (fault: unknown) => {
  const { wire, carried } = wireOver(() => Promise.reject(fault))
  const end = await wire.send(() => ask)
  expect(carried).toHaveLength(1)
  return end.outcome === 'silence' ? end.neverSent : end.outcome
}

test('a connection that was never made is proof, and nothing else is', async () => {
  const refused = faultOf('ECONNREFUSED', 'connect')
  const proof = [
    refused,
    faultOf('ENOTFOUND', 'getaddrinfo'),
    faultOf('EAI_AGAIN', 'getaddrinfo'),
    new AggregateError([refused, refused]),
  ]
  const none = [
    faultOf('ECONNRESET', 'read'),
    faultOf('EPIPE', 'write'),
    faultOf('ECONNREFUSED'),
    faultOf('ETIMEDOUT', 'connect'),
    faultOf('UND_ERR_SOCKET'),
    new AggregateError([refused, faultOf('ECONNRESET', 'read')]),
    new AggregateError([]),
    new Error('connect ECONNREFUSED'),
    'ECONNREFUSED',
    undefined,
  ]
  for (const fault of proof) expect(await afterFault(fault)).toBe(true)
  for (const fault of none) expect(await afterFault(fault)).toBe(false)
})

test('an answer that does not come in time is silence', async () => {
  const { wire } = wireOver(() => new Promise(() => undefined))
  expect(await wire.send(() => ask)).toEqual({
    outcome: 'silence',
    neverSent: false,
    reason: 'no complete answer within 100 ms',
  })
})

test('an answer is handed over as it was, whatever its status', async () => {
  const { wire } = wireOver(async () => ({
    status: 418,
    headers: { 'Retry-After': '3' },
    text: async () => ' {"code":-1003} ',
  }))
  const end = await wire.send(() => ask)
  expect(end).toMatchObject({ outcome: 'answer', status: 418, body: ' {"code":-1003} ' })
  expect(end.outcome === 'answer' && end.headers.get('retry-after')).toBe('3')
})

test('A15 what is late, cannot be built or is meant for another host does not leave', async () => {
  const { wire, carried } = wireOver(async () => undefined)
  const ends = [
    await wire.send(() => ask, new Date(Date.now() - 1)),
    await wire.send(() => {
      throw new Error('no such market')
    }),
    await wire.send(() => ({ ...ask, api: 'nowhere' })),
    await wire.send(() => ({ ...ask, api: 'fapiPrivate' })),
  ]
  expect(ends.map((end) => end.outcome === 'silence' && end.reason)).toEqual([
    'it waited past its notAfter',
    'it could not be signed: Error: no such market',
    expect.stringContaining('it could not be signed'),
    'it was signed for a host other than api.binance.com',
  ])
  expect(ends.every((end) => end.outcome === 'silence' && end.neverSent)).toBe(true)
  expect(carried).toEqual([])
})

/** Somebody between us and the venue, who answers every request in the venue's place. */
async function openPortal(answer: (response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, port: (server.address() as AddressInfo).port }
}

async function sendTo(restUrl: string) {
  const wire = openOrderWire({
    access: {
      venue: 'binance',
      market: { kind: 'live' },
      restUrl,
      keys: { apiKey: 'key', secret: 'secret' },
      requestTimeoutMs: 2_000,
    },
    card,
  })
  onTestFinished(() => wire.close())
  return classifySubmission(card, 'ours', await wire.send(() => ask))
}

test.each([301, 302, 303, 307, 308])(
  'F16 a signed order that is redirected with %i goes nowhere else, and is unknown',
  async (status) => {
    const elsewhere = await openPortal((response) => response.end('{"orderId":28}'))
    const portal = await openPortal((response) =>
      response
        .writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/login` })
        .end('<html>moved</html>'),
    )
    expect((await sendTo(`http://127.0.0.1:${portal.port}`)).outcome).toBe('unknown')
    expect(portal.asked).toEqual(['POST /api.binance.com/api/v3/order'])
    expect(elsewhere.asked).toEqual([])
  },
)

test('F16 a captive portal that answers with its own page, on whatever status, decides nothing', async () => {
  for (const status of [200, 401, 403, 404, 407, 502, 511]) {
    const page = '<html><body>Please log in to this network</body></html>'
    const portal = await openPortal((response) => response.writeHead(status).end(page))
    const said = await sendTo(`http://127.0.0.1:${portal.port}`)
    expect([status, said.outcome]).toEqual([status, 'unknown'])
    expect(portal.asked).toHaveLength(1)
  }
})

test('F16 a host that does not speak TLS where it must is told nothing, and the order is unknown', async () => {
  const plain = await openPortal((response) => response.end('{"orderId":28}'))
  expect((await sendTo(`https://127.0.0.1:${plain.port}`)).outcome).toBe('unknown')
  expect(plain.asked).toEqual([])
})
