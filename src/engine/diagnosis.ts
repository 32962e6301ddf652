/** What a program's output gives away, and what to do about it. */
const signs: readonly { readonly sign: RegExp; readonly next: string }[] = [
  { sign: /No space left on device/i, next: 'the disk is full: free space on the host, then run again' },
  {
    sign: /Read-only file system/i,
    next: 'the file system is mounted read-only: see `dmesg` and `mount` on the host',
  },
  {
    sign: /Permission denied|Operation not permitted/i,
    next: 'run as root: `--become`, or ansible_become in the inventory',
  },
  {
    sign: /Unable to locate package|No match for argument|has no installation candidate/i,
    next: "check the package name and the host's package sources",
  },
  {
    sign: /Temporary failure resolving|Could not resolve|Could not connect|Failed to fetch/i,
    next: 'the host cannot reach its package mirror: check its network, DNS and proxy',
  },
  {
    sign: /Could not get lock|is another process using it|lock-frontend/i,
    next: 'another package manager is at work on the host: wait for it, then run again',
  },
  { sign: /Address already in use/i, next: 'another program holds that port: see `ss -ltnp` on the host' },
  {
    sign: /command not found|: not found/i,
    next: 'a program is missing on the host: add its package before this task',
  },
]

/** The next step for a user, where the output of a failed step shows its cause. */
export function likelyCause(output: string): string | undefined {
  return signs.find(({ sign }) => sign.test(output))?.next
}
