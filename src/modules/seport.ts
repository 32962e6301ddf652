import { module } from './module.ts'
import { bool, different, done, list, refused, str } from './option.ts'

/** community.general.seport. */
export const seportModule = module({
  name: 'seport',
  collection: 'community.general',
  summary: 'Which type the policy of SELinux gives to ports.',
  options: {
    ports: done(list({ required: true })),
    proto: done(str({ choices: ['tcp', 'udp'], required: true })),
    setype: done(str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    reload: different('the policy is loaded anew', bool(true)),
    ignore_selinux_state: different('semanage is what is asked', bool(false)),
    local: refused('all of the policy is looked at', bool(false)),
  },
  means: ({ ports, proto, setype, state }) => ({
    kind: 'selinux_port',
    fields: { ports, protocol: proto, type: setype, state },
  }),
})
