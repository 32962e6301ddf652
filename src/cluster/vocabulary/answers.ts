import { z } from 'zod'

/** A value goes between quotes into configurations of nginx and of HAProxy, which both know variables. */
const value = z.string().regex(/^[^"\\$%\r\n{}]{1,2000}$/, 'must be one line without " \\ $ % { and }')

/** Words about what the balancer does to answers on their way to the client. */
export const answers = {
  compress: z
    .boolean()
    .default(false)
    .describe(
      'Texts are compressed on their way to clients that take it: by gzip, under nginx of Debian 12 and later also by brotli. What realservers have compressed stays as it is.',
    ),
  static_max_age: z
    .number()
    .int()
    .min(1)
    .max(31_536_000)
    .optional()
    .describe(
      'Seconds for which browsers and proxies keep style sheets, scripts, pictures, fonts and their like, known by the ending of their path, where the realserver says nothing of it (`Cache-Control`).',
    ),
  security_headers: z
    .union([
      z.boolean(),
      z.record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header'),
        z.union([value, z.literal(false)]),
      ),
    ])
    .default(false)
    .describe(
      'Headers that tell browsers to be careful, where the realserver does not send them itself: `X-Content-Type-Options: nosniff`, `X-Frame-Options: SAMEORIGIN` and `Referrer-Policy: strict-origin-when-cross-origin`; `X-Powered-By` is taken out. `true`, or a mapping with other values, further headers such as `Content-Security-Policy`, and `false` for what is to be left out. `hsts` of `tls` is beside it.',
    ),
}
