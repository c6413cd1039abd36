namespace XdpAudit.Kernel.Tests;

/// <summary>C programs that put the kernel into the states the tests look at. They hold on until their input ends.</summary>
internal static class CPrograms
{
    internal const string Head =
        """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <linux/bpf.h>
        #include <net/if.h>
        #include <pthread.h>
        #include <sched.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mount.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static long bpf(int cmd, union bpf_attr *a) { return syscall(SYS_bpf, cmd, a, sizeof *a); }
        static int die(const char *what) { perror(what); exit(1); }
        static int load(const char *name, int type)
        {
            struct bpf_insn i[] = {{ .code = 0xb7, .imm = 2 }, { .code = 0x95 }};
            union bpf_attr a = { .prog_type = type, .insn_cnt = 2, .insns = (unsigned long)i, .license = (unsigned long)"GPL" };
            strncpy(a.prog_name, name, 15);
            int fd = bpf(BPF_PROG_LOAD, &a);
            return fd < 0 ? die("load") : fd;
        }
        static unsigned id_of(int fd)
        {
            struct bpf_prog_info p = {0};
            union bpf_attr a = { .info = { .bpf_fd = fd, .info_len = sizeof p, .info = (unsigned long)&p } };
            return bpf(BPF_OBJ_GET_INFO_BY_FD, &a) ? die("info") : p.id;
        }
        static unsigned link_id_of(int fd)
        {
            struct bpf_link_info p = {0};
            union bpf_attr a = { .info = { .bpf_fd = fd, .info_len = sizeof p, .info = (unsigned long)&p } };
            return bpf(BPF_OBJ_GET_INFO_BY_FD, &a) ? die("link info") : p.id;
        }
        static int link_xdp(int prog, const char *dev, int flags)
        {
            union bpf_attr a = { .link_create = { .prog_fd = prog, .target_ifindex = if_nametoindex(dev), .attach_type = BPF_XDP, .flags = flags } };
            int fd = bpf(BPF_LINK_CREATE, &a);
            return fd < 0 ? die("link") : fd;
        }
        static int obj_get(const char *path)
        {
            union bpf_attr a = { .pathname = (unsigned long)path };
            int fd = bpf(BPF_OBJ_GET, &a);
            return fd < 0 ? die("obj get") : fd;
        }
        static void hold(void) { char c; fflush(stdout); while (read(0, &c, 1) > 0); }

        """;

    /// <summary>Loads one program and holds it: <c>prog ID</c>. Argument: its name.</summary>
    internal const string Load = Head +
        """
        int main(int n, char **v) { int p = load(v[1], BPF_PROG_TYPE_XDP); printf("prog %u\n", id_of(p)); hold(); }
        """;

    /// <summary>Attaches by a link and holds it: <c>prog ID link ID</c>. Arguments: device, XDP flags, and optionally "detach".</summary>
    internal const string Link = Head +
        """
        int main(int n, char **v)
        {
            int p = load("xa_link", BPF_PROG_TYPE_XDP), l = link_xdp(p, v[1], atoi(v[2]));
            if (n > 3) { union bpf_attr a = { .link_detach = { .link_fd = l } }; if (bpf(BPF_LINK_DETACH, &a)) die("detach"); }
            printf("prog %u link %u\n", id_of(p), link_id_of(l));
            close(p);
            hold();
        }
        """;

    /// <summary>
    /// A namespace without a name, with a device pair in it and a program attached by a link, that no process is in any more; the link's
    /// descriptor alone is left: <c>prog ID link ID</c>. A socket in it is kept when asked to, since the namespace dies with its last keeper.
    /// </summary>
    internal const string Nameless = Head +
        """
        int main(int n, char **v)
        {
            int own = open("/proc/self/ns/net", O_RDONLY);
            if (unshare(CLONE_NEWNET)) die("unshare");
            if (system("ip link add na type veth peer name nb && ip link set na up && ip link set nb up")) die("ip");
            int p = load("xa_nameless", BPF_PROG_TYPE_XDP), l = link_xdp(p, "na", 0), s = socket(AF_INET, SOCK_DGRAM, 0);
            if (s < 0) die("socket");
            if (n > 1 && setns(own, CLONE_NEWNET)) die("setns");
            printf("prog %u link %u\n", id_of(p), link_id_of(l));
            hold();
        }
        """;

