import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import { groupNamed } from '../sensors/accounts.ts'
import { sh } from '../shell/quote.ts'
import { accountName } from './fields.ts'

const schema = z.strictObject({
  name: accountName.describe('The group.'),
  gid: z.number().int().min(0).max(4_294_967_294).optional().describe('Its number.'),
  system: z.boolean().default(false).describe('A number below those of people.'),
  state: z.enum(['present', 'absent']).default('present').describe('`absent` removes it.'),
})

type Group = z.infer<typeof schema>

/** A group of the host. */
export const group: ResourceKind<Group, { group: ReturnType<typeof groupNamed> }> = {
  name: 'group',
  summary: 'A group of the host.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: ({ name }) => ({ group: groupNamed(name) }),
  converge: ({ name, gid, system, state }, { group: found }) => {
    const common = { impact: 'none', disturbs: [`group:${name}`] } as const
    const number = gid === undefined ? [] : ['-g', gid]
    if (state === 'absent')
      return (
        found && {
          summary: 'remove',
          differences: [{ is: 'attribute', name: 'group', before: name, after: undefined }],
          script: sh`groupdel -- ${name}`,
          ...common,
        }
      )
    if (!found)
      return {
        summary: 'create',
        differences: [{ is: 'attribute', name: 'group', before: undefined, after: name }],
        script: sh`groupadd ${system ? ['-r', ...number] : number} -- ${name}`,
        ...common,
      }
    if (gid === undefined || gid === found.gid) return undefined
    return {
      summary: `change its number to ${gid}`,
      differences: [{ is: 'attribute', name: 'gid', before: String(found.gid), after: String(gid) }],
      script: sh`groupmod ${number} -- ${name}`,
      ...common,
    }
  },
}
