import { endpointOf } from '../model/endpoint.ts'
import { Failure } from '../model/failure.ts'
import type { Query } from '../model/sensor.ts'
import type { Session } from '../model/session.ts'
import { connectionTo } from '../sensors/connections.ts'
import { httpAnswers } from '../sensors/http.ts'
import { nginxUpstreams } from '../sensors/nginx-upstreams.ts'
import type { ExpectedCluster, ExpectedService } from '../verify/expected.ts'
import { type Observed, observe } from '../verify/observe.ts'
import { directUrl, eachPage, isPage } from '../verify/proofs/direct.ts'

type Server = ExpectedService['servers'][number]

/**
 * Looks from each director whether anybody else is well in each pool that a realserver is in: nginx knows nothing of that, and would
 * send its clients to who is ill. Throws VERIFICATION_FAILED where nobody is, unless the realserver itself is not.
 */
export async function expectOthers(
  cluster: ExpectedCluster,
  host: string,
  directors: readonly string[],
  { session, signal }: { readonly session: (host: string) => Promise<Session>; readonly signal: AbortSignal },
): Promise<void> {
  const pools = poolsOf(cluster, host)
  const queries = pools.flatMap((service) => service.servers.flatMap((server) => asking(service, server)))
  if (queries.length === 0) return
  const asked = [nginxUpstreams, ...queries]
  await Promise.all(
    directors.map(async (director) => {
      const seen = await observe(await session(director), asked, signal)
      const alone = pools.filter((service) => {
        const well = service.servers.filter((server) => isWell(service, server, seen))
        return well.length > 0 && well.every((server) => server.host === host)
      })
      if (alone.length === 0) return
      const names = [...new Set(alone.map(({ backend }) => backend))]
      throw new Failure(
        'VERIFICATION_FAILED',
        `letting ${host} out of the pools would leave nobody who is well`,
        {
          where: { host: director },
          output: `nobody else than ${host} is well in ${names.join(', ')}`,
          next: 'see with understudy verify what is wrong with the others',
        },
      )
    }),
  )
}

/** Those in which there are others, each once, with whoever gets requests there. */
function poolsOf({ vips }: ExpectedCluster, host: string): readonly ExpectedService[] {
  const all = vips.flatMap(({ services }) => services)
  const own = all.filter(
    ({ servers, protocol }) =>
      protocol === 'tcp' &&
      servers.some((one) => one.host === host) &&
      servers.some((one) => one.host !== host),
  )
  return [...new Map(own.map((service) => [service.backend, service])).values()]
}

/** The pages that it promises; a connection where there is none. */
function asking(service: ExpectedService, server: Server): readonly Query<unknown>[] {
  const pages = eachPage(service)
  return pages.length > 0
    ? pages.map((one) => httpAnswers(directUrl(one, server), 1, service.as))
    : [connectionTo(server)]
}

/** It is sent requests, and answers them; what cannot be asked for want of a program counts as well. */
function isWell(service: ExpectedService, server: Server, seen: Observed): boolean {
  const loaded = seen.read(nginxUpstreams)
  const places = loaded.answers ? loaded.upstreams.get(service.backend) : undefined
  if (places?.some(({ endpoint, down }) => down && endpoint === endpointOf(server))) return false
  const pages = eachPage(service)
  if (pages.length === 0) return seen.read(connectionTo(server))?.made ?? true
  return pages.every((one) => {
    const [answer] = seen.read(httpAnswers(directUrl(one, server), 1, service.as)) ?? []
    return answer === undefined || isPage(one.page, answer)
  })
}
