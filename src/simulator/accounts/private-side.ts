// A venue's private protocol over its desk: who may ask, which routes there are, and what each answers.
import { createHmac } from 'node:crypto'
import { NotDecimalError, parseDecimal, type BaseAmount, type Price } from '../../money.ts'
import type { RestCall, VenueContext } from '../venue-dialect.ts'
import { jsonObject } from '../wire-text.ts'
import type { Account, Permission } from './account.ts'
import type { CallKind } from './desk-faults.ts'
import type { SpotDesk } from './spot-desk.ts'
import type { Transfers } from './transfers.ts'

export type VenueAnswer = { readonly status: number; readonly value: unknown }

export type PrivateRequest = {
  readonly call: RestCall
  readonly account: Account
  readonly desk: SpotDesk
  readonly transfers: Transfers
  readonly context: VenueContext
}

export type PrivateRoute = {
  readonly kind: CallKind
  readonly needs: Permission
  /** The client's own ids of what it wants done, for whoever counts how often each was sent. */
  readonly clientIds?: (call: RestCall) => readonly string[]
  answer(request: PrivateRequest): VenueAnswer
}

export type PrivateDialect = {
  route(call: RestCall): PrivateRoute | undefined
  /** The account that signed this call, or what the venue says to somebody it does not believe. */
  authorise(call: RestCall, desk: SpotDesk, nowMs: number): Account | VenueAnswer
  /** Said to a key that may not do this. */
  readonly denied: VenueAnswer
}

export const isAnswer = (value: Account | VenueAnswer): value is VenueAnswer => 'status' in value

export const signature = (secret: string, text: string, as: 'hex' | 'base64'): string =>
  createHmac('sha256', secret).update(text).digest(as)

/** The fields of a JSON body; empty for anything else. */
export const fieldsOf = ({ body }: RestCall): Readonly<Record<string, unknown>> =>
  jsonObject(body) ?? {}

/** A decimal that a client sent; undefined where it is none. */
export function sentDecimal(text: string): bigint | undefined {
  try {
    return parseDecimal(text)
  } catch (error) {
    if (error instanceof NotDecimalError) return undefined
    throw error
  }
}

export const sentPrice = (text: string) => sentDecimal(text) as Price | undefined
export const sentAmount = (text: string) => sentDecimal(text) as BaseAmount | undefined
