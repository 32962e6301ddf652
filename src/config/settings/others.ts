/** Settings that are not done here, for one reason. */
export interface Others {
  /** A reader of the file is told of them: what they ask for does not happen. */
  readonly told: boolean
  readonly why: string
  /** Section and key, with `=` before the variables of the environment that mean the same. */
  readonly names: string
}

/** Every other setting of ansible-core 2.14 and of the plugins that come with it. */
export const otherSettings: readonly Others[] = [
  {
    told: false,
    why: 'what is printed is our own',
    names: `defaults.cow_selection=ANSIBLE_COW_SELECTION defaults.cow_whitelist=ANSIBLE_COW_WHITELIST
      defaults.cowsay_enabled_stencils=ANSIBLE_COW_ACCEPTLIST defaults.cowpath=ANSIBLE_COW_PATH
      defaults.nocows=ANSIBLE_NOCOWS defaults.force_color=ANSIBLE_FORCE_COLOR defaults.nocolor=ANSIBLE_NOCOLOR=NO_COLOR
      defaults.stdout_callback=ANSIBLE_STDOUT_CALLBACK defaults.bin_ansible_callbacks=ANSIBLE_LOAD_CALLBACK_PLUGINS
      defaults.callback_whitelist=ANSIBLE_CALLBACK_WHITELIST defaults.callbacks_enabled=ANSIBLE_CALLBACKS_ENABLED
      defaults.verbosity=ANSIBLE_VERBOSITY defaults.verbose_to_stderr=ANSIBLE_VERBOSE_TO_STDERR
      defaults.display_args_to_stdout=ANSIBLE_DISPLAY_ARGS_TO_STDOUT
      defaults.display_skipped_hosts=ANSIBLE_DISPLAY_SKIPPED_HOSTS defaults.display_ok_hosts=ANSIBLE_DISPLAY_OK_HOSTS
      defaults.display_failed_stderr=ANSIBLE_DISPLAY_FAILED_STDERR defaults.show_per_host_start=ANSIBLE_SHOW_PER_HOST_START
      defaults.show_task_path_on_failure=ANSIBLE_SHOW_TASK_PATH_ON_FAILURE
      defaults.check_mode_markers=ANSIBLE_CHECK_MODE_MARKERS defaults.show_custom_stats=ANSIBLE_SHOW_CUSTOM_STATS
      defaults.result_format=ANSIBLE_CALLBACK_RESULT_FORMAT defaults.callback_result_format
      defaults.callback_format_pretty=ANSIBLE_CALLBACK_FORMAT_PRETTY defaults.pretty_results
      defaults.debug=ANSIBLE_DEBUG defaults.docsite_root_url diff.always=ANSIBLE_DIFF_ALWAYS
      diff.context=ANSIBLE_DIFF_CONTEXT defaults.max_diff_size=ANSIBLE_MAX_DIFF_SIZE
      colors.changed=ANSIBLE_COLOR_CHANGED colors.console_prompt=ANSIBLE_COLOR_CONSOLE_PROMPT
      colors.debug=ANSIBLE_COLOR_DEBUG colors.deprecate=ANSIBLE_COLOR_DEPRECATE
      colors.diff_add=ANSIBLE_COLOR_DIFF_ADD colors.diff_lines=ANSIBLE_COLOR_DIFF_LINES
      colors.diff_remove=ANSIBLE_COLOR_DIFF_REMOVE colors.error=ANSIBLE_COLOR_ERROR
      colors.highlight=ANSIBLE_COLOR_HIGHLIGHT colors.ok=ANSIBLE_COLOR_OK colors.skip=ANSIBLE_COLOR_SKIP
      colors.unreachable=ANSIBLE_COLOR_UNREACHABLE colors.verbose=ANSIBLE_COLOR_VERBOSE
      colors.warn=ANSIBLE_COLOR_WARN`,
  },
  {
    told: false,
    why: 'warnings are our own',
    names: `defaults.action_warnings=ANSIBLE_ACTION_WARNINGS defaults.command_warnings=ANSIBLE_COMMAND_WARNINGS
      defaults.deprecation_warnings=ANSIBLE_DEPRECATION_WARNINGS defaults.devel_warning=ANSIBLE_DEVEL_WARNING
      defaults.localhost_warning=ANSIBLE_LOCALHOST_WARNING defaults.system_warnings=ANSIBLE_SYSTEM_WARNINGS
      defaults.jinja2_native_warning=ANSIBLE_JINJA2_NATIVE_WARNING
      defaults.collections_on_ansible_version_mismatch=ANSIBLE_COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH
      defaults.duplicate_dict_key=ANSIBLE_DUPLICATE_YAML_DICT_KEY
      defaults.string_conversion_action=ANSIBLE_STRING_CONVERSION_ACTION
      inventory.inventory_unparsed_warning=ANSIBLE_INVENTORY_UNPARSED_WARNING
      inventory.host_pattern_mismatch=ANSIBLE_HOST_PATTERN_MISMATCH
      defaults.validate_action_group_metadata=ANSIBLE_VALIDATE_ACTION_GROUP_METADATA`,
  },
  {
    told: false,
    why: 'facts come with every inspection, in the same trip, and are never old',
    names: `defaults.gathering=ANSIBLE_GATHERING defaults.gather_subset=ANSIBLE_GATHER_SUBSET
      defaults.gather_timeout=ANSIBLE_GATHER_TIMEOUT defaults.fact_caching=ANSIBLE_CACHE_PLUGIN
      defaults.fact_caching_connection=ANSIBLE_CACHE_PLUGIN_CONNECTION
      defaults.fact_caching_prefix=ANSIBLE_CACHE_PLUGIN_PREFIX
      defaults.fact_caching_timeout=ANSIBLE_CACHE_PLUGIN_TIMEOUT defaults.facts_modules=ANSIBLE_FACTS_MODULES
      defaults.inject_facts_as_vars=ANSIBLE_INJECT_FACT_VARS inventory.cache=ANSIBLE_INVENTORY_CACHE
      inventory.cache_plugin=ANSIBLE_INVENTORY_CACHE_PLUGIN inventory.cache_connection=ANSIBLE_INVENTORY_CACHE_CONNECTION
      inventory.cache_prefix=ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX inventory.cache_timeout=ANSIBLE_INVENTORY_CACHE_TIMEOUT`,
  },
  {
    told: false,
    why: 'one connection serves a host, nothing is copied there to be run, and no Python is needed',
    names: `defaults.pipelining=ANSIBLE_PIPELINING connection.pipelining ssh_connection.pipelining=ANSIBLE_SSH_PIPELINING
      ssh_connection.control_path=ANSIBLE_SSH_CONTROL_PATH ssh_connection.control_path_dir=ANSIBLE_SSH_CONTROL_PATH_DIR
      ssh_connection.transfer_method=ANSIBLE_SSH_TRANSFER_METHOD ssh_connection.scp_if_ssh=ANSIBLE_SCP_IF_SSH
      ssh_connection.sftp_batch_mode=ANSIBLE_SFTP_BATCH_MODE ssh_connection.sftp_executable=ANSIBLE_SFTP_EXECUTABLE
      ssh_connection.scp_executable=ANSIBLE_SCP_EXECUTABLE ssh_connection.scp_extra_args=ANSIBLE_SCP_EXTRA_ARGS
      ssh_connection.sftp_extra_args=ANSIBLE_SFTP_EXTRA_ARGS ssh_connection.usetty=ANSIBLE_SSH_USETTY
      ssh_connection.sshpass_prompt=ANSIBLE_SSHPASS_PROMPT ssh_connection.retries=ANSIBLE_SSH_RETRIES connection.retries
      defaults.remote_tmp=ANSIBLE_REMOTE_TEMP=ANSIBLE_REMOTE_TMP defaults.local_tmp=ANSIBLE_LOCAL_TEMP
      defaults.system_tmpdirs=ANSIBLE_SYSTEM_TMPDIRS defaults.common_remote_group=ANSIBLE_COMMON_REMOTE_GROUP
      defaults.async_dir=ANSIBLE_ASYNC_DIR defaults.admin_users=ANSIBLE_ADMIN_USERS
      defaults.allow_world_readable_tmpfiles=ANSIBLE_SHELL_ALLOW_WORLD_READABLE_TEMP
      defaults.keep_remote_files=ANSIBLE_KEEP_REMOTE_FILES defaults.interpreter_python=ANSIBLE_PYTHON_INTERPRETER
      defaults.module_compression defaults.no_target_syslog=ANSIBLE_NO_TARGET_SYSLOG
      defaults.syslog_facility=ANSIBLE_SYSLOG_FACILITY
      defaults.python_module_rlimit_nofile=ANSIBLE_PYTHON_MODULE_RLIMIT_NOFILE
      defaults.use_persistent_connections=ANSIBLE_USE_PERSISTENT_CONNECTIONS
      persistent_connection.ansible_connection_path=ANSIBLE_CONNECTION_PATH
      persistent_connection.control_path_dir=ANSIBLE_PERSISTENT_CONTROL_PATH_DIR
      persistent_connection.connect_timeout=ANSIBLE_PERSISTENT_CONNECT_TIMEOUT
      persistent_connection.connect_retry_timeout=ANSIBLE_PERSISTENT_CONNECT_RETRY_TIMEOUT
      persistent_connection.command_timeout=ANSIBLE_PERSISTENT_COMMAND_TIMEOUT
      paramiko_connection.host_key_auto_add=ANSIBLE_PARAMIKO_HOST_KEY_AUTO_ADD
      paramiko_connection.look_for_keys=ANSIBLE_PARAMIKO_LOOK_FOR_KEYS
      paramiko_connection.use_rsa_sha2_algorithms=ANSIBLE_PARAMIKO_USE_RSA_SHA2_ALGORITHMS
      paramiko_connection.pty=ANSIBLE_PARAMIKO_PTY paramiko_connection.record_host_keys=ANSIBLE_PARAMIKO_RECORD_HOST_KEYS
      paramiko_connection.banner_timeout=ANSIBLE_PARAMIKO_BANNER_TIMEOUT
      defaults.poll_interval=ANSIBLE_POLL_INTERVAL defaults.internal_poll_interval
      defaults.win_async_startup_timeout=ANSIBLE_WIN_ASYNC_STARTUP_TIMEOUT
      selinux.libvirt_lxc_noseclabel=ANSIBLE_LIBVIRT_LXC_NOSECLABEL
      selinux.special_context_filesystems=ANSIBLE_SELINUX_SPECIAL_FS
      netconf_connection.ssh_config=ANSIBLE_NETCONF_SSH_CONFIG
      defaults.network_group_modules=ANSIBLE_NETWORK_GROUP_MODULES
      privilege_escalation.agnostic_become_prompt=ANSIBLE_AGNOSTIC_BECOME_PROMPT
      privilege_escalation.become_allow_same_user=ANSIBLE_BECOME_ALLOW_SAME_USER
      su_become_plugin.localized_prompts=ANSIBLE_SU_PROMPT_L10N`,
  },
  {
    told: false,
    why: 'it is about what other programs of Ansible do, or about a run that was begun otherwise',
    names: `defaults.home=ANSIBLE_HOME defaults.module_name defaults.module_args=ANSIBLE_MODULE_ARGS
      defaults.playbook_dir=ANSIBLE_PLAYBOOK_DIR defaults.retry_files_enabled=ANSIBLE_RETRY_FILES_ENABLED
      defaults.retry_files_save_path=ANSIBLE_RETRY_FILES_SAVE_PATH defaults.collections_scan_sys_path=ANSIBLE_COLLECTIONS_SCAN_SYS_PATH
      defaults.vault_encrypt_identity=ANSIBLE_VAULT_ENCRYPT_IDENTITY defaults.vault_identity=ANSIBLE_VAULT_IDENTITY
      defaults.vault_id_match=ANSIBLE_VAULT_ID_MATCH defaults.old_plugin_cache_clear=ANSIBLE_OLD_PLUGIN_CACHE_CLEAR
      defaults.plugin_filters_cfg defaults.module_ignore_exts=ANSIBLE_MODULE_IGNORE_EXTS
      defaults.run_vars_plugins=ANSIBLE_RUN_VARS_PLUGINS defaults.vars_plugins_enabled=ANSIBLE_VARS_ENABLED
      vars_host_group_vars.stage=ANSIBLE_VARS_PLUGIN_STAGE inventory.export=ANSIBLE_INVENTORY_EXPORT
      inventory.enable_plugins=ANSIBLE_INVENTORY_ENABLED inventory.unparsed_is_failed=ANSIBLE_INVENTORY_UNPARSED_FAILED
      inventory.any_unparsed_is_failed=ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED
      defaults.force_valid_group_names=ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS
      defaults.invalid_task_attribute_failed=ANSIBLE_INVALID_TASK_ATTRIBUTE_FAILED
      defaults.error_on_missing_handler=ANSIBLE_ERROR_ON_MISSING_HANDLER defaults.su=ANSIBLE_SU
      defaults.jinja2_native=ANSIBLE_JINJA2_NATIVE jinja2.dont_type_filters=ANSIBLE_STRING_TYPE_FILTERS
      defaults.jinja2_extensions=ANSIBLE_JINJA2_EXTENSIONS defaults.allow_unsafe_lookups
      defaults.strategy=ANSIBLE_STRATEGY defaults.fact_path=ANSIBLE_FACT_PATH
      galaxy.ignore_certs=ANSIBLE_GALAXY_IGNORE galaxy.role_skeleton=ANSIBLE_GALAXY_ROLE_SKELETON
      galaxy.role_skeleton_ignore=ANSIBLE_GALAXY_ROLE_SKELETON_IGNORE
      galaxy.collection_skeleton=ANSIBLE_GALAXY_COLLECTION_SKELETON
      galaxy.collection_skeleton_ignore=ANSIBLE_GALAXY_COLLECTION_SKELETON_IGNORE galaxy.server=ANSIBLE_GALAXY_SERVER
      galaxy.server_list=ANSIBLE_GALAXY_SERVER_LIST galaxy.token_path=ANSIBLE_GALAXY_TOKEN_PATH
      galaxy.display_progress=ANSIBLE_GALAXY_DISPLAY_PROGRESS galaxy.cache_dir=ANSIBLE_GALAXY_CACHE_DIR
      galaxy.disable_gpg_verify=ANSIBLE_GALAXY_DISABLE_GPG_VERIFY galaxy.gpg_keyring=ANSIBLE_GALAXY_GPG_KEYRING
      galaxy.ignore_signature_status_codes=ANSIBLE_GALAXY_IGNORE_SIGNATURE_STATUS_CODES
      galaxy.required_valid_signature_count=ANSIBLE_GALAXY_REQUIRED_VALID_SIGNATURE_COUNT`,
  },
  {
    told: false,
    why: "modules of one's own are looked for there with --foreign-modules, and are named where a playbook uses one without it",
    names: 'defaults.library=ANSIBLE_LIBRARY defaults.module_utils=ANSIBLE_MODULE_UTILS',
  },
  {
    told: true,
    why: "plugins of one's own need Python and are not run; whatever of them a playbook uses is named there",
    names: `defaults.action_plugins=ANSIBLE_ACTION_PLUGINS defaults.become_plugins=ANSIBLE_BECOME_PLUGINS
      defaults.cache_plugins=ANSIBLE_CACHE_PLUGINS defaults.callback_plugins=ANSIBLE_CALLBACK_PLUGINS
      defaults.cliconf_plugins=ANSIBLE_CLICONF_PLUGINS defaults.connection_plugins=ANSIBLE_CONNECTION_PLUGINS
      defaults.doc_fragment_plugins=ANSIBLE_DOC_FRAGMENT_PLUGINS defaults.filter_plugins=ANSIBLE_FILTER_PLUGINS
      defaults.httpapi_plugins=ANSIBLE_HTTPAPI_PLUGINS defaults.inventory_plugins=ANSIBLE_INVENTORY_PLUGINS
      defaults.lookup_plugins=ANSIBLE_LOOKUP_PLUGINS defaults.netconf_plugins=ANSIBLE_NETCONF_PLUGINS
      defaults.strategy_plugins=ANSIBLE_STRATEGY_PLUGINS defaults.terminal_plugins=ANSIBLE_TERMINAL_PLUGINS
      defaults.test_plugins=ANSIBLE_TEST_PLUGINS defaults.vars_plugins=ANSIBLE_VARS_PLUGINS`,
  },
  {
    told: true,
    why: 'there is one connection, set up from the inventory, by the ssh of this computer, sudo or su',
    names: `privilege_escalation.become_exe=ANSIBLE_BECOME_EXE privilege_escalation.become_flags=ANSIBLE_BECOME_FLAGS
      sudo_become_plugin.executable=ANSIBLE_SUDO_EXE sudo_become_plugin.flags=ANSIBLE_SUDO_FLAGS
      su_become_plugin.executable=ANSIBLE_SU_EXE su_become_plugin.flags=ANSIBLE_SU_FLAGS
      ssh_connection.ssh_executable=ANSIBLE_SSH_EXECUTABLE ssh_connection.pkcs11_provider=ANSIBLE_PKCS11_PROVIDER
      paramiko_connection.proxy_command=ANSIBLE_PARAMIKO_PROXY_COMMAND
      paramiko_connection.remote_user=ANSIBLE_PARAMIKO_REMOTE_USER
      paramiko_connection.host_key_checking=ANSIBLE_PARAMIKO_HOST_KEY_CHECKING
      defaults.executable=ANSIBLE_EXECUTABLE`,
  },
  {
    told: true,
    why: 'passwords come from the inventory (docs/secrets.md) or are asked for',
    names: `defaults.ask_pass=ANSIBLE_ASK_PASS defaults.connection_password_file=ANSIBLE_CONNECTION_PASSWORD_FILE
      defaults.become_password_file=ANSIBLE_BECOME_PASSWORD_FILE sudo_become_plugin.password=ANSIBLE_SUDO_PASS
      su_become_plugin.password=ANSIBLE_SU_PASS=ANSIBLE_BECOME_PASS`,
  },
  {
    told: true,
    why: 'a variable that nobody defines is an error here',
    names: 'defaults.error_on_undefined_vars=ANSIBLE_ERROR_ON_UNDEFINED_VARS',
  },
  {
    told: true,
    why: 'variables have the order that Ansible has by itself, and names of files the endings that it knows by itself',
    names: `defaults.precedence=ANSIBLE_PRECEDENCE defaults.playbook_vars_root=ANSIBLE_PLAYBOOK_VARS_ROOT
      defaults.yaml_valid_extensions=ANSIBLE_YAML_FILENAME_EXT
      defaults.inventory_ignore_extensions=ANSIBLE_INVENTORY_IGNORE inventory.ignore_extensions
      defaults.inventory_ignore_patterns=ANSIBLE_INVENTORY_IGNORE_REGEX inventory.ignore_patterns
      defaults.null_representation=ANSIBLE_NULL_REPRESENTATION`,
  },
  {
    told: true,
    why: 'what a run did is told by --json and by the journals of the machines',
    names: 'defaults.log_path=ANSIBLE_LOG_PATH defaults.log_filter=ANSIBLE_LOG_FILTER',
  },
  {
    told: true,
    why: '--timeout bounds whatever a host is asked or told',
    names: 'defaults.task_timeout=ANSIBLE_TASK_TIMEOUT',
  },
  {
    told: true,
    why: '`understudy plan` shows what would be done before it is',
    names: `defaults.enable_task_debugger=ANSIBLE_ENABLE_TASK_DEBUGGER
      defaults.task_debugger_ignore_errors=ANSIBLE_TASK_DEBUGGER_IGNORE_ERRORS`,
  },
]
