import type { Surroundings } from '../../src/jinja/surroundings.ts'

/** Surroundings with these variables, and nothing else of this computer. */
export function withVariables(
  variables: Readonly<Record<string, unknown>>,
  templates: Readonly<Record<string, string>> = {},
): Surroundings {
  return {
    variables: {
      has: (name) => Object.hasOwn(variables, name),
      names: () => Object.keys(variables),
      read: (name) => variables[name],
    },
    reads: { note: () => {}, watched: (compute) => ({ value: compute(), read: [] }) },
    outside: {
      inTime: (work) => work(),
      now: () => new Date(0),
      chance: () => 0,
      zone: () => 0,
      template: (name) => {
        const text = templates[name]
        return text === undefined ? undefined : { name, text }
      },
      lookup: () => undefined,
      lookups: [],
      isMistake: () => true,
      isPath: () => false,
      path: (_, path) => path,
      files: () => [],
    },
  }
}
