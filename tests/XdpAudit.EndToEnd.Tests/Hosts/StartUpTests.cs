using System.Diagnostics;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>Between "it begins to listen" and "it has looked" there is no seam.</summary>
public sealed class StartUpTests : Scene
{
    private const string Source =
        """
        #include <linux/bpf.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        /* trickle: loads a program every 5 ms and keeps them all, until its input ends; then says their ids, and keeps them until it is read again */
        int main(void)
        {
            struct bpf_insn pass[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            static unsigned ids[20000];
            int made = 0, asked = 0;
            fd_set in;
            while (!asked && made < 20000)
            {
                union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)pass, .insn_cnt = 2, .license = (unsigned long)"GPL" };
                strcpy(attr.prog_name, "trickle");
                int program = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
                if (program < 0) { perror("load"); return 1; }
                struct bpf_prog_info info = { 0 };
                memset(&attr, 0, sizeof(attr));
                attr.info.bpf_fd = program; attr.info.info_len = sizeof(info); attr.info.info = (unsigned long)&info;
                if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) < 0) { perror("info"); return 1; }
                ids[made++] = info.id;
                FD_ZERO(&in); FD_SET(0, &in);
                struct timeval wait = { 0, 5000 };
                asked = select(1, &in, 0, 0, &wait) > 0;
            }
            char line[16];
            read(0, line, sizeof(line));
            for (int i = 0; i < made; i++) printf("%u ", ids[i]);
            printf("\n");
            fflush(stdout);
            while (read(0, line, sizeof(line)) > 0) { }
            return 0;
        }
        """;

    private readonly Lab _house = new();
    private AuditorProcess? _process;

    public StartUpTests(OneAuditor one)
        : base(one)
    {
    }

    private protected override AuditorProcess Auditor => _process!;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _process?.Dispose();
        _house.Dispose();
    }

    [Fact]
    public void Every_program_that_is_loaded_while_the_auditor_starts_is_in_its_journal_exactly_once()
    {
        var tool = Lab.CompileC("trickle", Source);
        using var trickle = Process.Start(new ProcessStartInfo(tool) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            _process = AuditorProcess.Start(_house);
            Look();
            trickle.StandardInput.WriteLine();
            trickle.StandardInput.Flush();
            var loaded = trickle.StandardOutput.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse).ToList();
            LookUntil(() => Program(loaded[^1]).State != ProgramStates.Unloaded, "the last of them is known");

            var told = Journal(0).Where(e => e.Event is "program_found" or "program_loaded").ToLookup(e => ProgramKey.From(e.Subjects[0]).Id.Value);
            Assert.True(loaded.Count > 50, $"only {loaded.Count} were loaded while the auditor started");
            Assert.All(loaded, id => Assert.True(told[id].Count() == 1, $"program {id} is told {told[id].Count()} times"));

            // Those before it listened were found; those after were heard.
            Assert.Contains(loaded, id => told[id].Single().Event == "program_found");
            Assert.Contains(loaded, id => told[id].Single() is { Event: "program_loaded", KnownBy.How: Knowledge.Witnessed });
        }
        finally
        {
            trickle.StandardInput.Close();
            trickle.WaitForExit();
        }
    }
}
