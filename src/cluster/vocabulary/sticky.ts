import { z } from 'zod'

/** By which cookie clients come back to their realserver. */
export const sticky = z.strictObject({
  cookie: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be the name of a cookie: letters, digits and "_"')
    .default('SERVERID')
    .describe('Name of the cookie.'),
  by: z
    .enum(['balancer', 'application'])
    .default('balancer')
    .describe(
      'Who sets it. `balancer`: it holds the name of the realserver. `application`: its value ends with a dot and that name, as Tomcat writes `JSESSIONID`; our Tomcat is told its name (`jvmRoute`).',
    ),
})

/** What a service says of it. */
export type StickySettings = z.infer<typeof sticky>
