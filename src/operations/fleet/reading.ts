import { dirname, resolve } from 'node:path'
import { validate } from '../../config/validate.ts'
import { readYamlFile } from '../../config/yaml.ts'
import { clustersOf, type FleetCluster, type FleetFile, fleetFile } from '../../fleet/file.ts'
import { selected } from '../../fleet/select.ts'

/** A fleet as its file describes it. */
export interface Fleet {
  readonly file: string
  /** Where paths of the file begin. */
  readonly folder: string
  readonly said: FleetFile
}

/** What is said of one cluster, by its name. */
export type NamedCluster = FleetCluster & { readonly cluster: string }

/** Reads the file of a fleet. Throws InvalidInput, with the place of each thing that is wrong. */
export async function readFleet(file: string): Promise<Fleet> {
  const said = validate(fleetFile, await readYamlFile(file), 'the file of the fleet')
  return { file, folder: dirname(resolve(file)), said }
}

/** The clusters that selectors mean. Throws INVALID_INPUT where one of them means none. */
export function chosenClusters({ said }: Fleet, selectors: readonly string[]): readonly NamedCluster[] {
  return selected(clustersOf(said), selectors)
}
