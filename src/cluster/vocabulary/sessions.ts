import { z } from 'zod'

/** Sessions that outlive the realserver they began on. */
export const sessions = z.strictObject({
  key: z
    .string()
    .regex(/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$/, 'must be 32, 48 or 64 hexadecimal digits')
    .describe(
      'Key by which they speak to each other (AES), a secret such as `openssl rand -hex 32` makes; best as `!vault`, which nobody is shown.',
    ),
  port: z
    .number()
    .int()
    .min(1024)
    .max(65_535)
    .default(4000)
    .describe('Port by which each hears of sessions of the others.'),
})
