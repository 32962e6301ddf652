import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'
import { replaceFile } from './small-file.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const state = z.strictObject({
  state: z
    .enum(['enforcing', 'permissive', 'disabled'])
    .describe('How much it enforces, now and at every boot.'),
  policy: z
    .string()
    .regex(/^[a-z]+$/, 'must be the name of a policy')
    .optional()
    .describe('The policy.'),
})

/** How much SELinux enforces. To switch it on or off takes a boot. */
export const selinuxState: ProbedKind<z.infer<typeof state>> = probed({
  name: 'selinux',
  summary: 'How much SELinux enforces, now and at every boot.',
  schema: state,
  subject: ({ state }) => state,
  about: () => ['file:/etc/selinux', 'selinux'],
  ask: () => sh`[ -f /etc/selinux/config ] || { echo none; exit 0; }
sed -n 's/^SELINUX=\([a-z]*\).*/boot \1/p; s/^SELINUXTYPE=\([a-z]*\).*/policy \1/p' /etc/selinux/config
cat /sys/fs/selinux/enforce 2>/dev/null || :`,
  change: ({ state, policy }, { stdout }) => {
    const said = stdout.split('\n')
    if (said.includes('none')) return state === 'disabled' ? undefined : 'there is no SELinux on this host'
    const boot = said.find((line) => line.startsWith('boot '))?.slice(5)
    const kind = said.find((line) => line.startsWith('policy '))?.slice(7)
    const live = said.includes('1') ? 'enforcing' : said.includes('0') ? 'permissive' : 'disabled'
    const moves = live !== 'disabled' && state !== 'disabled' && live !== state
    const writes = boot !== state || (policy !== undefined && policy !== kind)
    if (!moves && !writes) return undefined
    const edit = sh`sed -e ${`s/^SELINUX=.*/SELINUX=${state}/`} ${policy === undefined ? [] : ['-e', `s/^SELINUXTYPE=.*/SELINUXTYPE=${policy}/`]} /etc/selinux/config`
    return {
      summary: `set to ${state}${live === 'disabled' || state === 'disabled' ? ' at the next boot' : ''}`,
      differences: [{ is: 'attribute', name: 'state', before: `${live}, at boot ${boot}`, after: state }],
      script: sh`${embed(writes ? replaceFile('/etc/selinux/config', edit) : sh`:`)}
${embed(moves ? sh`setenforce ${state === 'enforcing' ? 1 : 0}` : sh`:`)}`,
      disturbs: ['file:/etc/selinux', 'selinux'],
      keeps: 'nothing',
    }
  },
})

const label = z.strictObject({
  target: z
    .string()
    .regex(/^\/[^\s\0]*$/, 'must be a regular expression of paths')
    .describe('Which paths.'),
  type: z
    .string()
    .regex(/^[a-z0-9_]+$/, 'must be a type such as httpd_sys_content_t')
    .describe('The type they get.'),
  of: z
    .enum(['a', 'f', 'd', 'c', 'b', 's', 'l', 'p'])
    .default('a')
    .describe('What of them: files, directories …'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent`: the policy of the distribution counts.'),
})

/** Which label the policy of SELinux gives to paths. */
export const selinuxLabel: ProbedKind<z.infer<typeof label>> = probed({
  name: 'sefcontext',
  summary: 'Which label the policy of SELinux gives to paths.',
  schema: label,
  subject: ({ target }) => target,
  about: () => ['file:/etc/selinux', 'package:policycoreutils'],
  ask: () => sh`command -v semanage >/dev/null 2>&1 || { echo no-semanage; exit 0; }
semanage fcontext -l -C -n 2>/dev/null || :`,
  change: ({ target, type, of, state }, { stdout }) => {
    if (stdout.startsWith('no-semanage'))
      return 'there is no semanage on this host: install policycoreutils-python-utils in a task before'
    const line = stdout.split('\n').find((one) => one.startsWith(`${target} `))
    const now = /:([a-z0-9_]+)(?::\S+)?\s*$/.exec(line ?? '')?.[1]
    if (state === 'absent' ? line === undefined : now === type) return undefined
    const verb = state === 'absent' ? ['-d'] : [line === undefined ? '-a' : '-m', '-t', type]
    return {
      summary: state === 'absent' ? 'remove' : `label ${type}`,
      script: sh`semanage fcontext ${verb} -f ${of} ${target}`,
      takesLong: true,
      disturbs: ['file:/etc/selinux'],
      keeps: 'nothing',
    }
  },
})

const port = z.strictObject({
  ports: z
    .array(z.string().regex(/^\d+(-\d+)?$/, 'must be a port or a range'))
    .min(1)
    .describe('The ports.'),
  protocol: z.enum(['tcp', 'udp']).describe('The protocol.'),
  type: z
    .string()
    .regex(/^[a-z0-9_]+$/, 'must be a type such as http_port_t')
    .describe('The type they get.'),
  state: z
    .enum(['present', 'absent'])
    .default('present')
    .describe('`absent`: the policy of the distribution counts.'),
})

/** Which type the policy of SELinux gives to ports. */
export const selinuxPort: ProbedKind<z.infer<typeof port>> = probed({
  name: 'seport',
  summary: 'Which type the policy of SELinux gives to ports.',
  schema: port,
  subject: ({ ports, protocol }) => `${ports.join(',')}/${protocol}`,
  about: () => ['file:/etc/selinux', 'package:policycoreutils'],
  ask: () => sh`command -v semanage >/dev/null 2>&1 || { echo no-semanage; exit 0; }
semanage port -l -n 2>/dev/null || :`,
  change: ({ ports, protocol, type, state }, { stdout }) => {
    if (stdout.startsWith('no-semanage'))
      return 'there is no semanage on this host: install policycoreutils-python-utils in a task before'
    const rows = stdout.split('\n').map((line) => line.trim().split(/[\s,]+/))
    const typesOf = (one: string) =>
      rows.filter(([, kind, ...all]) => kind === protocol && all.includes(one)).map(([name]) => name)
    const left = ports.filter((one) => typesOf(one).includes(type) !== (state === 'present'))
    if (left.length === 0) return undefined
    return {
      summary: `${state === 'present' ? type : 'remove'} ${left.join(', ')}`,
      script: sh`for us_p in ${left}; do
  if [ ${state} = absent ]; then semanage port -d -t ${type} -p ${protocol} "$us_p"
  else semanage port -a -t ${type} -p ${protocol} "$us_p" 2>/dev/null || semanage port -m -t ${type} -p ${protocol} "$us_p"; fi
done`,
      takesLong: true,
      disturbs: ['file:/etc/selinux'],
      keeps: 'nothing',
    }
  },
})
