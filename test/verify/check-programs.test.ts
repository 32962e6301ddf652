import { describe, expect, it } from 'vitest'
import { fileAt } from '../../src/sensors/files.ts'
import { expectedOf } from '../../src/verify/expected.ts'
import { checkProgramProofs, checkProgramQueries } from '../../src/verify/proofs/check-programs.ts'
import { clusterOf, healthy, machines } from '../cluster/inventory.ts'
import { observed, sightings } from './web.ts'

const program = '/usr/local/bin/is-primary'
const checked = (words: object) => expectedOf(clusterOf(machines({ ...healthy, ...words })), new Map())
const service = { port: 80, check: { type: 'misc', program } }

describe('a check by a program of the user', () => {
  it.each(['ipvs', 'haproxy'])('is looked at on the directors of %s', (balancer) => {
    const cluster = checked({ balancer, services: [service, { ...service, port: 81 }] })
    expect(checkProgramQueries(cluster).map(({ subject }) => subject)).toEqual([program])
    const found = (file: object) => {
      const members = {
        d1: observed([fileAt(program), file]),
        d2: observed([fileAt(program), { type: 'link' }]),
      }
      return checkProgramProofs(cluster, sightings({ members })).map(
        ({ verdict, subject, seen }) => `${verdict} ${subject}: ${seen}`,
      )
    }
    const well = `pass d2 ${program}: it is there`
    expect(found({ type: 'file', mode: '0755' })).toEqual([`pass d1 ${program}: it is there`, well])
    expect(found({ type: 'file', mode: '0644' })).toEqual([
      `fail d1 ${program}: a file of the mode 0644`,
      well,
    ])
    expect(found({ type: 'absent' })).toEqual([`fail d1 ${program}: nothing is there`, well])
    expect(found({ type: 'directory' })).toEqual([`fail d1 ${program}: a directory`, well])
  })

  it('is none where pages or connections are asked for', () => {
    expect(checkProgramQueries(checked({}))).toEqual([])
  })
})
