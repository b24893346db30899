import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openHttpListener } from '../test/http-listener.ts'
import { secret } from '../src/secret.ts'
import { request } from './post-webhook.ts'

async function listen() {
  const listener = await openHttpListener()
  onTestFinished(() => listener.close())
  return listener
}

test('a body is posted as JSON, and without one the address is asked for', async () => {
  const { url, heard } = await listen()
  expect(await request(secret(`${url}/hook?token=x`), { text: 'ß' })).toEqual({ outcome: 'heard' })
  expect(await request(secret(url), undefined)).toEqual({ outcome: 'heard' })
  expect(heard).toMatchObject([
    { method: 'POST', path: '/hook?token=x', body: '{"text":"ß"}' },
    { method: 'GET', body: '' },
  ])
  expect(heard[0]?.headers['content-type']).toBe('application/json')
})

test('what an address answers is told without the address', async () => {
  const listener = await listen()
  const ask = async (...answer: Parameters<typeof listener.answer>) => {
    listener.answer(...answer)
    return request(secret(`${listener.url}/T0K3N`), {})
  }
  expect(await ask({ status: 500 })).toEqual({ outcome: 'failed', detail: 'HTTP 500' })
  expect(await ask({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({
    afterMs: 7000,
  })
  expect(await ask({ status: 429, headers: { 'retry-after': '999999999' } })).toMatchObject({
    afterMs: 600_000,
  })
  expect(await ask({ status: 429, headers: { 'retry-after': 'soon' } })).toMatchObject({
    afterMs: undefined,
  })
  expect(await ask({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })).toMatchObject({
    detail: 'it points elsewhere (HTTP 302), which is not followed',
  })
  expect(listener.heard).toHaveLength(5)
})

test('an address that nobody listens on, or that hangs up, is told by its code alone', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hungUp = await request(secret(`http://127.0.0.1:${port}/T0K3N`), {})
  await new Promise<void>((resolve) => server.close(() => resolve()))
  const refused = await request(secret(`http://127.0.0.1:${port}/T0K3N`), {})
  expect(refused).toMatchObject({ outcome: 'failed', detail: 'ECONNREFUSED' })
  expect(hungUp.outcome).toBe('failed')
  expect(JSON.stringify([hungUp, refused])).not.toMatch(/T0K3N|127\.0\.0\.1/)
})

test('a stop ends the wait for an answer that does not come', async () => {
  const listener = await listen()
  listener.answer('silence')
  const stopping = new AbortController()
  const waiting = request(secret(listener.url), {}, stopping.signal)
  await expect.poll(() => listener.heard.length).toBe(1)
  stopping.abort()
  expect(await waiting).toMatchObject({ outcome: 'failed' })
})
