import { z } from 'zod'

/** How pages of PHP are run. */
export const php = z.union([
  z.boolean(),
  z.strictObject({
    packages: z
      .array(z.string().regex(/^[a-z0-9][A-Za-z0-9.+-]*$/, 'must be the name of a package'))
      .min(1)
      .describe('Extensions of it, by their packages in the distribution, such as `php-mysql`.'),
  }),
])
