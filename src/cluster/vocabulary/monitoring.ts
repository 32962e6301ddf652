import { z } from 'zod'
import { destination, port } from './words.ts'

const ports = z.strictObject({
  node: port
    .default(9100)
    .describe(
      'Of prometheus-node-exporter, on every machine: the machine itself, and what it is to the cluster.',
    ),
  haproxy: port.default(8405).describe('Of HAProxy itself, on directors that balance by it.'),
  nginx: port.default(9113).describe('Of prometheus-nginx-exporter, wherever nginx balances or serves.'),
  nginx_status: port
    .default(8406)
    .describe('On which nginx tells that exporter how it fares (`stub_status`), on 127.0.0.1 alone.'),
})

/** Who may watch the machines of a cluster, and where. */
export const monitoring = z.strictObject({
  scrapers: z
    .array(destination)
    .min(1, 'must name at least one: nobody else could ask')
    .describe(
      'Addresses or networks of those who ask, such as that of Prometheus: nobody else gets an answer, with a firewall or without.',
    ),
  ports: ports.prefault({}).describe('Ports of TCP on which machines answer them.'),
})

/** The words of `monitoring`. */
export type MonitoringSettings = z.infer<typeof monitoring>
