import { z } from 'zod'
import { verbatim } from './words.ts'

const lines = (what: string) => verbatim.optional().describe(what)

/** One line has room for words, and none for lines. */
const words = verbatim
  .optional()
  .describe(
    'What stands on behind every `server` of it, in one line: `max_conns=200` in nginx, `maxconn 200` in HAProxy. Under ipvs lines of every `real_server`.',
  )

/** Lines of a service. */
export const serviceExtra = z.union([
  verbatim,
  z.strictObject({
    frontend: lines('Lines of its `server` block in nginx, of the `frontend` of its port in HAProxy.'),
    location: lines('Lines of every `location` in which nginx asks its realservers.'),
    backend: lines(
      'Lines of its `upstream` block in nginx, of its `backend` in HAProxy, of its `virtual_server` under ipvs.',
    ),
    servers: words,
  }),
])

/** Lines of a pool. */
export const poolExtra = z.union([
  verbatim,
  z.strictObject({
    location: lines('Lines of every `location` in which nginx asks it.'),
    backend: lines('Lines of its `upstream` block in nginx, of its `backend` in HAProxy.'),
    servers: words,
  }),
])

/** Lines of whole programs. */
export const extra = z.strictObject({
  keepalived: verbatim.optional().describe('Lines of `global_defs`, or blocks of your own after it.'),
  nginx: z
    .union([
      verbatim,
      z.strictObject({
        main: lines('Lines outside of all blocks, such as `load_module`.'),
        events: lines('Lines of its `events` block.'),
        http: lines('Lines of its `http` block.'),
        stream: lines('Lines of its `stream` block, which is there where a service says `mode: tcp`.'),
      }),
    ])
    .optional()
    .describe("Lines of the balancing nginx's `http` block, or a mapping with those of several."),
  haproxy: z
    .union([
      verbatim,
      z.strictObject({
        global: lines('Lines at the end of its section `global`.'),
        defaults: lines('Lines at the end of its section `defaults`.'),
        sections: lines('Sections at the end of haproxy.cfg.'),
      }),
    ])
    .optional()
    .describe('Sections at the end of haproxy.cfg, or a mapping with lines of `global` and `defaults`, too.'),
  realservers: z
    .union([
      verbatim,
      z.strictObject({
        server: lines('Lines of each `server` block of nginx; with Apache at the end of its configuration.'),
        http: lines('Lines of the `http` block of nginx.'),
      }),
    ])
    .optional()
    .describe(
      'Lines of each `server` block of the nginx that serves pages, on realservers, or with `balancer: none` on directors; with Apache at the end of its configuration. Or a mapping with those of `http`, too.',
    ),
})

/** What services say. */
export type ServiceExtra = z.infer<typeof serviceExtra>
/** What pools say. */
export type PoolExtra = z.infer<typeof poolExtra>
/** What a cluster says. */
export type ExtraSettings = z.infer<typeof extra>
