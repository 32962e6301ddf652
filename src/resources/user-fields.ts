import { z } from 'zod'
import { absolutePath, accountName } from './fields.ts'

const oneField = z.string().regex(/^[^:\n\0]*$/, 'must not have a colon or a line break')

const sshKey = z.strictObject({
  type: z.enum(['rsa', 'dsa', 'ecdsa', 'ed25519']).describe('Of what kind it is.'),
  bits: z.number().int().min(256).optional().describe('How long it is.'),
  file: z
    .string()
    .regex(/^(?!.*\.\.)[^\0\n~]+$/, 'must be a path')
    .describe('Where it lies: a path in its home, or from the root.'),
  comment: z
    .string()
    .regex(/^[^\n\0]*$/, 'must be one line')
    .optional()
    .describe('What it is called; by itself after the machine.'),
})

/** What a task says of a user. */
export const userSchema = z.strictObject({
  name: accountName.describe('The user.'),
  uid: z.number().int().min(0).max(4_294_967_294).optional().describe('Its number.'),
  group: accountName.optional().describe('Its primary group, which must exist; by default one of its own.'),
  groups: z
    .array(accountName)
    .default([])
    .describe('Groups it is a member of; others it is in are left alone.'),
  exact_groups: z.boolean().default(false).describe('It leaves all other groups.'),
  home: oneField.pipe(absolutePath).optional().describe('Its home; an existing one is not moved.'),
  make_home: z
    .boolean()
    .optional()
    .describe('Whether a home is made; by default for people, not for `system`.'),
  move_home: z.boolean().default(false).describe('An existing home is moved to where `home` says.'),
  skeleton: absolutePath.optional().describe('What its home is filled with.'),
  shell: oneField.pipe(absolutePath).optional().describe('The program it logs in to.'),
  system: z.boolean().default(false).describe('A number below those of people, and no home made.'),
  comment: oneField.optional().describe('A few words about it, such as a full name.'),
  password: oneField
    .optional()
    .describe('The hash of its password, as `mkpasswd` or `openssl passwd -6` print it. Never shown.')
    .meta({ writeOnly: true }),
  password_once: z.boolean().default(false).describe('Only a new user gets the password.'),
  password_lock: z.boolean().optional().describe('Whether its password is locked; left alone where absent.'),
  password_days: z
    .array(z.number().int())
    .min(2)
    .max(3)
    .optional()
    .describe('Least and most days that a password is kept, and days of warning before; -1: left alone.'),
  expires: z
    .number()
    .int()
    .optional()
    .describe('The day, since the epoch, after which it is of no use; -1: never.'),
  ssh_key: sshKey.optional().describe('A key of its own, made where there is none.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent` removes it; its home stays.'),
  remove: z.boolean().default(false).describe('With `absent`: its home and mail go, too.'),
  force: z.boolean().default(false).describe('With `absent`: even while it is logged in.'),
})

/** What a user of a host is to be. */
export type User = z.infer<typeof userSchema>
