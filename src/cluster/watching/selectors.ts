import type { Cluster } from '../cluster.ts'

/** What is asked of one cluster: matchers as Prometheus writes them behind the name of a metric. */
export function only({ name }: Pick<Cluster, 'name'>, ...matchers: readonly string[]): string {
  return `{${[is('cluster', name), ...matchers].join(',')}}`
}

/** A label that has this value. */
export function is(label: string, value: string): string {
  return `${label}=${JSON.stringify(value)}`
}

/** A label that has another one. */
export function not(label: string, value: string): string {
  return `${label}!=${JSON.stringify(value)}`
}

/** A label whose value is as a whole like this pattern. */
export function like(label: string, pattern: string): string {
  return `${label}=~${JSON.stringify(pattern)}`
}
