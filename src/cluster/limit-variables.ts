import { networkOf } from './clients-told.ts'
import type { Service } from './cluster.ts'

/** What one client may take, `0`: as much as it likes. */
export interface LimitVariables {
  readonly requests: number
  readonly connections: number
  /** Requests in ten seconds. */
  readonly burst: number
  /** Who is not counted; a director's own checks among them. */
  readonly except: readonly string[]
}

export function limitVariables({ limits }: Service): LimitVariables | false {
  if (!limits) return false
  const { requests = 0, connections = 0, except } = limits
  return {
    requests,
    connections,
    burst: 10 * requests,
    except: [...new Set(['127.0.0.0/8', '::1', ...except.map(networkOf)])],
  }
}
