// The answer to a press, which ends the spinner on the button: once, and not too late.
import { badRequest, success } from '../answer.ts'
import { flagOf, textOf } from '../parameters.ts'
import type { Method } from './method.ts'

const popupLengthMax = 200

export const answerCallbackQuery: Method = (world, { parameters }) => {
  const id = textOf(parameters, 'callback_query_id')
  const press = world.presses.get(id)
  const isOpen =
    press !== undefined &&
    press.answeredAtMs === undefined &&
    world.now() - press.pressedAtMs <= world.queryLifetimeMs
  if (!isOpen)
    return badRequest('query is too old and response timeout expired or query ID is invalid')
  const text = textOf(parameters, 'text')
  if (text.length > popupLengthMax) return badRequest('MESSAGE_TOO_LONG')
  const url = textOf(parameters, 'url')
  // Only games and links back to the bot itself may open here.
  if (url !== '' && !/^(?:https?:\/\/)?t\.me\//.test(url)) return badRequest('URL_INVALID')
  press.answeredAtMs = world.now()
  press.popup = { text, isAlert: flagOf(parameters, 'show_alert'), ...(url !== '' && { url }) }
  return success(true)
}
