#!/bin/sh
# What a machine is, line by line, so that two can be compared: run it there as root.
set -u
LC_ALL=C
export LC_ALL

# Marks that each tool leaves of itself, and what no two machines have in common.
marks='^/(root|home/[^/]*)/\.(ansible|cache|bash_history|understudy)|^/etc/(machine-id|hostname|ssh/ssh_host_|udev/hwdb\.bin|ld\.so\.cache|passwd-|group-|shadow-|gshadow-|subuid-|subgid-|\.pwd\.lock|\.updated)|/etc/sysctl\.d/99-zz-understudy\.conf$|\.[0-9]+\.[0-9-]+@[0-9:]+~$'

find /etc /usr/local /opt /srv /root /home /var/spool/cron -xdev -maxdepth 8 2>/dev/null | sort | while read -r path; do
  if printf '%s\n' "$path" | grep -Eq "$marks"; then continue; fi
  sum=-
  if [ -h "$path" ]; then sum=$(readlink "$path")
  elif [ -f "$path" ]; then
    case $path in
      # Hashes of passwords have salts, days and times of changes.
      /etc/shadow | /etc/gshadow) ;;
      *) sum=$(sha256sum <"$path" | cut -c 1-64) ;;
    esac
  fi
  printf 'file %s %s %s\n' "$path" "$(stat -c '%F %a %U %G' "$path")" "$sum"
done
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f 'package ${Package} ${Version} ${Status}\n'
  apt-mark showhold | sed 's/^/hold /'
elif command -v rpm >/dev/null; then
  rpm -qa --qf 'package %{NAME} %{VERSION}-%{RELEASE}\n' | sort
fi
getent passwd | sed 's/^/user /' | sort
getent group | sed 's/^/group /' | sort
cut -d : -f 1,2 /etc/shadow | sed -E 's/:(!?\$[^$]*)\$.*/:\1/; s/^/password /' | sort
if command -v systemctl >/dev/null; then
  systemctl list-unit-files --no-legend --no-pager | awk '{ print "unit", $1, $2 }' | sort
  systemctl list-units --type=service --state=active --no-legend --no-pager --plain | awk '{ print "active", $1 }' | sort
fi
for setting in net.ipv4.ip_forward net.ipv4.conf.all.rp_filter vm.swappiness net.core.somaxconn; do
  printf 'setting %s %s\n' "$setting" "$(cat "/proc/sys/$(printf %s "$setting" | tr . /)" 2>/dev/null)"
done
findmnt -rn -o TARGET,SOURCE,FSTYPE,OPTIONS 2>/dev/null | grep -Ev '^/(sys|proc|dev|run)' | sed 's/^/mount /'
cut -d : -f 1 /etc/passwd | while read -r table; do
  crontab -u "$table" -l 2>/dev/null | sed "s/^/crontab $table /"
done
printf 'zone %s\nname %s\n' "$(readlink /etc/localtime)" "$(cat /etc/timezone 2>/dev/null)"
