/** How to reach one host; what `~/.ssh/config` adds is looked up by the transport. */
export interface Host {
  readonly name: string
  /** Name or address to connect to; the inventory name where nothing else is said. */
  readonly address: string
  readonly port?: number
  readonly user?: string
  readonly connection: 'ssh' | 'local'
  readonly privateKeyFile?: string
  /** OpenSSH options as Ansible users write them: `-o ProxyCommand="…" -J jump`. */
  readonly sshArgs: readonly string[]
  readonly become?: Become
  /** A password for ssh from the inventory; never shown. */
  readonly password?: string
}

/** Work as another user through sudo (or su). */
export interface Become {
  readonly method: 'sudo' | 'su'
  readonly user: string
  /** The path of sudo or su there, where it is not to be looked for. */
  readonly program?: string
  /** From the inventory or asked once for all hosts; never shown, never on a command line. */
  readonly password?: string
}
