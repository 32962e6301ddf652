import { accountsOf, configurationOf } from '../../fleet/accounts.ts'
import { Failure } from '../../model/failure.ts'
import { readFleet } from './reading.ts'

/**
 * The configuration of nats-server that lets in whom the file of a fleet names, each for what he does. `domain`: of its JetStream, where
 * sites come through leaf nodes. Throws INVALID_INPUT where nobody could bring the fleet up.
 */
export async function fleetAccounts({
  file,
  domain,
}: {
  readonly file: string
  readonly domain?: string | undefined
}): Promise<string> {
  const accounts = accountsOf((await readFleet(file)).said)
  if (accounts.operators.length === 0)
    throw new Failure('INVALID_INPUT', `${file} names no operator: nobody could make or order anything`, {
      next: 'write accounts: { operators: [U…] } into it; understudy fleet key signer FILE prints such a key',
    })
  return configurationOf(accounts, domain)
}
