#!/usr/bin/env bash
# Boots a Linux guest in which the kernel's own gs_usb driver binds to the emulated adapter of tests/usb, over USB/IP, and
# can-utils talk over it. Takes half a minute; not a part of ./test.sh. Needs apt and the network for the guest's kernel.
# What the guest and the adapter said stays in build/truth.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tools/setup.sh
source tools/setup.sh

need_packages g++ qemu-system-x86 busybox-static can-utils iproute2 cpio kmod python3
readonly work="$PWD/build/truth"
mkdir -p "$work"
root="$(mktemp -d)"
server=''
trap '[[ -z "$server" ]] || kill "$server" 2> /dev/null || true; rm -rf "$root"' EXIT

say "fetching the guest's kernel"
package="$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)"
[[ -n "$package" ]] || die "apt knows no kernel; run: apt-get update"
if ! ls "$work/$package"_*.deb > /dev/null 2>&1; then
  (cd "$work" && apt-get download -qq "$package")
fi
mkdir -p "$root/kernel" "$root/guest"/{modules,bin,tools} "$root/guest"/{proc,sys,dev}
dpkg-deb -x "$work/$package"_*.deb "$root/kernel"

say "building the adapter's server and the guest"
g++ -std=c++20 -O1 -I. tests/truth/usbip_server.cpp tests/usb/candle.cpp tests/usb/urb_queue.cpp -o "$work/usbip_server"
g++ -std=c++20 -O1 -static tests/truth/usbip_attach.cpp -o "$root/guest/tools/usbip_attach"
cp "$(command -v busybox)" "$root/guest/bin/busybox"
install -m 755 tests/truth/guest_init.sh "$root/guest/init"
for program in ip candump cansend; do
  path="$(readlink -f "$(command -v "$program")")"
  cp "$path" "$root/guest/tools/$program"
  ldd "$path" | grep -o '/[^ ]*' | while IFS= read -r library; do
    mkdir -p "$root/guest$(dirname "$library")"
    cp -Ln "$library" "$root/guest$library"
  done
done
# A module after those that it needs.
modules="$(find "$root/kernel/lib/modules" -maxdepth 1 -mindepth 1)"
/sbin/depmod -b "$root/kernel" "$(basename "$modules")"
for module in virtio_pci virtio_net can_raw gs_usb vhci_hcd; do
  /sbin/modprobe -d "$root/kernel" -S "$(basename "$modules")" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
done | awk '!seen[$0]++' | while IFS= read -r file; do
  cp "$file" "$root/guest/modules/"
  basename "$file" >> "$root/guest/modules/order"
done
(cd "$root/guest" && find . | cpio --quiet -o -H newc) | gzip -1 > "$work/guest.cpio.gz"

say "booting the guest"
"$work/usbip_server" > "$work/adapter.log" &
server=$!
for _ in {1..50}; do
  port="$(sed -n 's/^port //p' "$work/adapter.log")"
  [[ -z "$port" ]] || break
  sleep 0.1
done
# Emulated, not by /dev/kvm: that one is not to be trusted inside of a virtual machine, and a minute is soon over.
timeout 200 qemu-system-x86_64 -machine pc,accel=tcg -m 512 -nographic -no-reboot \
  -kernel "$root"/kernel/boot/vmlinuz-* -initrd "$work/guest.cpio.gz" \
  -append "console=ttyS0 quiet panic=-1 usbip_port=$port" \
  -netdev user,id=net -device virtio-net-pci,netdev=net < /dev/null > "$work/guest.log" 2>&1 || true
python3 tests/truth/judge.py "$work/guest.log" "$work/adapter.log"
