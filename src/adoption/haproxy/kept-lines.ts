import { extraWords } from '../extra-words.ts'
import type { ProxiedService } from '../proxy.ts'
import { type HaproxyLine, type Section, textOf } from './sections.ts'
import { isOfTls } from './tls.ts'

/** Lines that a backend may have, so that those of `defaults` are not lost for it. */
export const ofBackends =
  /^(timeout (server|queue|tunnel|connect|check|http-keep-alive)|retries|option (redispatch|http-server-close|httpclose|http-keep-alive|abortonclose|srvtcpka|persist|allbackups)|errorfile|no option|cookie)\b/
/** Lines that a frontend, or the defaults of all, may have as they are, unless they ask for an `acl`. */
const ofFrontends =
  /^(timeout (client|http-request|client-fin|tarpit)|maxconn|backlog|option (http-keep-alive|http-server-close|httpclose|contstats|logasap|socket-stats|tcpka|clitcpka|http-ignore-probes|dontlog-normal|log-separate-errors)|no option|capture (request|response) header|log-format|rate-limit sessions|compression|http-(request|response) (set|add|del|replace)-header)\b/
/** Lines as they stand in the file. */
export const rawOf = (lines: readonly HaproxyLine[]) => lines.map(({ raw }) => raw).join('\n')

/** A service with the lines of its frontend that stay as they are. */
export function withFront(front: Section, service: ProxiedService): ProxiedService {
  const { extra, ...words } = service.words
  const lines = front.lines.filter(
    (line) =>
      isOfFrontends(line) && !(front.kind === 'listen' ? ofBackends.test(textOf(line)) : isOfTls(line)),
  )
  const others = typeof extra === 'string' ? { backend: extra } : (extra as Readonly<Record<string, string>>)
  return { ...service, words: { ...words, ...extraWords({ frontend: rawOf(lines), ...others }, 'backend') } }
}

/** Whether it stays a line of the frontend: one with a condition needs an `acl`, which goes another way. */
export function isOfFrontends(line: HaproxyLine): boolean {
  return ofFrontends.test(textOf(line)) && !line.words.includes('if') && !line.words.includes('unless')
}
