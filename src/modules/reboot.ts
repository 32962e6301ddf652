import { fields } from './file-options.ts'
import { module } from './module.ts'
import { different, done, int, list, str } from './option.ts'

const usual = '[determined based on target OS]'

/** ansible.builtin.reboot. */
export const rebootModule = module({
  name: 'reboot',
  collection: 'ansible.builtin',
  summary: 'Restarts a machine and waits for it.',
  options: {
    pre_reboot_delay: different('in seconds, not rounded to minutes', int({ default: 0 })),
    post_reboot_delay: done(int({ default: 0 })),
    reboot_timeout: done(int({ default: 600 })),
    connect_timeout: done(int()),
    test_command: done(str({ default: 'whoami' })),
    msg: done(str({ default: 'Reboot initiated by Ansible' })),
    search_paths: done(list({ default: ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'] })),
    boot_time_command: done(str({ default: 'cat /proc/sys/kernel/random/boot_id' })),
    reboot_command: done(str({ default: usual })),
  },
  means: (given) => ({
    kind: 'restart',
    fields: fields({
      command: given.reboot_command === usual ? undefined : given.reboot_command,
      identity: given.boot_time_command,
      test: given.test_command,
      message: given.msg,
      places: given.search_paths,
      before: Math.max(0, given.pre_reboot_delay),
      after: Math.max(0, given.post_reboot_delay),
      timeout: given.reboot_timeout,
      connect_timeout: given.connect_timeout,
    }),
  }),
})
