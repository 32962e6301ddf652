import type { Access } from './access.ts'
import type { Clients } from './clients.ts'
import type { FleetView } from './sight.ts'
import type { Watch } from './watch.ts'

/** What the pages are made of. */
export interface Serving {
  readonly access: Access
  readonly view: FleetView
  readonly watch: Watch
  readonly clients: Clients
  /** Ends all streams. */
  readonly signal: AbortSignal
}

/** What the server knows of a request beside its text. */
export interface Around {
  /** The address that it comes from. */
  readonly from: string | undefined
}