    /// <summary>A thread with a descriptor table of its own holds a program that the process does not: <c>prog ID thread TID</c>.</summary>
    internal const string Thread = Head +
        """
        static void *own_table(void *unused)
        {
            if (unshare(CLONE_FILES)) die("unshare");
            int p = load("xa_thread", BPF_PROG_TYPE_XDP);
            printf("prog %u thread %ld\n", id_of(p), syscall(SYS_gettid));
            hold();
            return 0;
        }
        int main(void) { pthread_t t; if (pthread_create(&t, 0, own_table, 0)) die("thread"); pthread_join(t, 0); }
        """;

    /// <summary>A child inherits a program, a stranger receives it by SCM_RIGHTS, and the loader lets go: <c>prog ID child PID receiver PID</c>.</summary>
    internal const string Share = Head +
        """
        static int pass(int socket, int fd, int receive)
        {
            char c = 0, b[CMSG_SPACE(sizeof(int))] = {0};
            struct iovec v = { &c, 1 };
            struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = b, .msg_controllen = sizeof b };
            if (receive) { if (recvmsg(socket, &m, 0) != 1) die("receive"); memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd); return fd; }
            struct cmsghdr *h = CMSG_FIRSTHDR(&m);
            h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; h->cmsg_len = CMSG_LEN(sizeof fd);
            memcpy(CMSG_DATA(h), &fd, sizeof fd);
            return sendmsg(socket, &m, 0) == 1 ? 0 : die("send");
        }
        int main(void)
        {
            int s[2], r[2], q[2]; char c;
            if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) || pipe(r) || pipe(q)) die("pair");
            int receiver = fork();
            if (!receiver) { close(q[1]); pass(s[1], 0, 1); if (write(r[1], "r", 1) != 1) die("ready"); while (read(q[0], &c, 1) > 0); exit(0); }
            int p = load("xa_shared", BPF_PROG_TYPE_XDP);
            unsigned id = id_of(p);
            int child = fork();
            if (!child) { close(q[1]); while (read(q[0], &c, 1) > 0); exit(0); }
            pass(s[0], p, 0);
            if (read(r[0], &c, 1) != 1) die("wait");
            close(p);
            printf("prog %u child %d receiver %d\n", id, child, receiver);
            hold();
            close(q[1]); wait(0); wait(0);
        }
        """;

    /// <summary>A map of a type with a program in element 1, held: <c>map ID prog ID</c>. Arguments: map type, value size, program's attach type.</summary>
    internal const string Element = Head +
        """
        int main(int n, char **v)
        {
            int type = atoi(v[1]), size = atoi(v[2]);
            union bpf_attr a = { .map_type = type, .key_size = 4, .value_size = size, .max_entries = 4 };
            int m = bpf(BPF_MAP_CREATE, &a);
            if (m < 0) die("map");
            struct bpf_insn i[] = {{ .code = 0xb7, .imm = 2 }, { .code = 0x95 }};
            union bpf_attr l = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2, .insns = (unsigned long)i, .license = (unsigned long)"GPL", .expected_attach_type = atoi(v[3]) };
            int p = bpf(BPF_PROG_LOAD, &l);
            if (p < 0) die("load");
            unsigned key = 1, value[2] = { size == 4 ? p : type == BPF_MAP_TYPE_CPUMAP ? 64 : if_nametoindex("lo"), p };
            if (type == BPF_MAP_TYPE_CPUMAP) key = 0;
            union bpf_attr u = { .map_fd = m, .key = (unsigned long)&key, .value = (unsigned long)value };
            if (bpf(BPF_MAP_UPDATE_ELEM, &u)) die("update");
            struct bpf_map_info info = {0};
            union bpf_attr q = { .info = { .bpf_fd = m, .info_len = sizeof info, .info = (unsigned long)&info } };
            if (bpf(BPF_OBJ_GET_INFO_BY_FD, &q)) die("info");
            printf("map %u prog %u\n", info.id, id_of(p));
            close(p);
            hold();
        }
        """;

