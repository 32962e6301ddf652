import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { asked, type Place, place } from './shells.ts'

needs('build', 'fish')

let here: Place
beforeAll(() => {
  here = place()
})
afterAll(() => here[Symbol.dispose]())

describe('completion in fish', () => {
  it('offers commands, inventories, hosts and files', () => {
    const fish = (line: string) =>
      asked(here, 'fish', `understudy completion fish | source; complete -C '${line}'`).map(
        (one) => one.split('\t')[0],
      )
    expect(fish('understudy pl')).toEqual(['plan'])
    expect(fish('understudy lab st').toSorted()).toEqual(['start', 'status'])
    expect(fish('understudy plan -i clu')).toEqual(['clusters/one'])
    expect(fish('understudy plan -i clusters/one -l web').toSorted()).toEqual(['web', 'web1', 'web2'])
    expect(fish('understudy plan --inventory=clu')).toEqual(['--inventory=clusters/one'])
    expect(fish('understudy drill --report notes/')).toEqual(['notes/report.html'])
    expect(fish('understudy drill cable').length).toBeGreaterThan(0)
  })
})
