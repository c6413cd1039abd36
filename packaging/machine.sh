# What ./xdpaudit, ./test and packaging/publish have in common: saying what goes on, and installing what is missing.
# Read with "." by a POSIX sh after it has set $root, the folder of the checkout. All words go to standard error.

say() { printf '%s\n' "xdpaudit: $*" >&2; }

fail() { # fail STATUS SENTENCE...
    fail_status=$1
    shift
    say "$@"
    exit "$fail_status"
}

# step LOG DOING COMMAND...: runs the command with its words in the log, and shows that it lives: on a terminal one line
# that counts the seconds, elsewhere one line when it begins and one when it ended. Its answer is the command's.
step() {
    step_log=$1
    step_doing=$2
    shift 2
    step_began=$(date +%s)
    [ -t 2 ] || say "$step_doing ..."
    # Descriptor 9 is the lock of ./xdpaudit: a build server that outlives us must not keep it.
    "$@" </dev/null >>"$step_log" 2>&1 9>&- &
    step_pid=$!
    # What runs in the background of a shell is deaf to ctrl-c, so it is told.
    trap 'kill "$step_pid" 2>/dev/null; say "interrupted while $step_doing"; exit 130' INT TERM HUP
    if [ -t 2 ]; then
        while kill -0 "$step_pid" 2>/dev/null; do
            printf '\r\033[Kxdpaudit: %s ... %s s' "$step_doing" "$(($(date +%s) - step_began))" >&2
            sleep 0.5 # the grain of the seconds shown
        done
        printf '\r\033[K' >&2
    fi
    step_answer=0
    wait "$step_pid" || step_answer=$?
    trap - INT TERM HUP
    if [ "$step_answer" -eq 0 ]; then
        say "$step_doing: done in $(($(date +%s) - step_began)) s"
    fi
    return "$step_answer"
}

# Prints the packages out of the given ones whose files are not here. The files are looked for, not the packages: the same
# tool from elsewhere is as good. Nothing but the shell runs, so that asking at every start costs nothing.
missing_packages() {
    for package in "$@"; do
        case $package in
            postgresql) is_there /usr/lib/postgresql/*/bin/initdb || has initdb || echo "$package" ;;
            libbpf1) is_there /usr/lib/*/libbpf.so.1 /usr/lib64/libbpf.so.1 || echo "$package" ;;
            libbpf-dev) is_there /usr/include/bpf/bpf_core_read.h || echo "$package" ;;
            libc6-dev) is_there /usr/include/stdio.h || echo "$package" ;;
            zlib1g-dev) is_there /usr/include/zlib.h || echo "$package" ;;
            iproute2) has ip || echo "$package" ;;
            util-linux) { has nsenter && has setpriv && has flock; } || echo "$package" ;;
            qemu-system-x86) has qemu-system-x86_64 || echo "$package" ;;
            busybox-static) has busybox || echo "$package" ;;
            xdp-tools) has xdp-loader || echo "$package" ;;
            *) has "$package" || echo "$package" ;; # packages named after their command
        esac
    done
}

is_there() {
    for file in "$@"; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

# install_missing LOG PACKAGE...: does nothing when all is here.
install_missing() {
    install_log=$1
    shift
    wanted=$(missing_packages "$@" | tr '\n' ' ')
    wanted=${wanted% }
    [ -n "$wanted" ] || return 0
    has apt-get || fail 7 "cannot install $wanted: this machine has no apt-get; install them by its own means and start again"
    [ "$(id -u)" -eq 0 ] || fail 4 "cannot install $wanted: that needs root; run this once as root, or: apt-get install $wanted"
    : >"$install_log"
    step "$install_log" "reading the lists of packages" apt_get update ||
        say "apt-get update failed (see $install_log); going on with the lists that are here"
    case " $wanted " in
        *" postgresql "*) without_cluster ;;
    esac
    # shellcheck disable=SC2086 # one word per package
    step "$install_log" "installing $wanted" apt_get install $wanted || {
        with_cluster
        tail -n 5 "$install_log" >&2
        fail 7 "cannot install $wanted: apt-get failed as shown above; all of its words are in $install_log; mend that and start again"
    }
    with_cluster
    wanted=$(missing_packages "$@" | tr '\n' ' ')
    [ -z "$wanted" ] || fail 7 "cannot go on: apt-get succeeded and still the files of ${wanted% } are not there; see $install_log"
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Debian's postgresql makes and starts a cluster of its own when it is first installed. We want its programs only; a cluster
# that exists is never touched.
cluster_settings=/etc/postgresql-common/createcluster.d/xdpaudit.conf

without_cluster() {
    mkdir -p "${cluster_settings%/*}"
    echo "create_main_cluster = false" >"$cluster_settings"
}

with_cluster() { rm -f "$cluster_settings"; }
