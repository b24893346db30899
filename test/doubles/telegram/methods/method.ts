// What every method of the Bot API looks like here.
import type { Answer } from '../answer.ts'
import type { Call } from '../request.ts'
import type { World } from '../state.ts'

export type Method = (world: World, call: Call) => Answer
