import { linesOf } from '../user-lines.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about lines of the user's own for HAProxy. */
export const haproxyLineRules = {
  'lines-of-another-section': {
    severity: 'error',
    reason:
      'HAProxy refuses a word of a proxy in its section global, and in defaults those of a single proxy.',
    source: 'HAProxy, 4.1, Proxy keywords matrix',
    find: wordsHaveTheirSection,
  },
} satisfies Family<'lines'>

/** What stands in `frontend`, `backend` and `listen` alone; a section global knows none of what proxies know, either. */
const ofOneProxy = new Set(
  `acl bind capture dispatch id server server-template stick stick-table tcp-request tcp-response
  use_backend use-server`.split(/\s+/),
)
const ofProxies = new Set(
  `backlog balance compression default-server default_backend email-alert errorfile errorfiles fullconn hash-type http-check http-request
  http-response http-reuse mode monitor-uri option redirect retries retry-on source timeout unique-id-format unique-id-header`.split(
    /\s+/,
  ),
)

function wordsHaveTheirSection(subject: Subject): readonly Wrong[] {
  const { balancer, extra } = subject.cluster
  if (balancer !== 'haproxy') return []
  return (['global', 'defaults'] as const).flatMap((part) =>
    linesOf({ text: extra.haproxy[part], program: 'haproxy' }).flatMap(({ code }) => {
      const [word = ''] = code.trim().split(/\s/)
      if (!ofOneProxy.has(word) && !(part === 'global' && ofProxies.has(word))) return []
      return [
        wrong(
          subject,
          ['extra', 'haproxy', part],
          `${word} is none of section ${part}: HAProxy would not start`,
          part === 'global' && ofProxies.has(word)
            ? 'Write it in extra.haproxy.defaults.'
            : 'Write it in a section of your own in extra.haproxy.sections, or in extra of the service that is meant.',
        ),
      ]
    }),
  )
}
