import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'

/** ansible.posix.sysctl. */
export const sysctlModule = module({
  name: 'sysctl',
  collection: 'ansible.posix',
  summary: 'A kernel setting.',
  options: {
    name: done(str({ aliases: ['key'], required: true })),
    value: done(str({ aliases: ['val'] })),
    state: done(str({ choices: ['present', 'absent'], default: 'present' })),
    ignoreerrors: different('a setting that the kernel does not have is no error', bool(false)),
    reload: different(
      'the running kernel is told at once; `no` and no sysctl_set: only the file is written',
      bool(true),
    ),
    sysctl_file: different(
      '/etc/sysctl.conf, which not every boot reads, or one of /etc/sysctl.d; other lines are left as they are written',
      path({ default: '/etc/sysctl.conf' }),
    ),
    sysctl_set: different('the running kernel is told in any case', bool(false)),
  },
  means: ({ name, value, state, sysctl_file, reload, sysctl_set, ignoreerrors }) => {
    if (state === 'present' && value === undefined) return { refused: '"value" is missing in sysctl' }
    if (sysctl_file !== '/etc/sysctl.conf' && !/^\/etc\/sysctl\.d\/[^/]+\.conf$/.test(sysctl_file))
      return { option: 'sysctl_file', refused: 'must be a file of /etc/sysctl.d, which is read at boot' }
    return {
      kind: 'sysctl',
      fields: fields({
        name,
        value,
        state,
        file: sysctl_file,
        at_boot_only: !reload && !sysctl_set ? true : undefined,
        tolerant: ignoreerrors || undefined,
      }),
    }
  },
})
