/**
 * The words that run a command which never outlives this process, however that ends: the kernel kills the first of
 * its processes with us, and all others with the first. What it mounts is seen by nobody else and goes with it.
 */
export function boundToUs(argv: readonly string[]): readonly string[] {
  return [
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...['unshare', '--mount', '--propagation', 'slave', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ...argv,
  ]
}
