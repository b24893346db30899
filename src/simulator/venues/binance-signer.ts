// Whom Binance believes: a request and a subscription are signed alike.
import type { Account } from '../accounts/account.ts'
import { signature, type VenueAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { fails } from './binance-answers.ts'

export function binanceSigner(
  desk: SpotDesk,
  nowMs: number,
  sent: { apiKey: string; text: string; signature: string; timestamp: number; windowMs: number },
): Account | VenueAnswer {
  const account = desk.account(sent.apiKey)
  if (account === undefined || account.permissions.length === 0)
    return fails(-2015, 'Invalid API-key, IP, or permissions for action.', 401)
  if (signature(account.key.secret, sent.text, 'hex') !== sent.signature)
    return fails(-1022, 'Signature for this request is not valid.')
  const ageMs = nowMs - sent.timestamp
  if (!(ageMs > -1000 && ageMs <= sent.windowMs))
    return fails(-1021, 'Timestamp for this request is outside of the recvWindow.')
  return account
}
