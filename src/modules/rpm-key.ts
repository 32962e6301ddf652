import { module } from './module.ts'
import { bool, different, done, refused, str } from './option.ts'

/** ansible.builtin.rpm_key. */
export const rpmKeyModule = module({
  name: 'rpm_key',
  collection: 'ansible.builtin',
  summary: 'A key that rpm trusts.',
  options: {
    key: different('a URL is fetched once; another key under it is not seen', str({ required: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    validate_certs: done(bool(true)),
    fingerprint: refused('name a key that is kept beside the playbook, with copy', str()),
  },
  means: ({ key, state, validate_certs }) => ({ kind: 'rpm_key', fields: { key, state, validate_certs } }),
})
