import { z } from 'zod'
import type { Difference } from '../model/change.ts'
import type { ResourceKind } from '../model/resource.ts'
import { hostnameNow } from '../sensors/hostnames.ts'
import { embed, sh } from '../shell/quote.ts'
import { replaceFile } from './small-file.ts'

const schema = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(
      /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
      'must be a host name',
    )
    .describe('The name, at most 64 characters as Linux has it.'),
})

type Hostname = z.infer<typeof schema>

/** The host's own name, now and at every boot. */
export const hostname: ResourceKind<Hostname, { name: typeof hostnameNow }> = {
  name: 'hostname',
  summary: "The host's own name, now and at every boot.",
  schema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: () => ({ name: hostnameNow }),
  converge: ({ name }, { name: found }) => {
    if (found.live === name && found.atBoot === name) return undefined
    const differs = (word: string, before: string): readonly Difference[] =>
      before === name ? [] : [{ is: 'attribute', name: word, before: before || undefined, after: name }]
    return {
      summary: `set to ${name}`,
      differences: [...differs('now', found.live), ...differs('at boot', found.atBoot)],
      // Where a container mounts the file from outside it cannot be replaced, only written.
      script: sh`if grep -qs ' /etc/hostname ' /proc/self/mountinfo; then
  printf '%s\n' ${name} >/etc/hostname
else
${embed(replaceFile('/etc/hostname', sh`printf '%s\n' ${name}`))}
fi
printf '%s\n' ${name} >/proc/sys/kernel/hostname`,
      impact: 'none',
      // Templates may rest on the host's name in its facts.
      disturbs: 'everything',
    }
  },
}
