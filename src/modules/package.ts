import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, mayLack, ours, refused, str, words } from './option.ts'

/** ansible.builtin.package. */
export const packageModule = module({
  name: 'package',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'Packages, by whatever manager the machine has.',
  options: {
    name: done(words({ required: true })),
    state: mayLack(different('`present` where it is not said', str({ required: true }))),
    use: refused('the machine has one package manager, which is used', str({ default: 'auto' })),
    version: ours('This version and no other, of the one package named.', str()),
    start_services: ours(
      'Whether services that they bring start at once, as their distribution has it.',
      bool(true),
    ),
  },
  means: (given) => {
    const { name, state, version, start_services } = given
    const states: Readonly<Record<string, string>> = { installed: 'present', removed: 'absent' }
    return {
      kind: 'package',
      fields: fields({ name, state: states[state ?? ''] ?? state, version, start_services }),
    }
  },
})
