import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { selinuxBooleanNamed } from '../sensors/selinux-booleans.ts'
import { sh } from '../shell/quote.ts'
import { refuse } from './refuse.ts'

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be the name of a boolean such as httpd_can_network_connect')
    .describe('The boolean.'),
  value: z.boolean().default(true).describe('Whether it is on, now and at every boot.'),
})

type SelinuxBoolean = z.infer<typeof schema>

/** A boolean of SELinux's policy. Where SELinux is absent, disabled or has no policy, nothing is confined by it. */
export const selinuxBoolean: ResourceKind<SelinuxBoolean, { found: ReturnType<typeof selinuxBooleanNamed> }> =
  {
    name: 'selinux_boolean',
    summary:
      "A boolean of SELinux's policy, now and at every boot. Where SELinux is absent or disabled there is nothing to do.",
    schema,
    shorthand: 'name',
    subject: ({ name }) => name,
    inspect: ({ name }) => ({ found: selinuxBooleanNamed(name) }),
    converge: ({ name, value }, { found: { policy, live, kept } }) => {
      if (policy === 'off' || (live === value && kept === value)) return undefined
      if (live === undefined) return refuse(`the policy of SELinux has no boolean ${name}`)
      const show = (one: boolean | undefined) => (one === undefined ? undefined : one ? 'on' : 'off')
      return {
        summary: `switch ${value ? 'on' : 'off'}`,
        differences: [
          ...(live === value
            ? []
            : [{ is: 'attribute' as const, name: 'now', before: show(live), after: show(value) }]),
          ...(kept === value
            ? []
            : [{ is: 'attribute' as const, name: 'at boot', before: show(kept), after: show(value) }]),
        ],
        script: sh`if ! command -v setsebool >/dev/null 2>&1; then
  echo 'there is no setsebool on this host: install policycoreutils' >&2
  exit 1
fi
setsebool -P ${`${name}=${value ? 1 : 0}`}`,
        impact: 'none',
        disturbs: [`selinux-boolean:${name}`],
      }
    },
  }
