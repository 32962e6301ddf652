import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, done, path, str } from './option.ts'

/** community.general.gem. */
export const gemModule = module({
  name: 'gem',
  collection: 'community.general',
  summary: 'A package of Ruby.',
  options: {
    name: done(str({ required: true })),
    state: done(str({ choices: ['present', 'absent', 'latest'], default: 'present' })),
    gem_source: done(path()),
    include_dependencies: done(bool(true)),
    repository: done(str({ aliases: ['source'] })),
    user_install: done(bool(true)),
    executable: done(path()),
    install_dir: done(path()),
    bindir: done(path()),
    norc: done(bool(true)),
    env_shebang: done(bool(false)),
    version: done(str()),
    pre_release: done(bool(false)),
    include_doc: done(bool(false)),
    build_flags: done(str()),
    force: done(bool(false)),
  },
  means: (given) => {
    const { state, gem_source, repository, version, user_install, install_dir } = given
    if (version !== undefined && state === 'latest')
      return { option: 'version', refused: '"version" and "state: latest" do not go together' }
    if (gem_source !== undefined && (repository ?? version) !== undefined)
      return {
        option: 'gem_source',
        refused: 'a file says by itself what it is: no "version", no "repository"',
      }
    if (gem_source !== undefined && state === 'latest')
      return { option: 'gem_source', refused: 'nobody knows what follows a file: say "state: present"' }
    if (user_install && install_dir !== undefined)
      return { option: 'install_dir', refused: 'needs "user_install: no"' }
    return {
      kind: 'gem',
      fields: fields({
        name: given.name,
        file: gem_source,
        version,
        source: repository,
        directory: install_dir,
        programs: given.bindir,
        executable: given.executable,
        norc: given.norc,
        force: given.force,
        flags: [
          ...(given.include_dependencies ? [] : ['--ignore-dependencies']),
          user_install ? '--user-install' : '--no-user-install',
          ...(given.pre_release ? ['--pre'] : []),
          ...(given.include_doc ? [] : ['--no-document']),
          ...(given.env_shebang ? ['--env-shebang'] : []),
        ],
        build: given.build_flags,
        state,
      }),
    }
  },
})
