import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, path, str } from './option.ts'

/** community.general.npm. */
export const npmModule = module({
  name: 'npm',
  collection: 'community.general',
  summary: 'Packages of Node.js.',
  options: {
    name: done(str()),
    path: done(path()),
    version: done(str()),
    global: done(bool(false)),
    executable: done(path()),
    ignore_scripts: done(bool(false)),
    unsafe_perm: done(bool(false)),
    ci: done(bool(false)),
    production: done(bool(false)),
    registry: done(str()),
    state: done(str({ choices: ['present', 'absent', 'latest'], default: 'present' })),
    no_optional: done(bool(false)),
    no_bin_links: done(bool(false)),
  },
  means: (given) => {
    const flags = {
      ignore_scripts: '--ignore-scripts',
      unsafe_perm: '--unsafe-perm',
      no_optional: '--no-optional',
      no_bin_links: '--no-bin-links',
    } as const
    const { name, path, version, global, executable, ci, production, registry, state } = given
    return {
      kind: 'npm_packages',
      fields: fields({
        name,
        path,
        version,
        global,
        executable,
        ci,
        production,
        registry,
        state,
        flags: (['ignore_scripts', 'unsafe_perm', 'no_optional', 'no_bin_links'] as const)
          .filter((one) => given[one])
          .map((one) => flags[one]),
      }),
    }
  },
})
