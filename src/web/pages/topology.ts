import type { ClusterState } from '../../fleet/kept.ts'
import type { Picture } from '../../fleet/outcome.ts'
import { isSeenBefore } from '../../fleet/trouble.ts'
import { type Markup, markup } from '../../report/drill/markup.ts'
import { clean, moment, verdict } from '../words.ts'

/** The machines of a cluster in tiers, each VIP in whoever holds it; lists in lists for whoever does not see them. */
export function topology(cluster: string, state: ClusterState | undefined): Markup {
  const seen = state?.picture
  if (!seen)
    return markup`<p class="faint">Nobody has looked yet: <code>understudy fleet verify ${cluster}</code></p>`
  const { picture, at } = seen
  const tier = (name: string, role: 'director' | 'realserver') => {
    const members = picture.members.filter((one) => one.role === role)
    if (members.length === 0) return markup``
    return markup`<div class="tier"><h3>${name}</h3><ul class="machines">${{ markup: members.map((one) => machine(one, picture)) }}</ul></div>`
  }
  const before = markup`<p>${{ markup: verdict('odd', 'Its machines cannot be reached: what is shown was seen') }} ${{ markup: moment(at) }}.</p>`
  const asOf = markup`<p class="faint">Seen ${{ markup: moment(at) }}.</p>`
  const isOld = isSeenBefore(state)
  return markup`${{ markup: isOld ? before : markup`` }}${{ markup: orphans(picture) }}<div class="topology">${{ markup: tier('Directors', 'director') }}${{ markup: tier('Realservers', 'realserver') }}</div>
${{ markup: isOld ? markup`` : asOf }}`
}

function machine({ host, state, well }: Picture['members'][number], { vips }: Picture): Markup {
  const held = vips.filter(({ holders }) => holders.includes(host))
  const list =
    held.length === 0
      ? markup``
      : markup`<ul class="held" aria-label="VIPs of ${clean(host)}">${{ markup: held.map(({ address, holders }) => markup`<li class="${holders.length === 1 ? 'once' : 'twice'}"><span class="faint">VIP</span> ${clean(address)}</li>`) }}</ul>`
  return markup`<li class="machine ${well ? 'well' : 'ill'}"><b>${clean(host)}</b> ${{ markup: verdict(well ? 'good' : 'bad', state) }}${{ markup: list }}</li>`
}

/** VIPs that nobody holds, or that more than one does, or a machine that is none of its members. */
function orphans({ vips, members }: Picture): Markup {
  const hosts = new Set(members.map(({ host }) => host))
  const items = vips.flatMap(({ address, holders }) => {
    if (holders.length === 0) return [`${address} is held by nobody`]
    if (holders.length > 1) return [`${address} is held by ${holders.join(' and ')} at once`]
    const [only = ''] = holders
    return hosts.has(only) ? [] : [`${address} is held by ${only}`]
  })
  if (items.length === 0) return markup``
  return markup`<ul class="found">${{ markup: items.map((text) => markup`<li>${{ markup: verdict('bad', text) }}</li>`) }}</ul>`
}
