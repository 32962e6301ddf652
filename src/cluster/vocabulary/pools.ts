import { z } from 'zod'
import { check } from './checks.ts'
import { poolExtra } from './snippets.ts'
import { backendTls } from './tls.ts'
import { bodySize, groupName, name, ownServer, port, seconds, silence } from './words.ts'

/** What nginx and HAProxy call a scheduler, in the words of ipvsadm(8). */
const inWordsOfIpvs = new Map<unknown, string>([
  ...['roundrobin', 'round_robin', 'static-rr'].map((word) => [word, 'wrr'] as const),
  ...['leastconn', 'least_conn'].map((word) => [word, 'wlc'] as const),
  ...['source', 'ip_hash'].map((word) => [word, 'sh'] as const),
])

/** Which realserver is next. */
export const scheduler = z
  .enum(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'dh', 'mh', 'sed', 'nq', 'fo', 'ovf'], {
    error: ({ input }) => {
      const word = inWordsOfIpvs.get(input)
      return word === undefined ? undefined : `expected ${word}, which is the same, found "${String(input)}"`
    },
  })
  .default('wrr')
  .describe(
    'Which realserver gets the next connection, see ipvsadm(8). nginx and HAProxy know rr, wrr, lc, wlc and sh.',
  )

const pool = z.strictObject({
  realservers: groupName
    .optional()
    .describe(
      'Group of those of the realservers that are in it, such as one within the group `realservers`; all of them where absent.',
    ),
  port: port
    .optional()
    .describe(
      'Port on which they serve it; where absent that of the service which sends them requests, and 8080 for Tomcat.',
    ),
  backend: ownServer,
  scheduler,
  weights: z
    .record(z.string(), z.number().int().min(0).max(256))
    .optional()
    .describe(
      'Weights of single realservers in this pool, by their names; as `realserver.weight` says where absent. 0 takes no new requests of it.',
    ),
  backups: z
    .array(z.string())
    .optional()
    .describe(
      'Those of its realservers that serve it only while all others are gone, by their names, such as all but one of a database that is written to at one place; as `realserver.backup` says where absent, `[]` for none.',
    ),
  check: check
    .prefault({ type: 'http' })
    .describe('How a director finds out whether one of them works; nginx learns it from requests alone.'),
  backend_tls: backendTls
    .optional()
    .describe('They are spoken with over TLS, also by their health check, as by `backend_tls` of a service.'),
  answer_timeout: seconds
    .optional()
    .describe(
      'Seconds one of them may take for an answer, and between parts of it; as the service says where absent. Routes to pools of the same realservers so may wait for some requests longer than for others.',
    ),
  tunnel_timeout: silence
    .optional()
    .describe(
      'Seconds for which a WebSocket or a stream of events may say nothing; as the service says where absent.',
    ),
  max_body: bodySize
    .optional()
    .describe(
      'The largest body of a request to them, such as `2g` for uploads; as the service says where absent.',
    ),
  extra: poolExtra
    .optional()
    .describe(
      'Lines for the pool, verbatim: of its `upstream` block in nginx, of its `backend` in HAProxy; or a mapping with those of several parts.',
    ),
})

/** Realservers that serve alike, by name. */
export const pools = z.record(name, pool)

/** One pool as the inventory describes it. */
export type PoolSettings = z.infer<typeof pool>
