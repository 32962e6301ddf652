import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** ansible.posix.seboolean. */
export const sebooleanModule = module({
  name: 'seboolean',
  collection: 'ansible.posix',
  summary: "A boolean of SELinux's policy.",
  options: {
    name: done(str({ required: true })),
    persistent: different('it is kept over boots in any case', bool(false)),
    state: done(bool(undefined, { required: true })),
    ignore_selinux_state: different('where SELinux is off there is nothing to do', bool(false)),
  },
  means: ({ name, state }) => ({ kind: 'selinux_boolean', fields: { name, value: state } }),
})
