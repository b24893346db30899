import { describe, expect, test } from 'vitest'
import { requestFaults, resultFaults } from './check.ts'
import type { Call } from './request.ts'
import { loadSpecification, specificationSkipReason, type Specification } from './specification.ts'

const because =
  specificationSkipReason === undefined ? '' : ` (skipped: ${specificationSkipReason})`

const call = (method: string, parameters: object, more: Partial<Call> = {}): Call => ({
  method,
  encoding: 'json',
  parameters: { ...parameters },
  uploads: new Map(),
  ...more,
})
const upload = { name: 'a.png', bytes: Buffer.from('x') }

describe.skipIf(because !== '')(`the Bot API's description${because}`, () => {
  const specification = loadSpecification() as Specification
  const faults = (...of: Parameters<typeof call>) => requestFaults(specification, call(...of))

  test('a good request has no faults', () => {
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'x' }]] }
    expect(faults('sendMessage', { chat_id: 1, text: 'x', reply_markup })).toEqual([])
    const reply_parameters = JSON.stringify({ message_id: 1 })
    expect(faults('sendMessage', { chat_id: '@a', text: 'x', reply_parameters })).toEqual([])
    expect(faults('setMyCommands', { commands: [], scope: { type: 'chat', chat_id: 5 } })).toEqual(
      [],
    )
    expect(faults('getUpdates', { timeout: 50, offset: 0, allowed_updates: [] })).toEqual([])
  })

  test.each([
    ['a missing parameter', { chat_id: 1 }, 'sendMessage.text is missing'],
    ['a wrong type', { chat_id: 1, text: 5 }, 'sendMessage.text is 5, not String'],
    [
      'an unknown parameter',
      { chat_id: 1, text: 'x', reply_to_message_id: 4 },
      'sendMessage.reply_to_message_id is no parameter',
    ],
    [
      'a fault deep inside',
      {
        chat_id: 1,
        text: 'x',
        reply_markup: { inline_keyboard: [[{ text: 'Go', callbackData: 'x' }]] },
      },
      'sendMessage.reply_markup.inline_keyboard[0][0].callbackData is no field of InlineKeyboardButton',
    ],
  ])('%s is told', (_name, parameters, fault) => {
    expect(faults('sendMessage', parameters)).toEqual([fault])
  })

  test('unknown methods and kinds are told', () => {
    expect(faults('sendMoney', {})).toEqual(['there is no method sendMoney'])
    const media = { type: 'video', media: 'x' }
    expect(faults('sendMediaGroup', { chat_id: 1, media: [{ ...media, colour: 1 }] })).toEqual([
      'sendMediaGroup.media[0].colour is no field of InputMediaVideo',
    ])
  })

  test('forms know only text, and their files are matched', () => {
    const form = { encoding: 'multipart', uploads: new Map([['photo', upload]]) } as const
    const reply_markup = '{"inline_keyboard":[]}'
    const good = { method: 'sendPhoto', chat_id: '5', disable_notification: 'true', reply_markup }
    expect(faults('sendPhoto', good, form)).toEqual([])
    expect(faults('sendPhoto', { ...good, message_thread_id: 'x' }, form)).toEqual([
      'sendPhoto.message_thread_id is "x", not Integer',
    ])
    const media = JSON.stringify([{ type: 'photo', media: 'attach://lost' }])
    const album = { chat_id: '5', media }
    expect(faults('sendMediaGroup', album, { encoding: 'multipart' })).toEqual([
      'attach://lost was not sent',
    ])
  })

  test('answers are held to it too', () => {
    const message = { message_id: 1, date: 1, chat: { id: 1, type: 'private' }, text: 'x' }
    expect(resultFaults(specification, 'sendMessage', message)).toEqual([])
    expect(resultFaults(specification, 'editMessageText', true)).toEqual([])
    expect(resultFaults(specification, 'sendMessage', { ...message, date: '1' })).toEqual([
      'sendMessage.date is "1", not Integer',
    ])
    expect(resultFaults(specification, 'getUpdates', [{ update_id: 1, massage: message }])).toEqual(
      ['getUpdates[0].massage is no field of Update'],
    )
    const member = { status: 'left', user: { id: 1, is_bot: false, first_name: 'A' } }
    expect(resultFaults(specification, 'getChatMember', member)).toEqual([])
    expect(
      resultFaults(specification, 'getChatMember', { ...member, status: 'gone' }),
    ).toHaveLength(1)
  })
})
