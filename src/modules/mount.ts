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
    dump: done(str({ default: '0' })),
    passno: done(str({ default: '0' })),
    state: different(
      'remounted and ephemeral are refused',
      str({
        choices: ['absent', 'absent_from_fstab', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral'],
        required: true,
      }),
    ),
    fstab: refused('/etc/fstab is what is read at boot', str()),
    boot: different(
      '`no` adds noauto to the options; as with Ansible, not where there are none, or defaults',
      bool(true),
    ),
    backup: refused('the plan shows the line that is replaced', bool(false)),
  },
  means: ({ path, src, fstype, opts, state, boot, dump, passno }, said) => {
    if (['remounted', 'ephemeral'].includes(state))
      return { option: 'state', refused: `state ${state} is not supported: run mount with "command"` }
    const words = opts?.split(',') ?? ['defaults']
    const options = boot || words.includes('defaults') || words.includes('noauto') ? opts : `${opts},noauto`
    return {
      kind: 'mount',
      fields: fields({
        path,
        src,
        fstype,
        options: options === undefined || options === '' ? undefined : options,
        state: state === 'absent_from_fstab' ? 'not_at_boot' : state,
        checks: said.has('dump') || said.has('passno') ? `${dump} ${passno}` : undefined,
        with_directory: state === 'absent' ? true : undefined,
      }),
    }
  },
})
