import { z } from 'zod'
import { name, seconds, silence } from './words.ts'

/** A name by which clients ask, or all names with an ending. */
export const siteName = z
  .string()
  .regex(
    /^(?=.{1,253}$)(?:\*\.)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'must be a name such as www.example.org, or *.example.org for all that end so; without a port, other letters as DNS has them, xn--…',
  )

/** Paths are compared as the balancers read them, decoded: what they would have to decode or leave out is no path here. */
const path = z
  .string()
  .regex(
    /^\/[A-Za-z0-9._~@:+,=/-]*$/,
    'must be a path such as /api: a slash first, then letters, digits and . _ ~ @ : + , = -, without ? and %',
  )
  .refine(
    (text) => !/\/\/|\/\.\.?(?:\/|$)/.test(text),
    'must be a path without //, /./ and /../: clients leave them out, and so do balancers',
  )

const header = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header such as X-Version')
    .describe('Its name, in capitals or not.'),
  value: z
    .string()
    .regex(
      /^[A-Za-z0-9._~@:+,=/*;()& -]{1,256}$/,
      'must be 1 to 256 letters, digits, blanks and . _ ~ @ : + , = / * ; ( ) & -',
    )
    .optional()
    .describe('All of its value, in capitals as it is; any where absent.'),
})

/** A page that lasts. */
export const stream = z.strictObject({
  path: z
    .string()
    .regex(/^\/[!-~]*$/, 'must be a path such as /live: a slash first, and no blanks')
    .describe('What is asked for.'),
  kind: z
    .enum(['websocket', 'events'])
    .default('websocket')
    .describe(
      '`websocket`: it changes to a WebSocket, whose server answers pings; `events`: it sends events, or anything else without end.',
    ),
  connections: z.number().int().min(1).max(50).default(5).describe('How many a drill holds at once.'),
})

/** Which requests of a service go to a pool of their own, or are waited for otherwise. */
export const route = z
  .strictObject({
    hosts: z
      .array(siteName)
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        'Names by which it is asked for; those of the service where absent. Of several that fit an exact one counts before one with `*`, the longest of these first, and these before none.',
      ),
    path: path
      .default('/')
      .describe(
        'What is asked for: this, and all below it; with a slash at its end only what is below. Of several that fit the longest counts. Large and small letters differ; what stands behind `?` is not looked at.',
      ),
    exact: z.boolean().default(false).describe('This path alone, and nothing below it.'),
    header: header
      .optional()
      .describe(
        'Only requests with this header. Of routes with the same path those with a header count first, in their order.',
      ),
    pool: name
      .optional()
      .describe(
        'Pool that serves them, by its name in `pools`; where absent, who serves what no route is for.',
      ),
    answer_timeout: seconds
      .optional()
      .describe(
        'Seconds they may take for an answer, and between parts of it; as pool or service say where absent.',
      ),
    tunnel_timeout: silence
      .optional()
      .describe(
        'Seconds for which a WebSocket or a stream of events among them may say nothing; as pool or service say where absent.',
      ),
  })
  .refine(
    ({ pool, answer_timeout, tunnel_timeout }) =>
      pool !== undefined || answer_timeout !== undefined || tunnel_timeout !== undefined,
    'must lead to a pool, or say how long is waited: pool, answer_timeout or tunnel_timeout',
  )

/** One route as the inventory describes it. */
export type RouteSettings = z.infer<typeof route>
