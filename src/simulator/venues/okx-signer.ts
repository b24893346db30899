// Whom OKX believes: a request and a login are signed alike.
import type { Account } from '../accounts/account.ts'
import { signature, type VenueAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { fails } from './okx-answers.ts'

export function okxSigner(
  desk: SpotDesk,
  nowMs: number,
  sent: { apiKey: string; passphrase: string; timeMs: number; text: string; sign: string },
): Account | VenueAnswer {
  const account = desk.account(sent.apiKey)
  if (account === undefined || account.permissions.length === 0)
    return fails('50111', 'Invalid OK-ACCESS-KEY', 401)
  if (sent.passphrase !== account.key.password)
    return fails('50105', 'OK-ACCESS-PASSPHRASE incorrect', 401)
  if (!(Math.abs(nowMs - sent.timeMs) <= desk.habits.recvWindowMs))
    return fails('50102', 'Timestamp request expired', 401)
  if (sent.sign !== signature(account.key.secret, sent.text, 'base64'))
    return fails('50113', 'Invalid Sign', 401)
  return account
}
