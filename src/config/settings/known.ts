import { z } from 'zod'

/** A setting that is done here. */
export interface Known<T = unknown> {
  /** Sections and keys of ansible.cfg that mean it, with a point between; of several the first that is given counts. */
  readonly keys: readonly string[]
  /** Variables of the environment that mean it. */
  readonly variables: readonly string[]
  readonly schema: z.ZodType<T, string>
  /** What becomes of it. */
  readonly means: string
  /** Relative paths in it start where the file stands. */
  readonly paths?: 'one' | 'by comma' | 'by colon'
}

const text = z.string().min(1, 'must not be empty')
const truth = z
  .string()
  .regex(/^(true|yes|on|y|t|1|false|no|off|n|f|0)$/i, 'must be true or false')
  .transform((word) => /^(true|yes|on|y|t|1)$/i.test(word))
const count = (most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.int().min(1).max(most))
const listBy = (separator: string) =>
  z.string().transform((value) =>
    value
      .split(separator)
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )

function setting<T>(
  keys: string,
  variables: string,
  schema: z.ZodType<T, string>,
  means: string,
  paths?: Known['paths'],
): Known<T> {
  return {
    keys: keys.split(' '),
    variables: variables.split(' ').filter((name) => name !== ''),
    schema,
    means,
    ...(paths ? { paths } : {}),
  }
}

/** Ansible's settings that are done here, by our names for them. */
export const knownSettings = {
  inventory: setting(
    'defaults.inventory',
    'ANSIBLE_INVENTORY',
    listBy(','),
    'the inventories where no `-i` names any',
    'by comma',
  ),
  rolesPath: setting(
    'defaults.roles_path',
    'ANSIBLE_ROLES_PATH',
    listBy(':'),
    'where roles are looked for, behind `roles/` beside the playbook',
    'by colon',
  ),
  collectionsPath: setting(
    'defaults.collections_path defaults.collections_paths',
    'ANSIBLE_COLLECTIONS_PATH ANSIBLE_COLLECTIONS_PATHS',
    listBy(':'),
    'where roles of collections are looked for, behind `collections/` beside the playbook',
    'by colon',
  ),
  remoteUser: setting(
    'defaults.remote_user ssh_connection.remote_user',
    'ANSIBLE_REMOTE_USER',
    text,
    'who logs in, where neither inventory nor play says',
  ),
  remotePort: setting(
    'defaults.remote_port ssh_connection.remote_port',
    'ANSIBLE_REMOTE_PORT',
    text,
    'the port of ssh, where neither inventory nor play says',
  ),
  privateKeyFile: setting(
    'defaults.private_key_file ssh_connection.private_key_file',
    'ANSIBLE_PRIVATE_KEY_FILE',
    text,
    'the key to log in with, where the inventory does not say',
    'one',
  ),
  transport: setting(
    'defaults.transport',
    'ANSIBLE_TRANSPORT',
    text,
    'ssh or local, where neither inventory nor play says',
  ),
  sshArgs: setting(
    'ssh_connection.ssh_args',
    'ANSIBLE_SSH_ARGS',
    text,
    'options of ssh, where the inventory does not say; those that share connections are left out',
  ),
  sshCommonArgs: setting(
    'ssh_connection.ssh_common_args',
    'ANSIBLE_SSH_COMMON_ARGS',
    text,
    'more options of ssh, where the inventory does not say',
  ),
  sshExtraArgs: setting(
    'ssh_connection.ssh_extra_args',
    'ANSIBLE_SSH_EXTRA_ARGS',
    text,
    'more options of ssh, where the inventory does not say',
  ),
  hostKeyChecking: setting(
    'defaults.host_key_checking ssh_connection.host_key_checking',
    'ANSIBLE_HOST_KEY_CHECKING ANSIBLE_SSH_HOST_KEY_CHECKING',
    truth,
    '`false` is `--accept-new-host-keys`: a key that is new is remembered, one that has changed is refused all the same',
  ),
  timeout: setting(
    'defaults.timeout ssh_connection.timeout',
    'ANSIBLE_TIMEOUT ANSIBLE_SSH_TIMEOUT',
    count(3600),
    'seconds for a host to answer, where `--timeout` is not given',
  ),
  forks: setting(
    'defaults.forks',
    'ANSIBLE_FORKS',
    count(1000),
    'hosts worked on at the same time, where `--forks` is not given',
  ),
  become: setting('privilege_escalation.become', 'ANSIBLE_BECOME', truth, '`true` is `--become`'),
  becomeAskPass: setting(
    'privilege_escalation.become_ask_pass',
    'ANSIBLE_BECOME_ASK_PASS',
    truth,
    '`true` is `--ask-become-pass`',
  ),
  becomeMethod: setting(
    'privilege_escalation.become_method',
    'ANSIBLE_BECOME_METHOD',
    text,
    'sudo or su, where neither inventory nor play says',
  ),
  becomeUser: setting(
    'privilege_escalation.become_user sudo_become_plugin.user su_become_plugin.user',
    'ANSIBLE_BECOME_USER ANSIBLE_SUDO_USER ANSIBLE_SU_USER',
    text,
    'who runs a step that becomes, where the playbook does not say',
  ),
  vaultPasswordFile: setting(
    'defaults.vault_password_file',
    'ANSIBLE_VAULT_PASSWORD_FILE',
    text,
    '`--vault-password-file`, where no flag names a password of ansible-vault',
    'one',
  ),
  vaultIdentities: setting(
    'defaults.vault_identity_list',
    'ANSIBLE_VAULT_IDENTITY_LIST',
    listBy(','),
    '`--vault-id` for each, where no flag names a password of ansible-vault',
  ),
  askVaultPass: setting(
    'defaults.ask_vault_pass',
    'ANSIBLE_ASK_VAULT_PASS',
    truth,
    '`true` is `--ask-vault-pass`',
  ),
  hashBehaviour: setting(
    'defaults.hash_behaviour',
    'ANSIBLE_HASH_BEHAVIOUR',
    z.enum(['replace', 'merge']) as z.ZodType<'replace' | 'merge', string>,
    '`merge`: mappings of the same name are merged',
  ),
  privateRoleVars: setting(
    'defaults.private_role_vars',
    'ANSIBLE_PRIVATE_ROLE_VARS',
    truth,
    '`true`: variables of a role are those of its own tasks alone',
  ),
  anyErrorsFatal: setting(
    'defaults.any_errors_fatal',
    'ANSIBLE_ANY_ERRORS_FATAL',
    truth,
    'for plays that do not say it themselves',
  ),
  forceHandlers: setting(
    'defaults.force_handlers',
    'ANSIBLE_FORCE_HANDLERS',
    truth,
    'for plays that do not say it themselves',
  ),
  noLog: setting('defaults.no_log', 'ANSIBLE_NO_LOG', truth, 'for tasks that do not say it themselves'),
  managed: setting(
    'defaults.ansible_managed',
    '',
    text,
    'what `{{ ansible_managed }}` says, as it stands: `{file}` and its like are not put in',
  ),
  runTags: setting('tags.run', 'ANSIBLE_RUN_TAGS', listBy(','), '`--tags`, where it is not given'),
  skipTags: setting('tags.skip', 'ANSIBLE_SKIP_TAGS', listBy(','), '`--skip-tags`, where it is not given'),
} as const satisfies Readonly<Record<string, Known>>

export type KnownName = keyof typeof knownSettings
