import { z } from 'zod'

const built = z.strictObject({
  archive: z
    .string()
    .min(1)
    .describe(
      'The archive of its sources, a tar file on this computer; a relative path starts at the file that says it.',
    ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
    .describe('What the archive must be; another one is refused before any machine is touched.'),
  configure: z
    .array(
      z
        .string()
        .regex(
          /^(--?[A-Za-z]|[A-Z][A-Z0-9_]*=)/,
          'must be an argument of configure such as --with-debug or CFLAGS=-O2',
        ),
    )
    .default([])
    .describe(
      'Further arguments of `configure`; where it is installed, and where its files lie, is said already.',
    ),
})

/** The programs that are built on the machines rather than installed as packages. */
export const source = z.strictObject({
  keepalived: built.optional().describe('Build keepalived of the directors, into /usr/local/keepalived.'),
  nginx: built
    .optional()
    .describe('Build nginx wherever the cluster needs it, into /usr/local/nginx; it runs as user nginx.'),
})

/** What is built, with every default filled in. */
export type SourceSettings = z.infer<typeof source>
