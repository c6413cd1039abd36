using System.Diagnostics;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>What comes and goes faster than anybody could look is in the journal all the same: each with its beginning, its end and who did it.</summary>
public sealed class RecorderStormTests(OneAuditor one) : Scene(one)
{
    /// <summary>links INTERFACE TIMES: attaches one program by a link and lets go, again and again.</summary>
    private const string LinksSource =
        """
        #include <linux/bpf.h>
        #include <linux/if_link.h>
        #include <net/if.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
            struct bpf_insn pass[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)pass, .insn_cnt = 2, .license = (unsigned long)"GPL", .prog_name = "links" };
            int program = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load)), made = 0;
            for (int i = 0; i < atoi(argv[2]); i++)
            {
                union bpf_attr create = { .link_create = { .prog_fd = program, .target_ifindex = if_nametoindex(argv[1]), .attach_type = BPF_XDP, .flags = XDP_FLAGS_SKB_MODE } };
                int link = syscall(SYS_bpf, BPF_LINK_CREATE, &create, sizeof(create));
                if (link >= 0) made++;
                close(link);
            }
            printf("%d %d\n", getpid(), made);
            return 0;
        }
        """;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public void Ten_thousand_programs_that_lived_for_microseconds_are_ten_thousand_loads_and_unloads_without_a_gap()
    {
        const int times = 10_000;
        var start = Look();

        using var storm = Process.Start(new ProcessStartInfo(Tools.Loads, ["storm", $"{times}"]) { RedirectStandardOutput = true })!;
        var said = storm.StandardOutput.ReadToEnd();
        storm.WaitForExit();
        Assert.Equal(0, storm.ExitCode);
        var last = uint.Parse(said.Split('\n')[1].Split(' ')[1], null);
        LookUntil(() => IsTold(last) && Gone(last), "the end of the last program is told", Long);

        Are(times, "program_loaded", "program_unloaded", storm.Id, start);
    }

    [Fact]
    public void A_thousand_links_that_came_and_went_are_a_thousand_created_and_released_without_a_gap()
    {
        const int times = 1_000;
        var netns = Lab.Netns();
        var storm = Lab.CompileC("links", LinksSource);
        var start = Look();

        var said = Lab.In(netns, storm, "va", $"{times}").Split(' ').Select(int.Parse).ToArray();

        Assert.Equal(times, said[1]);
        Are(times, "link_created", "link_released", said[0], start);
    }

    private void Are(int times, string begun, string ended, int pid, long since)
    {
        List<HistoryEntry> journal = [], begins = [], ends = [];
        LookUntil(
            () =>
            {
                journal = Journal(since);
                begins = [.. journal.Where(e => e.Event == begun && e.Actor is Actor.Process { Identity.Pid: var by } && by == pid)];
                var lives = begins.Select(e => e.Subjects[0]).ToHashSet();
                ends = [.. journal.Where(e => e.Event == ended && lives.Contains(e.Subjects[0]))];
                return ends.Count >= begins.Count;
            },
            $"every one is told by {ended}",
            Long);

        Assert.Equal((times, times), (begins.Count, begins.Select(e => e.Subjects[0]).Distinct().Count()));
        Assert.Equal((times, times), (ends.Count, ends.Select(e => e.Subjects[0]).Distinct().Count()));
        Assert.All(begins.Concat(ends), e => Assert.Equal(Knowledge.Witnessed, e.KnownBy.How));
        Assert.DoesNotContain(journal, e => e.Event is "gap_opened" or "gap_closed");
    }
}
