import { readBlocks } from '../../src/adoption/index.ts'
import type { Failover } from '../../src/model/failover.ts'
import { type Configured, proveFailover } from '../../src/proof/index.ts'

/** The words of one director's instance, where they are not the usual ones. */
export interface Words {
  readonly state?: string
  readonly priority?: number
  readonly vrid?: number
  readonly advert?: number | string
  readonly version?: number
  readonly vips?: readonly string[]
  /** Lines of the instance. */
  readonly more?: string
  /** Lines beside it. */
  readonly beside?: string
}

/** A check that takes at most 3 s to be noticed. */
export const check = `vrrp_script check {
  script "/bin/true"
  interval 1
  timeout 1
  fall 2
}`

/** keepalived.conf of a director that has one instance. */
export function written({ state = 'BACKUP', priority = 100, vrid = 51, ...words }: Words): string {
  const { advert = 1, version = 3, vips = ['10.0.0.100/24'], more = '', beside = check } = words
  return `${beside}
vrrp_instance VI {
  version ${version}
  state ${state}
  interface eth0
  virtual_router_id ${vrid}
  priority ${priority}
  advert_int ${advert}
  ${more}
  virtual_ipaddress {
    ${vips.join('\n    ')}
  }
}
`
}

/** Directors d1, d2 … with these configurations, at 10.0.0.11, 10.0.0.12 … */
export function directors(...texts: readonly string[]): readonly Configured[] {
  return texts.map((text, index) => ({
    director: `d${index + 1}`,
    statements: readBlocks({
      main: { path: `/d${index + 1}.conf`, text },
      includes: new Map(),
      configId: `d${index + 1}`,
    }).statements,
    addresses: new Map([['eth0', { ipv4: `10.0.0.${11 + index}` }]]),
  }))
}

/** What is proved of directors that say this. */
export function proved(...all: readonly Words[]): Failover {
  return proveFailover(directors(...all.map(written)), { most: 20_000, work: 30_000_000 })
}

/** What is bad of it, in few words. */
export function badOf({ bad }: Failover): readonly string[] {
  return bad.map(({ is, mishaps, afterwards }) =>
    `${is}${afterwards ? ' after' : mishaps.length > 0 ? ' when' : ''} ${mishaps.map(({ what }) => what).join(' + ')}`.trim(),
  )
}

/** What becomes of the first VIP when one thing alone fails: who has it, and within how many seconds. */
export function alone(failover: Failover, what: string): string {
  const row = failover.singles.find(({ mishap }) => mishap.what === what)
  const [one] = row?.consequences ?? []
  if (!one) throw new Error(`nothing is told of ${what}`)
  return `${one.after.join('+') || 'nobody'} ${one.trouble ?? one.seconds?.toFixed(2) ?? '–'}`
}
