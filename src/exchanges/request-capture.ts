// The self-check of order requests: captures what the installed ccxt really sends for our three order calls,
// without a network, and compares it with the card. A venue whose check fails may not trade.
import { openOrderWire, type Carried } from './order-wire.ts'
import type { Ask, ExpectedRequest, OrderCard } from './orders/order-card.ts'

/** Nothing listens there: were the capture ever bypassed, the request would go nowhere. */
const nowhere = 'http://127.0.0.1:9'

const clientOrderId = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n'
/** The smallest amount and the most digits of a price that we can hold: no double carries either. */
const amount = '0.000000000000000001'
const limit = '43210.123456789012345678'

/** Of every request, and no business of ours. */
const commonHeaders = ['user-agent', 'accept-encoding', 'accept']

export type CapturedRequest = ExpectedRequest

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

function captureOf(url: string, { method, headers, body }: Carried): CapturedRequest {
  const { host, pathname, searchParams } = new URL(url.replace(`${nowhere}/`, 'https://'))
  const text = body ?? ''
  const fields = text.startsWith('{')
    ? Object.entries(JSON.parse(text) as object).map(([name, value]) => [name, asText(value)])
    : [...new URLSearchParams(text)]
  return {
    to: `${method} ${host}${pathname}`,
    fields: Object.fromEntries([...searchParams, ...fields]) as Record<string, string>,
    headers: Object.fromEntries(
      Object.entries(headers)
        .map(([name, value]) => [name.toLowerCase(), value] as const)
        .filter(([name]) => !commonHeaders.includes(name)),
    ),
  }
}

type Call = keyof OrderCard['expected']
const calls: readonly Call[] = ['submit', 'lookup', 'cancel']

function askOf(card: OrderCard, call: Call, signedAtMs: number): Ask | undefined {
  const id = card.idPrefix + clientOrderId
  const ref = { clientOrderId: id, marketId: card.sampleMarketId }
  switch (call) {
    case 'submit':
      return card.submit({ ...ref, side: 'buy', amount, limit }, signedAtMs)
    case 'lookup':
      return card.lookups(ref)[0]
    case 'cancel':
      return card.cancel(ref)
  }
}

/** A wire of this card that leads nowhere, and what would have left by it: one call after the other. */
function openCapture(card: OrderCard) {
  const captured: CapturedRequest[] = []
  const wire = openOrderWire({
    access: {
      venue: card.venue,
      market: { kind: 'live' },
      restUrl: nowhere,
      keys: { apiKey: 'key', secret: 'secret', password: 'password' },
    },
    card,
    async carry(url, request) {
      captured.push(captureOf(url, request))
      return { status: 200, statusText: 'OK', headers: {}, text: async () => '{}' }
    },
  })
  return {
    async capture(call: Call): Promise<readonly CapturedRequest[]> {
      const before = captured.length
      await wire.send((signedAtMs) => {
        const ask = askOf(card, call, signedAtMs)
        if (ask === undefined) throw new Error(`the card of ${card.venue} has no ${call}`)
        return ask
      })
      return captured.slice(before)
    },
    close: () => wire.close(),
  }
}

/** What leaves for one call; several or none are told as such. */
export async function captureRequests(
  card: OrderCard,
  call: Call,
): Promise<readonly CapturedRequest[]> {
  const wire = openCapture(card)
  try {
    return await wire.capture(call)
  } finally {
    await wire.close()
  }
}

/** One sentence for each field that is not where the card says. */
export function movedFields(
  where: string,
  expected: ExpectedRequest,
  captured: CapturedRequest,
): readonly string[] {
  const moved = (
    what: string,
    wanted: Readonly<Record<string, string>>,
    got: Readonly<Record<string, string>>,
  ) => [
    ...Object.entries(wanted).flatMap(([name, value]) => {
      const seen = Object.hasOwn(got, name) ? got[name] : undefined
      if (seen === undefined || seen === '') return [`${where}: the ${what} ${name} is gone.`]
      if (value === '*' || seen === value) return []
      return [`${where}: the ${what} ${name} is ${seen} instead of ${value}.`]
    }),
    ...Object.keys(got)
      .filter((name) => !Object.hasOwn(wanted, name))
      .map((name) => `${where}: the ${what} ${name} is new.`),
  ]
  return [
    ...(captured.to === expected.to
      ? []
      : [`${where}: it goes to ${captured.to} instead of ${expected.to}.`]),
    ...moved('field', expected.fields, captured.fields),
    ...moved('header', expected.headers, captured.headers),
  ]
}

/** Empty when every request is as reviewed; else one sentence for each thing that moved. */
export async function checkOrderCard(card: OrderCard): Promise<readonly string[]> {
  const wire = openCapture(card)
  const faults: string[] = []
  try {
    for (const call of calls) {
      const where = `${card.venue} ${call}`
      const captured = await wire.capture(call)
      const [only] = captured
      if (only === undefined || captured.length > 1)
        faults.push(`${where}: ${captured.length} requests leave instead of one.`)
      else faults.push(...movedFields(where, card.expected[call], only))
    }
  } finally {
    await wire.close()
  }
  return faults
}
