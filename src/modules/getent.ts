import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, str } from './option.ts'

/** What getent(1) of glibc knows. */
const databases = [
  ...['ahosts', 'ahostsv4', 'ahostsv6', 'aliases', 'ethers', 'group', 'gshadow', 'hosts', 'initgroups'],
  ...['netgroup', 'networks', 'passwd', 'protocols', 'rpc', 'services', 'shadow'],
]

/** ansible.builtin.getent. */
export const getentModule = module({
  name: 'getent',
  collection: 'ansible.builtin',
  summary: 'Entries of a database such as passwd or hosts, as facts: plans know them, too.',
  gathers: (written) => {
    const database = written('database')
    return (database === undefined ? databases : [database]).map((one) => `getent_${one}`)
  },
  options: {
    database: done(str({ required: true })),
    key: done(str({ default: '' })),
    service: done(str()),
    split: done(str()),
    fail_key: done(bool(true)),
  },
  means: ({ database, key, service, split, fail_key }) => ({
    kind: 'getent',
    fields: fields({ database, key, service, split, fail_key }),
  }),
})
