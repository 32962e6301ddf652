import { z } from 'zod'

const mail = z
  .string()
  .regex(
    /^[A-Za-z0-9._%+][A-Za-z0-9._%+-]*@[A-Za-z0-9][A-Za-z0-9.-]*$/,
    'must be a mail address such as ops@example.org',
  )

const unit = z.string().regex(/^[A-Za-z0-9@._][A-Za-z0-9@._-]*$/, 'must be the name of a service')

/** Who is told, and what else happens, when a VIP moves. */
export const notify = z.strictObject({
  mail: z.array(mail).default([]).describe('Addresses that get a mail at every transition.'),
  from: mail.optional().describe('Sender of these mails; `keepalived@<host>` where absent.'),
  smtp: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/,
      'must be a host with or without a port, such as mail.example.org:25',
    )
    .default('localhost')
    .describe('Mail server that takes them.'),
  services: z.array(unit).default([]).describe('Services that follow the VIP, in the way `mode` says.'),
  mode: z
    .enum(['mb', 'mm'])
    .default('mb')
    .describe(
      '`mb` (master and backup): services run only where the VIP is, started by the new holder and stopped by the old ' +
        'one, also when its keepalived is stopped. `mm` (all directors are masters of some VIP): they run everywhere, and are started or reloaded by who ' +
        'becomes master.',
    ),
})

/** What happens when a VIP moves, with every default filled in. */
export type NotifySettings = z.infer<typeof notify>
