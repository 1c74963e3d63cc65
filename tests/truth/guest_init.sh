#!/bin/busybox sh
# The guest's first and only program: binds the kernel's gs_usb to the adapter behind usbip_port= and talks over it with can-utils.
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
port="$(sed 's/.*usbip_port=\([0-9]*\).*/\1/' /proc/cmdline)"
while read -r module; do insmod "/modules/$module" || echo "TROUBLE insmod $module"; done < /modules/order
ifconfig lo up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
/tools/usbip_attach 10.0.2.2 "$port" || echo "TROUBLE attach"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -e /sys/class/net/can0 ] && break; sleep 0.5; done
echo "DRIVER $(basename "$(readlink /sys/class/net/can0/device/driver)")"
/tools/ip link set can0 up type can bitrate 500000 || echo "TROUBLE link"
/tools/ip -details link show can0 | sed 's/^/LINK /'
/tools/candump -L can0,0:0,#FFFFFFFF > /dump &
sleep 1
/tools/cansend can0 123#0102030405060708
/tools/cansend can0 12345678#DEADBEEF
/tools/cansend can0 7F0#00
sleep 1
/tools/cansend can0 7F1#00
sleep 1
/tools/cansend can0 7F2#00
sleep 1
kill %1
/tools/ip -details link show can0 | sed 's/^/AFTER /'
/tools/ip link set can0 down
sed 's/^/DUMP /' /dump
echo "END"
poweroff -f
