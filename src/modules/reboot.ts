import { module } from './module.ts'
import { done, int, list, str } from './option.ts'

/** ansible.builtin.reboot. */
export const rebootModule = module({
  name: 'reboot',
  collection: 'ansible.builtin',
  byEngine: 'not yet',
  summary: 'Restarts a machine and waits for it.',
  options: {
    pre_reboot_delay: done(int({ default: 0 })),
    post_reboot_delay: done(int({ default: 0 })),
    reboot_timeout: done(int({ default: 600 })),
    connect_timeout: done(int()),
    test_command: done(str({ default: 'whoami' })),
    msg: done(str({ default: 'Reboot initiated by Ansible' })),
    search_paths: done(list({ default: ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'] })),
    boot_time_command: done(str({ default: 'cat /proc/sys/kernel/random/boot_id' })),
    reboot_command: done(str({ default: '[determined based on target OS]' })),
  },
  means: () => ({
    refused: 'restart it by hand, or with "understudy drill": no task here restarts a machine yet',
  }),
})
