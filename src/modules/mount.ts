import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, refused, str } from './option.ts'

/** ansible.posix.mount. */
export const mountModule = module({
  name: 'mount',
  collection: 'ansible.posix',
  summary: 'A file system mounted at a path.',
  options: {
    path: done(path({ aliases: ['name'], required: true })),
    src: done(path()),
    fstype: done(str()),
    opts: done(str()),
    dump: refused('it is 0', str({ default: '0' })),
    passno: refused('it is 0', str({ default: '0' })),
    state: different(
      'remounted, ephemeral and absent_from_fstab are refused; absent keeps the directory',
      str({
        choices: ['absent', 'absent_from_fstab', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral'],
        required: true,
      }),
    ),
    fstab: refused('/etc/fstab is what is read at boot', str()),
    boot: different('`no` is the option noauto', bool(true)),
    backup: refused('the plan shows the line that is replaced', bool(false)),
  },
  means: ({ path, src, fstype, opts, state, boot }) => {
    if (['remounted', 'ephemeral', 'absent_from_fstab'].includes(state))
      return { option: 'state', refused: `state ${state} is not supported: run mount with "command"` }
    const options = boot ? opts : [...(opts === undefined ? [] : [opts]), 'noauto'].join(',')
    return { kind: 'mount', fields: fields({ path, src, fstype, options, state }) }
  },
})
