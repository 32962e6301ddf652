import { attempt } from './command.ts'

/** Where this computer gets Debian's packages from. */
export interface Mirrors {
  readonly debian: string
  readonly security: string
}

const USUAL: Mirrors = {
  debian: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
}

/** The mirrors this computer's own apt uses, or Debian's usual ones where it does not say. */
export async function findMirrors(): Promise<Mirrors> {
  const listed = await attempt([
    'apt-get',
    'indextargets',
    '--format',
    '$(LABEL) $(REPO_URI)',
    'Created-By: Packages',
  ])
  return readMirrors(listed.exitCode === 0 ? listed.stdout : '')
}

/** Reads `LABEL URI` lines; only web mirrors can be passed on to the machines. */
export function readMirrors(targets: string): Mirrors {
  const of = (label: string) =>
    targets
      .split('\n')
      .map((line) => line.split(' '))
      .find(([name, uri]) => name === label && /^https?:/.test(uri ?? ''))?.[1]
      ?.replace(/\/+$/, '')
  return { debian: of('Debian') ?? USUAL.debian, security: of('Debian-Security') ?? USUAL.security }
}