    /// <summary>
    /// A map of a type with programs of their own in many elements, held: <c>map ID prog ID...</c>, or without the programs when they are more than
    /// 32. Arguments: map type, program's attach type, capacity, how many elements, distance of their keys. Key 0 is left empty, but for cpumap.
    /// </summary>
    internal const string Elements = Head +
        """
        int main(int n, char **v)
        {
            int type = atoi(v[1]), entries = atoi(v[3]), count = atoi(v[4]), step = atoi(v[5]), array = type == BPF_MAP_TYPE_PROG_ARRAY, p = -1;
            union bpf_attr a = { .map_type = type, .key_size = 4, .value_size = array ? 4 : 8, .max_entries = entries };
            int m = bpf(BPF_MAP_CREATE, &a);
            if (m < 0) die("map");
            struct bpf_map_info info = {0};
            union bpf_attr q = { .info = { .bpf_fd = m, .info_len = sizeof info, .info = (unsigned long)&info } };
            if (bpf(BPF_OBJ_GET_INFO_BY_FD, &q)) die("info");
            printf("map %u prog", info.id);
            for (int k = 0; k < count; k++) {
                struct bpf_insn i[] = {{ .code = 0xb7, .imm = 2 }, { .code = 0x95 }};
                union bpf_attr l = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2, .insns = (unsigned long)i, .license = (unsigned long)"GPL", .expected_attach_type = atoi(v[2]) };
                if (p < 0 && (p = bpf(BPF_PROG_LOAD, &l)) < 0) die("load");
                unsigned key = (k + (type != BPF_MAP_TYPE_CPUMAP)) * step, value[2] = { array ? p : type == BPF_MAP_TYPE_CPUMAP ? 64 : if_nametoindex("lo"), p };
                union bpf_attr u = { .map_fd = m, .key = (unsigned long)&key, .value = (unsigned long)value };
                if (bpf(BPF_MAP_UPDATE_ELEM, &u)) die("update");
                if (count <= 32) { printf(" %u", id_of(p)); close(p); p = -1; }
            }
            printf("\n");
            hold();
        }
        """;

    /// <summary>
    /// A prog_array that nothing but a program keeps, which is held: <c>map ID prog ID</c>. With an argument, another map kept so, whose elements
    /// are allocated one by one and have no special fields.
    /// </summary>
    internal const string KeptByProgram = Head +
        """
        int main(int n, char **v)
        {
            union bpf_attr a = { .map_type = BPF_MAP_TYPE_PROG_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 3 };
            if (n > 1) { a.map_type = BPF_MAP_TYPE_HASH; a.map_flags = BPF_F_NO_PREALLOC; }
            int m = bpf(BPF_MAP_CREATE, &a);
            if (m < 0) die("map");
            struct bpf_map_info info = {0};
            union bpf_attr q = { .info = { .bpf_fd = m, .info_len = sizeof info, .info = (unsigned long)&info } };
            if (bpf(BPF_OBJ_GET_INFO_BY_FD, &q)) die("info");
            struct bpf_insn i[] = {{ .code = 0x18, .dst_reg = 2, .src_reg = 1, .imm = m }, { 0 }, { .code = 0xb7, .imm = 2 }, { .code = 0x95 }};
            union bpf_attr l = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 4, .insns = (unsigned long)i, .license = (unsigned long)"GPL" };
            int p = bpf(BPF_PROG_LOAD, &l);
            if (p < 0) die("load");
            close(m);
            printf("map %u prog %u\n", info.id, id_of(p));
            hold();
        }
        """;

    /// <summary>A bpffs in a mount namespace of its own, with a program pinned: <c>prog ID</c>. Argument: the directory to mount on.</summary>
    internal const string PrivateMount = Head +
        """
        int main(int n, char **v)
        {
            if (unshare(CLONE_NEWNS) || mount("", "/", 0, MS_REC | MS_PRIVATE, 0) || mount("bpf", v[1], "bpf", 0, 0)) die("mount");
            char path[256]; snprintf(path, sizeof path, "%s/private\033[31mpin", v[1]);
            int p = load("xa_private", BPF_PROG_TYPE_XDP);
            union bpf_attr a = { .pathname = (unsigned long)path, .bpf_fd = p };
            if (bpf(BPF_OBJ_PIN, &a)) die("pin");
            printf("prog %u\n", id_of(p));
            close(p);
            hold();
        }
        """;

