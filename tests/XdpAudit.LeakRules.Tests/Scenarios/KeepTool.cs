namespace XdpAudit.Testing;

/// <summary>A program in C that does what bpftool cannot: hold a descriptor, make an XDP link, send a descriptor nobody reads, put a program in an element.</summary>
internal static class KeepTool
{
    internal const string Source =
        """
        #include <linux/bpf.h>
        #include <linux/if_link.h>
        #include <net/if.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static int bpf(int command, union bpf_attr *attr) { return syscall(SYS_bpf, command, attr, sizeof(*attr)); }
        static int check(int result, const char *what) { if (result < 0) { perror(what); exit(1); } return result; }

        static int get(const char *path)
        {
            union bpf_attr attr = { .pathname = (unsigned long)path };
            return check(bpf(BPF_OBJ_GET, &attr), path);
        }

        static void ready(unsigned id)
        {
            char c;
            printf("ready %u\n", id);
            fflush(stdout);
            while (read(0, &c, 1) > 0) { }
        }

        /* get PIN...: holds the objects of pins */
        static int hold(int argc, char **argv) { for (int i = 0; i < argc; i++) get(argv[i]); ready(0); return 0; }

        /* link PROGRAM-PIN INTERFACE drv|skb [LINK-PIN]: holds the link, or only its pin when one is given */
        static int make_link(int argc, char **argv)
        {
            union bpf_attr attr = { 0 };
            int program = get(argv[0]);
            attr.link_create.prog_fd = program;
            attr.link_create.target_ifindex = if_nametoindex(argv[1]);
            attr.link_create.attach_type = BPF_XDP;
            attr.link_create.flags = strcmp(argv[2], "drv") ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
            int link = check(bpf(BPF_LINK_CREATE, &attr), "link create");
            close(program);
            struct bpf_link_info info = { 0 };
            memset(&attr, 0, sizeof(attr));
            attr.info.bpf_fd = link;
            attr.info.info_len = sizeof(info);
            attr.info.info = (unsigned long)&info;
            check(bpf(BPF_OBJ_GET_INFO_BY_FD, &attr), "link info");
            if (argc == 3) { ready(info.id); return 0; }
            memset(&attr, 0, sizeof(attr));
            attr.pathname = (unsigned long)argv[3];
            attr.bpf_fd = link;
            check(bpf(BPF_OBJ_PIN, &attr), argv[3]);
            close(link);
            ready(info.id);
            return 0;
        }

        /* element MAP-PIN KEY FIRST PROGRAM-PIN: FIRST is the interface of a devmap, the queue size of a cpumap */
        static int set_element(char **argv)
        {
            unsigned key = atoi(argv[1]);
            struct { unsigned first; int fd; } value = { if_nametoindex(argv[2]), get(argv[3]) };
            if (!value.first) value.first = atoi(argv[2]);
            union bpf_attr attr = { 0 };
            attr.map_fd = get(argv[0]);
            attr.key = (unsigned long)&key;
            attr.value = (unsigned long)&value;
            check(bpf(BPF_MAP_UPDATE_ELEM, &attr), "map update");
            puts("ready");
            return 0;
        }

        /* send PIN: the descriptor is under way in a socket that nobody reads */
        static int send_unread(char **argv)
        {
            int pair[2], fd = get(argv[0]);
            char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 'x';
            struct iovec data = { &byte, 1 };
            struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
            struct cmsghdr *c = CMSG_FIRSTHDR(&message);
            c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(c), &fd, sizeof(fd));
            check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
            check(sendmsg(pair[0], &message, 0), "sendmsg");
            close(fd);
            ready(0);
            return 0;
        }

        int main(int argc, char **argv)
        {
            if (argc >= 3 && !strcmp(argv[1], "get")) return hold(argc - 2, argv + 2);
            if (argc >= 5 && !strcmp(argv[1], "link")) return make_link(argc - 2, argv + 2);
            if (argc == 6 && !strcmp(argv[1], "element")) return set_element(argv + 2);
            if (argc == 3 && !strcmp(argv[1], "send")) return send_unread(argv + 2);
            return 2;
        }
        """;
}
