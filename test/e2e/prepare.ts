import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
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
    files: tryingAll ? Object.values(releases).map(({ path }) => path) : [],
  },
  trixie: { groups: [['keepalived', 'ipvsadm'], ['nginx'], ['tcpdump']] },
} as const

let preparing: Promise<void> | undefined
let folder: string | undefined

/**
 * Runs once before all tests: removes what a run that was cut off left behind, and begins to build all images and to
 * fetch all packages. It goes on while tests run that need no machines; those that do begin when it has ended
 * (`test/prepared.ts`), so that none of them waits for a mirror. A run of some files only makes what it needs as it goes.
 */
export async function setup(project: TestProject): Promise<void> {
  if ((await missingPrerequisites()).length > 0) return
  await removeOrphans(tell)
  // scripts/test.sh says so.
  if (process.env.UNDERSTUDY_TEST_WHOLE !== '1') return
  folder = mkdtempSync(join(tmpdir(), 'understudy-prepared-'))
  const outcome = join(folder, 'outcome')
  project.provide('preparation', outcome)
  const ended = (trouble: string) => {
    writeFileSync(`${outcome}.new`, trouble)
    renameSync(`${outcome}.new`, outcome)
  }
  preparing = prepare().then(
    () => ended(''),
    (error: unknown) => ended(error instanceof Error ? error.message : String(error)),
  )
}

async function prepare(): Promise<void> {
  const began = Date.now()
  const debian = (['bookworm', 'trixie'] as const).flatMap((image) => [
    { image, packages: [] },
    { image, packages: [...inPlace(image)].sort() },
  ])
  await ensureImages(
    [
      ...debian,
      // The Red Hat family, and what is built from sources, are for those that only run where all is tried.
      ...(tryingAll
        ? [
            { image: 'bookworm' as const, packages: buildDependencies },
            { image: 'el9' as const, packages: [] },
          ]
        : []),
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
  await preparing
  if (folder !== undefined) rmSync(folder, { recursive: true })
  if ((await missingPrerequisites()).length === 0) await removeOrphans(tell)
}

function tell({ detail }: LabEvent): void {
  process.stderr.write(`· ${detail}\n`)
}
