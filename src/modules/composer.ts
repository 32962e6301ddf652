import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, path, str } from './option.ts'

/** Options that are those of composer, with `-` for `_`. */
const flags = [
  ...(['prefer_source', 'prefer_dist', 'no_dev', 'no_scripts', 'no_plugins'] as const),
  ...(['optimize_autoloader', 'classmap_authoritative', 'apcu_autoloader', 'ignore_platform_reqs'] as const),
]

/** community.general.composer. */
export const composerModule = module({
  name: 'composer',
  collection: 'community.general',
  summary: 'What a project of PHP needs: plans ask composer what it would do.',
  options: {
    command: different(
      'one that cannot say what it would do is run in every run',
      str({ default: 'install' }),
    ),
    arguments: done(str({ default: '' })),
    executable: done(path({ aliases: ['php_path'] })),
    working_dir: done(path()),
    global_command: done(bool(false)),
    prefer_source: done(bool(false)),
    prefer_dist: done(bool(false)),
    no_dev: done(bool(true)),
    no_scripts: done(bool(false)),
    no_plugins: done(bool(false)),
    optimize_autoloader: done(bool(true)),
    classmap_authoritative: done(bool(false)),
    apcu_autoloader: done(bool(false)),
    ignore_platform_reqs: done(bool(false)),
    composer_executable: done(path()),
  },
  means: (given) => {
    if (!given.global_command && given.working_dir === undefined)
      return { refused: 'say where the project is: "working_dir", or "global_command: yes"' }
    return {
      kind: 'composer',
      fields: fields({
        command: given.command,
        arguments: given.arguments,
        directory: given.global_command ? undefined : given.working_dir,
        php: given.executable,
        composer: given.composer_executable,
        flags: flags.filter((one) => given[one]).map((one) => one.replaceAll('_', '-')),
      }),
    }
  },
})
