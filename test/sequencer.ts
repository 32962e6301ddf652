import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take long, most of it waiting: begun first, they end while others still work. */
const longest = {
  system: ['locking', 'package', 'hostile-hosts', 'neighbours', 'run'],
  e2e: ['lvs-dr', 'haproxy-dual-master', 'system', 'red-hat', 'ipvs', 'firewall'],
}

/** All files, in the order in which they begin: machines are prepared while others run. */
const order = Object.entries(longest).flatMap(([kind, names]) => [
  ...names.map((name) => `/${name}.${kind}.test.ts`),
  `.${kind}.test.ts`,
])

/** Long files first, so that none of them is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.findIndex((end) => moduleId.endsWith(end))
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
