import { z } from 'zod'
import { keptPlan } from '../../src/plans/kept.ts'

/** The JSON Schema of plans that are kept, for programs that read them. */
export function planSchema(): object {
  const schema = z.toJSONSchema(keptPlan, { unrepresentable: 'any' })
  return { ...schema, title: 'A plan that understudy keeps' }
}
