import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, refused, str } from './option.ts'

/** ansible.posix.selinux. */
export const selinuxModule = module({
  name: 'selinux',
  collection: 'ansible.posix',
  summary: 'How much SELinux enforces.',
  options: {
    policy: done(str()),
    state: done(str({ choices: ['disabled', 'enforcing', 'permissive'], required: true })),
    update_kernel_param: refused('run grubby with "command"', bool(false)),
    configfile: refused(
      '/etc/selinux/config is what is read at boot',
      str({ aliases: ['conf', 'file'], default: '/etc/selinux/config' }),
    ),
  },
  means: ({ policy, state }) => ({ kind: 'selinux_state', fields: fields({ policy, state }) }),
})
