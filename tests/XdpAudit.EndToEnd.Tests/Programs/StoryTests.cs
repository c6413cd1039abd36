using System.Text.RegularExpressions;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>A history is read by people: it must tell what happened, who did it, and what it meant.</summary>
public sealed partial class StoryTests(OneAuditor one) : Scene(one)
{
    [Fact]
    public void The_history_of_a_program_reads_like_a_story()
    {
        var netns = Lab.Netns();
        var program = Asked($"xdpaudit program load {Tools.GuardObject} --program guard --reason 'ticket 4711'").GetProperty("program_id").GetUInt32();
        var link = Asked($"xdpaudit link attach {program} --interface va --netns {netns}").GetProperty("link_id").GetUInt32();
        var (programPin, linkPin) = (Program(program).Pins[0].Value, LinkOf(link).Pins[0].Value);
        Shell.Run("bpftool", "link", "detach", "pinned", linkPin);
        Look();
        Typed($"xdpaudit link unpin {link} --pin {linkPin}");
        LookUntil(() => Released(link), "the link goes");
        File.Delete(programPin);
        LookUntil(() => Gone(program), "the program goes");

        var story = Asked($"xdpaudit program history {Program(program).Key}").EnumerateArray().Select(e => e.GetProperty("sentence").GetString()!)
            .Select(s => s.Replace(programPin, "PP", StringComparison.Ordinal).Replace(linkPin, "LP", StringComparison.Ordinal).Replace($"program {program}", "program P", StringComparison.Ordinal).Replace($"link {link}", "link L", StringComparison.Ordinal)
                .Replace(netns, "N", StringComparison.Ordinal))
            .Select(s => Varying().Replace(s, m => m.Groups[1].Value + "*"));

        Assert.Equal(
            [
                "program P (guard, xdp) was loaded by process * (xdpaudit, uid 0)",
                "program P was pinned at PP, by process * (xdpaudit, uid 0) with operation *",
                "link L was created for program P (guard) on va by process * (xdpaudit, uid 0)",
                "program P (guard) came into force on va in netns N in native mode, held by link L, by process * (xdpaudit, uid 0) with operation *",
                "program P is no longer in force on va in native mode: it was asked for, by process * (bpftool, uid 0)",
                "link L was detached from va (it was asked for); it is defunct now and still holds program P, by process * (bpftool, uid 0)",
                "link L is gone from the kernel: its last reference went; last held by pin LP, by process * (xdpaudit, uid 0) with operation *",
                $"the pin PP of program P was removed, by process * ({Own}, uid 0)",
                $"program P (guard) is gone from the kernel: its last reference went when process * ({Own}) removed the pin PP; last held by pin PP, by process * ({Own}, uid 0)",
            ],
            story);
    }

    [GeneratedRegex("(process |operation )[0-9a-f]+")]
    private static partial Regex Varying();
}
