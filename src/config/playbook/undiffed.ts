import type { Resource } from '../../model/resource.ts'

/** The same, with nothing said of what exactly changes. */
export function withoutDifferences(resource: Resource): Resource {
  return {
    ...resource,
    converge: (found, upcoming) => {
      const change = resource.converge(found, upcoming)
      return change && { ...change, differences: [] }
    },
  }
}
