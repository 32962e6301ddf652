import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Dial } from '../../../src/drill/client/forwarded.ts'

/** Dials from this computer, as the machine that asks would. */
export const dial: Dial = ({ address, port }) =>
  new Promise<Duplex>((opened, refused) => {
    const socket = connect(port, address)
    socket.once('connect', () => opened(socket))
    socket.once('error', refused)
  })
