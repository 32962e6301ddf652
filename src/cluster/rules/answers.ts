import { proxyOf } from '../proxies.ts'
import { type Family, listedServices, type Subject, type Wrong, wordsBeside, wrong } from './subject.ts'

/** Rules about words on what becomes of answers. */
export const answerRules = {
  'answer-unread': {
    severity: 'error',
    reason: 'Only who reads answers can compress them or add headers.',
    source: 'nginx, ngx_http_gzip_module, ngx_http_headers_module; HAProxy, compression algo, http-response',
    find: somebodyReadsAnswers,
  },
} satisfies Family<'answer'>

const words = { compress: false, static_max_age: undefined, security_headers: false } as const

function somebodyReadsAnswers(subject: Subject): readonly Wrong[] {
  const { balancer, behind } = subject.cluster
  return listedServices(subject).flatMap(({ path, service }) => {
    const { mode, port, redirect } = service
    const [message, next] = !proxyOf(subject.cluster)
      ? [
          balancer === 'ipvs'
            ? 'balancer: ipvs passes packets on as they are, and answers go past it'
            : 'nothing is balanced here: who serves decides',
          behind
            ? `Write it in the services of the cluster ${behind.name}.`
            : 'Leave it out, and write lines for nginx in extra.realservers; or set balancer: nginx or haproxy.',
        ]
      : redirect !== undefined
        ? [`port ${port} only sends clients elsewhere`, 'Write it in the service that clients are sent to.']
        : mode === 'tcp'
          ? [`mode: tcp passes on what comes from port ${port} unread`, 'Leave it out, or write mode: http.']
          : []
    if (message === undefined || next === undefined) return []
    return wordsBeside(words, service).map((word) => wrong(subject, [...path, word], message, next))
  })
}
