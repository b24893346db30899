// A request as any program could send it, without discord.js's own checks before.
import type { DiscordDouble } from './discord-double.ts'

/** With the bot's token and the headers it takes; `headers` replaces single ones. */
export async function call(
  discord: DiscordDouble,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; code: number | undefined }> {
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      authorization: `Bot ${discord.token}`,
      'content-type': 'application/json',
      'user-agent': 'DiscordBot (https://example.com, 1.0)',
      ...headers,
    },
  })
  const json = (response.status === 204 ? {} : await response.json()) as { code?: number }
  return { status: response.status, code: json.code }
}

export const text = (length: number): string => 'x'.repeat(length)
