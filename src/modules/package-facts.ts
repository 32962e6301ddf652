import { module } from './module.ts'
import { different, list, str } from './option.ts'

/** ansible.builtin.package_facts. */
export const packageFactsModule = module({
  name: 'package_facts',
  collection: 'ansible.builtin',
  summary: 'All packages of a machine, as facts: plans know them, too.',
  gathers: () => ['packages'],
  options: {
    manager: different(
      'dpkg or rpm, whichever the machine has; of a package of dpkg no `origin` is told',
      list({
        choices: ['auto', 'rpm', 'apt', 'portage', 'pkg', 'pacman', 'apk', 'pkg_info'],
        default: ['auto'],
      }),
    ),
    strategy: different('one machine has one of both', str({ choices: ['first', 'all'], default: 'first' })),
  },
  means: ({ manager }) =>
    manager.some((one) => ['auto', 'rpm', 'apt'].includes(one))
      ? { kind: 'package_facts', fields: {} }
      : { option: 'manager', refused: 'dpkg and rpm are the package managers that are known' },
})
