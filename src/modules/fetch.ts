import { module } from './module.ts'
import { bool, different, done, ours, str } from './option.ts'

/** ansible.builtin.fetch. */
export const fetchModule = module({
  name: 'fetch',
  collection: 'ansible.builtin',
  takes: ['inventory_hostname', 'playbook_dir'],
  summary: 'A file of a machine, brought to this computer: plans know whether it differs.',
  options: {
    src: done(str({ required: true })),
    dest: different(
      'what not everybody may read on the machine is written for its owner alone',
      str({ required: true }),
    ),
    fail_on_missing: done(bool(true)),
    validate_checksum: different('it is always compared, by its sha256', bool(true)),
    flat: done(bool(false)),
    inventory_hostname: ours('The name of the machine; filled in.', str()),
    playbook_dir: ours('Where `dest` begins if it is no path from the root; filled in.', str()),
  },
  means: ({ src, dest, fail_on_missing, flat, inventory_hostname = '', playbook_dir = '' }) => {
    const whole = dest.startsWith('/') ? dest : `${playbook_dir}/${dest}`
    const name = src.slice(src.lastIndexOf('/') + 1)
    const below = `${whole.replace(/\/+$/, '')}/${inventory_hostname}/${src.replace(/^\/+/, '')}`
    const place = flat ? (whole.endsWith('/') ? `${whole}${name}` : whole) : below
    return { kind: 'fetched', fields: { src, dest: place.replaceAll(/\/(\.\/)+/g, '/'), fail_on_missing } }
  },
})
