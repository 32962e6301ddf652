import { expect, it } from 'vitest'
import { emptyOutcome, type Outcome } from '../../../src/fleet/outcome.ts'
import type { Holder } from '../../../src/model/holder.ts'
import { undisturbed } from '../../../src/operations/fleet/undisturbed.ts'

const fine = emptyOutcome('fine')
const drifted = emptyOutcome('drifted')
const ill: Outcome = { ...fine, picture: { well: false, vips: [], members: [] } }
const holder: Holder = { run: 'r1', by: 'ann@desk', did: 'apply', seconds: 20 }

/** What comes of a look that sees one after the other, where machines are had so by others when they are asked; and how often was looked. */
async function seen(outcomes: readonly Outcome[], holders: readonly (Holder | undefined)[] = []) {
  let [looks, asks] = [0, 0]
  const end = await undisturbed(
    async () => outcomes[looks++] ?? fine,
    async () => {
      const one = holders[asks++]
      return one && { host: 'd1', holder: one }
    },
  ).catch((error: Error) => error)
  return { end, looks, asks }
}

it('a look that finds nothing amiss asks nobody', async () => {
  expect(await seen([fine])).toEqual({ end: fine, looks: 1, asks: 0 })
})

it.each([drifted, ill, emptyOutcome('not-proven'), emptyOutcome('unreachable')])(
  'what is amiss while another run has the machines is not told: %#',
  async (outcome) => {
    const { end, looks } = await seen([outcome], [holder])
    expect(end).toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining('in use for 20 s by another run: apply by ann@desk (run r1)'),
    })
    expect(looks).toBe(1)
  },
)

it('what is amiss is looked at again, as a run may have ended in between, or have begun since', async () => {
  expect(await seen([drifted, fine])).toEqual({ end: fine, looks: 2, asks: 1 })
  expect(await seen([drifted, drifted])).toEqual({ end: drifted, looks: 2, asks: 2 })
  expect((await seen([drifted, drifted], [undefined, holder])).end).toMatchObject({ code: 'LOCKED' })
})

it('what was wrong with the look itself is told as it is', async () => {
  const invalid = emptyOutcome('invalid')
  expect(await seen([invalid], [holder])).toEqual({ end: invalid, looks: 1, asks: 0 })
})
