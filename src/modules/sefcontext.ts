import { module } from './module.ts'
import { bool, different, done, refused, str } from './option.ts'

/** community.general.sefcontext. */
export const sefcontextModule = module({
  name: 'sefcontext',
  collection: 'community.general',
  summary: 'Which label the policy of SELinux gives to paths.',
  options: {
    target: done(str({ aliases: ['path'], required: true })),
    ftype: done(str({ choices: ['a', 'b', 'c', 'd', 'f', 'l', 'p', 's'], default: 'a' })),
    setype: done(str()),
    substitute: refused('run "semanage fcontext -e" with command', str({ aliases: ['equal'] })),
    seuser: refused('run semanage with "command"', str()),
    selevel: refused('run semanage with "command"', str({ aliases: ['serange'] })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    reload: different('the policy is loaded anew', bool(true)),
    ignore_selinux_state: different('semanage is what is asked', bool(false)),
  },
  means: ({ target, ftype, setype, state }) =>
    setype === undefined
      ? { refused: '"setype" is missing in sefcontext' }
      : { kind: 'selinux_label', fields: { target, of: ftype, type: setype, state } },
})
