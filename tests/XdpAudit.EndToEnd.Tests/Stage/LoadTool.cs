namespace XdpAudit.EndToEnd.Tests;

/// <summary>A program in C that loads one program after the other, and says their ids.</summary>
internal static class LoadTool
{
    internal const string Source =
        """
        #include <linux/bpf.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/select.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static int load(const char *name, unsigned *id)
        {
            struct bpf_insn pass[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)pass, .insn_cnt = 2, .license = (unsigned long)"GPL" };
            strcpy(attr.prog_name, name);
            int program = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
            if (program < 0) { perror("load"); exit(1); }
            struct bpf_prog_info info = { 0 };
            memset(&attr, 0, sizeof(attr));
            attr.info.bpf_fd = program; attr.info.info_len = sizeof(info); attr.info.info = (unsigned long)&info;
            if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) < 0) { perror("info"); exit(1); }
            *id = info.id;
            return program;
        }

        /*
         * storm TIMES: loads and lets go; says when half of it is over, and at the end the first id and the last.
         * trickle: loads one every 5 ms and keeps them all, until it is told to end; says their ids, and keeps them until its input ends.
         */
        int main(int argc, char **argv)
        {
            static unsigned ids[20000];
            int made = 0, times = argc > 2 ? atoi(argv[2]) : 20000, told = 0;
            if (times > 20000) return 2;
            while (made < times && !told)
            {
                int program = load(argv[1], &ids[made++]);
                if (!strcmp(argv[1], "storm"))
                {
                    close(program);
                    if (made == times / 2) { printf("half\n"); fflush(stdout); }
                    continue;
                }
                fd_set in;
                FD_ZERO(&in); FD_SET(0, &in);
                struct timeval pace = { 0, 5000 };
                told = select(1, &in, 0, 0, &pace) > 0;
            }
            if (!strcmp(argv[1], "storm")) { printf("%u %u\n", ids[0], ids[made - 1]); return 0; }
            char line[16];
            read(0, line, sizeof(line));
            for (int i = 0; i < made; i++) printf("%u ", ids[i]);
            printf("\n");
            fflush(stdout);
            while (read(0, line, sizeof(line)) > 0) { }
            return 0;
        }
        """;
}
