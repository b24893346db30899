// Holds one request or one answer to the Bot API's description, and says what does not fit and where.
import { isObject } from './parameters.ts'
import type { Call } from './request.ts'
import type { Field, Specification } from './specification.ts'

const simple: Readonly<Record<string, (value: unknown) => boolean>> = {
  Integer: (value) => Number.isSafeInteger(value),
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
}

const arrayPrefix = 'Array of '
const said = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing'

/** "Type of the media, must be photo", "always “creator”": the one value the field may have. */
function fixedValue({ name, description }: Field): string | undefined {
  if (!['type', 'status', 'source'].includes(name)) return undefined
  return /(?:must be|always) [“"]?([a-z_]+)[”"]?$/.exec(description.replace(/\.$/, ''))?.[1]
}

function fieldFaults(
  specification: Specification,
  field: Field,
  value: unknown,
  path: string,
): string[] {
  if (value === undefined) return field.required ? [`${path} is missing`] : []
  const fixed = fixedValue(field)
  if (fixed !== undefined && value !== fixed) return [`${path} is ${said(value)}, not "${fixed}"`]
  return valueFaults(specification, field.types, value, path)
}

function objectFaults(
  specification: Specification,
  type: string,
  value: unknown,
  path: string,
): string[] {
  const described = specification.types[type]
  if (described === undefined) return [`${path} is of an unknown type ${type}`]
  if (described.subtypes !== undefined)
    return valueFaults(specification, described.subtypes, value, path)
  if (!isObject(value)) return [`${path} is ${said(value)}, not ${type}`]
  const fields = described.fields ?? []
  const names = new Set(fields.map(({ name }) => name))
  const unknown = Object.keys(value).filter((name) => !names.has(name))
  return [
    ...unknown.map((name) => `${path}.${name} is no field of ${type}`),
    ...fields.flatMap((field) =>
      fieldFaults(specification, field, value[field.name], `${path}.${field.name}`),
    ),
  ]
}

/** What keeps the value from being of any of these types; of several the nearest miss is told. */
function valueFaults(
  specification: Specification,
  types: readonly string[],
  value: unknown,
  path: string,
): string[] {
  const listed = types.filter((type) => type.startsWith(arrayPrefix))
  if (Array.isArray(value) && listed.length > 0) {
    const items = listed.map((type) => type.slice(arrayPrefix.length))
    return value.flatMap((item: unknown, at) =>
      valueFaults(specification, items, item, `${path}[${at}]`),
    )
  }
  const attempts = types
    .filter((type) => !listed.includes(type))
    .map((type) => {
      const fits = simple[type]
      if (fits === undefined) return objectFaults(specification, type, value, path)
      return fits(value) ? [] : [`${path} is ${said(value)}, not ${type}`]
    })
  if (attempts.length === 0) return [`${path} is ${said(value)}, not ${types.join(' or ')}`]
  return attempts.toSorted((a, b) => a.length - b.length)[0] as string[]
}

/** A parameter that came as text, as the type it stands for: forms know no other. */
function typed(value: unknown, types: readonly string[], isForm: boolean): unknown {
  if (typeof value !== 'string' || types.includes('String')) return value
  if (isForm && types.includes('Integer') && /^-?\d+$/.test(value)) return Number(value)
  if (isForm && types.includes('Boolean') && /^(?:true|false)$/.test(value)) return value === 'true'
  if (types.some((type) => simple[type] !== undefined)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

function uploadFaults({ method, parameters, uploads }: Call): string[] {
  const text = JSON.stringify(parameters)
  const named = [...text.matchAll(/attach:\/\/([\w-]+)/g)].map(([, name = '']) => name)
  return [
    ...named.filter((name) => !uploads.has(name)).map((name) => `attach://${name} was not sent`),
    ...[...uploads.keys()]
      .filter((name) => !named.includes(name) && name in parameters)
      .map((name) => `${method}.${name} is both a file and a text`),
  ]
}

/** What is wrong with a request. */
export function requestFaults(specification: Specification, call: Call): string[] {
  const described = specification.methods[call.method]
  if (described === undefined) return [`there is no method ${call.method}`]
  const fields = described.fields ?? []
  const isForm = call.encoding !== 'json'
  const names = new Set(fields.map(({ name }) => name))
  // telegraf repeats the method in every form it sends, as webhook answers need it.
  const unknown = Object.keys(call.parameters).filter(
    (name) => !names.has(name) && !(isForm && name === 'method'),
  )
  return [
    ...unknown.map((name) => `${call.method}.${name} is no parameter`),
    ...uploadFaults(call),
    ...fields.flatMap((field) => {
      const path = `${call.method}.${field.name}`
      const value = call.parameters[field.name]
      if (value === undefined && call.uploads.has(field.name))
        return field.types.includes('InputFile') ? [] : [`${path} may not be a file`]
      const types = field.types.filter((type) => type !== 'InputFile')
      return fieldFaults(specification, { ...field, types }, typed(value, types, isForm), path)
    }),
  ]
}

/** What is wrong with a method's result. */
export function resultFaults(
  specification: Specification,
  method: string,
  result: unknown,
): string[] {
  const described = specification.methods[method]
  if (described === undefined) return [`there is no method ${method}`]
  return valueFaults(specification, described.returns, result, method)
}
