import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, float, int, list, ours, path, refused, str } from './option.ts'

/** The least and the most days that a password is kept, and days of warning. */
function days(...all: readonly (number | undefined)[]): readonly number[] | undefined {
  return all.every((one) => one === undefined) ? undefined : all.map((one) => one ?? -1)
}

/** ansible.builtin.user. */
export const userModule = module({
  name: 'user',
  collection: 'ansible.builtin',
  shorthand: 'name',
  summary: 'A user of the host.',
  options: {
    name: done(str({ aliases: ['user'], required: true })),
    uid: done(int()),
    comment: done(str()),
    hidden: refused('it is for other systems than Linux', bool()),
    non_unique: refused('give it a number of its own', bool(false)),
    seuser: refused('run semanage with "command"', str()),
    group: done(str()),
    groups: done(list()),
    append: done(bool(false)),
    shell: done(str()),
    home: done(path()),
    skeleton: done(str()),
    password: done(str({ secret: true })),
    state: done(str({ choices: ['absent', 'present'], default: 'present' })),
    create_home: done(bool(true, { aliases: ['createhome'] })),
    move_home: done(bool(false)),
    system: done(bool(false)),
    force: done(bool(false)),
    remove: done(bool(false)),
    login_class: refused('it is for other systems than Linux', str()),
    generate_ssh_key: done(bool(false)),
    ssh_key_bits: done(int()),
    ssh_key_type: done(str({ default: 'rsa' })),
    ssh_key_file: different('a path below its home, or one from the root', path()),
    ssh_key_comment: done(str({ default: 'ansible-generated on $HOSTNAME' })),
    ssh_key_passphrase: refused('make the key with "command" and ssh-keygen', str({ secret: true })),
    update_password: done(str({ choices: ['always', 'on_create'], default: 'always' })),
    expires: done(float()),
    password_lock: done(bool()),
    local: refused('useradd is what is used', bool(false)),
    profile: refused('it is for other systems than Linux', str()),
    authorization: refused('it is for other systems than Linux', str()),
    role: refused('it is for other systems than Linux', str()),
    password_expire_max: done(int()),
    password_expire_min: done(int()),
    password_expire_warn: ours(
      'days of warning before a password expires, as ansible-core has it since 2.16',
      int(),
    ),
    umask: refused('write it to /etc/login.defs', str()),
  },
  means: (given, said) => {
    const { name, state, groups, append, generate_ssh_key, create_home, expires } = given
    if (state === 'absent')
      return { kind: 'user', fields: { name, state, remove: given.remove, force: given.force } }
    return {
      kind: 'user',
      fields: fields({
        name,
        uid: given.uid,
        comment: given.comment,
        group: given.group,
        groups: groups?.filter((one) => one !== ''),
        exact_groups: groups !== undefined && !append,
        shell: given.shell,
        home: given.home,
        skeleton: given.skeleton,
        password: given.password,
        make_home: create_home,
        move_home: given.move_home,
        system: given.system,
        password_once: given.update_password === 'on_create',
        password_lock: given.password_lock,
        expires: expires === undefined ? undefined : expires < 0 ? -1 : Math.floor(expires / 86_400),
        password_days: days(given.password_expire_min, given.password_expire_max, given.password_expire_warn),
        ssh_key: generate_ssh_key
          ? fields({
              type: given.ssh_key_type,
              bits: given.ssh_key_bits,
              file: given.ssh_key_file ?? `.ssh/id_${given.ssh_key_type}`,
              comment: said.has('ssh_key_comment') ? given.ssh_key_comment : undefined,
            })
          : undefined,
      }),
    }
  },
})
