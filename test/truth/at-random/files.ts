import type { Chance, Wound } from './wound.ts'

/** What may happen to a file that is managed. */
export function woundsOfFile(path: string, chance: Chance): readonly Wound[] {
  const at = `'${path}'`
  const mode = chance.one(['600', '604', '640', '666', '700', '755', '000', '4755'])
  const is = (what: string) => `${path} ${what}`
  return [
    { is: is('is removed'), by: `rm -f ${at}` },
    { is: is('is emptied'), by: `: >${at}` },
    { is: is('has a line more'), by: `echo '# by hand' >>${at}` },
    { is: is('has an empty line more'), by: `echo >>${at}` },
    { is: is('has no line end'), by: `truncate -s -1 ${at}` },
    { is: is('is cut off'), by: `truncate -s $(($(stat -c %s ${at}) / 2)) ${at}` },
    { is: is('is random'), by: `head -c 3000 /dev/urandom >${at}` },
    { is: is('is zeros'), by: `head -c 3000 /dev/zero >${at}` },
    { is: is('has other line ends'), by: `sed -i 's/$/\\r/' ${at}` },
    { is: is('has lost a line'), by: `sed -i ${chance.below(12) + 1}d ${at}` },
    { is: is(`has the mode ${mode}`), by: `chmod ${mode} ${at}` },
    { is: is('belongs to somebody else'), by: `chown nobody ${at}` },
    { is: is('belongs to another group'), by: `chgrp games ${at}` },
    {
      is: is('is a link to what it was'),
      by: `rm -rf /root/was; mv ${at} /root/was && ln -s /root/was ${at}`,
      remedy: `[ ! -L ${at} ] || rm ${at}`,
    },
    {
      is: is('is a link to nothing'),
      by: `rm -rf ${at}; ln -s /root/nowhere ${at}`,
      remedy: `[ ! -L ${at} ] || rm ${at}`,
    },
    {
      is: is('is a directory'),
      by: `rm -rf ${at}; mkdir ${at}; echo mine >${at}/mine`,
      remedy: `[ ! -d ${at} ] || rm -r ${at}`,
    },
    // systemd 257 waits for the other end of one among its files, and with it all that asks systemd.
    ...(path.startsWith('/etc/systemd/')
      ? []
      : [{ is: is('is a pipe'), by: `rm -rf ${at}; mkfifo ${at}`, remedy: `[ ! -p ${at} ] || rm ${at}` }]),
    { is: is('has another name beside'), by: `ln ${at} /var/tmp/other && echo more >>/var/tmp/other` },
    { is: is('was touched'), by: `touch ${at}` },
    {
      is: is('is edited and immutable'),
      by: `echo '# by hand' >>${at}; chattr +i ${at}`,
      remedy: `chattr -i ${at}`,
    },
    {
      is: is('is edited, and lies on a file system of its own that is read-only'),
      by: `echo '# by hand' >>${at}; mount --bind ${at} ${at}; mount -o remount,bind,ro ${at}`,
      remedy: `umount ${at} 2>/dev/null`,
      leaves: `umount ${at} 2>/dev/null`,
    },
    {
      is: is('is cut off and append-only'),
      by: `truncate -s 3 ${at}; chattr +a ${at}`,
      remedy: `chattr -a ${at}`,
    },
    {
      is: is('was moved away'),
      by: `mv ${at} ${`'${path}.mine'`}`,
      leaves: `rm -rf ${`'${path}.mine'`}`,
    },
  ]
}

/** What may happen to a directory that is managed. */
export function woundsOfDirectory(path: string, chance: Chance): readonly Wound[] {
  const at = `'${path}'`
  const mode = chance.one(['700', '711', '777', '1777', '000', '2755'])
  const is = (what: string) => `${path} ${what}`
  return [
    { is: is('is removed'), by: `rm -rf ${at}` },
    { is: is(`has the mode ${mode}`), by: `chmod ${mode} ${at}` },
    { is: is('belongs to somebody else'), by: `chown nobody:games ${at}` },
    {
      is: is('is a file'),
      by: `rm -rf ${at}; echo mine >${at}`,
      remedy: `[ ! -f ${at} ] || rm ${at}`,
    },
    {
      is: is('is a link to nothing'),
      by: `rm -rf ${at}; ln -s /root/nowhere ${at}`,
      remedy: `[ ! -L ${at} ] || rm ${at}`,
    },
    {
      is: is('is a link to what it was'),
      by: `rm -rf /root/moved; mv ${at} /root/moved && ln -s /root/moved ${at}`,
      remedy: `[ ! -L ${at} ] || { rm ${at} && mv /root/moved ${at}; }`,
      leaves: `[ ! -L ${at} ] || { rm ${at} && mv /root/moved ${at}; }`,
    },
  ]
}

/** What may happen to a block within a file of somebody else's. */
export function woundsOfBlock(path: string): readonly Wound[] {
  const at = `'${path}'`
  const is = (what: string) => `the block in ${path} ${what}`
  return [
    { is: is('is removed'), by: `sed -i '/UNDERSTUDY/,/UNDERSTUDY/d' ${at}` },
    { is: is('has a line more'), by: `sed -i '0,/UNDERSTUDY/s/.*UNDERSTUDY.*/&\\n192.0.2.9 mine/' ${at}` },
    {
      is: is('has lost a line'),
      by: `n=$(grep -n -m 1 UNDERSTUDY ${at} | cut -d: -f1); sed -i "$((n + 1))d" ${at}`,
    },
  ]
}
