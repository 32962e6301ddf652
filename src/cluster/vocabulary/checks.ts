import { z } from 'zod'
import { port, program, seconds } from './words.ts'

const rhythm = {
  interval: seconds
    .default(2)
    .describe(
      'Seconds between two checks (keepalived: `delay_loop`, HAProxy: `inter`); for nginx `fail_timeout`, after which a ' +
        'realserver that failed is tried anew.',
    ),
  timeout: seconds
    .optional()
    .describe(
      'Seconds a realserver has for its answer (`connect_timeout`, `timeout check`); for nginx to take a connection ' +
        '(`proxy_connect_timeout`). 2 where absent, or the `interval` where that is shorter.',
    ),
  retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(2)
    .describe(
      'How often a failed check is tried again before the realserver is taken out (`retry`); HAProxy: `fall`, nginx: ' +
        '`max_fails`, both one more.',
    ),
  retry_delay: seconds
    .default(1)
    .describe(
      'Seconds before each such try (`delay_before_retry`, `fastinter`); for nginx, as all of these, part of ' +
        '`proxy_read_timeout`.',
    ),
}

const probing = {
  port: port.optional().describe('Port that is asked; the port of the realservers where absent.'),
  ...rhythm,
}

/** The path of a page, as it goes into requests. */
export const pagePath = z
  .string()
  .regex(/^\/[A-Za-z0-9._%&*+,;=:@?/~-]*$/, 'must be the path of a page such as /health; other signs as %20')

const range = /^[1-5]\d\d-[1-5]\d\d$/
const isRange = (text: string) => range.test(text)

const oneStatus = z.union([
  z.number().int().min(100).max(599),
  z
    .string()
    .regex(range, 'must be a status such as 200, or a range such as "200-299"')
    .refine(
      (text) => !isRange(text) || text.slice(0, 3) < text.slice(4),
      'must begin with the lower of the two',
    ),
])

/** Statuses that an answer may have. */
export const statuses = z.union([oneStatus, z.array(oneStatus).min(1).max(20)]).default(200)

const answer = {
  status: statuses.describe(
    'Status the answer must have: one, a range such as `200-299`, or a list of these.',
  ),
  host: z
    .string()
    .regex(/^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/, 'must be a host name')
    .optional()
    .describe("Host header of the request; where absent the realserver's address, and none with HAProxy."),
  digest: z
    .string()
    .regex(/^[0-9A-Fa-f]{32}$/, 'must be an MD5 digest, 32 hexadecimal digits')
    .optional()
    .describe('MD5 digest that the page must have, without its headers; for ipvs only.'),
  body: z
    .string()
    .optional()
    .describe('What the page must hold, sign by sign, instead of its `digest`; for ipvs only.'),
  regex: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe(
      'Regular expression (PCRE) that must match somewhere in the page, without its headers; for ipvs only, and a keepalived that was built with it.',
    ),
  regex_no_match: z
    .boolean()
    .default(false)
    .describe('The `regex` must match nowhere: what pages say that are not well.'),
  regex_options: z
    .array(z.enum(['caseless', 'multiline', 'dotall', 'extended', 'ungreedy', 'utf', 'ucp']))
    .min(1)
    .optional()
    .describe('How the `regex` is read, in the words of keepalived.conf(5).'),
}

const request = {
  path: pagePath.default('/').describe('Page that is asked for. nginx asks for none.'),
  ...answer,
  also: z
    .array(z.strictObject({ path: pagePath.describe('Page that is asked for.'), ...answer }))
    .max(50)
    .default([])
    .describe(
      'More pages that must be as they are to be: in each `interval` one is asked for; for ipvs only.',
    ),
}

const written = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('http').describe('Ask for a page (`HTTP_GET`).'),
    ...request,
    ...probing,
  }),
  z.strictObject({
    type: z.literal('https').describe('Ask for a page over TLS (`SSL_GET`); nginx cannot.'),
    ...request,
    ...probing,
  }),
  z.strictObject({ type: z.literal('tcp').describe('Open a connection (`TCP_CHECK`).'), ...probing }),
  z.strictObject({
    type: z
      .literal('udp')
      .describe(
        'Send a datagram (`UDP_CHECK`): the realserver is well unless it says that nobody is there; for ipvs, and for directors that serve themselves.',
      ),
    payload: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe('What is sent; nothing of interest where absent.'),
    reply: z.boolean().default(false).describe('Whether there must be an answer.'),
    ...probing,
  }),
  z.strictObject({
    type: z
      .literal('dns')
      .describe(
        'Ask a name server, by UDP (`DNS_CHECK`); for ipvs, and for directors that serve themselves.',
      ),
    name: z
      .string()
      .regex(/^(?:\.|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}))$/, 'must be a name such as example.org')
      .default('.')
      .describe('The name that is asked for; any answer without an error is well.'),
    record: z
      .enum(['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA'])
      .default('SOA')
      .describe('Which of its records.'),
    ...probing,
  }),
  z.strictObject({
    type: z.literal('smtp').describe('Begin to send a mail (`SMTP_CHECK`, `option smtpchk`); nginx cannot.'),
    helo: z
      .string()
      .regex(/^[A-Za-z0-9.-]+$/, 'must be a host name')
      .optional()
      .describe(
        'As whom; where absent the name that keepalived has for the director, and localhost with HAProxy or where a director asks itself.',
      ),
    ...probing,
  }),
  z.strictObject({
    type: z
      .literal('ping')
      .describe(
        'Send an ICMP echo request (`PING_CHECK`); HAProxy asks a program on the director that does so (`agent-check`), and connects beside; nginx sends none, as with `tcp`.',
      ),
    ...rhythm,
  }),
  z.strictObject({
    type: z
      .literal('misc')
      .describe(
        'Run a program on the director (`MISC_CHECK`; HAProxy has it asked by `agent-check`, and connects beside); status 0 is well; nginx cannot.',
      ),
    program: program.describe(
      "Absolute path on the directors; it gets the realserver's address and port as its last arguments.",
    ),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user')
      .default('nobody')
      .describe('User it runs as.'),
    ...rhythm,
  }),
])

/** Who asks more often than that wants to know sooner, too. keepalived gives programs whole seconds. */
function withTimeout<Written extends z.infer<typeof written>>(one: Written): Written & { timeout: number } {
  const usual = Math.min(2, one.interval)
  return { ...one, timeout: one.timeout ?? (one.type === 'misc' ? Math.max(1, Math.floor(usual)) : usual) }
}

/** How a director finds out whether a realserver works. */
export const check = written.transform(withTimeout)

/** One health check as the inventory describes it. */
export type CheckSettings = z.infer<typeof check>
/** A page that a health check asks for, and how it must be. */
export type PageSettings = Extract<CheckSettings, { type: 'http' }>['also'][number]
