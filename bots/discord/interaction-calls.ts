// The requests that answer an interaction: the first within three seconds, the others by its token while
// that lives. Both are tried again while somebody waits.
import { setTimeout as sleep } from 'node:timers/promises'
import { Routes, type InteractionResponseType, type RawFile } from 'discord.js'
import { z } from 'zod'
import { messageIdIn } from './delivery-of.ts'
import type { Called, DiscordRest } from './discord-rest.ts'
import type { Ticket } from './read-interaction.ts'

export type CallsWiring = {
  readonly rest: Pick<DiscordRest, 'call'>
  /** Monotonic ms. */
  readonly nowMs: () => number
  readonly signal: AbortSignal
}

export type FirstAnswer =
  | { readonly outcome: 'given'; readonly message: string | undefined }
  /** It was answered before, by a try whose answer was lost, or by another process. */
  | { readonly outcome: 'given-before' }
  /** Nobody waits any more, or Discord did not hear it in time. */
  | { readonly outcome: 'late'; readonly detail: string }
  /** Discord does not take this answer: a fault of ours. */
  | { readonly outcome: 'rejected'; readonly detail: string }

export type LaterAnswer =
  | { readonly outcome: 'given'; readonly message: string }
  /** The token edits nothing any more. */
  | { readonly outcome: 'dead' }
  | { readonly outcome: 'failed'; readonly detail: string }

type Body = { readonly body: object; readonly files?: readonly RawFile[] }

export type InteractionCalls = {
  first(type: InteractionResponseType, data?: Body, wantsMessage?: boolean): Promise<FirstAnswer>
  editOriginal(message: Body): Promise<LaterAnswer>
  followUp(message: Body): Promise<LaterAnswer>
}

// Three seconds are what Discord waits; the way there takes its part of them.
const firstMsMax = 2700
const firstPauseMs = 120
// Fifteen minutes are what a token lives.
const tokenMsMax = 14.5 * 60_000
const triesMax = 4
const laterPauseMs = 700
const patienceMs = 30_000

const unknownInteraction = 10_062
const alreadyAcknowledged = 40_060
const unknownWebhook = 10_015
const invalidWebhookToken = 50_027

const responseForm = z.looseObject({
  resource: z.looseObject({ message: z.looseObject({ id: z.string() }) }),
})

export function createInteractionCalls(
  { rest, nowMs, signal }: CallsWiring,
  { id, token, application }: Ticket,
): InteractionCalls {
  const sinceMs = nowMs()
  const ageMs = () => nowMs() - sinceMs

  async function tryFirst(
    type: InteractionResponseType,
    data: Body | undefined,
    wantsMessage: boolean,
  ): Promise<
    FirstAnswer | { readonly outcome: 'again'; readonly detail: string; readonly ms: number }
  > {
    const called = await rest.call({
      method: 'post',
      route: Routes.interactionCallback(id, token),
      isAuthorized: false,
      query: { with_response: String(wantsMessage) },
      body: data === undefined ? { type } : { type, data: data.body },
      ...(data?.files === undefined ? {} : { files: data.files }),
    })
    switch (called.outcome) {
      case 'ok': {
        const read = responseForm.safeParse(called.result).data
        return { outcome: 'given', message: read?.resource.message.id }
      }
      case 'limited':
        return { outcome: 'again', detail: called.detail, ms: called.afterMs }
      case 'unanswered':
        return { outcome: 'again', detail: called.detail, ms: firstPauseMs }
      case 'refused': {
        const { code, detail } = called
        if (code === alreadyAcknowledged) return { outcome: 'given-before' }
        return { outcome: code === unknownInteraction ? 'late' : 'rejected', detail }
      }
    }
  }

  async function byToken(call: () => Promise<Called>): Promise<LaterAnswer> {
    const untilMs = nowMs() + patienceMs
    for (let tries = 1; ; tries++) {
      if (ageMs() > tokenMsMax) return { outcome: 'dead' }
      const called = await call()
      if (called.outcome === 'ok') {
        const message = messageIdIn(called.result)
        return message === undefined
          ? { outcome: 'failed', detail: 'an answer without a message' }
          : { outcome: 'given', message }
      }
      const { detail } = called
      if (called.outcome === 'refused') {
        const isDead = [unknownWebhook, invalidWebhookToken].includes(called.code)
        return isDead ? { outcome: 'dead' } : { outcome: 'failed', detail }
      }
      const waitMs = called.outcome === 'limited' ? called.afterMs : laterPauseMs * tries
      if (tries >= triesMax || nowMs() + waitMs > untilMs || signal.aborted)
        return { outcome: 'failed', detail }
      await sleep(waitMs, undefined, { signal }).catch(() => {})
    }
  }

  return {
    async first(type, data, wantsMessage = false) {
      for (;;) {
        const tried = await tryFirst(type, data, wantsMessage)
        if (tried.outcome !== 'again') return tried
        const { detail, ms } = tried
        if (ageMs() + ms > firstMsMax) return { outcome: 'late', detail }
        await sleep(ms)
      }
    },
    editOriginal: ({ body, files = [] }) =>
      byToken(() =>
        rest.call({
          method: 'patch',
          route: Routes.webhookMessage(application, token, '@original'),
          isAuthorized: false,
          body,
          files,
        }),
      ),
    followUp: ({ body, files = [] }) =>
      byToken(() =>
        rest.call({
          method: 'post',
          route: Routes.webhook(application, token),
          isAuthorized: false,
          query: { wait: 'true' },
          body,
          files,
        }),
      ),
  }
}
