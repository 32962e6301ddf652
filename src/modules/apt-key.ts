import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'

/** ansible.builtin.apt_key. */
export const aptKeyModule = module({
  name: 'apt_key',
  collection: 'ansible.builtin',
  summary: 'A key that apt trusts.',
  options: {
    id: done(str()),
    data: done(str()),
    file: done(path()),
    keyring: done(path()),
    url: different('fetched once; another key under the same URL is not seen', str()),
    keyserver: done(str()),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    validate_certs: done(bool(true)),
  },
  means: (given) => ({ kind: 'apt_key', fields: fields(given) }),
})
