namespace XdpAudit.FlightRecorder.Tests;

/// <summary>C programs that do one thing of bpf(2), many times or in one exact way.</summary>
internal static class Storm
{
    /// <summary>Loads and closes an XDP program of two instructions, as often as the argument says; prints nothing.</summary>
    internal const string LoadClose =
        """
        #include <linux/bpf.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int argc, char **argv)
        {
            struct bpf_insn code[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            union bpf_attr a;
            memset(&a, 0, sizeof(a));
            a.prog_type = BPF_PROG_TYPE_XDP;
            a.insns = (unsigned long)code;
            a.insn_cnt = 2;
            a.license = (unsigned long)"GPL";
            strcpy(a.prog_name, "storm");
            for (int i = atoi(argv[1]); i > 0; i--) {
                int fd = syscall(__NR_bpf, BPF_PROG_LOAD, &a, sizeof(a));
                if (fd < 0) return 1;
                if (close(fd)) return 2;
            }
            return 0;
        }
        """;

    /// <summary>Loads a program, then becomes what its arguments say.</summary>
    internal static readonly string LoadThenExecute = LoadClose
        .Replace("atoi(argv[1])", "1", StringComparison.Ordinal)
        .Replace("return 0;", "return execv(argv[1], argv + 1);", StringComparison.Ordinal);

    /// <summary>Takes away its own file, then loads a program.</summary>
    internal static readonly string DeleteThenLoad = LoadClose
        .Replace("atoi(argv[1])", "!unlink(argv[0])", StringComparison.Ordinal);

    /// <summary>
    /// Loads two programs, links one to the interface of the second argument, updates the link to the other, closes what it does not need, then
    /// detaches and closes the link. Prints the ids: first program, second program, link.
    /// </summary>
    internal const string LinkLife =
        """
        #include <linux/bpf.h>
        #include <net/if.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static long bpf(int command, union bpf_attr *a) { return syscall(__NR_bpf, command, a, sizeof(*a)); }
        static int load(int result, const char *name)
        {
            struct bpf_insn code[] = { { .code = 0xb7, .imm = result }, { .code = 0x95 } };
            union bpf_attr a;
            memset(&a, 0, sizeof(a));
            a.prog_type = BPF_PROG_TYPE_XDP; a.insns = (unsigned long)code; a.insn_cnt = 2; a.license = (unsigned long)"GPL";
            strcpy(a.prog_name, name);
            return bpf(BPF_PROG_LOAD, &a);
        }
        static unsigned info(int fd, int word)
        {
            unsigned out[64] = {};
            union bpf_attr a;
            memset(&a, 0, sizeof(a));
            a.info.bpf_fd = fd; a.info.info_len = sizeof(out); a.info.info = (unsigned long)out;
            return bpf(BPF_OBJ_GET_INFO_BY_FD, &a) ? 0 : out[word];
        }
        int main(int argc, char **argv)
        {
            int first = load(2, "first"), second = load(1, "second");
            union bpf_attr a;
            memset(&a, 0, sizeof(a));
            a.link_create.prog_fd = first; a.link_create.target_ifindex = if_nametoindex(argv[1]); a.link_create.attach_type = BPF_XDP; a.link_create.flags = argv[2][0] == 'g' ? 2 : 0;
            int link = bpf(BPF_LINK_CREATE, &a);
            if (link < 0) return 1;
            printf("%u %u %u\n", info(first, 1), info(second, 1), info(link, 1));
            if (argc > 3) {
                memset(&a, 0, sizeof(a));
                a.pathname = (unsigned long)argv[3]; a.bpf_fd = link;
                if (bpf(BPF_OBJ_PIN, &a)) return 2;
            }
            memset(&a, 0, sizeof(a));
            a.link_update.link_fd = link; a.link_update.new_prog_fd = second;
            if (bpf(BPF_LINK_UPDATE, &a)) return 3;
            close(dup(link));
            memset(&a, 0, sizeof(a));
            a.link_detach.link_fd = link;
            if (bpf(BPF_LINK_DETACH, &a)) return 4;
            close(link);
            return 0;
        }
        """;

    /// <summary>As <see cref="LinkLife"/>, but ends with the link pinned and attached.</summary>
    internal static readonly string LinkAndPin = LinkLife.Replace("if (bpf(BPF_OBJ_PIN, &a)) return 2;", "return bpf(BPF_OBJ_PIN, &a) ? 2 : 0;", StringComparison.Ordinal);

    /// <summary>Loads a program and sets it by a message of rtnetlink, written by write(2), that has the interface's name and no number.</summary>
    internal const string SetByName =
        """
        #include <linux/bpf.h>
        #include <linux/if_link.h>
        #include <linux/rtnetlink.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int argc, char **argv)
        {
            struct bpf_insn code[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            union bpf_attr a;
            memset(&a, 0, sizeof(a));
            a.prog_type = BPF_PROG_TYPE_XDP; a.insns = (unsigned long)code; a.insn_cnt = 2; a.license = (unsigned long)"GPL";
            int fd = syscall(__NR_bpf, BPF_PROG_LOAD, &a, sizeof(a));
            struct {
                struct nlmsghdr h; struct ifinfomsg i;
                struct rtattr name; char text[16];
                struct rtattr xdp; struct rtattr fd; int number;
            } m;
            memset(&m, 0, sizeof(m));
            m.h.nlmsg_len = sizeof(m); m.h.nlmsg_type = RTM_SETLINK; m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
            m.name.rta_len = sizeof(m.name) + sizeof(m.text); m.name.rta_type = IFLA_IFNAME; strcpy(m.text, argv[1]);
            m.xdp.rta_len = sizeof(m.xdp) + sizeof(m.fd) + sizeof(m.number); m.xdp.rta_type = IFLA_XDP | NLA_F_NESTED;
            m.fd.rta_len = sizeof(m.fd) + sizeof(m.number); m.fd.rta_type = IFLA_XDP_FD; m.number = fd;
            int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
            struct sockaddr_nl to = { .nl_family = AF_NETLINK };
            if (connect(s, (struct sockaddr *)&to, sizeof(to)) || write(s, &m, sizeof(m)) != sizeof(m)) return 1;
            struct { struct nlmsghdr h; struct nlmsgerr e; char rest[256]; } answer;
            if (recv(s, &answer, sizeof(answer), 0) < 0) return 2;
            return -answer.e.error;
        }
        """;
}
