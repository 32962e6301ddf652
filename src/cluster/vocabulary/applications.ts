import { z } from 'zod'
import { pagePath, statuses } from './checks.ts'
import { groupName, port } from './words.ts'

/** Name of an application: of its directory, its unit and its user. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,27}$/, 'must be 1 to 28 small letters, digits or "-", a letter first')

/** Where it comes from is said by one of these words. */
const origins = ['directory', 'archive', 'git'] as const

const source = z
  .strictObject({
    directory: z.string().min(1).optional().describe('Directory of this computer.'),
    archive: z
      .string()
      .min(1)
      .optional()
      .describe('Archive of this computer: tar, alone or with gz, bz2, xz or zst; zip, or a WAR.'),
    git: z
      .string()
      .regex(/^(?!-)\S+$/, 'must be the address of a repository')
      .optional()
      .describe('Repository that `git` of this computer can fetch from: a URL, a path or host:path.'),
    ref: z
      .string()
      .regex(/^(?!-)[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be a branch, a tag or a commit')
      .optional()
      .describe('Branch, tag or commit of the repository; what it calls HEAD itself where absent.'),
    within: z
      .string()
      .regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/s, 'must be a directory below it, such as dist')
      .optional()
      .describe(
        'Directory of the archive or repository that is meant, such as `dist`; all of it where absent.',
      ),
  })
  .check(({ value, issues }) => {
    const complain = (path: string[], message: string) =>
      issues.push({ code: 'custom', input: value, path, message })
    const said = origins.filter((word) => value[word] !== undefined)
    if (said.length !== 1) complain([], `must say one of ${origins.join(', ')}`)
    if (value.ref !== undefined && value.git === undefined) complain(['ref'], 'goes with git alone')
    if (value.within !== undefined && value.directory !== undefined)
      complain(['within'], 'does not go with directory: name the directory that is meant')
  })

const health = z.strictObject({
  path: pagePath.default('/').describe('Page that is asked for.'),
  status: statuses.describe('Status it must have: one, a range such as `200-299`, or a list of these.'),
  body: z.string().min(1).max(1000).optional().describe('What the page must hold, sign by sign.'),
  within: z
    .number()
    .int()
    .min(1)
    .max(600)
    .default(30)
    .describe('Seconds that it has to become well after it was changed.'),
})

const common = {
  name: name.describe('Its name; its versions lie in /srv/NAME.'),
  source: source.describe(
    'Where it comes from: one of directory, archive and git. Relative paths start at the file that says them.',
  ),
  version: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be 1 to 64 letters, digits, ".", "_", "+" or "-"')
    .optional()
    .describe(
      'Name of what is there now; where absent the beginning of the commit, or of a sum of what it holds.',
    ),
  health: health
    .prefault({})
    .describe(
      'How a realserver tells that it works, asked there: before it gets clients again, and by `verify` through the VIP.',
    ),
  keep: z
    .number()
    .int()
    .min(2)
    .max(50)
    .default(3)
    .describe('How many versions each realserver keeps, for `deploy --rollback`.'),
  realservers: groupName
    .optional()
    .describe('Group of those of the realservers that run it; all of them where absent.'),
  port: port
    .optional()
    .describe('Port of the realservers on which it answers; that of the first of the services where absent.'),
}

const variable = z
  .union([z.string(), z.number(), z.boolean()])
  .refine((value) => !/[\0\r]/.test(String(value)), 'must hold neither NUL nor a carriage return')

/** What the realservers run of the user's own. */
const application = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('site')
      .describe(
        'A static site, which the nginx or Apache of the backend serves: a single one on all of its ports, several each on its `port`.',
      ),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('war').describe('A web application of Java, which the Tomcat of the backend runs.'),
    ...common,
    context: z
      .string()
      .regex(/^\/([A-Za-z0-9][A-Za-z0-9._-]*)?$/, 'must be / or a path of one part such as /shop')
      .default('/')
      .describe('Path below which Tomcat serves it.'),
  }),
  z.strictObject({
    kind: z.literal('service').describe('A program of its own, which systemd runs as app-NAME.service.'),
    ...common,
    command: z
      .string()
      .regex(/^\S[^\n\0]*$/, 'must be one line, the program first')
      .describe(
        'What is run, in the directory of its version; a program of that directory as `./server`. It has to stay in the foreground.',
      ),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user')
      .refine((user) => user !== 'root', 'must be another one than root')
      .optional()
      .describe('User it runs as, which is made; one with the name of the application where absent.'),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable'), variable)
      .default({})
      .describe(
        'Its environment, in which `PORT` is the port unless it is said here. Secrets by `!vault` or `!file` are written for root alone.',
      ),
    packages: z
      .array(z.string().regex(/^[a-z0-9][A-Za-z0-9.+-]*$/, 'must be the name of a package'))
      .default([])
      .describe('Packages of the distribution that it needs, such as `nodejs`.'),
  }),
])

/** The applications of a cluster. */
export const applications = z.array(application).max(20).default([])

/** An application as the inventory describes it. */
export type ApplicationSettings = z.infer<typeof application>
