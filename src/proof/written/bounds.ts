/** What a number may be, and whether there has to be one. */
export interface Bounds {
  readonly least: number
  readonly most: number
  /** Without a fraction. */
  readonly whole?: true
  readonly optional?: true
}

const whole = (least: number, most: number): Bounds => ({ least, most, whole: true })
const decimal = (least: number, most: number): Bounds => ({ least, most })

/** The largest numbers of C, and the seconds of which the millionths fit into one. */
const [most, mostSigned, mostSeconds] = [4_294_967_295, 2_147_483_647, 4294]
const shortest = 1e-6

const any = whole(0, most)
const counted = whole(1, most)
const nice = whole(-20, 19)
const longer = decimal(shortest, mostSeconds + 1)
const wait = decimal(0, most)
const loop = decimal(shortest, most)
const version = whole(2, 3)
const delayOfProcess = decimal(shortest, 3600)

/** When somebody is asked: a check may say it itself, or whoever is asked, or the service. */
const ofAsking = { connect_timeout: longer, delay_loop: loop, delay_before_retry: wait, warmup: wait }
const ofChecks = {
  ...ofAsking,
  ...{ retry: any, nb_get_retry: any, misc_timeout: whole(0, mostSeconds), fwmark: any },
}
const ofProcesses = {
  ...{ quorum: whole(1, 65_535), quorum_max: whole(0, 65_535) },
  ...{ delay: delayOfProcess, fork_delay: delayOfProcess, terminate_delay: delayOfProcess },
}
const buffers = Object.fromEntries(
  [
    'lvs_netlink_cmd',
    'lvs_netlink_monitor',
    'vrrp_netlink_cmd',
    'vrrp_netlink_monitor',
    'process_monitor',
  ].map((name) => [`${name}_rcv_bufs`, any]),
)
const processes = Object.fromEntries(
  ['vrrp', 'checker', 'bfd'].flatMap((name) => [
    [`${name}_priority`, nice],
    [`${name}_rt_priority`, whole(1, 99)],
    [`${name}_rlimit_rtime`, counted],
    [`${name}_rlimit_rttime`, counted],
    [`${name}_cpu_affinity`, whole(0, 65_535)],
  ]),
)

/** Numbers of each kind of block, as keepalived takes them (global_parser.c, vrrp_parser.c, check_parser.c, check_api.c). */
export const numbersOf: Readonly<Record<string, Readonly<Record<string, Bounds>>>> = {
  global_defs: {
    ...processes,
    ...buffers,
    ...{ vrrp_version: version, vrrp_down_timer_adverts: whole(1, 100) },
    ...{ smtp_connect_timeout: whole(1, mostSeconds), vrrp_startup_delay: decimal(0.001, mostSeconds + 1) },
    ...{ vrrp_garp_master_delay: whole(0, mostSeconds), vrrp_garp_master_repeat: counted },
    ...{ vrrp_garp_master_refresh: any, vrrp_garp_master_refresh_repeat: counted },
    ...{
      vrrp_garp_lower_prio_delay: whole(0, mostSeconds),
      vrrp_garp_lower_prio_repeat: whole(0, mostSigned),
    },
    // 0 is what is usual, and stands in the configuration that Red Hat brings along.
    ...{ vrrp_garp_interval: wait, vrrp_gna_interval: wait, vrrp_garp_extra_if: whole(1, 86_400) },
    ...{
      max_auto_priority: { ...whole(-1, 99), optional: true },
      min_auto_priority_delay: whole(1, 10_000_000),
    },
    ...{ startup_script_timeout: whole(1, 1000), shutdown_script_timeout: whole(1, 1000), random_seed: any },
    ...{ nftables_priority: whole(-mostSigned, mostSigned) },
    ...{ nftables_ipvs_priority: whole(-mostSigned, mostSigned), nftables_ipvs_start_fwmark: counted },
    vrrp_rx_bufs_multiplier: counted,
  },
  vrrp_instance: {
    ...{ version, preempt_delay: decimal(0, 1000), down_timer_adverts: whole(1, 100), debug: whole(0, 4) },
    ...{ garp_master_delay: whole(0, mostSeconds), garp_master_refresh: any },
    ...{ garp_master_repeat: counted, garp_master_refresh_repeat: counted },
    ...{ garp_lower_prio_delay: whole(0, mostSeconds), garp_lower_prio_repeat: whole(0, mostSigned) },
    ...{ garp_extra_if: whole(0, 86_400), vmac_garp_intvl: whole(0, 86_400) },
    ...{ unicast_ttl: whole(0, 255), kernel_rx_buf_size: any },
  },
  // Since 2.3.2 the times may have a fraction.
  vrrp_script: {
    ...{ interval: decimal(0.001, mostSeconds), timeout: decimal(0.001, mostSeconds) },
    ...{ rise: whole(1, mostSigned), fall: whole(1, mostSigned) },
  },
  track_process: ofProcesses,
  vrrp_track_process: ofProcesses,
  bfd_instance: {
    ...{ min_rx: whole(1, 1000), min_tx: whole(1, 1000), idle_tx: whole(1000, 10_000) },
    ...{ multiplier: whole(1, 255), max_hops: whole(-1, 255), ttl: whole(1, 255), hoplimit: whole(1, 255) },
  },
  virtual_server: {
    ...ofAsking,
    ...{
      persistence_timeout: { ...whole(1, 31 * 86_400), optional: true },
      quorum: counted,
      hysteresis: any,
    },
    ...{ retry: counted, weight: whole(1, mostSigned) },
  },
  real_server: {
    ...ofAsking,
    ...{ weight: whole(0, mostSigned), uthreshold: any, lthreshold: any, retry: counted },
  },
}

const isCheck = /^[A-Z]+_(?:CHECK|GET)$|^host$/

/** What a number of a line may be, where it is to have one. */
export function boundsOf(block: string, keyword: string): Bounds | undefined {
  const numbers: Readonly<Record<string, Bounds>> | undefined = isCheck.test(block)
    ? ofChecks
    : numbersOf[block]
  return numbers?.[keyword]
}

/** Whether a text is such a number. */
export function isWithin(
  text: string | undefined,
  { least, most: upTo, whole: only, optional }: Bounds,
): boolean {
  if (text === undefined) return optional === true
  const form = only ? /^[+-]?\d+$/ : /^[+-]?(\d+(\.\d*)?|\.\d+)$/
  return form.test(text) && Number(text) >= least && Number(text) <= upTo
}
