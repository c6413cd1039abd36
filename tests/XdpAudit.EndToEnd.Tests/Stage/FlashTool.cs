namespace XdpAudit.EndToEnd.Tests;

/// <summary>A program in C that is done before anybody can look: it says what it made, and its pid, when all is over.</summary>
internal static class FlashTool
{
    internal const string Source =
        """
        #include <errno.h>
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

        static int load(const char *name, int instructions)
        {
            struct bpf_insn pass[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)(pass + 2 - instructions), .insn_cnt = instructions, .license = (unsigned long)"GPL" };
            strcpy(attr.prog_name, name);
            return bpf(BPF_PROG_LOAD, &attr);
        }

        static unsigned id_of(int fd, int link)
        {
            struct bpf_prog_info program = { 0 };
            struct bpf_link_info of_link = { 0 };
            union bpf_attr attr = { 0 };
            attr.info.bpf_fd = fd;
            attr.info.info_len = link ? sizeof(of_link) : sizeof(program);
            attr.info.info = link ? (unsigned long)&of_link : (unsigned long)&program;
            check(bpf(BPF_OBJ_GET_INFO_BY_FD, &attr), "info");
            return link ? of_link.id : program.id;
        }

        static struct msghdr *envelope(int *fd)
        {
            static char control[CMSG_SPACE(sizeof(int))], byte;
            static struct iovec data = { &byte, 1 };
            static struct msghdr message;
            message = (struct msghdr){ .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
            struct cmsghdr *c = CMSG_FIRSTHDR(&message);
            c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(c), fd, sizeof(*fd));
            return &message;
        }

        /* The heir says who loaded what, and keeps it until its input ends. */
        static void keep(unsigned program, int loader)
        {
            char c;
            printf("ready %u %d %d\n", program, loader, getpid());
            fflush(stdout);
            while (read(0, &c, 1) > 0) { }
            exit(0);
        }

        /* load | refused | link INTERFACE | inherited | sent */
        int main(int argc, char **argv)
        {
            if (!strcmp(argv[1], "refused"))
            {
                int failed = load("flash_refused", 1);
                printf("%d %d\n", failed < 0 ? errno : 0, getpid());
                return 0;
            }

            int pair[2], parent = getpid();
            check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
            if (!strcmp(argv[1], "sent") && fork() == 0)
            {
                int fd = -1;
                struct msghdr *got = envelope(&fd);
                close(pair[0]);
                check(recvmsg(pair[1], got, 0), "recvmsg");
                memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(got)), sizeof(fd));
                char c;
                while (read(pair[1], &c, 1) > 0) { }
                keep(id_of(fd, 0), parent);
            }

            int program = check(load("flash", 2), "load"), link = -1;
            unsigned program_id = id_of(program, 0), link_id = 0;
            if (!strcmp(argv[1], "sent")) { close(pair[1]); check(sendmsg(pair[0], envelope(&program), 0), "sendmsg"); return 0; }
            if (!strcmp(argv[1], "inherited"))
            {
                if (fork() != 0) return 0;
                close(pair[0]);
                while (getppid() == parent) usleep(1000);
                keep(program_id, parent);
            }

            if (argc == 3)
            {
                union bpf_attr attr = { 0 };
                attr.link_create.prog_fd = program;
                attr.link_create.target_ifindex = if_nametoindex(argv[2]);
                attr.link_create.attach_type = BPF_XDP;
                attr.link_create.flags = XDP_FLAGS_DRV_MODE;
                link = check(bpf(BPF_LINK_CREATE, &attr), "link create");
                link_id = id_of(link, 1);
                memset(&attr, 0, sizeof(attr));
                attr.link_detach.link_fd = link;
                check(bpf(BPF_LINK_DETACH, &attr), "link detach");
                close(link);
            }

            close(program);
            printf("%u %u %d\n", program_id, link_id, parent);
            return 0;
        }
        """;
}
