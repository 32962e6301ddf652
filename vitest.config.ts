import { defineConfig } from 'vitest/config'
import { built, justBuilt } from './test/built.ts'
import { LongestFirst } from './test/sequencer.ts'

const system = 'test/**/*.system.test.ts'
const e2e = 'test/**/*.e2e.test.ts'
/** What few changes touch: it is run by whoever names it, and where all is tried. */
const seldom = [
  'test/truth/truth.e2e.test.ts',
  'test/truth/at-random.e2e.test.ts',
  'test/resources/selinux.e2e.test.ts',
  'test/resources/mount.e2e.test.ts',
  'test/resources/package-apt.e2e.test.ts',
  'test/e2e/ipv6.e2e.test.ts',
  'test/e2e/adoption.e2e.test.ts',
  'test/e2e/adoption-haproxy.e2e.test.ts',
  'test/e2e/acme.e2e.test.ts',
  'test/e2e/apart.e2e.test.ts',
  'test/e2e/applications.e2e.test.ts',
  'test/e2e/bfd.e2e.test.ts',
  'test/e2e/change-of-shape.e2e.test.ts',
  'test/e2e/cut-off.e2e.test.ts',
  'test/e2e/firewall.e2e.test.ts',
  'test/e2e/foreseen.e2e.test.ts',
  'test/e2e/marks.e2e.test.ts',
  'test/e2e/monitoring.e2e.test.ts',
  // Programs are built on machines for half an hour; what comes before that is also in test/resources/source-build.system.test.ts.
  'test/e2e/source.e2e.test.ts',
  // Shapes that others of those that always run come near to: two tiers, several networks, tunnels, nginx alone, behind IPVS or before
  // Tomcat, NFS.
  'test/e2e/networks.e2e.test.ts',
  'test/e2e/rolling.e2e.test.ts',
  'test/e2e/passed-on.e2e.test.ts',
  // Every scheduler and check by NAT, NAT as its own architecture, and machines of the Red Hat family, whose packages come slowly:
  // IPVS itself is what `lvs-dr.e2e` is about.
  'test/e2e/ipvs.e2e.test.ts',
  'test/e2e/architectures/lvs-nat.e2e.test.ts',
  'test/e2e/red-hat.e2e.test.ts',
  'test/e2e/architectures/dual-master-tomcat.e2e.test.ts',
  'test/e2e/architectures/hot-standby.e2e.test.ts',
  'test/e2e/architectures/lvs-nginx.e2e.test.ts',
  'test/e2e/architectures/lvs-tun.e2e.test.ts',
  'test/e2e/architectures/nfs-web.e2e.test.ts',
  'test/e2e/architectures/two-clusters.e2e.test.ts',
  'test/e2e/architectures/two-tiers.e2e.test.ts',
  // Machines are switched off and on again some ninety times.
  'test/proof/machines.e2e.test.ts',
  // Ansible takes a minute of a processor for the shortest of its playbooks.
  'test/ansible/differential.e2e.test.ts',
  // They wait for leases and for engines that are killed.
  'test/operations/fleet/accounts.system.test.ts',
  'test/operations/fleet/bad-input.system.test.ts',
  'test/operations/fleet/engine.system.test.ts',
  'test/operations/fleet/standing-still.system.test.ts',
  'test/operations/fleet/full.system.test.ts',
  'test/operations/fleet/failures.system.test.ts',
  'test/operations/fleet/here.system.test.ts',
  'test/operations/fleet/killed.system.test.ts',
  'test/operations/fleet/runs.system.test.ts',
  'test/operations/fleet/schedules.system.test.ts',
  'test/operations/fleet/workers.system.test.ts',
  // They start browsers, and engines that go away and come back.
  'test/web/serve.system.test.ts',
  'test/web/worked.system.test.ts',
  // Modules of which no cluster of ours is made, and those that others write.
  'test/engine/foreign.system.test.ts',
  'test/resources/crypto.system.test.ts',
  'test/resources/small-modules.system.test.ts',
  // Images and their programs are fetched from mirrors that break off, on computers that lack something.
  'test/lab/images.system.test.ts',
  'test/lab/prerequisites.system.test.ts',
  // What a page of the documentation says is done, and what Ansible itself made is taken.
  'test/operations/library.system.test.ts',
  'test/modules/certificates.system.test.ts',
  // Labs whose programs are killed while they come up.
  'test/lab/orphans.e2e.test.ts',
  // They need large packages beside.
  'test/cluster/watching.system.test.ts',
  'test/resources/languages.system.test.ts',
  'test/resources/postgres.system.test.ts',
]
const { UNDERSTUDY_TEST_WHOLE: whole, UNDERSTUDY_TEST_ALL: all } = process.env
const left = whole === '1' && all !== '1' ? seldom : []
/** Machines that share two cores with those of other tests miss a moment now and then: what passes at a second try only is told at the end. */
const retry = 1
/** Skips, with the reason, what this computer cannot run. */
const runner = './test/runner.ts'
const source = whole === '1' ? { plugins: [justBuilt()] } : {}
const server = { deps: { external: [built] } }
/** To begin anew for each file would take longer than many of them. */
const isolate = false

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      {
        ...source,
        test: {
          server,
          name: 'unit',
          isolate,
          include: ['test/**/*.test.ts'],
          exclude: [system, e2e],
          setupFiles: './test/alone.ts',
          testTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...source,
        test: {
          server,
          name: 'system',
          isolate,
          include: [system],
          exclude: left,
          runner,
          retry,
          // On a busy computer, programs of other people take their time.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Many of them wait for an sshd, and labs for one another: see CONTRIBUTING.md.
          maxWorkers: 5,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...source,
        test: {
          server,
          name: 'lab',
          isolate,
          include: [e2e],
          exclude: left,
          runner,
          retry,
          globalSetup: ['./test/machines.ts', './test/e2e/prepare.ts'],
          maxWorkers: 5,
          testTimeout: 600_000,
          // A file that is run alone may have to build its images first.
          hookTimeout: 1_200_000,
          // Together with those of kind `system`: the first begin while the last of those wait.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
