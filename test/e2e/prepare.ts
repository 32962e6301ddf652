import {
  ensureFetched,
  ensureImages,
  type LabEvent,
  missingPrerequisites,
  removeOrphans,
} from '../../src/lab/index.ts'
import { inPlace, selinuxPackages, tryingAll } from './in-place.ts'
import { buildDependencies, releases } from './sources.ts'

/** What machines install or fetch in the tests themselves, in groups that fit together. */
const fetched = {
  bookworm: {
    groups: [
      ...[
        ['keepalived', 'ipvsadm'],
        ['nginx', 'cron'],
        ['ed'],
        ['hostname'],
        ['tcpdump'],
        ['nfs-kernel-server'],
      ],
      ...[...(tryingAll ? [selinuxPackages] : []), ['iptables-persistent'], ['ufw'], ['firewalld']],
    ],
    files: Object.values(releases).map(({ path }) => path),
  },
  trixie: { groups: [['keepalived', 'ipvsadm'], ['nginx'], ['tcpdump']] },
} as const

/**
 * Runs once before the tests on machines: removes what a run that was cut off left behind, and has all images built and
 * all packages fetched, so that no test waits for a mirror. A run of some
 * files only makes what it needs as it goes.
 */
export async function setup(): Promise<void> {
  if ((await missingPrerequisites()).length > 0) return
  await removeOrphans(tell)
  // scripts/test.sh says so.
  if (process.env.UNDERSTUDY_TEST_WHOLE !== '1') return
  const began = Date.now()
  const debian = (['bookworm', 'trixie'] as const).flatMap((image) => [
    { image, packages: [] },
    { image, packages: [...inPlace(image)].sort() },
  ])
  await ensureImages(
    [
      ...debian,
      { image: 'bookworm', packages: tryingAll ? buildDependencies : selinuxPackages },
      { image: 'el9', packages: [] },
    ],
    tell,
  )
  await ensureFetched('bookworm', fetched.bookworm, tell)
  await ensureFetched('trixie', fetched.trixie, tell)
  tell({
    stage: 'image',
    detail: `images and packages are ready after ${Math.round((Date.now() - began) / 1000)} s`,
  })
}

/** Another run, or another checkout, may have left something when this one was cut off. */
export async function teardown(): Promise<void> {
  if ((await missingPrerequisites()).length === 0) await removeOrphans(tell)
}

function tell({ detail }: LabEvent): void {
  process.stderr.write(`· ${detail}\n`)
}
