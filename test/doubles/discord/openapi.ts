// Discord's own description of its HTTP API, to hold every request and every answer against.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { z } from 'zod'

const file = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'shared',
  'specs',
  'discord-openapi.json.gz',
)

/** Why nothing is held against the description here; undefined where everything is. */
export const openApiSkipReason: string | undefined = existsSync(file)
  ? undefined
  : `${file} is not here`

const faultsMax = 6
const methods = ['get', 'put', 'post', 'patch', 'delete'] as const

const response = z.looseObject({ $ref: z.string().optional(), content: z.unknown().optional() })
const parameter = z.looseObject({ name: z.string(), in: z.string() })
const operation = z.looseObject({
  requestBody: z.looseObject({ content: z.record(z.string(), z.unknown()) }).optional(),
  responses: z.record(z.string(), response),
  parameters: z.array(parameter).optional(),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
})
const pathItem = z.looseObject({
  parameters: z.array(parameter).optional(),
  ...Object.fromEntries(methods.map((method) => [method, operation.optional()])),
})
const description = z.looseObject({ paths: z.record(z.string(), pathItem) })

type Operation = {
  readonly method: string
  readonly pattern: RegExp
  readonly variables: number
  readonly pointer: string
  readonly details: z.infer<typeof operation>
}

export type OpenApi = {
  /** Makes ready what the first request to this route would otherwise wait for. */
  readonly prepare: (method: string, path: string) => void
  /** Faults of one request, one line each; a body of undefined means that there was none. */
  readonly request: (
    method: string,
    path: string,
    query: URLSearchParams,
    json: unknown,
  ) => readonly string[]
  readonly response: (
    method: string,
    path: string,
    status: number,
    json: unknown,
  ) => readonly string[]
}

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

function operationsOf({ paths }: z.infer<typeof description>): Operation[] {
  const operations = Object.entries(paths).flatMap(([template, item]) =>
    methods.flatMap((method): Operation[] => {
      const details = operation.optional().parse(item[method])
      if (details === undefined) return []
      return [
        {
          method: method.toUpperCase(),
          pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
          variables: template.split('{').length,
          pointer: `/paths/${escaped(template)}/${method}`,
          details,
        },
      ]
    }),
  )
  // "/applications/@me" also fits "/applications/{application_id}": the more exact one comes first.
  return operations.toSorted((a, b) => a.variables - b.variables)
}

/** Where the description says what the body of this operation is like. */
const bodyPointer = ({ pointer, details }: Operation): string | undefined =>
  details.requestBody?.content['application/json'] === undefined
    ? undefined
    : `${pointer}/requestBody/content/application~1json/schema`

/** The same of one of its answers; undefined where that has no body. */
function answerPointer({ pointer, details }: Operation, key: string): string | undefined {
  const { $ref, content } = response.parse(details.responses[key])
  if ($ref === undefined && content === undefined) return undefined
  return `${$ref?.slice(1) ?? `${pointer}/responses/${key}`}/content/application~1json/schema`
}

/** Compiles each part of the description once, when it is first needed. */
function validatorsOf(json: unknown): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...z.looseObject({}).parse(json), $id: 'discord' }, 'discord')
  const validators = new Map<string, ValidateFunction>()
  return (pointer) => {
    const known = validators.get(pointer)
    if (known !== undefined) return known
    const validate = ajv.compile({ $ref: `discord#${pointer}` })
    validators.set(pointer, validate)
    return validate
  }
}

function faultsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return []
  return (validate.errors ?? [])
    .slice(0, faultsMax)
    .map(({ instancePath, message }) => `${instancePath} ${message ?? 'is wrong'}`.trim())
}

function openApiOf(text: string): OpenApi {
  const json: unknown = JSON.parse(text)
  const validatorAt = validatorsOf(json)
  const operations = operationsOf(description.parse(json))
  const find = (method: string, path: string) =>
    operations.find((one) => one.method === method && one.pattern.test(path))
  return {
    prepare(method, path) {
      const found = find(method, path)
      if (found === undefined) return
      const answers = Object.keys(found.details.responses).map((key) => answerPointer(found, key))
      for (const pointer of [bodyPointer(found), ...answers])
        if (pointer !== undefined) validatorAt(pointer)
    },
    request(method, path, query, body) {
      const found = find(method, path)
      if (found === undefined) return [`Discord has no ${method} ${path}`]
      const known = new Set((found.details.parameters ?? []).map(({ name }) => name))
      const faults = [...query.keys()]
        .filter((name) => !known.has(name))
        .map((name) => `has no query parameter ${name}`)
      const pointer = bodyPointer(found)
      if (pointer !== undefined) return [...faults, ...faultsOf(validatorAt(pointer), body)]
      return body === undefined ? faults : [...faults, 'a body is not expected']
    },
    response(method, path, status, body) {
      const found = find(method, path)
      const key = [String(status), `${String(status)[0]}XX`].find(
        (one) => found?.details.responses[one] !== undefined,
      )
      if (found === undefined || key === undefined) return [`there is no answer ${status}`]
      const pointer = answerPointer(found, key)
      if (pointer !== undefined) return faultsOf(validatorAt(pointer), body)
      return body === undefined ? [] : [`an answer ${status} has no body`]
    },
  }
}

let loaded: OpenApi | undefined

/** The description, read once; undefined where it is not at hand. */
export function loadOpenApi(): OpenApi | undefined {
  if (openApiSkipReason !== undefined) return undefined
  loaded ??= openApiOf(gunzipSync(readFileSync(file)).toString())
  return loaded
}
