import {
  anything,
  assert,
  constantFrom,
  dictionary,
  oneof,
  property,
  record,
  string,
} from 'fast-check'
import { expect, test } from 'vitest'
import { readCommand } from './read-command.ts'
import { readUpdate, updateNumber } from './read-update.ts'

const bot = 5_000_000_001
const message = (changes: object = {}) => ({
  message_id: 3,
  chat: { id: -1001, type: 'supergroup' },
  from: { id: 7, is_bot: false, first_name: 'Ann', last_name: 'B\u202E' },
  date: 1,
  text: '/status',
  ...changes,
})
const read = (update: object) => readUpdate({ update_id: 9, ...update }, bot)

test('a message is who said what where', () => {
  expect(read({ message: message() })).toEqual({
    kind: 'said',
    from: {
      surface: 'telegram',
      update: '9 1',
      account: { id: '7', displayName: 'Ann B' },
      chat: '-1001',
      isPrivate: false,
    },
    message: '3',
    text: '/status',
    isText: true,
    isAnonymous: false,
    answers: undefined,
  })
})

test('a topic is a chat of its own; a thread of replies is none', () => {
  const inTopic = message({ message_thread_id: 5, is_topic_message: true })
  expect(read({ message: inTopic })).toMatchObject({ from: { chat: '-1001/5' } })
  expect(read({ message: message({ message_thread_id: 5 }) })).toMatchObject({
    from: { chat: '-1001' },
  })
  const press = { id: 'q', from: { id: 7, first_name: 'Ann' }, data: 'x', message: inTopic }
  expect(read({ callback_query: press })).toMatchObject({
    kind: 'pressed',
    from: { chat: '-1001/5' },
  })
})

test('a reply counts only when it answers the bot', () => {
  const to = (id: number) => message({ reply_to_message: { message_id: 2, from: { id } } })
  expect(read({ message: to(bot) })).toMatchObject({ answers: '2' })
  expect(read({ message: to(8) })).toMatchObject({ answers: undefined })
})

test('S7 who hides behind the group, or writes as a channel, is nobody', () => {
  const from = { id: 1_087_968_824, is_bot: true, first_name: 'Group' }
  expect(read({ message: message({ from, sender_chat: { id: -1001 } }) })).toMatchObject({
    kind: 'said',
    isAnonymous: true,
  })
  expect(read({ message: message({ from }) })).toEqual({ kind: 'other' })
})

test('edited messages, channel posts and everything unknown concern nobody', () => {
  expect(read({ edited_message: message() })).toEqual({ kind: 'other' })
  expect(read({ channel_post: message() })).toEqual({ kind: 'other' })
  expect(read({})).toEqual({ kind: 'other' })
})

test('a press from no message still has its spinner', () => {
  const from = { id: 7, first_name: 'Ann' }
  expect(read({ callback_query: { id: 'q', from, inline_message_id: 'x', data: 'x' } })).toEqual({
    kind: 'lost-press',
    query: 'q',
  })
})

test('E13 a group that moved, and a bot that was put out', () => {
  expect(read({ message: message({ text: undefined, migrate_to_chat_id: -1002 }) })).toEqual({
    kind: 'moved',
    chat: '-1001',
    to: '-1002',
  })
  const member = (type: string, status: string) => ({
    my_chat_member: {
      chat: { id: 7, type },
      from: { id: 7 },
      new_chat_member: { status },
    },
  })
  expect(read(member('private', 'kicked'))).toMatchObject({
    kind: 'put-out',
    detail: 'the person has blocked the bot',
  })
  expect(read(member('group', 'left'))).toMatchObject({ kind: 'put-out' })
  expect(read(member('group', 'member'))).toEqual({ kind: 'other' })
})

test('E18 no update, however odd, does more than nothing', () => {
  const junk = dictionary(
    constantFrom('update_id', 'message', 'callback_query', 'my_chat_member', 'from', 'chat', 'id'),
    oneof(
      anything(),
      record({ id: anything(), chat: anything(), from: anything(), text: string() }),
    ),
  )
  assert(
    property(junk, (update) => {
      const { kind } = readUpdate(update, bot)
      expect(['said', 'pressed', 'lost-press', 'moved', 'put-out', 'other']).toContain(kind)
      expect([undefined, 'number']).toContain(
        updateNumber(update) === undefined ? undefined : 'number',
      )
    }),
    { numRuns: 2000 },
  )
})

const typed = (text: string) => readCommand(text, 'arbdesk_bot')

test('a command is its name and its words, for this bot alone', () => {
  expect(typed('/approve@ArbDesk_Bot k3f9  now')).toEqual({
    name: 'approve',
    words: ['k3f9', 'now'],
  })
  expect(typed('/STATUS')).toEqual({ name: 'status', words: [] })
  expect(typed('/status@other_bot')).toBeUndefined()
  expect(typed('hello /status')).toBeUndefined()
  expect(typed('/ status')).toBeUndefined()
  expect(typed('/start invited')).toEqual({ name: 'start', words: [] })
})

test('E18 quotes and dashes that a telephone bends are what they were meant to be', () => {
  expect(typed('/deny k3f9 “too thin” —force')).toEqual({
    name: 'deny',
    words: ['k3f9', 'too thin', '--force'],
  })
  expect(typed(`/deny k3f9 it's "odd`)).toEqual({ name: 'deny', words: ['k3f9', `it's`, '"odd'] })
})

test('E18 S21 any text is read in no time', () => {
  const began = performance.now()
  for (const text of ['/a ' + '"'.repeat(4000), '/a ' + ' '.repeat(4000), '/' + 'a'.repeat(4000)])
    typed(text)
  expect(performance.now() - began).toBeLessThan(1000)
})
