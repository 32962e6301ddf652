import { module } from './module.ts'
import { bool, different, done, str } from './option.ts'

/** How Apache calls those that are not called by the name of their file. */
function identifierOf(name: string): string {
  if (name.includes('shib')) return 'mod_shib'
  if (name.includes('evasive')) return 'evasive20_module'
  const [php] = /^php\d(?=\.)/.exec(name) ?? []
  return `${php ?? name}_module`
}

/** community.general.apache2_module. */
export const apache2ModuleModule = module({
  name: 'apache2_module',
  collection: 'community.general',
  summary: 'A module of the Apache of Debian: plans ask it.',
  options: {
    name: done(str({ required: true })),
    identifier: done(str()),
    force: done(bool(false)),
    state: done(str({ choices: ['present', 'absent'], default: 'present' })),
    ignore_configcheck: done(bool(false)),
    warn_mpm_absent: different('nothing is said of it', bool(true)),
  },
  means: ({ name, identifier, force, state, ignore_configcheck }) => ({
    kind: 'apache_module',
    fields: {
      name,
      identifier: identifier ?? identifierOf(name),
      force,
      state,
      unchecked: ignore_configcheck,
    },
  }),
})
