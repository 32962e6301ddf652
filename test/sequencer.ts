import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take minutes, most of them waiting: begun first, they end while others still work. */
const longest = ['lvs-dr', 'architectures/haproxy-dual-master', 'red-hat', 'ipvs', 'firewall']

/** Long files first, so that none of them is left to run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/e2e/${name}.e2e.test.ts`))
      return index < 0 ? longest.length : index
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
