import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, list, path, refused, str } from './option.ts'

/** What a comma cut in two belongs together: a>=1,<2. */
function mended(names: readonly string[]): readonly string[] {
  const whole: string[] = []
  for (const name of names) {
    const last = whole.at(-1)
    if (last !== undefined && /^[<>=!~]/.test(name)) whole[whole.length - 1] = `${last},${name}`
    else whole.push(name)
  }
  return whole
}

/** ansible.builtin.pip. */
export const pipModule = module({
  name: 'pip',
  collection: 'ansible.builtin',
  summary: 'Packages of Python.',
  options: {
    name: done(list()),
    version: done(str()),
    requirements: done(str()),
    virtualenv: done(path()),
    virtualenv_site_packages: done(bool(false)),
    virtualenv_command: different('python3 -m venv where nothing is said', path({ default: 'virtualenv' })),
    virtualenv_python: different('where virtualenv is what makes it; else it is what runs venv', str()),
    state: done(str({ choices: ['absent', 'forcereinstall', 'latest', 'present'], default: 'present' })),
    extra_args: done(str()),
    editable: refused('say -e in extra_args', bool(false)),
    chdir: done(path()),
    executable: done(path()),
    umask: refused('set the mode with file and recurse', str()),
  },
  means: (given) => {
    const { name = [], version, virtualenv_command, requirements, chdir } = given
    const whole = mended(name)
    const python = given.virtualenv_python
    const own = virtualenv_command === 'virtualenv' ? undefined : virtualenv_command
    const makes = own === undefined ? python && `${python} -m venv` : python ? `${own} -p ${python}` : own
    if (version !== undefined && whole.length !== 1)
      return { option: 'version', refused: '"version" is of one package: write a==1.0 in the list' }
    return {
      kind: 'pip_packages',
      fields: fields({
        name: version === undefined ? whole : [`${whole[0]}==${version}`],
        requirements:
          requirements === undefined || requirements.startsWith('/') || chdir === undefined
            ? requirements
            : `${chdir}/${requirements}`,
        virtualenv: given.virtualenv,
        virtualenv_command: makes,
        site_packages: given.virtualenv_site_packages,
        executable: given.executable,
        extra_args: given.extra_args,
        chdir,
        state: given.state,
      }),
    }
  },
})
