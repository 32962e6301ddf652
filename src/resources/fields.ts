import { z } from 'zod'

/** A path from the root, without `..`, so that it names one place only. */
export const absolutePath = z
  .string()
  .regex(/^\/(?!(.*\/)?\.\.(\/|$))[^\0]*$/s, 'must be an absolute path without ".."')

/** Octal permissions as users write them: `'0644'`, `'644'`; a bare YAML number is taken by its digits. */
export const mode = z
  .union([z.string(), z.number().int()])
  .transform((value) =>
    /^[0-7]+$/.test(String(value))
      ? String(value)
          .replace(/^0(?=\d{4})/, '')
          .padStart(4, '0')
      : String(value),
  )
  .pipe(
    z
      .string()
      .regex(
        /^([0-7]{4}|[ugoa]*([-+=][rwxXstugo]*)+(,[ugoa]*([-+=][rwxXstugo]*)+)*)$/,
        "must be octal permissions such as '0644', or u=rw,g=r,o=r",
      ),
  )

const account = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'must be the name or number of an account')

/** Name of a user or a group. */
export const accountName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'must be the name of a user or a group')

/** Fields of every kind that makes something in the file system. */
export const ownership = {
  owner: account.optional().describe('User that owns it; left alone where absent.'),
  group: account.optional().describe('Group that owns it; left alone where absent.'),
  mode: mode
    .optional()
    .describe("Permissions in octal, quoted: `'0644'`; or `u=rw,g=r,o=`, from those that are there."),
}
