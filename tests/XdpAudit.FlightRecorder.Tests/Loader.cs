using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>Another process, which loads one XDP program of a name and holds it until it is let go.</summary>
internal sealed class Loader : IDisposable
{
    private const string Source =
        """
        #include <linux/bpf.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        int main(int n, char **v)
        {
            struct bpf_insn i[] = {{ .code = 0xb7, .imm = 2 }, { .code = 0x95 }};
            union bpf_attr a = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2, .insns = (unsigned long)i, .license = (unsigned long)"GPL" };
            strncpy(a.prog_name, v[1], 15);
            int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
            struct bpf_prog_info p = {0};
            union bpf_attr q = { .info = { .bpf_fd = fd, .info_len = sizeof p, .info = (unsigned long)&p } };
            if (fd < 0 || syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &q, sizeof q)) { perror("load"); return 1; }
            printf("%u %llu\n", p.id, p.load_time);
            fflush(stdout);
            char c;
            while (read(0, &c, 1) > 0);
            return 0;
        }
        """;

    private readonly Process _process;

    internal Loader(Lab lab, string name)
    {
        File = lab.CompileC("loader", Source);
        _process = Process.Start(new ProcessStartInfo(File, [name]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var said = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{File} loaded nothing")).Split(' ');
        Id = new(uint.Parse(said[0], CultureInfo.InvariantCulture));
        LoadedNs = ulong.Parse(said[1], CultureInfo.InvariantCulture);
        var stat = System.IO.File.ReadAllText($"/proc/{Pid}/stat");
        StartTicks = ulong.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
    }

    internal string File { get; }

    internal int Pid => _process.Id;

    internal KernelProgramId Id { get; }

    internal ulong LoadedNs { get; }

    internal ulong StartTicks { get; }

    /// <summary>Lets it go and waits until it has gone.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
