using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>What is compiled once: two programs that pass everything, the tool that keeps things, and a loader of its own.</summary>
internal sealed class Tools(Lab lab)
{
    private const string Guard =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("xdp") int guard(struct xdp_md *ctx) { return XDP_PASS; }
        char _license[] SEC("license") = "GPL";
        """;

    private const string Stranger =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("xdp") int stranger(struct xdp_md *ctx) { return ctx->data == ctx->data_end ? XDP_DROP : XDP_PASS; }
        char _license[] SEC("license") = "GPL";
        """;

    /// <summary>A loader as people write them with libbpf: loads, attaches, says ready, and stays. With <c>pin</c> it pins the program first.</summary>
    private const string LoaderSource =
        """
        #include <dlfcn.h>
        #include <linux/bpf.h>
        #include <linux/if_link.h>
        #include <net/if.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static void *lib;
        #define CALL(type, name, ...) ((type)(dlsym(lib, name)))(__VA_ARGS__)
        static void fail(const char *what) { fprintf(stderr, "%s failed\n", what); exit(1); }

        /* loader OBJECT PROGRAM INTERFACE netlink|link|pin [PIN] */
        int main(int argc, char **argv)
        {
            if (argc < 5 || !(lib = dlopen("libbpf.so.1", RTLD_NOW))) fail("libbpf");
            void *object = CALL(void *(*)(const char *), "bpf_object__open", argv[1]);
            if (!object || CALL(int (*)(void *), "bpf_object__load", object)) fail("load");
            void *program = CALL(void *(*)(void *, const char *), "bpf_object__find_program_by_name", object, argv[2]);
            int fd = CALL(int (*)(void *), "bpf_program__fd", program);
            int index = if_nametoindex(argv[3]);
            if (argc == 6 && CALL(int (*)(void *, const char *), "bpf_program__pin", program, argv[5])) fail("pin");
            if (!strcmp(argv[4], "netlink"))
            {
                if (CALL(int (*)(int, int, unsigned, void *), "bpf_xdp_attach", index, fd, XDP_FLAGS_DRV_MODE, (void *)0)) fail("attach");
            }
            else if (CALL(void *(*)(void *, int), "bpf_program__attach_xdp", program, index) == 0) fail("attach");

            struct bpf_prog_info info = { 0 };
            union bpf_attr attr = { 0 };
            attr.info.bpf_fd = fd;
            attr.info.info_len = sizeof(info);
            attr.info.info = (unsigned long)&info;
            if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr))) fail("info");
            printf("ready %u\n", info.id);
            fflush(stdout);
            char c;
            while (read(0, &c, 1) > 0) { }
            return 0;
        }
        """;

    private string? _guard;
    private string? _stranger;
    private string? _keep;
    private string? _loader;
    private string? _flash;
    private string? _loads;

    internal string GuardObject => _guard ??= lab.CompileBpf("guard", Guard);

    internal string StrangerObject => _stranger ??= lab.CompileBpf("stranger", Stranger);

    internal string Keep => _keep ??= lab.CompileC("keep", KeepTool.Source);

    internal string Flash => _flash ??= lab.CompileC("flash", FlashTool.Source);

    internal string Loads => _loads ??= lab.CompileC("loads", LoadTool.Source);

    internal string Loader => _loader ??= lab.CompileC("loader", LoaderSource);

    /// <summary>Unmounts, as soon as no look of the auditor is in there.</summary>
    internal static void Unmount(string path) => Shell.Run("sh", "-c", $"for i in $(seq 100); do umount '{path}' 2>/dev/null && exit 0; sleep 0.1; done; umount '{path}'");

    /// <summary>The kernel id behind a pin; <paramref name="kind"/> is bpftool's word.</summary>
    internal static uint Id(string kind, string pin)
    {
        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show", "pinned", pin));
        return shown.RootElement.GetProperty("id").GetUInt32();
    }
}
