// Every route this double knows, and the search for the one that a path means.
import { channelRoutes } from './channel-routes.ts'
import { commandRoutes } from './command-routes.ts'
import { directoryRoutes } from './directory-routes.ts'
import { interactionRoutes } from './interaction-routes.ts'
import type { Route } from './route.ts'
import { webhookRoutes } from './webhook-routes.ts'

const patternOf = (template: string) =>
  new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`)}$`)

const variablesIn = (template: string) => template.split('{').length

const routes = [
  ...directoryRoutes,
  ...commandRoutes,
  ...channelRoutes,
  ...interactionRoutes,
  ...webhookRoutes,
]
  .map((route) => ({ route, pattern: patternOf(route.template) }))
  // "/users/@me" also fits "/users/{user_id}": the more exact one comes first.
  .toSorted((a, b) => variablesIn(a.route.template) - variablesIn(b.route.template))

/** Method and template of every route. */
export const knownRoutes: readonly Pick<Route, 'method' | 'template'>[] = routes.map(
  ({ route }) => route,
)

export type FoundRoute = {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export function findRoute(method: string, path: string): FoundRoute | undefined {
  for (const { route, pattern } of routes) {
    const match = route.method === method ? pattern.exec(path) : null
    if (match !== null) return { route, params: { ...match.groups } }
  }
  return undefined
}
