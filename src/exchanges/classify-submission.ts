// What became of one submit, from what the wire showed. Yes and no need a proof; everything else may exist.
import { createHash } from 'node:crypto'
import type { Submission } from '../trade/engine/order-gateway.ts'
import { parseExactJson, type Json } from './exact-json.ts'
import type { WireEnd } from './order-wire.ts'
import { codeIn, type OrderCard, type Verdict } from './orders/order-card.ts'
import { shortLine } from './rest-failure.ts'

const unknown = (reason: string): Submission => ({ outcome: 'unknown', reason })

/** Names a body in a log without repeating it: a stranger's page may be megabytes of anything. */
const hashOf = (body: string): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 12)

type Answer = Extract<WireEnd, { outcome: 'answer' }>

function accepted(card: OrderCard, sentId: string, answer: Answer, value: Json): Submission {
  const { orderId, clientOrderId } = card.accepted(value)
  if (answer.status >= 300)
    return unknown(`${card.venue}: HTTP ${answer.status} with the words of a success`)
  if (!card.orderIdShape.test(orderId))
    return unknown(`${card.venue}: a success without an order id (${hashOf(answer.body)})`)
  if (clientOrderId !== '' && clientOrderId !== sentId)
    return unknown(`${card.venue}: it answered about another order`)
  return { outcome: 'accepted', orderId }
}

type Refused = Extract<Verdict, { outcome: 'refused' }>

function refused(card: OrderCard, sentId: string, verdict: Refused): Submission {
  const { code, message, clientOrderId = '' } = verdict
  if (clientOrderId !== '' && clientOrderId !== sentId)
    return unknown(`${card.venue}: it answered about another order`)
  const said = shortLine(`${card.venue}: ${code} ${message}`)
  const duplicate = codeIn(card.duplicates, code, message)
  if (duplicate !== undefined) return { outcome: 'duplicate', reason: said }
  const refusal = codeIn(card.refusals, code, message)
  // Whatever the code: a venue that speaks of a duplicate may have the order already.
  if (refusal === undefined || /duplicat/i.test(message)) return unknown(said)
  return { outcome: 'rejected', code, reason: shortLine(`${refusal.means} (${said})`) }
}

/** `sentId` is our id as it was sent. Never throws, whatever came back. */
export function classifySubmission(card: OrderCard, sentId: string, end: WireEnd): Submission {
  if (end.outcome === 'silence') {
    const reason = `${card.venue}: ${end.reason}`
    return end.neverSent ? { outcome: 'void', reason } : unknown(reason)
  }
  const where = `${card.venue}: HTTP ${end.status}`
  // A gateway that gave up says nothing about what stands behind it, whatever it has as a body.
  if (end.status >= 500) return unknown(`${where} (${hashOf(end.body)})`)
  const json = parseExactJson(end.body)
  if (json === undefined) return unknown(`${where} without JSON (${hashOf(end.body)})`)
  const verdict = card.verdictOf(json)
  switch (verdict?.outcome) {
    case 'ok':
      return accepted(card, sentId, end, verdict.value)
    case 'refused':
      return refused(card, sentId, verdict)
    case undefined:
      return unknown(`${where} with JSON of no known shape (${hashOf(end.body)})`)
  }
}
