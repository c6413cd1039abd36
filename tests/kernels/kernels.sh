# Stock kernels of Debian in QEMU: ./test --kernels [NAME...]. Read with "." by ./test. A guest's root is this machine's own files, read only, with
# room above them in its memory; so what runs there is what was built here. Nothing of this runs without being asked for.

# NAME SUITE: whose linux-image-amd64 it is. 5.10 is older than what the tracing tier needs, and runs only when it is named.
kernels_known='5.10 bullseye
6.1 bookworm
6.12 trixie
newest sid'

kernels_folder=$root/artifacts/kernels
kernels_limit=${XDPAUDIT_KERNEL_SECONDS:-2400} # per kernel: without KVM all is ten times slower

kernel_apt() { # kernel_apt SUITE COMMAND...: apt with the lists of that suite and nothing else, from the mirror this machine uses
    apt_lists=$kernels_folder/apt/$1
    shift
    "$1" -q -o Dir::Etc::SourceList="$apt_lists/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$apt_lists/lists" \
        -o Dir::Cache="$apt_lists/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root -o Acquire::Languages=none "$2" ${3:+"$3"}
}

kernel_fetch() { # kernel_fetch NAME SUITE: unpacks the kernel to $kernels_folder/NAME and lists what its modules need
    [ ! -e "$kernels_folder/$1/ready" ] || return 0
    mirror=$(apt-get indextargets --format '$(SITE) $(REPO_URI)' 2>/dev/null | awk '$2 ~ /\/debian\/?$/ { print $2; exit }')
    [ -n "$mirror" ] || { echo "no mirror of Debian is in this machine's apt sources"; return 1; }
    lists=$kernels_folder/apt/$2
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$kernels_folder/$1"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $2 main" >"$lists/sources.list"
    kernel_apt "$2" apt-get update || return 1
    image=$(kernel_apt "$2" apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: *\(linux-image-[^ <]*\)$/\1/p' | head -n 1)
    [ -n "$image" ] || { echo "linux-image-amd64 of $2 names no kernel"; return 1; }
    # Where the image is only a name, the kernel and its modules are packages of their own.
    parts=$(kernel_apt "$2" apt-cache depends "$image" | sed -n 's/^ *Depends: *\(linux-\(binary\|modules\)-[^ <]*\)$/\1/p')
    for package in $image $parts; do
        (cd "$kernels_folder/$1" && kernel_apt "$2" apt-get download "$package") || return 1
    done
    for package in "$kernels_folder/$1"/*.deb; do
        dpkg-deb -x "$package" "$kernels_folder/$1" || return 1
        rm "$package"
    done
    # Where /lib is a link to /usr/lib, so it is in the package.
    [ -d "$kernels_folder/$1/lib/modules" ] || ln -s usr/lib "$kernels_folder/$1/lib"
    version=$(ls "$kernels_folder/$1/lib/modules")
    if [ ! -e "$kernels_folder/$1/boot/vmlinuz-$version" ]; then
        mkdir -p "$kernels_folder/$1/boot"
        ln -s "../lib/modules/$version/vmlinuz" "$kernels_folder/$1/boot/vmlinuz-$version"
    fi
    busybox depmod -b "$kernels_folder/$1" "$version" || return 1
    : >"$kernels_folder/$1/ready"
}

kernel_modules() { # kernel_modules VERSION NAME...: the files of these modules and of those they need, below lib/modules
    modules=lib/modules/$1
    shift
    for module in "$@"; do
        for file in $(cd "$modules" && find . -name "$module.ko*" | sed 's|^\./||'); do
            sed -n "s|^$file:|$file|p" "$modules/modules.dep" | tr ' ' '\n' | sed "s|^|$modules/|"
        done
    done | grep '[^/]$' | sort -u
    ls "$modules"/modules.*
}

kernel_initramfs() ( # kernel_initramfs NAME
    cd "$kernels_folder/$1"
    rm -rf initramfs
    mkdir -p initramfs/bin
    kernel_modules "$(ls lib/modules)" virtio_pci 9pnet_virtio 9p overlay veth dummy | cpio -pdmL --quiet initramfs
    cp "$(command -v busybox)" initramfs/bin/busybox
    cp "$root/tests/kernels/init" initramfs/init
    cd initramfs
    find . | cpio -o -H newc --quiet | gzip -1 >../initramfs.gz
)

kernel_boot() { # kernel_boot NAME: runs $kernels_folder/NAME/out/commands there; told to end, the guest ends too
    version=$(ls "$kernels_folder/$1/lib/modules")
    timeout -k 10 "$kernels_limit" qemu-system-x86_64 -accel kvm -accel tcg,thread=single -cpu max -smp 2 -m 4G -nographic -no-reboot \
        -kernel "$kernels_folder/$1/boot/vmlinuz-$version" -initrd "$kernels_folder/$1/initramfs.gz" \
        -append "console=ttyS0 panic=-1 quiet guest=$root/tests/kernels/guest" \
        -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
        -virtfs "local,path=$kernels_folder/$1/out,mount_tag=out,security_model=none" </dev/null >>"$results/kernel-$1.log" 2>&1 &
    trap "kill $! 2>/dev/null; exit 143" TERM
    wait $! || echo "kernel $1 did not end by itself: see $results/kernel-$1.log"
}

kernel_run() { # Without KVM a kernel that patches its own code while it boots may trip over the other processor, and is booted again.
    for try in 1 2 3; do
        kernel_boot "$1"
        [ ! -e "$kernels_folder/$1/out/release" ] || break
    done
}

kernels_lane() { # kernels_lane LANE LANES NAME...: every so manieth of them
    lane=$1
    lanes=$2
    shift 2
    turn=0
    for name in "$@"; do
        [ $((turn % lanes)) -ne "$lane" ] || kernel_run "$name"
        turn=$((turn + 1))
    done
}

kernels_run() { # kernels_run NAME...: a guest each, as many at once as there are processors; told to end, all end
    at_once=$(nproc)
    started=
    trap 'kill $started 2>/dev/null; exit 143' TERM
    first=0
    while [ "$first" -lt "$at_once" ]; do
        kernels_lane "$first" "$at_once" "$@" &
        started="$started $!"
        first=$((first + 1))
    done
    wait
}

kernel_commands() { # What runs in a guest: a name and a command in each line. Tests marked for kernels run nowhere else.
    quiet='-noLogo -noColor -noAutoReporters -reporter quiet'
    echo "FlightRecorder cd $root && XDPAUDIT_TIERS=/run/out/tiers.json $(test_program FlightRecorder) $quiet -failSkips- -explicit on -result-xml /run/out/FlightRecorder.xml"
    echo "Kernel cd $root && $(test_program Kernel) $quiet -failSkips- -result-xml /run/out/Kernel.xml"
    echo "Plugins cd $root && $(test_program Plugins) $quiet -failSkips- -explicit only -trait kernels=yes -result-xml /run/out/Plugins.xml"
}

test_program() { echo "artifacts/bin/XdpAudit.$1.Tests/debug/XdpAudit.$1.Tests"; }

run_kernels() { # Runs the kernels of $kernels, and adds to $passed, $failed and $skipped.
    [ "$(id -u)" -eq 0 ] || fail 4 "cannot read all of this machine's files for a guest: run ./test --kernels as root"
    install_missing "$results/install.log" qemu-system-x86 busybox-static cpio
    # This machine's own kernel, beside the stock ones.
    mkdir -p "$kernels_folder/here"
    uname -r >"$kernels_folder/here/release"
    XDPAUDIT_TIERS=$kernels_folder/here/tiers.json "$(test_program FlightRecorder)" -noLogo -noColor -noAutoReporters -reporter quiet -explicit only -class XdpAudit.FlightRecorder.Tests.TierReport >&2 ||
        failed=$((failed + 1))
    names=$(echo "$kernels_known" | cut -d' ' -f1 | grep -vxF 5.10)
    [ "$kernels" = all ] || names=$kernels
    for name in $names; do
        suite=$(echo "$kernels_known" | sed -n "s/^$name //p")
        [ -n "$suite" ] || fail 2 "cannot boot '$name': the kernels are: $(echo "$kernels_known" | cut -d' ' -f1 | tr '\n' ' ')"
        log=$results/kernel-$name.log
        step "$log" "fetching kernel $name" kernel_fetch "$name" "$suite" ||
            fail 7 "cannot fetch kernel $name of Debian $suite: $(tail -n 1 "$log"); all of apt's words are in $log"
        out=$kernels_folder/$name/out
        rm -rf "$out"
        mkdir -p "$out"
        dirname -- "$(readlink -f -- "$(command -v dotnet)")" >"$out/dotnet"
        kernel_commands >"$out/commands"
        kernel_initramfs "$name" || fail 7 "cannot make an initramfs for kernel $name"
    done
    # shellcheck disable=SC2086
    step "$results/kernels.log" "running kernels $(echo $names)" kernels_run $names || true
    cat "$results/kernels.log" >&2
    for name in $names; do
        out=$kernels_folder/$name/out
        while read -r project _; do
            kernel_result "$project"
        done <"$out/commands"
    done
    "$(test_program House)" -noLogo -noColor -noAutoReporters -reporter quiet -explicit only -class XdpAudit.House.Tests.KernelsPage >&2 || failed=$((failed + 1))
}

kernel_result() { # kernel_result COMMAND: of the guest whose results are in $out
    answer=none
    read -r answer took <"$out/$1.answer" 2>/dev/null || took=0
    p=$(count "$out/$1.xml" passed)
    f=$(count "$out/$1.xml" failed)
    s=$(count "$out/$1.xml" skipped)
    [ "$answer" = 0 ] || [ "$f" -gt 0 ] || f=1
    [ "$f" -eq 0 ] || cat "$out/$1.log" 2>/dev/null || tail -n 20 "$results/kernel-$name.log"
    echo "Linux $(cat "$out/release" 2>/dev/null || echo "$name"): $1: $p passed, $f failed, $s skipped in $took s; it ended with $answer"
    passed=$((passed + p))
    failed=$((failed + f))
    skipped=$((skipped + s))
}
