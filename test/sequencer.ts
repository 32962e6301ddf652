import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * All files, in the order in which they begin. Machines are prepared while others run: the two that take longest wait for
 * that, as either would run alone at the end, and the others follow.
 */
const order = [
  ...['locking', 'package', 'hostile-hosts', 'neighbours', 'run'].map((name) => `/${name}.system.test.ts`),
  ...['lvs-dr', 'haproxy-dual-master'].map((name) => `/${name}.e2e.test.ts`),
  '.system.test.ts',
  ...['system', 'red-hat', 'two-machines', 'lvs-nat', 'trouble'].map((name) => `/${name}.e2e.test.ts`),
  // Its client asks for some twenty services at once, and beside four other labs not all are answered in time.
  ...['ipvs', 'firewall', 'dual-master-tomcat'].map((name) => `/${name}.e2e.test.ts`),
  '.e2e.test.ts',
]

/** Long files first, so that none of them is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.findIndex((end) => moduleId.endsWith(end))
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
