import { module } from './module.ts'
import { done, refused, str } from './option.ts'

/** ansible.builtin.hostname. */
export const hostnameModule = module({
  name: 'hostname',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: "The host's own name.",
  options: {
    name: done(str({ required: true })),
    use: refused(
      'the kernel and /etc/hostname are told',
      str({
        choices: [
          'alpine',
          'debian',
          'freebsd',
          'generic',
          'macos',
          'macosx',
          'darwin',
          'openbsd',
          'openrc',
          'redhat',
          'sles',
          'solaris',
          'systemd',
        ],
      }),
    ),
  },
  means: ({ name }) => ({ kind: 'hostname', fields: { name } }),
})
