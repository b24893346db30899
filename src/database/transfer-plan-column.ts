// How a transfer trade sends, as a column of its opportunity and of its trade.
import type { z } from 'zod'
import type { TransferPlan } from '../opportunity/transfer-plan.ts'
import { transferPlan } from './exact-json.ts'

export const planColumn = (plan: TransferPlan | undefined): string | null =>
  plan === undefined ? null : JSON.stringify(transferPlan.encode(plan))

/** @throws when another version of the desk wrote it. */
export const planIn = (column: string | object | null): { readonly transfer?: TransferPlan } =>
  column === null ? {} : { transfer: transferPlan.decode(column as z.input<typeof transferPlan>) }
