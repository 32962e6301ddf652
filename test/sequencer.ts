import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take long, most of it waiting: begun first, they end while others still work. */
const longest = [
  ...['locking', 'package', 'hostile-hosts', 'neighbours', 'run'].map((name) => `${name}.system`),
  ...['lvs-dr', 'haproxy-dual-master', 'red-hat', 'ipvs', 'firewall'].map((name) => `${name}.e2e`),
]

/** Long files first, so that none of them is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return index < 0 ? longest.length : index
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
