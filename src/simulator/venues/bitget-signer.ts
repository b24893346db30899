// Whom Bitget believes: a request and a login are signed alike.
import type { Account } from '../accounts/account.ts'
import { signature, type VenueAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { fails } from './bitget-answers.ts'

export function bitgetSigner(
  desk: SpotDesk,
  nowMs: number,
  sent: { apiKey: string; passphrase: string; timeMs: number; text: string; sign: string },
): Account | VenueAnswer {
  const account = desk.account(sent.apiKey)
  if (account === undefined || account.permissions.length === 0)
    return fails('40006', 'Invalid ACCESS_KEY')
  if (sent.passphrase !== account.key.password)
    return fails('40012', 'apikey/password is incorrect')
  if (!(Math.abs(nowMs - sent.timeMs) <= desk.habits.recvWindowMs))
    return fails('40008', 'Request timestamp expired')
  if (sent.sign !== signature(account.key.secret, sent.text, 'base64'))
    return fails('40009', 'sign signature error')
  return account
}