    /// <summary>A mount namespace of its own that is a copy of ours, and nothing else: <c>copied</c>.</summary>
    internal const string CopiedMounts = Head +
        """
        int main(void) { if (unshare(CLONE_NEWNS) || mount("", "/", 0, MS_REC | MS_PRIVATE, 0)) die("unshare"); printf("copied\n"); hold(); }
        """;

    /// <summary>As <see cref="PrivateMount"/>, then covered by a tmpfs there: <c>prog ID</c>. Argument: the directory to mount on.</summary>
    internal const string PrivateCovered = Head +
        """
        int main(int n, char **v)
        {
            if (unshare(CLONE_NEWNS) || mount("", "/", 0, MS_REC | MS_PRIVATE, 0) || mount("bpf", v[1], "bpf", 0, 0)) die("mount");
            char path[256]; snprintf(path, sizeof path, "%s/pin", v[1]);
            int p = load("xa_covered", BPF_PROG_TYPE_XDP);
            union bpf_attr a = { .pathname = (unsigned long)path, .bpf_fd = p };
            if (bpf(BPF_OBJ_PIN, &a)) die("pin");
            if (mount("tmpfs", v[1], "tmpfs", 0, 0)) die("cover");
            printf("prog %u\n", id_of(p));
            close(p);
            hold();
        }
        """;

    /// <summary>A bpffs that is unmounted while a directory below its root is open: <c>prog ID</c>. Argument: the directory to mount on.</summary>
    internal const string Unmounted = Head +
        """
        #include <sys/stat.h>
        int main(int n, char **v)
        {
            if (unshare(CLONE_NEWNS) || mount("", "/", 0, MS_REC | MS_PRIVATE, 0) || mount("bpf", v[1], "bpf", 0, 0)) die("mount");
            char path[256]; snprintf(path, sizeof path, "%s/above", v[1]);
            int p = load("xa_unmounted", BPF_PROG_TYPE_XDP);
            union bpf_attr a = { .pathname = (unsigned long)path, .bpf_fd = p };
            if (bpf(BPF_OBJ_PIN, &a)) die("pin");
            snprintf(path, sizeof path, "%s/below", v[1]);
            if (mkdir(path, 0700)) die("mkdir");
            if (open(path, O_RDONLY | O_DIRECTORY) < 0) die("open");
            if (umount2(v[1], MNT_DETACH)) die("umount");
            printf("prog %u\n", id_of(p));
            close(p);
            hold();
        }
        """;

    /// <summary>
    /// Loads and closes programs, maps and links as fast as it can, a bounded number of times or until its input ends. No prog_arrays: whoever
    /// opens one by its id while it goes, bpftool for one, leaves it in the kernel for the rest of the boot.
    /// </summary>
    internal const string Storm = Head +
        """
        int main(int n, char **v)
        {
            printf("begun\n"); fflush(stdout);
            fcntl(0, F_SETFL, O_NONBLOCK);
            for (int i = 0; i < 2000000; i++) {
                char c; if (read(0, &c, 1) == 0) return 0;
                int p = load("xa_storm", BPF_PROG_TYPE_RAW_TRACEPOINT);
                union bpf_attr a = { .raw_tracepoint = { .name = (unsigned long)"xdp_bulk_tx", .prog_fd = p } };
                int l = bpf(BPF_RAW_TRACEPOINT_OPEN, &a);
                union bpf_attr m = { .map_type = BPF_MAP_TYPE_DEVMAP_HASH, .key_size = 4, .value_size = 8, .max_entries = 2 };
                int f = bpf(BPF_MAP_CREATE, &m);
                if (l >= 0) close(l);
                if (f >= 0) close(f);
                close(p);
            }
        }
        """;
}
