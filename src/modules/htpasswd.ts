import { fields, fileOptions, ownershipOf } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, path, refused, str } from './option.ts'

/** community.general.htpasswd. */
export const htpasswdModule = module({
  name: 'htpasswd',
  collection: 'community.general',
  summary: 'A user of a web server, in a file of these.',
  options: {
    ...fileOptions,
    path: done(path({ aliases: ['dest', 'destfile'], required: true })),
    name: done(str({ aliases: ['username'], required: true })),
    password: done(str({ secret: true })),
    crypt_scheme: refused(
      'passwords are written with apr1, which all servers read',
      str({ default: 'apr_md5_crypt' }),
    ),
    state: done(str({ choices: ['present', 'absent'], default: 'present' })),
    create: done(bool(true)),
  },
  means: ({ path, name, password, state, create, ...given }) => ({
    kind: 'htpasswd',
    fields: fields({ path, name, password, state, create, ...ownershipOf(given) }),
  }),
})
