import { type Doubt, doubtful, type Family, type Subject } from './subject.ts'

/** Rules about programs that are built from their sources. */
export const sourceRules = {
  'source-unused': {
    severity: 'warning',
    reason: 'What is built and run nowhere only takes time.',
    source: 'docs/inventory.md, cluster.source',
    find: nginxIsUsed,
  },
} satisfies Family<'source'>

function nginxIsUsed(subject: Subject): readonly Doubt[] {
  const { source, backend, balancer, vips } = subject.cluster
  const sorry = balancer === 'ipvs' && vips.some(({ services }) => services.some((one) => one.sorryPage))
  if (!source.nginx || backend === 'nginx' || balancer === 'nginx' || sorry) return []
  const message = `nginx is to be built from its sources, and no machine of the cluster ${subject.cluster.name} runs it`
  return [doubtful(subject, ['source', 'nginx'], message, 'Leave source.nginx out.')]
}
