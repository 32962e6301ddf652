import type { FleetFile } from '../../fleet/file.ts'
import { Failure } from '../../model/failure.ts'
import type { EngineOptions } from '../../nats/engine.ts'

/** The engine that is given, or that the file of a fleet names. Throws INVALID_INPUT where neither is. */
export function engineOf(
  { engine }: Pick<FleetFile, 'engine'>,
  file: string,
  given: Partial<Omit<EngineOptions, 'name'>>,
): Omit<EngineOptions, 'name'> {
  const servers = given.servers && given.servers.length > 0 ? given.servers : engine
  if (servers && servers.length > 0) return { ...given, servers }
  throw new Failure('INVALID_INPUT', `nothing says where the engine of ${file} is`, {
    next: 'name it with --engine nats://HOST:4222, in $UNDERSTUDY_ENGINE, or as engine: in the file of the fleet',
  })
}
