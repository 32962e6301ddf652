import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, path, raw, refused, str } from './option.ts'

/** ansible.builtin.git. */
export const gitModule = module({
  name: 'git',
  collection: 'ansible.builtin',
  summary: 'A repository of git, in a version.',
  options: {
    repo: done(str({ aliases: ['name'], required: true })),
    dest: done(path({ required: true })),
    version: done(str({ default: 'HEAD' })),
    accept_hostkey: different(
      'a server that is not known yet is trusted; another key of a known one never',
      bool(false),
    ),
    accept_newhostkey: done(bool(false)),
    ssh_opts: done(str()),
    key_file: done(path()),
    reference: refused('all of it is fetched', str()),
    remote: done(str({ default: 'origin' })),
    refspec: refused('run "git fetch" with command', str()),
    force: done(bool(false)),
    depth: done(int()),
    clone: done(bool(true)),
    update: done(bool(true)),
    executable: refused('git is looked for in PATH', path()),
    bare: done(bool(false)),
    umask: refused('set the mode with file and recurse', raw()),
    recursive: done(bool(true)),
    single_branch: done(bool(false)),
    track_submodules: refused('run "git submodule update --remote" with command', bool(false)),
    verify_commit: refused('run "git verify-commit" with command', bool(false)),
    archive: refused('run "git archive" with command', path()),
    archive_prefix: refused('run "git archive" with command', str()),
    separate_git_dir: refused('it stays in the directory', path()),
    gpg_whitelist: refused('run "git verify-commit" with command', list({ default: [] })),
  },
  means: (given) => ({
    kind: 'git_checkout',
    fields: fields({
      // As Ansible writes it, whose shallow copies need it so.
      repo: given.repo.startsWith('/') ? `file://${given.repo}` : given.repo,
      dest: given.dest.replace(/\/$/, ''),
      version: given.version,
      remote: given.remote,
      update: given.update,
      clone: given.clone,
      force: given.force,
      depth: given.depth,
      single_branch: given.single_branch,
      bare: given.bare,
      recursive: given.recursive,
      accept_new_hostkey: given.accept_hostkey || given.accept_newhostkey,
      key_file: given.key_file,
      ssh_options: given.ssh_opts,
    }),
  }),
})
