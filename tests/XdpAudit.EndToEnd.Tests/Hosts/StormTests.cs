using System.Globalization;
using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>Looking while everything comes and goes.</summary>
public sealed class StormTests : OwnScene
{
    private const string StormSource =
        """
        #include <linux/bpf.h>
        #include <net/if.h>
        #include <stdio.h>
        #include <string.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static int bpf(int command, union bpf_attr *attr) { return syscall(SYS_bpf, command, attr, sizeof(*attr)); }

        /* storm INTERFACE TIMES PIN: loads, attaches by a link, pins, lets go */
        int main(int argc, char **argv)
        {
            struct bpf_insn pass[] = { { .code = 0xb7, .imm = 2 }, { .code = 0x95 } };
            int made = 0;
            for (int i = 0; i < atoi(argv[2]); i++)
            {
                union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_XDP, .insns = (unsigned long)pass, .insn_cnt = 2, .license = (unsigned long)"GPL" };
                strcpy(attr.prog_name, "storm");
                int program = bpf(BPF_PROG_LOAD, &attr);
                memset(&attr, 0, sizeof(attr));
                attr.link_create.prog_fd = program;
                attr.link_create.target_ifindex = if_nametoindex(argv[1]);
                attr.link_create.attach_type = BPF_XDP;
                int link = bpf(BPF_LINK_CREATE, &attr);
                if (program >= 0 && link >= 0) made++;
                if (i % 3 == 0)
                {
                    memset(&attr, 0, sizeof(attr));
                    attr.pathname = (unsigned long)argv[3];
                    attr.bpf_fd = program;
                    bpf(BPF_OBJ_PIN, &attr);
                }
                if (i % 2 == 0) { close(program); program = -1; }
                close(link);
                if (program >= 0) close(program);
                if (i % 3 == 0) unlink(argv[3]);
            }
            printf("ready %d\n", made);
            return 0;
        }
        """;

    public StormTests(OneAuditor one)
        : base(one)
    {
        Watcher = AuditorProcess.Start(House, "20ms");
    }

    [Fact]
    public void In_a_storm_of_objects_that_come_and_go_every_end_is_true_and_nothing_known_disappears()
    {
        var storm = Lab.CompileC("storm", StormSource);
        var netns = Lab.Netns();
        var resident = Load();
        var (keeper, link) = Link(netns, "guard", linkPin: "link");
        keeper.Dispose();
        var aside = Lab.Netns();
        Lab.In(aside, "bpftool", "net", "attach", "xdpdrv", "id", $"{resident}", "dev", "va");
        var start = Look();
        var (told, toldOfLink) = (Told(ProgramHistory(resident)), Told(LinkHistory(link)));

        var made = 0;
        for (var round = 0; round < 4; round++)
        {
            made += int.Parse(Lab.In(netns, storm, "vb", "100", Pin("gust")).Split(' ')[1], CultureInfo.InvariantCulture);
        }

        var end = LookUntil(() => Api.Get(Routes.Programs, ApiJson.Default.IReadOnlyListProgramView).All(p => p.Name != "storm"), "the storm is over");

        Assert.Equal(400, made);
        var gusts = Journal(start).Where(e => e.Event is "program_loaded" or "program_found").Select(e => e.Position).ToList();
        Assert.All([start, gusts[gusts.Count / 2], end], at =>
        {
            Assert.Equal((ProgramStates.Attached, LinkStates.Attached), (Program(resident, at).State, LinkOf(link, at).State));
            Assert.Equal(["va", "va"], Program(resident, at).Attachments.Select(a => a.IfName));
        });
        Assert.DoesNotContain(Programs(start).Concat(Programs(end)), p => p.Name == "storm");
        Assert.Equal(told, Told(ProgramHistory(resident)));
        Assert.Equal(toldOfLink, Told(LinkHistory(link)));

        var journal = Journal(start);
        var lives = journal.Where(e => e.Event is "program_loaded" or "program_found" or "program_unloaded").GroupBy(e => e.Subjects[0]).ToList();
        Assert.NotEmpty(lives);
        Assert.All(lives, life => Assert.True(life.Select(e => e.Event).Distinct().Count() == life.Count(), $"{life.Key}: {string.Join(", ", life.Select(e => e.Event))}"));
        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show"));
        var there = shown.RootElement.EnumerateArray().Select(p => p.GetProperty("id").GetUInt32()).ToHashSet();
        Assert.All(journal.Where(e => e.Event == "program_unloaded"), e => Assert.DoesNotContain(ProgramKey.From(e.Subjects[0]).Id.Value, there));
        Assert.All(
            journal.Where(e => e.Event.StartsWith("attachment_", StringComparison.Ordinal)).GroupBy(e => e.Subjects[0]),
            place => Assert.All(place.Zip(place.Skip(1)), pair => Assert.False(pair.First.Event == pair.Second.Event && pair.First.Event != "attachment_replaced", $"{pair.First.Sentence}, then {pair.Second.Sentence}")));
        Assert.Null(Api.Get(Routes.Status, ApiJson.Default.StatusView).Trouble);
        Assert.DoesNotContain("fail: XdpAudit", Auditor.Said, StringComparison.Ordinal);
    }
}
