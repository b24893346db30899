// What the roles of a desk inherit from the shell that it was started in.
import type { Environment } from '../src/config.ts'

/**
 * Lines of the roles would tear what somebody types on the same screen, so there they speak up only
 * when something is wrong, unless a level was asked for.
 */
export const environmentOfRoles = (environment: Environment, isTyped: boolean): Environment => {
  const wasAsked = (environment['ARBDESK_LOG_LEVEL'] ?? '').trim() !== ''
  return isTyped && !wasAsked ? { ...environment, ARBDESK_LOG_LEVEL: 'warn' } : environment
}
