import type { AdoptedDirector } from './hosts.ts'
import { placeOf, type Remark } from './position.ts'
import type { ProxiedService, ProxyReading } from './proxy.ts'

/** The nginx or HAProxy that all directors have alike, in our shape. */
export interface SharedProxy {
  readonly proxy?: ProxyReading
  readonly remarks: readonly Remark[]
  readonly contradictions: readonly Remark[]
}

/** Takes it over only where it fits on every director: otherwise each keeps what it has, and nothing of it is touched. */
export function sharedProxy(directors: readonly AdoptedDirector[]): SharedProxy {
  const alone: Remark[] = directors.flatMap(({ name: host, proxies }) =>
    proxies.flatMap(({ program, why }) =>
      why
        ? [
            {
              message: `${program} is left alone as it is: ${why.message}`,
              host,
              ...(why.at ? { at: why.at } : {}),
            },
          ]
        : [],
    ),
  )
  const [first, ...others] = directors
  const [proxy, ...more] = first?.proxies.filter(({ why }) => !why) ?? []
  if (!first || !proxy) return { remarks: alone, contradictions: [] }
  const contradictions = others.flatMap(({ name: host, proxies }): readonly Remark[] => {
    const theirs = proxies.find(({ program, why }) => program === proxy.program && !why)
    const [at] = proxy.services.map((service) => service.at)
    const place = placeOf({ host: first.name, ...(at ? { at } : {}) })
    if (!theirs) return [{ message: `no ${proxy.program} as on ${place}`, host }]
    if (essence(theirs) === essence(proxy)) return []
    const [other] = theirs.services.map((service) => service.at)
    return [
      {
        message: `${proxy.program} passes on otherwise than on ${place}`,
        host,
        ...(other ? { at: other } : {}),
      },
    ]
  })
  const told = (remarks: readonly Remark[]) => remarks.map((remark) => ({ ...remark, host: first.name }))
  const remarks = [
    ...alone,
    ...more.map(({ program }) => ({
      message: `${program} runs beside ${proxy.program}, and is left alone`,
      host: first.name,
    })),
  ]
  if (contradictions.length > 0) return { remarks, contradictions }
  return {
    proxy,
    contradictions,
    remarks: [
      ...remarks,
      ...told(proxy.remarks),
      ...told(proxy.services.flatMap(({ at, remarks: own }) => own.map((message) => ({ message, at })))),
      ...told(proxy.services.flatMap(widened)),
    ],
  }
}

/** What listens to VIPs alone listens to more later, which is no matter to clients. */
const widened = ({ at, on, words: { port } }: ProxiedService) =>
  on
    ? [
        {
          message: `port ${port} is served on all addresses after apply, unless it means something else behind another VIP`,
          at,
        },
      ]
    : []

const essence = ({ services, defaults, extra }: ProxyReading) =>
  JSON.stringify([
    services.map(({ words, on, real, pools }) => [words, on, real, [...(pools ?? [])]]),
    ...[defaults, extra],
  ])
